"""The part of a signal that is still needed, by its place in the whole signal."""

from collections.abc import Iterable, Iterator

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


def pieces(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """A signal in pieces of (size,) samples, the last one shorter, whatever blocks it comes in."""
    held: list[Samples] = []
    length = 0
    for block in blocks:
        held.append(block)
        length += len(block)
        if length >= size:
            whole = held[0] if len(held) == 1 else np.concatenate(held)
            end = length // size * size
            for start in range(0, end, size):
                yield whole[start : start + size]
            held, length = [whole[end:]], length - end
    if length:
        yield np.concatenate(held)


def most_alike(tape: Tape, pattern: Samples, place: int, slack: int) -> int:
    """Within ``slack`` of a place, the middle of the stretch that is most like (2 * half,) samples.

    Alike in shape: loudness does not count.
    """
    half = len(pattern) // 2
    around = tape.read(place - slack - half, place + slack + half).astype(np.float64)
    product = np.correlate(around, pattern.astype(np.float64), "valid")
    power = np.concatenate([[0.0], np.cumsum(around**2)])
    power = power[2 * half :] - power[: -2 * half]
    return place - slack + int((product / np.sqrt(power + 1e-9)).argmax())
