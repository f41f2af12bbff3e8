"""Pieces of speech to one recording: even in loudness, with natural pauses between them."""

from collections.abc import Sequence

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.inference.takes import HISS_DB

_FADE_SECONDS = 0.01


def tidy(samples: Samples, rate: int) -> Samples:
    """A piece (samples,) without longer silence at its edges, levelled, and fading in and out.

    Hiss stays as quiet as it is.
    """
    samples = levels.trim(samples, rate)
    if levels.inspect(samples, rate).rms_db >= HISS_DB:
        samples = levels.level(samples, rate)
    samples = samples.copy()
    size = min(round(_FADE_SECONDS * rate), len(samples) // 2)
    ramp = np.linspace(0, 1, size, dtype=np.float32)
    samples[:size] *= ramp
    samples[len(samples) - size :] *= ramp[::-1]
    return samples


def piece_starts(pieces: Sequence[Samples], pauses: Sequence[float], rate: int) -> list[int]:
    """The sample at which each piece begins in what `join` makes of the same."""
    ends = np.cumsum([len(p) + round(s * rate) for p, s in zip(pieces, pauses, strict=True)])
    return [0, *ends[:-1].tolist()]


def join(pieces: Sequence[Samples], pauses: Sequence[float], rate: int) -> Samples:
    """One recording (samples,) of tidy pieces with the pauses (s) after each but the last."""
    parts: list[Samples] = []
    for piece, pause in zip(pieces, pauses, strict=True):
        parts += [piece, np.zeros(round(pause * rate), np.float32)]
    return np.concatenate(parts[:-1])
