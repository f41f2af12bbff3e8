"""Pieces of speech to one recording: even in loudness, with natural pauses between them."""

from collections.abc import Sequence

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


def render(samples: Samples, line: Line, rate: int, prosody: Prosody) -> Samples:
    """The piece (samples,) of a line: tidy, with its prosody, between the silences it asks for.

    These are exact to the sample, and no margin of the speech adds to them.
    """
    before, after = (
        MARGIN_SECONDS if s is None else _FADE_SECONDS for s in (line.lead, line.trail)
    )
    speech = prosody.apply(tidy(samples, rate, before, after), rate)
    written = np.flatnonzero(np.abs(speech) >= _LEAST_WRITTEN)
    if len(written):
        first = 0 if line.lead is None else written[0]
        last = len(speech) - 1 if line.trail is None else written[-1]
        speech = speech[first : last + 1]
    silences = [np.zeros(round((s or 0.0) * rate), np.float32) for s in (line.lead, line.trail)]
    return np.concatenate([silences[0], speech, silences[1]])


def tidy(
    samples: Samples, rate: int, before: float = MARGIN_SECONDS, after: float = MARGIN_SECONDS
) -> Samples:
    """A piece (samples,) levelled, fading in and out, with silent margins (s) of at most these.

    Hiss stays as quiet as it is.
    """
    samples = levels.trim(samples, rate, before, after)
    if levels.inspect(samples, rate).rms_db >= HISS_DB:
        samples = levels.level(samples, rate)
    samples = samples.copy()
    size = min(round(_FADE_SECONDS * rate), len(samples) // 2)
    ramp = np.linspace(0, 1, size + 1, dtype=np.float32)[1:]
    samples[:size] *= ramp
    samples[len(samples) - size :] *= ramp[::-1]
    return samples


def join(pieces: Sequence[Samples], pauses: Sequence[float], rate: int) -> Samples:
    """One recording (samples,) of tidy pieces with the pauses (s) after each but the last."""
    parts: list[Samples] = []
    for piece, pause in zip(pieces, pauses, strict=True):
        parts += [piece, np.zeros(round(pause * rate), np.float32)]
    return np.concatenate(parts[:-1])
