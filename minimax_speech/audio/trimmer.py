"""Speech without the silence around it, trimmed while it comes in."""

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape

FADE_SECONDS = 0.01
_SPEECH_DB = -55.0
"""Of levelled speech, what `levels` takes for speech lies above."""


class Trimmer:
    """Cuts silence around the speech of one sound, less a margin, and fades it in and out.

    What never gets as loud as speech stays as it is. Where the sound is cut into pieces does not
    matter.
    """

    def __init__(self, rate: int, before: float, after: float) -> None:
        """Margins in seconds; ``after`` is at least `FADE_SECONDS`."""
        self._size, self._fade = round(levels.FRAME_SECONDS * rate), round(FADE_SECONDS * rate)
        self._before, self._after = round(before * rate), round(after * rate)
        self._tape = Tape()
        self._looked = 0
        self._start: int | None = None
        self._end = 0  # of the speech
        self._given = 0

    @property
    def cut(self) -> int:
        """Samples that were cut off before the speech."""
        return self._start or 0

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        self._tape.append(samples)
        self._look((self._tape.end - self._looked) // self._size)
        return self._give(min(self._end + self._after, self._tape.end) - self._fade)

    def finish(self) -> Samples:
        """What is left, (samples,)."""
        self._look(-(-(self._tape.end - self._looked) // self._size))
        if self._start is None:
            self._start, self._end = 0, self._tape.end
        rest = self._give(min(self._end + self._after, self._tape.end))
        size = min(self._fade, len(rest))
        rest[len(rest) - size :] *= np.linspace(1, 0, size, endpoint=False, dtype=np.float32)
        return rest

    def _look(self, count: int) -> None:
        """Where there is speech in the next frames."""
        first, self._looked = self._looked, self._looked + count * self._size
        frames = self._tape.read(first, self._looked).reshape(count, self._size)
        spoken = np.flatnonzero(np.square(frames).mean(axis=1) >= 10 ** (_SPEECH_DB / 10))
        if len(spoken):
            self._end = first + (int(spoken[-1]) + 1) * self._size
            if self._start is None:
                start = first + int(spoken[0]) * self._size - self._before
                self._start = self._given = max(0, start)

    def _give(self, stop: int) -> Samples:
        """Samples up to a place, (samples,)."""
        if self._start is None or stop <= self._given:
            return np.zeros(0, np.float32)
        samples, since = self._tape.read(self._given, stop), self._given - self._start
        size = min(max(0, self._fade - since), len(samples))
        ramp = np.arange(since + 1, since + size + 1, dtype=np.float32) / self._fade
        samples[:size] *= ramp
        self._given = stop
        self._tape.forget(min(stop, self._looked))  # of a frame that has begun, all is looked at
        return samples
