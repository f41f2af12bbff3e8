"""Softmax attention with grouped queries, rotary positions and an optional decode state.

Shapes: B batch, T query time, S key time, H query heads, K key/value heads, D head dimension.
"""

from typing import Protocol

import torch
import torch.nn.functional as F
from einops import rearrange
from torch import Tensor, nn

from minimax_speech.models.layers import RMSNorm


class DecodeState(Protocol):
    """What attention needs of a cache: store new keys and values, give back all so far."""

    def update(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Take (B, K, T, D) of the new positions, return (B, K, S, D) of all positions so far."""
        ...


class RotaryEmbedding(nn.Module):
    """Rotary position embedding (Su et al. 2021, arXiv 2104.09864)."""

    inverse: Tensor

    def __init__(self, head_dim: int, base: float = 10_000.0) -> None:
        super().__init__()
        inverse = 1.0 / base ** (torch.arange(0, head_dim, 2).float() / head_dim)
        self.register_buffer("inverse", inverse, persistent=False)

    def forward(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Positions (B, T) or (1, T) -> cosines and sines, each (B, T, 1, D / 2)."""
        angles = positions[:, :, None, None].float() * self.inverse
        return angles.cos(), angles.sin()


def rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate the two halves of the head dimension of (B, T, H, D) by angles (B, T, 1, D / 2)."""
    cos, sin = (part.to(x.dtype) for part in rotary)
    first, second = x.chunk(2, dim=-1)
    turned = torch.addcmul(first * cos, second, sin, value=-1)
    return torch.cat((turned, torch.addcmul(second * cos, first, sin)), dim=-1)


class Attention(nn.Module):
    """Grouped-query attention (Ainslie et al. 2023, arXiv 2305.13245) with query and key norms."""

    def __init__(
        self, dim: int, heads: int, kv_heads: int, dropout: float = 0.0, layer: int = 0
    ) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.layer, self.dropout = heads, kv_heads, layer, dropout
        head_dim = dim // heads
        self.qkv = nn.Linear(dim, (heads + 2 * kv_heads) * head_dim, bias=False)
        self.out = nn.Linear(dim, dim, bias=False)
        self.query_norm = RMSNorm(head_dim, eps=1e-6)
        self.key_norm = RMSNorm(head_dim, eps=1e-6)

    def forward(
        self,
        x: Tensor,
        rotary: tuple[Tensor, Tensor],
        mask: Tensor | None = None,
        causal: bool = False,
        state: DecodeState | None = None,
    ) -> Tensor:
        """(B, T, C) -> (B, T, C).

        ``mask`` is (B or 1, 1, T or 1, S), True where a key may be seen, or added to the logits.
        With ``causal`` and no mask each position sees itself and the past of the same call: a
        single new position (T = 1), which sees all that the state holds, must not be causal.
        """
        # As the projection has them, heads stand after time: turned into views only for attention,
        # neither they nor their gradients need be copied.
        heads = rearrange(self.qkv(x), "b t (h d) -> b t h d", h=self.heads + 2 * self.kv_heads)
        q, k, v = heads.split((self.heads, self.kv_heads, self.kv_heads), dim=2)
        q = rotate(self.query_norm(q), rotary).transpose(1, 2)
        k = rotate(self.key_norm(k), rotary).transpose(1, 2)
        v = v.transpose(1, 2)
        if state is not None:
            k, v = state.update(self.layer, k, v)
        y = F.scaled_dot_product_attention(
            q,
            k,
            v,
            attn_mask=mask,
            is_causal=causal and mask is None,
            dropout_p=self.dropout if self.training else 0.0,
            enable_gqa=self.heads != self.kv_heads,
        )
        return self.out(rearrange(y, "b h t d -> b t (h d)"))
