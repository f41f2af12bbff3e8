"""What recordings may differ in without other words being said: bandwidth and voice."""

import math
from functools import cache

import torch
from torch import Tensor

from speaker_encoder.features import LOG_FLOOR, LogMel

WARPS = (0.8, 0.9, 1.1, 1.22)
"""Factors on all frequencies that make clearly other voices of one."""


@cache
def band_centres(n_mels: int, device: torch.device) -> Tensor:
    """Frequency (n_mels,) at which each mel band is most sensitive, Hz."""
    mel = LogMel(n_mels=n_mels)
    return (mel.filters.argmax(0) * mel.sample_rate / mel.n_fft).to(device)


def limit_bandwidth(mel: Tensor, share: float, lowest_hz: float = 3_500.0) -> Tensor:
    """Silence everything above a random frequency (``lowest_hz`` … 8 kHz) in a share of the rows.

    Much speech is recorded at 16 kHz or over a telephone; whoever listens must not mind.

    Args:
        mel: (batch, time, n_mels) natural-log mel of 24 kHz audio.
        share: probability per row.
    """
    centres = band_centres(mel.shape[-1], mel.device)
    cut = lowest_hz + (8_000 - lowest_hz) * torch.rand(len(mel), 1, 1, device=mel.device)
    chosen = torch.rand(len(mel), 1, 1, device=mel.device) < share
    return torch.where(chosen & (centres > cut), math.log(LOG_FLOOR), mel)


def warp_frequencies(mel: Tensor, factors: Tensor) -> Tensor:
    """Another voice saying the same in the same time: all frequencies times a factor.

    Vocal tract length perturbation (Jaitly and Hinton 2013) that moves the pitch along.

    Args:
        mel: (batch, time, n_mels) natural-log mel of 24 kHz audio.
        factors: (batch,) above 1 for a smaller speaker; 1 changes nothing.
    """
    bands = mel.shape[-1]
    centres = band_centres(bands, mel.device)
    sources = centres / factors[:, None].to(mel.device)
    upper = torch.searchsorted(centres, sources).clamp(1, bands - 1)
    below, above = centres[upper - 1], centres[upper]
    share = ((sources - below) / (above - below)).clamp(0, 1)[:, None]
    rows = upper[:, None].expand(-1, mel.shape[1], -1)
    return torch.lerp(mel.gather(-1, rows - 1), mel.gather(-1, rows), share.to(mel.dtype))


def random_warps(rows: int, share: float, device: torch.device) -> Tensor:
    """Factors (rows,) between the extremes of ``WARPS`` for a share of the rows, else 1."""
    low, high = math.log(WARPS[0]), math.log(WARPS[-1])
    factors = torch.exp(low + (high - low) * torch.rand(rows, device=device))
    return torch.where(torch.rand(rows, device=device) < share, factors, 1.0)
