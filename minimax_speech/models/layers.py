"""Small building blocks shared by the models.

Shapes: B batch, T time, C channels. Sequences are (B, T, C); masks are (B, T), True where a frame
is real. Padding sits on the right.
"""

import math

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

CONVNEXT_KERNEL = 7


def length_mask(lengths: Tensor, size: int) -> Tensor:
    """Mask (B, size) that is True for the first ``lengths[b]`` positions of each row."""
    return torch.arange(size, device=lengths.device)[None] < lengths[:, None]


class Embedding(nn.Embedding):
    """Embedding that is trained in the precision of linear layers.

    Autocast leaves embeddings in fp32, and with them all that residual layers add to them: twice
    the bytes at every norm, sum and dropout.
    """

    def forward(self, ids: Tensor) -> Tensor:
        vectors = super().forward(ids)
        device = ids.device.type
        if self.training and torch.is_autocast_enabled(device):
            return vectors.to(torch.get_autocast_dtype(device))
        return vectors


class RMSNorm(nn.RMSNorm):
    """Root-mean-square norm (Zhang & Sennrich 2019, arXiv 1910.07467) in its input's precision.

    Under autocast the weight stays fp32 while the input may be bf16; without the cast the fused
    kernel would not be used.
    """

    def forward(self, x: Tensor) -> Tensor:
        weight = None if self.weight is None else self.weight.to(x.dtype)
        return F.rms_norm(x, self.normalized_shape, weight, self.eps)


class LayerNorm(nn.LayerNorm):
    """Layer norm (Ba et al. 2016, arXiv 1607.06450) in the precision of its input.

    Autocast would write fp32, only for the next layer to read it back as bf16; the statistics are
    computed in fp32 either way.
    """

    def forward(self, x: Tensor) -> Tensor:
        weight, bias = self.weight.to(x.dtype), self.bias.to(x.dtype)
        with torch.autocast(x.device.type, enabled=False):
            return F.layer_norm(x, self.normalized_shape, weight, bias, self.eps)


class SwiGLU(nn.Module):
    """Gated feed-forward layer (Shazeer 2020, arXiv 2002.05202): down(silu(gate(x)) * up(x))."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.gate_up = nn.Linear(dim, 2 * hidden, bias=False)
        self.down = nn.Linear(hidden, dim, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        gate, up = self.gate_up(x).chunk(2, dim=-1)
        return self.down(F.silu(gate) * up)


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution over time, then a pointwise MLP (Liu et al. 2022, arXiv 2201.03545)."""

    def __init__(
        self, channels: int, kernel: int = CONVNEXT_KERNEL, expansion: int = 3, dropout: float = 0.0
    ) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(channels, channels, kernel, padding=kernel // 2, groups=channels)
        self.norm = LayerNorm(channels)
        self.expand = nn.Linear(channels, expansion * channels)
        self.contract = nn.Linear(expansion * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), 0.1))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(B, T, C) -> (B, T, C). Masked frames count as zeros, as they would beyond the end."""
        y = x if mask is None else x * mask[..., None]
        y = self.depthwise(y.transpose(1, 2)).transpose(1, 2)
        y = self.contract(F.gelu(self.expand(self.norm(y))))
        return x + self.dropout(self.scale.to(y.dtype) * y)


class ConvNeXtStack(nn.Module):
    """Several :class:`ConvNeXtBlock` in a row."""

    def __init__(self, channels: int, layers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(ConvNeXtBlock(channels, dropout=dropout) for _ in range(layers))
        self.context = layers * (CONVNEXT_KERNEL // 2)
        """Frames on each side that a frame depends on."""

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        for block in self.blocks:
            x = block(x, mask)
        return x


class Downsample(nn.Module):
    """Merge ``factor`` neighbouring frames into one: (B, T, C) -> (B, T / factor, C_out)."""

    def __init__(self, channels: int, out_channels: int, factor: int = 2) -> None:
        super().__init__()
        self.factor = factor
        self.project = nn.Linear(channels * factor, out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return self.project(rearrange(x, "b (t f) c -> b t (f c)", f=self.factor))


class Upsample(nn.Module):
    """Split each frame into ``factor`` frames: (B, T, C) -> (B, T * factor, C_out)."""

    def __init__(self, channels: int, out_channels: int, factor: int = 2) -> None:
        super().__init__()
        self.factor = factor
        self.project = nn.Linear(channels, out_channels * factor)

    def forward(self, x: Tensor) -> Tensor:
        return rearrange(self.project(x), "b t (f c) -> b (t f) c", f=self.factor)


class TimestepEmbedding(nn.Module):
    """Sinusoidal features of a scalar in [0, 1], then a two-layer MLP: (B,) -> (B, dim)."""

    frequencies: Tensor

    def __init__(self, dim: int, features: int = 256) -> None:
        super().__init__()
        frequencies = torch.exp(-math.log(10_000) * torch.arange(features // 2) / (features // 2))
        self.register_buffer("frequencies", frequencies, persistent=False)
        self.mlp = nn.Sequential(nn.Linear(features, dim), nn.SiLU(), nn.Linear(dim, dim))

    def forward(self, t: Tensor) -> Tensor:
        angles = 1000 * t.float()[:, None] * self.frequencies[None]
        features = torch.cat((angles.cos(), angles.sin()), dim=-1)
        return self.mlp(features.to(next(self.mlp.parameters()).dtype))
