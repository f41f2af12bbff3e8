"""Louder or quieter, without clipping."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape

CEILING = 0.95
"""No sample that comes out is above this."""

_REACH_SECONDS = 0.01
"""The gain goes down and up again within this: slower than most pitch periods, or it rattles."""


class Limiter:
    """Multiplies by a volume, and turns down smoothly what would come out above `CEILING`.

    Works on blocks of its own, so that what comes out does not depend on how the sound was cut.
    """

    def __init__(self, rate: int, volume: float) -> None:
        self._volume = np.float32(volume)
        self._reach = round(_REACH_SECONDS * rate)
        weights = np.hanning(self._reach + 3)[1:-1]
        self._weights = weights / weights.sum()
        self._tape, self._given = Tape(), 0

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        self._tape.append(samples)
        return self._blocks(max(0, (self._tape.end - self._given) // self._reach - 1))

    def finish(self) -> Samples:
        """What is left, (samples,)."""
        left = self._tape.end - self._given
        return self._blocks(-(-left // self._reach))[:left]

    def _blocks(self, count: int) -> Samples:
        """The next blocks of ``reach`` samples."""
        if not count:
            return np.zeros(0, np.float32)
        reach, start = self._reach, self._given
        heard = self._tape.read(start - reach, start + (count + 1) * reach)
        heard *= self._volume
        out = heard[reach:-reach]
        loud = np.abs(heard).reshape(-1, reach).max(axis=1) > CEILING
        if loud.any():
            out = out.copy()
        # What is too loud is heard in the blocks beside it, too.
        for place in np.flatnonzero(loud[:-2] | loud[1:-1] | loud[2:]) * reach:
            out[place : place + reach] = self._limited(heard[place : place + 3 * reach])
        self._given += count * reach
        self._tape.forget(self._given - reach)
        return out

    def _limited(self, heard: Samples) -> Samples:
        """The second third of (3 * reach,) samples."""
        reach = self._reach
        out = heard[reach : 2 * reach]
        loudness = np.abs(heard)
        if loudness.max() <= CEILING:
            return out
        # Of what is allowed within the reach before each place; the mean over the places up to
        # a reach after a sample is then allowed for it, and changes slowly.
        allowed = np.minimum(1.0, CEILING / np.maximum(loudness, 1e-9))
        least = sliding_window_view(allowed, reach + 1).min(axis=1)
        gain = np.convolve(least, self._weights, "valid")[:reach]
        return (out * gain).astype(np.float32)
