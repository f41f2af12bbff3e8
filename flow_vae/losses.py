"""Training losses of the Flow-VAE and the spectral distance that evaluation shares.

Every loss is a scalar mean, computed in fp32.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchaudio.functional import melscale_fbanks

from flow_vae.discriminators import DiscriminatorOutput
from flow_vae.layers import concurrently

MEL_WINDOWS = (256, 512, 1024, 2048)
DISTANCE_WINDOWS = (512, 1024, 2048)
LOG_FLOOR = 1e-5
LOUDNESS_EXPONENT = 0.46
"""Loudness grows with the 0.23th power of intensity (Zwicker and Fastl, Psychoacoustics, ch. 8)."""


@dataclass
class MelDistance:
    """How far two mel spectrograms are apart."""

    level: Tensor  # scalar: L1 between natural-log magnitudes, equal in loud and in quiet places
    loudness: Tensor  # scalar: L1 between loudnesses, relative to the mean: counts what is loud


def _magnitude(audio: Tensor, window: Tensor) -> Tensor:
    """STFT magnitudes (batch, frequency, time) with a hop of a quarter window, zero-padded."""
    n_fft = window.shape[0]
    spectrum = torch.stft(
        F.pad(audio, (n_fft // 2, n_fft // 2)),
        n_fft,
        n_fft // 4,
        window=window,
        center=False,
        return_complex=True,
    )
    # The floor under the square root keeps its gradient finite in digital silence.
    return torch.view_as_real(spectrum).square().sum(-1).clamp(min=LOG_FLOOR**2).sqrt()


class MultiResolutionMel(nn.Module):
    """Distances between mel spectrograms: means over several resolutions.

    Each window has as many bands as fit it: 80 for 1,024 samples, in proportion for the others.
    """

    def __init__(self, sample_rate: int = 24_000, windows: Sequence[int] = MEL_WINDOWS) -> None:
        super().__init__()
        self.windows = tuple(windows)
        for n_fft in self.windows:
            with torch.device("cpu"):  # real numbers, also where a model is only sketched
                filters = melscale_fbanks(
                    n_fft // 2 + 1,
                    0.0,
                    sample_rate / 2,
                    n_fft * 80 // 1024,
                    sample_rate,
                    norm="slaney",
                    mel_scale="slaney",
                )
            self.register_buffer(f"window_{n_fft}", torch.hann_window(n_fft), persistent=False)
            self.register_buffer(f"filters_{n_fft}", filters, persistent=False)

    def forward(self, generated: Tensor, real: Tensor) -> MelDistance:
        """Two batches of audio (batch, samples) -> distances."""
        with torch.autocast(generated.device.type, enabled=False):
            both = torch.cat([generated.float(), real.float()])
            each = concurrently(
                both.device, [partial(self._distance, both, n_fft) for n_fft in self.windows]
            )
            level, loudness = torch.stack([torch.stack(pair) for pair in each]).mean(0)
            return MelDistance(level, loudness)

    def _distance(self, both: Tensor, n_fft: int) -> tuple[Tensor, Tensor]:
        magnitude = _magnitude(both, self.get_buffer(f"window_{n_fft}"))
        mel = magnitude.transpose(1, 2) @ self.get_buffer(f"filters_{n_fft}")
        mel = mel.clamp(min=LOG_FLOOR)
        ours, theirs = mel.chunk(2)
        level = F.l1_loss(ours.log(), theirs.log())
        ours, theirs = ours.pow(LOUDNESS_EXPONENT), theirs.pow(LOUDNESS_EXPONENT)
        return level, F.l1_loss(ours, theirs) / theirs.mean()


def ms_stft_distance(
    generated: Tensor, real: Tensor, windows: Sequence[int] = DISTANCE_WINDOWS
) -> Tensor:
    """Spectral convergence plus log-magnitude L1, averaged over resolutions (Yamamoto et al. 2020,
    Parallel WaveGAN, arXiv 1910.11480): two batches of audio (batch, samples) -> scalar."""
    with torch.autocast(generated.device.type, enabled=False):
        both = torch.cat([generated.float(), real.float()])
        distances = []
        for n_fft in windows:
            window = torch.hann_window(n_fft, device=both.device)
            ours, theirs = _magnitude(both, window).chunk(2)
            convergence = torch.linalg.vector_norm(theirs - ours) / torch.linalg.vector_norm(theirs)
            distances.append(convergence + F.l1_loss(ours.log(), theirs.log()))
        return torch.stack(distances).mean()


def discriminator_loss(
    real: list[DiscriminatorOutput], generated: list[DiscriminatorOutput]
) -> Tensor:
    """Hinge loss of the discriminators (Lim and Ye 2017, arXiv 1705.02894): mean over them."""
    losses = [
        F.relu(1 - r.logits.float()).mean() + F.relu(1 + g.logits.float()).mean()
        for r, g in zip(real, generated, strict=True)
    ]
    return torch.stack(losses).mean()


def adversarial_loss(generated: list[DiscriminatorOutput]) -> Tensor:
    """Hinge loss of the generator, zero where a logit passes 1 (SoundStream, arXiv 2107.03312)."""
    return torch.stack([F.relu(1 - g.logits.float()).mean() for g in generated]).mean()


def feature_matching_loss(
    real: list[DiscriminatorOutput], generated: list[DiscriminatorOutput]
) -> Tensor:
    """L1 between hidden activations, relative to the real ones' mean magnitude.

    The mean over all layers of all discriminators. No gradient flows into the real activations.
    """
    losses = []
    for r, g in zip(real, generated, strict=True):
        for wanted, got in zip(r.features, g.features, strict=True):
            wanted = wanted.detach()
            # Differences in the activations' own precision, sums in fp32: half the memory traffic.
            distance = (got - wanted).abs().mean(dtype=torch.float32)
            losses.append(distance / wanted.abs().mean(dtype=torch.float32).clamp(min=1e-6))
    return torch.stack(losses).mean()
