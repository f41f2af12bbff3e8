"""The part of a signal that is still needed, by its place in the whole signal."""

import numpy as np

from minimax_speech.audio.io import Samples


class Tape:
    """Samples that come in at the end and are forgotten at the beginning."""

    def __init__(self) -> None:
        self._samples: Samples = np.zeros(0, np.float32)
        self._start = 0

    @property
    def end(self) -> int:
        """How many samples there have been."""
        return self._start + len(self._samples)

    def append(self, samples: Samples) -> None:
        """Go on with samples (samples,)."""
        self._samples = np.concatenate([self._samples, np.asarray(samples, np.float32)])

    def read(self, start: int, stop: int) -> Samples:
        """A copy (stop - start,) of a stretch, with silence where there is nothing (yet)."""
        part = np.zeros(stop - start, np.float32)
        first, last = max(start, self._start), min(stop, self.end)
        if first < last:
            part[first - start : last - start] = self._samples[
                first - self._start : last - self._start
            ]
        return part

    def forget(self, before: int) -> None:
        """Drop what lies before a place."""
        count = min(max(0, before - self._start), len(self._samples))
        self._samples = self._samples[count:]
        self._start += count
