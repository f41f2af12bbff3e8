"""Discriminators for adversarial training of the waveform.

Shapes: audio (batch, samples); 2-D features (batch, channels, height, width).
"""

from dataclasses import dataclass, field
from functools import partial

import torch
from einops import rearrange
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from flow_vae.layers import concurrently, framed_stft

LEAK = 0.1


@dataclass
class DiscriminatorConfig:
    """Sizes; the defaults suit 24 kHz speech and hold about 8 M parameters."""

    periods: list[int] = field(default_factory=lambda: [2, 3, 5, 7, 11])
    period_channels: list[int] = field(default_factory=lambda: [32, 128, 256, 512, 512])
    windows: list[int] = field(default_factory=lambda: [2048, 1024, 512])
    """Samples per STFT window; the hop is a quarter of it."""
    stft_channels: int = 32


@dataclass
class DiscriminatorOutput:
    """What one discriminator says about a batch."""

    logits: Tensor  # (batch, positions), positive for real
    features: list[Tensor]  # activations of every hidden layer, (batch, channels, height, width)


class ConvStack(nn.Module):
    """Weight-normalised 2-D convolutions with leaky ReLU, then one to a single channel."""

    def __init__(self, layers: list[nn.Conv2d], last: nn.Conv2d) -> None:
        super().__init__()
        self.layers = nn.ModuleList(weight_norm(layer) for layer in layers)
        self.last = weight_norm(last)

    def forward(self, x: Tensor) -> DiscriminatorOutput:
        """(batch, channels, height, width) -> logits and features."""
        features = []
        for layer in self.layers:
            x = F.leaky_relu(layer(x), LEAK)
            features.append(x)
        return DiscriminatorOutput(self.last(x).flatten(1), features)


class PeriodDiscriminator(nn.Module):
    """Sees every `period`-th sample as one column (HiFi-GAN, arXiv 2010.05646)."""

    def __init__(self, period: int, channels: list[int]) -> None:
        super().__init__()
        self.period = period
        sizes = zip([1, *channels[:-2]], channels[:-1], strict=True)
        strided = [nn.Conv2d(inputs, outputs, (5, 1), (3, 1), (2, 0)) for inputs, outputs in sizes]
        dense = nn.Conv2d(channels[-2], channels[-1], (3, 1), padding=(1, 0))
        last = nn.Conv2d(channels[-1], 1, (3, 1), padding=(1, 0))
        self.stack = ConvStack([*strided, dense], last)

    def forward(self, audio: Tensor) -> DiscriminatorOutput:
        """Audio (batch, samples) -> output."""
        audio = F.pad(audio, (0, -audio.shape[-1] % self.period))
        return self.stack(rearrange(audio, "b (t p) -> b 1 t p", p=self.period))


class STFTDiscriminator(nn.Module):
    """Sees real and imaginary part of one STFT (EnCodec, arXiv 2210.13438)."""

    window: Tensor

    def __init__(self, window: int, channels: int) -> None:
        super().__init__()
        self.n_fft = window
        self.hop = window // 4
        self.register_buffer("window", torch.hann_window(window), persistent=False)
        # Frequency is halved by each layer; time is kept, as the hop is coarse already.
        sizes = [2, channels, channels, channels]
        strided = [nn.Conv2d(inputs, channels, (3, 9), (1, 2), (1, 4)) for inputs in sizes]
        dense = nn.Conv2d(channels, channels, 3, padding=1)
        self.stack = ConvStack([*strided, dense], nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, audio: Tensor) -> DiscriminatorOutput:
        """Audio (batch, samples) -> output."""
        scaled = framed_stft(audio, self.window, self.hop) / self.window.square().sum().sqrt()
        return self.stack(rearrange(scaled, "b f t c -> b c t f"))


class Discriminators(nn.Module):
    """All of them. Feed real and generated audio as one batch and `split` the outputs."""

    def __init__(self, config: DiscriminatorConfig) -> None:
        super().__init__()
        self.config = config
        periods = [PeriodDiscriminator(period, config.period_channels) for period in config.periods]
        stfts = [STFTDiscriminator(window, config.stft_channels) for window in config.windows]
        self.members = nn.ModuleList([*periods, *stfts])

    def forward(self, audio: Tensor) -> list[DiscriminatorOutput]:
        """Audio (batch, samples) -> one output per discriminator."""
        return concurrently(audio.device, [partial(member, audio) for member in self.members])


def split(
    outputs: list[DiscriminatorOutput],
) -> tuple[list[DiscriminatorOutput], list[DiscriminatorOutput]]:
    """Outputs for `torch.cat([real, generated])` to those of the real and of the generated half."""
    halves: tuple[list[DiscriminatorOutput], list[DiscriminatorOutput]] = ([], [])
    for output in outputs:
        logits = output.logits.chunk(2)
        features = [feature.chunk(2) for feature in output.features]
        for i, half in enumerate(halves):
            half.append(DiscriminatorOutput(logits[i], [pair[i] for pair in features]))
    return halves
