"""Stacking of ragged examples, and small things that several tasks do to a batch."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from speaker_encoder.features import LOG_FLOOR, LogMel


def stack_audio(
    clips: Sequence[NDArray[np.float32]], size: int, dtype: torch.dtype = torch.float16
) -> Tensor:
    """Clips (samples,) -> (batch, size), zero-padded on the right.

    Half precision is fine enough to learn from and halves what travels to the device.
    """
    batch = torch.zeros(len(clips), size, dtype=dtype)
    for row, clip in zip(batch, clips, strict=True):
        row[: len(clip)] = torch.from_numpy(clip)
    return batch


def stack_arrays(
    arrays: Sequence[NDArray | Sequence[int]], size: int, dtype: torch.dtype
) -> Tensor:
    """Arrays (length, ...) -> (batch, size, ...), zero-padded on the right."""
    first = np.asarray(arrays[0])
    batch = torch.zeros(len(arrays), size, *first.shape[1:], dtype=dtype)
    for row, array in zip(batch, arrays, strict=True):
        row[: len(array)] = torch.from_numpy(np.array(array)).to(dtype)
    return batch


def round_up(value: int, multiple: int) -> int:
    """The smallest multiple that is not below the value."""
    return -(-value // multiple) * multiple


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


def error_rate(hypotheses: Sequence[Sequence[int]], references: Sequence[Sequence[int]]) -> float:
    """Edit distance over reference length, all rows together."""
    from torchaudio.functional import edit_distance

    errors = sum(
        edit_distance(list(h), list(r)) for h, r in zip(hypotheses, references, strict=True)
    )
    return errors / max(1, sum(len(r) for r in references))
