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
        blocks = [np.zeros(0, np.float32)]
        while self._tape.end >= self._given + 2 * self._reach:
            blocks.append(self._block())
        return np.concatenate(blocks)

    def finish(self) -> Samples:
        """What is left, (samples,)."""
        left = self._tape.end - self._given
        blocks = [self._block() for _ in range(0, left, self._reach)]
        return np.concatenate([np.zeros(0, np.float32), *blocks])[:left]

    def _block(self) -> Samples:
        """The next ``reach`` samples."""
        reach, start = self._reach, self._given
        heard = self._tape.read(start - reach, start + 2 * reach) * self._volume
        out = heard[reach : 2 * reach]
        if np.abs(heard).max() > CEILING:
            allowed = np.minimum(1.0, CEILING / np.maximum(np.abs(heard), 1e-9))
            # Of what is allowed within the reach before each place; the mean over the places up to
            # a reach after a sample is then allowed for it, and changes slowly.
            least = sliding_window_view(allowed, reach + 1).min(axis=1)
            gain = np.convolve(least, self._weights, "valid")[:reach]
            out = (out * gain).astype(np.float32)
        self._given += reach
        self._tape.forget(self._given - reach)
        return out
