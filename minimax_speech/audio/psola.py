"""The pitch of speech changed, with its length and its formants kept.

Time-domain pitch-synchronous overlap-add (Moulines and Charpentier 1990): the sound is cut into
grains of two pitch periods, and these are laid down again, closer together or farther apart. Each
grain keeps its spectrum, and with it the vowel and the speaker. Where there is no pitch, grains go
back where they were.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minimax_speech.audio.io import Samples
from minimax_speech.audio.pitch import PitchTracker
from minimax_speech.audio.tape import Tape, most_alike

_UNVOICED_SECONDS = 0.005
_SEARCH = 0.2
"""Share of a period by which the next one may come earlier or later."""


@dataclass(frozen=True)
class _Mark:
    """A place around which a grain is cut, in the sound as it was.

    Attributes:
        place: in samples.
        period: in samples; to the next mark, roughly.
        voiced: whether the grain is a period of the voice.
    """

    place: int
    period: float
    voiced: bool


class Psola:
    """Changes pitch while the sound comes in.

    What comes out depends on the sound alone, and not on how it was cut.
    """

    def __init__(self, rate: int, semitones: float) -> None:
        self._ratio = 2 ** (semitones / 12)
        self._unvoiced = round(_UNVOICED_SECONDS * rate)
        self._tape, self._done = Tape(), False
        self._tracker = PitchTracker(self._tape, rate)
        self._marks = [_Mark(0, float(self._unvoiced), False)]
        self._laid = np.zeros(0, np.float64)
        self._given = 0  # samples that have come out
        self._next = 0.0  # where the next grain goes, in the sound that comes out
        self._last = self._unvoiced  # half of the width of the last grain

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        self._tape.append(samples)
        return self._work()

    def finish(self) -> Samples:
        """What is left, (samples,); the whole is as long as the sound."""
        self._done = True
        return self._work()

    def _work(self) -> Samples:
        end = self._tape.end
        while not (self._done and self._next - self._last >= end):
            mark = self._mark_near(self._next)
            if mark is None:
                break
            self._lay(mark)
        ready = end if self._done else max(self._given, round(self._next) - self._last)
        count = ready - self._given
        out = np.zeros(count, np.float32)
        laid = self._laid[:count]
        out[: len(laid)] = laid
        self._laid = self._laid[count:]
        self._given = ready
        self._forget()
        return out

    def _lay(self, mark: _Mark) -> None:
        """Lay down a grain; its first half is as wide as the second half of the one before."""
        left, right, place = self._last, round(mark.period), round(self._next)
        grain = self._tape.read(mark.place - left, mark.place + right).astype(np.float64)
        grain[:left] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(left) / left)
        grain[left:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(right) / right)
        step = mark.period / self._ratio if mark.voiced else mark.period
        if step != mark.period:
            grain *= _gain(grain, right, round(step))
        start = place - left - self._given
        if start < 0:  # before the beginning of all
            grain, start = grain[-start:], 0
        if start + len(grain) > len(self._laid):
            self._laid = np.pad(self._laid, (0, start + len(grain) - len(self._laid)))
        self._laid[start : start + len(grain)] += grain
        self._next += step
        self._last = right

    def _mark_near(self, place: float) -> _Mark | None:
        """Where to cut for a place; None before enough has come in to know."""
        while self._marks[-1].place <= place:
            mark = self._following(self._marks[-1])
            if mark is None:
                return None
            self._marks.append(mark)
        mark = min(self._marks, key=lambda mark: abs(mark.place - place))
        if not mark.voiced:
            mark = _Mark(round(place), mark.period, False)
        return mark if self._heard(mark.place + round(mark.period)) else None

    def _following(self, mark: _Mark) -> _Mark | None:
        """The mark after another one; None before enough has come in to know."""
        expected = round(mark.place + mark.period)
        if not self._heard(expected + self._tracker.lookahead):
            return None
        period = self._tracker.period(expected)
        if not period:
            return _Mark(mark.place + self._unvoiced, float(self._unvoiced), False)
        if not mark.voiced:
            return _Mark(self._peak(mark.place, round(period)), period, True)
        half, slack = round(period / 2), max(1, round(_SEARCH * period))
        pattern = self._tape.read(mark.place - half, mark.place + half)
        return _Mark(most_alike(self._tape, pattern, expected, slack), period, True)

    def _peak(self, after: int, period: int) -> int:
        """The loudest sample of the period after a place: near where the glottis closes."""
        return after + 1 + int(np.abs(self._tape.read(after + 1, after + 1 + period)).argmax())

    def _heard(self, place: int) -> bool:
        return self._done or self._tape.end >= place

    def _forget(self) -> None:
        while len(self._marks) > 2 and self._marks[1].place < self._next:
            self._marks.pop(0)
        needed = self._marks[0].place - 2 * self._tracker.lookahead
        self._tape.forget(needed)
        self._tracker.forget(needed)


def _gain(grain: npt.NDArray[np.float64], period: int, step: int) -> float:
    """For a grain that is repeated after another step than its own period: the level stays."""
    loud, changed = _power(grain, period), _power(grain, step)
    return float(np.sqrt(np.clip(loud / max(changed, 1e-12), 0.25, 4.0)))


def _power(grain: npt.NDArray[np.float64], step: int) -> float:
    """Mean power of a grain repeated after each step."""
    folded = np.pad(grain, (0, -len(grain) % step)).reshape(-1, step).sum(axis=0)
    return float((folded**2).mean())
