"""Building blocks of encoder and decoder.

Shapes: (batch, time, channels) everywhere; audio is (batch, samples).
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F

T = TypeVar("T")


@cache
def _streams(device: torch.device, count: int) -> list[torch.cuda.Stream]:
    return [torch.cuda.Stream(device) for _ in range(count)]


def concurrently(device: torch.device, calls: Sequence[Callable[[], T]]) -> list[T]:
    """Results of calls that do not depend on each other.

    On a CUDA device each call has a stream of its own, in differentiation too: one after the other,
    small networks would leave most of the device idle.
    """
    if device.type != "cuda":
        return [call() for call in calls]
    current = torch.cuda.current_stream(device)
    streams = _streams(device, len(calls))
    results = []
    for stream, call in zip(streams, calls, strict=True):
        stream.wait_stream(current)
        with torch.cuda.stream(stream):
            results.append(call())
    for stream in streams:
        current.wait_stream(stream)
    return results


def length_mask(lengths: Tensor, size: int) -> Tensor:
    """Mask (batch, size, 1), True for the first ``lengths`` (batch,) frames of each row."""
    return (torch.arange(size, device=lengths.device) < lengths[:, None])[..., None]


class ConvNeXtBlock(nn.Module):
    """Depthwise convolution over time, per-frame LayerNorm, pointwise MLP, residual.

    The 1-D form of ConvNeXt (Liu et al. 2022, arXiv 2201.03545) used by Vocos (Siuzdak 2023,
    arXiv 2306.00814). Padding is zero and the norm sees one frame only, so that a frame depends on
    `kernel // 2` neighbours on each side and on nothing else.
    """

    def __init__(self, channels: int, kernel: int, expansion: int, scale_init: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(channels, channels, kernel, padding=kernel // 2, groups=channels)
        self.norm = nn.LayerNorm(channels)
        self.expand = nn.Linear(channels, expansion * channels)
        self.contract = nn.Linear(expansion * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), scale_init))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """(batch, time, channels) -> the same shape.

        What lies outside the mask (batch, time, 1) counts as zero, as it would beyond the end.
        """
        h = x if mask is None else x * mask
        h = rearrange(self.depthwise(rearrange(h, "b t c -> b c t")), "b c t -> b t c")
        return self.finish(x, h)

    def finish(self, x: Tensor, h: Tensor) -> Tensor:
        """What follows the convolution, frame by frame: its output ``h`` of the input ``x``."""
        h = self.contract(F.gelu(self.expand(self.norm(h))))
        return x + self.scale * h


def convnext_blocks(channels: int, layers: int, kernel: int, expansion: int) -> nn.Sequential:
    """`layers` blocks whose residual branches start at 1 / layers."""
    return nn.Sequential(
        *(ConvNeXtBlock(channels, kernel, expansion, 1 / layers) for _ in range(layers))
    )


def init_weights(module: nn.Module) -> None:
    """For `nn.Module.apply`: convolutions and linear layers from a normal of deviation 0.02 cut at
    two deviations, biases zero; everything else keeps its own initial value."""
    if isinstance(module, nn.Conv1d | nn.ConvTranspose1d | nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02, a=-0.04, b=0.04)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def framed_stft(audio: Tensor, window: Tensor, hop: int) -> Tensor:
    """Real and imaginary STFT (batch, frequency, frames, 2) of audio (batch, frames * hop); fp32.

    Zeros of (n_fft - hop) / 2 on both sides centre frame `i` on the samples `i * hop ...
    (i + 1) * hop`.
    """
    with torch.autocast(audio.device.type, enabled=False):
        n_fft = window.shape[0]
        side = (n_fft - hop) // 2
        spectrum = torch.stft(
            F.pad(audio.float(), (side, side)),
            n_fft,
            hop,
            window=window,
            center=False,
            return_complex=True,
        )
        return torch.view_as_real(spectrum)


class LogSpectrogram(nn.Module):
    """Natural-log STFT magnitudes, clamped at 1e-5, one frame for every `hop` samples.

    fp32, also under autocast; framed as by `framed_stft`.
    """

    window: Tensor

    def __init__(self, n_fft: int, hop: int) -> None:
        super().__init__()
        self.n_fft = n_fft
        self.hop = hop
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)

    def forward(self, audio: Tensor) -> Tensor:
        """Audio (batch, frames * hop) -> (batch, frames, n_fft // 2 + 1)."""
        with torch.autocast(audio.device.type, enabled=False):
            power = framed_stft(audio, self.window, self.hop).square().sum(-1)
            return rearrange(0.5 * power.clamp(min=1e-10).log(), "b f t -> b t f")


class InverseSTFT(nn.Module):
    """Overlap-add of windowed inverse FFTs, the counterpart of `LogSpectrogram`'s framing.

    `frames` spectra give exactly `frames * hop` samples: the (n_fft - hop) / 2 samples that stick
    out at both ends are trimmed. The sum is divided by the overlapping squared windows (Griffin and
    Lim 1984), which Hann windows overlapping by half or more keep away from zero.
    """

    window: Tensor

    def __init__(self, n_fft: int, hop: int) -> None:
        super().__init__()
        self.n_fft = n_fft
        self.hop = hop
        self.register_buffer("window", torch.hann_window(n_fft), persistent=False)

    @property
    def context_frames(self) -> int:
        """Frames on each side that reach into the samples of one frame."""
        return -(-(self.n_fft - self.hop) // (2 * self.hop))

    def forward(self, spectrum: Tensor, mask: Tensor | None = None) -> Tensor:
        """Complex spectra (batch, frames, n_fft // 2 + 1) -> audio (batch, frames * hop).

        Frames outside the mask (batch, frames, 1) count as none at all: they leave the others'
        samples alone, and their own mean nothing.
        """
        segments = torch.fft.irfft(spectrum, n=self.n_fft, dim=-1) * self.window
        envelope = self.window.square().expand(1, segments.shape[1], -1)
        if mask is not None:
            segments, envelope = segments * mask, envelope * mask
        side = (self.n_fft - self.hop) // 2
        samples = segments.shape[1] * self.hop
        audio = self._overlap_add(segments)[:, side : side + samples]
        return audio / self._overlap_add(envelope)[:, side : side + samples]

    def _overlap_add(self, segments: Tensor) -> Tensor:
        """(batch, frames, n_fft) -> (batch, frames * hop + n_fft - hop)."""
        parts = self.n_fft // self.hop
        # Part k of a segment lands k hops later: pad the frame axis accordingly and add up.
        pieces = segments.unflatten(-1, (parts, self.hop)).unbind(2)
        total = sum(F.pad(piece, (0, 0, k, parts - 1 - k)) for k, piece in enumerate(pieces))
        assert isinstance(total, Tensor)
        return total.flatten(1)
