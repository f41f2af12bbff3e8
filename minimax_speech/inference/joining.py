"""Pieces of speech to one recording: even in loudness, with natural pauses between them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.levels import MARGIN_SECONDS
from minimax_speech.audio.prosody import Prosody
from minimax_speech.inference.script import Line
from minimax_speech.inference.takes import HISS_DB

_FADE_SECONDS = 0.01
_LEAST_WRITTEN = 2**-15
"""What is below would be silence in a file of 16 bits, and lengthen one that is asked for."""


@dataclass(frozen=True)
class Piece:
    """What is heard of a line.

    Attributes:
        samples: (samples,).
        offset: where the first token of the line begins, in seconds from the first sample; below 0
            where silence was cut off.
    """

    samples: Samples
    offset: float


def render(samples: Samples, line: Line, rate: int, prosody: Prosody) -> Piece:
    """The piece of a line: without longer silence at its edges, levelled, with its prosody.

    The silences that the line asks for around it are exact to the sample, and no margin of the
    speech adds to them.
    """
    before, after = (
        MARGIN_SECONDS if s is None else _FADE_SECONDS for s in (line.lead, line.trail)
    )
    cut, end = levels.trim_bounds(samples, rate, before, after)
    speech = prosody.apply(_polished(samples[cut:end], rate), rate)
    written = np.flatnonzero(np.abs(speech) >= _LEAST_WRITTEN)
    first = 0
    if len(written):
        first = 0 if line.lead is None else int(written[0])
        last = len(speech) - 1 if line.trail is None else written[-1]
        speech = speech[first : last + 1]
    silences = [np.zeros(round((s or 0.0) * rate), np.float32) for s in (line.lead, line.trail)]
    offset = (len(silences[0]) - first - cut / prosody.speed) / rate
    return Piece(np.concatenate([silences[0], speech, silences[1]]), offset)


def _polished(samples: Samples, rate: int) -> Samples:
    """Samples (samples,) levelled, fading in and out. Hiss stays as quiet as it is."""
    if levels.inspect(samples, rate).rms_db >= HISS_DB:
        samples = levels.level(samples, rate)
    samples = samples.copy()
    size = min(round(_FADE_SECONDS * rate), len(samples) // 2)
    ramp = np.linspace(0, 1, size + 1, dtype=np.float32)[1:]
    samples[:size] *= ramp
    samples[len(samples) - size :] *= ramp[::-1]
    return samples


def piece_starts(pieces: Sequence[Samples], pauses: Sequence[float], rate: int) -> list[int]:
    """The sample at which each piece begins in what `join` makes of the same."""
    ends = np.cumsum([len(p) + round(s * rate) for p, s in zip(pieces, pauses, strict=True)])
    return [0, *ends[:-1].tolist()]


def join(pieces: Sequence[Samples], pauses: Sequence[float], rate: int) -> Samples:
    """One recording (samples,) of pieces with the pauses (s) after each but the last."""
    parts: list[Samples] = []
    for piece, pause in zip(pieces, pauses, strict=True):
        parts += [piece, np.zeros(round(pause * rate), np.float32)]
    return np.concatenate(parts[:-1])
