"""Speech that is even in loudness, levelled while it comes in."""

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples

_MEMORY_SECONDS = 2.0
"""Of speech: louder or quieter voices are levelled within it, and emphasis stays."""
_SPEECH_DB = -53.0
"""Frames below it say nothing about how loud the speech is, and are not made louder for it."""
_MOST_DB = 12.0


class Leveller:
    """Brings speech to `levels.SPEECH_LEVEL_DB` by a gain that changes slowly.

    The gain follows the mean power of the speech so far, the latest seconds of it most, and goes on
    from one line to the next. Works on frames of its own, so that what comes out does not depend on
    how the sound was cut.
    """

    def __init__(self, rate: int) -> None:
        self._size = round(levels.FRAME_SECONDS * rate)
        self._target = 10 ** (levels.SPEECH_LEVEL_DB / 10)
        self._mean, self._gain = self._target, 1.0
        self._rest: Samples = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) - len(samples) % self._size
        self._rest = samples[whole:]
        frames = samples[:whole].reshape(-1, self._size)
        gains = self._gains(np.square(frames).mean(axis=1))
        before, after = gains[:-1, None], gains[1:, None]
        ramp = np.arange(1, self._size + 1, dtype=np.float32) / np.float32(self._size)
        gain = (after - before) * ramp
        gain += before
        gain *= frames
        return gain.reshape(-1)

    def finish(self) -> Samples:
        """What is left of a line, (samples,); another line may follow."""
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        return rest * np.float32(self._gain)

    def _gains(self, powers: Samples) -> Samples:
        """The gain before the first frame, and after each of these powers: (frames + 1,)."""
        most, least_power, mean = 10 ** (_MOST_DB / 20), 10 ** (_SPEECH_DB / 10), self._mean
        means = []
        for power in powers.tolist():
            if power >= least_power:
                mean += (power - mean) * levels.FRAME_SECONDS / _MEMORY_SECONDS
            means.append(mean)
        gains = np.clip(np.sqrt(self._target / np.array(means)), 1 / most, most)
        before, self._mean = self._gain, mean
        if means:
            self._gain = float(gains[-1])
        return np.append(before, gains).astype(np.float32)
