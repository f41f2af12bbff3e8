"""The pitch period of speech, frame by frame, while it comes in.

YIN (de Cheveigné and Kawahara 2002) without its refinements: a median over neighbouring frames
mends single errors.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape

LOWEST_HZ, HIGHEST_HZ = 60, 500
"""Between these lies the pitch of speech."""

_HOP_SECONDS = 0.005
_CLEAR, _VOICED = 0.15, 0.35
"""Aperiodicity of a period taken at once, and the most that a voiced frame may have."""
_NEIGHBOURS = 2  # on either side, in the median


class PitchTracker:
    """Periods of the sound on a tape, of pitches between two bounds (Hz)."""

    def __init__(
        self, tape: Tape, rate: int, lowest: float = LOWEST_HZ, highest: float = HIGHEST_HZ
    ) -> None:
        self._tape = tape
        self._hop = round(_HOP_SECONDS * rate)
        self._shortest, self._longest = int(rate / highest), int(rate / lowest)
        self._periods: dict[int, float] = {}

    @property
    def lookahead(self) -> int:
        """Samples after a place that `period` listens to at most."""
        return self._longest + (_NEIGHBOURS + 1) * self._hop

    def period(self, place: int) -> float:
        """Period in samples about a place; 0 where there is none."""
        frame = round(place / self._hop)
        around = range(frame - _NEIGHBOURS, frame + _NEIGHBOURS + 1)
        return float(np.median([self._raw(number) for number in around]))

    def forget(self, before: int) -> None:
        """Drop what is known of frames before a place."""
        first = before // self._hop - _NEIGHBOURS - 1
        self._periods = {n: period for n, period in self._periods.items() if n >= first}

    def _raw(self, frame: int) -> float:
        if frame not in self._periods:
            middle = frame * self._hop
            heard = self._tape.read(middle - self._longest, middle + self._longest)
            self._periods[frame] = _yin(heard, self._shortest, self._longest)
        return self._periods[frame]


def median_pitch(
    samples: Samples, rate: int, lowest: float = LOWEST_HZ, highest: float = HIGHEST_HZ
) -> float:
    """Median pitch in Hz of a mono clip (samples,); NaN where nothing is voiced."""
    places = range(0, len(samples), round(2 * _HOP_SECONDS * rate))
    periods = find_periods(samples, rate, places, lowest, highest)
    voiced = periods[periods > 0]
    return float(rate / np.median(voiced)) if len(voiced) else float("nan")


def find_periods(
    samples: Samples,
    rate: int,
    places: Iterable[int],
    lowest: float = LOWEST_HZ,
    highest: float = HIGHEST_HZ,
) -> npt.NDArray[np.float64]:
    """Pitch periods, in samples, of a mono clip (samples,) at places; 0 where nothing is voiced."""
    tape = Tape()
    tape.append(samples)
    tracker = PitchTracker(tape, rate, lowest, highest)
    return np.array([tracker.period(int(place)) for place in places], np.float64)


def _yin(heard: Samples, shortest: int, longest: int) -> float:
    """Period in samples of a frame (2 * longest,), to a fraction; 0 if it has none."""
    aperiodicity = _aperiodicity(heard.astype(np.float64), longest)
    clear = np.flatnonzero(aperiodicity[shortest:] < _CLEAR)
    if len(clear):
        lag = shortest + int(clear[0])
        while lag + 1 < longest and aperiodicity[lag + 1] < aperiodicity[lag]:
            lag += 1
    else:
        lag = shortest + int(aperiodicity[shortest:].argmin())
    if aperiodicity[lag] > _VOICED or not shortest < lag < longest - 1:
        return 0.0
    before, here, after = aperiodicity[lag - 1 : lag + 2]
    bend = before - 2 * here + after
    return lag + float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend > 0 else lag


def _aperiodicity(heard: npt.NDArray[np.float64], longest: int) -> npt.NDArray[np.float64]:
    """YIN's cumulative mean normalised difference at each lag, (longest,)."""
    size = 1 << (3 * longest - 1).bit_length()
    spectrum = np.fft.rfft(heard, size)
    beginning = np.fft.rfft(heard[:longest], size)
    alike = np.fft.irfft(spectrum * beginning.conj(), size)[:longest]
    energy = np.concatenate([[0.0], np.cumsum(heard**2)])
    moved = energy[longest : 2 * longest] - energy[:longest]
    difference = np.maximum(moved[0] + moved - 2 * alike, 0.0)
    total = np.cumsum(difference[1:])
    result = np.ones(longest)
    # Silence has no period.
    loud = total > 1e-7
    result[1:][loud] = (difference[1:] * np.arange(1, longest))[loud] / total[loud]
    return result
