"""What a voice sounds like, in numbers that words stand for: high or low, large or small, bright.

The vocal tract is told by its resonances, the formants, as linear prediction finds them (Atal and
Hanauer 1971); their spacing gives the length of the tube that would have them (Reby and McComb
2003, "Anatomical constraints generate honesty"), whatever the vowels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.audio.pitch import PitchTracker
from minimax_speech.audio.tape import Tape

LONGEST_SECONDS = 4.0
"""So much of a clip is listened to."""
FEWEST_FRAMES = 20
"""Voiced frames, of a hundredth of a second, below which a clip tells nothing."""

_HOP_SECONDS, _FRAME_SECONDS = 0.01, 0.03
_FORMANT_RATE, _ORDER, _FORMANTS = 10_000, 10, 4
_MOST_FRAMES = 40  # whose formants are looked for
_WIDEST, _LOWEST_FORMANT, _HIGHEST_FORMANT = 500.0, 200.0, 4_800.0  # Hz
_SPEED_OF_SOUND = 35_000.0  # cm/s, in a warm and moist tract
_BANDS = ((100.0, 1_000.0), (2_000.0, 6_000.0))  # Hz, whose ratio is the brightness


@dataclass(frozen=True)
class VoiceTraits:
    """What is measured of a voice.

    Attributes:
        pitch: median fundamental frequency, Hz.
        liveliness: between the pitch that a tenth of the speech is below and the one that a tenth
            is above, in semitones.
        tract: apparent length of the vocal tract, cm: short in children, long in large men.
        brightness: energy of 2 to 6 kHz over that of 0.1 to 1 kHz in voiced speech, dB.
        breathiness: how far from periodic the voice is, 0 to 1: breath, creak or hoarseness.
    """

    pitch: float
    liveliness: float
    tract: float
    brightness: float
    breathiness: float


NAMES = tuple(field.name for field in fields(VoiceTraits))


def measure_traits(samples: Samples, rate: int) -> VoiceTraits | None:
    """Measure a mono clip (samples,) at ``rate`` Hz; None where hardly anything is voiced."""
    samples = np.asarray(samples[: round(LONGEST_SECONDS * rate)], np.float32)
    places, pitches, aperiodicity = _voiced(samples, rate)
    if len(places) < FEWEST_FRAMES:
        return None
    low, high = np.percentile(pitches, (10, 90))
    return VoiceTraits(
        pitch=float(np.median(pitches)),
        liveliness=float(12 * np.log2(high / low)),
        tract=_tract_length(samples, rate, places),
        brightness=_brightness(samples, rate, places),
        breathiness=float(np.median(aperiodicity)),
    )


def _voiced(
    samples: Samples, rate: int
) -> tuple[Sequence[int], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Places (samples) of voiced frames, their pitches (Hz), and how unlike periods follow."""
    tape = Tape()
    tape.append(samples)
    tracker = PitchTracker(tape, rate)
    places, pitches, unlike = [], [], []
    for place in range(0, len(samples), round(_HOP_SECONDS * rate)):
        period = tracker.period(place)
        if period:
            places.append(place)
            pitches.append(rate / period)
            unlike.append(_unlikeness(tape, place, round(period)))
    return places, np.array(pitches), np.array(unlike)


def _unlikeness(tape: Tape, place: int, period: int) -> float:
    """How much of two periods about a place is not repeated in the next two, 0 to 1."""
    heard = tape.read(place - 2 * period, place + 2 * period).astype(np.float64)
    first, second = heard[: 2 * period], heard[2 * period :]
    power = float(np.sqrt((first @ first) * (second @ second)))
    return float(np.clip(1 - first @ second / power, 0, 1)) if power else 1.0


def _frames(
    samples: npt.NDArray[np.floating], rate: int, places: Sequence[int], at: int
) -> npt.NDArray[np.float64]:
    """Windowed frames (frames, size) of a signal about places that are counted at another rate."""
    size = round(_FRAME_SECONDS * rate)
    padded = np.pad(np.asarray(samples, np.float64), size)
    starts = np.round(np.asarray(places) * rate / at).astype(int) + size - size // 2
    return padded[starts[:, None] + np.arange(size)] * np.hamming(size)


def _brightness(samples: Samples, rate: int, places: Sequence[int]) -> float:
    frames = _frames(samples, rate, places, rate)
    power = np.square(np.abs(np.fft.rfft(frames))).sum(0)
    hertz = np.fft.rfftfreq(frames.shape[1], 1 / rate)
    low, high = (power[(hertz >= least) & (hertz < most)].sum() for least, most in _BANDS)
    return float(10 * np.log10((high + 1e-12) / (low + 1e-12)))


def _tract_length(samples: Samples, rate: int, places: Sequence[int]) -> float:
    """Length of the tube (cm) whose resonances lie as far apart as the formants do."""
    chosen = places[:: max(1, len(places) // _MOST_FRAMES)]
    sound = io.resample(samples, rate, _FORMANT_RATE).astype(np.float64)
    sound = sound[1:] - 0.97 * sound[:-1]
    found: list[list[float]] = [[] for _ in range(_FORMANTS)]
    for frame in _frames(sound, _FORMANT_RATE, chosen, rate):
        formants = _formants(frame)
        if len(formants) >= _FORMANTS:
            for number in range(_FORMANTS):
                found[number].append(formants[number])
    if not found[0]:
        return float("nan")
    # A tube that is closed at one end resonates at (k - 1/2) times the spacing.
    orders = np.arange(_FORMANTS) + 0.5
    spacing = float(orders @ [np.median(each) for each in found] / (orders @ orders))
    return _SPEED_OF_SOUND / (2 * spacing)


def _formants(frame: npt.NDArray[np.float64]) -> list[float]:
    """Resonances (Hz) of a windowed frame at `_FORMANT_RATE`, the lowest first."""
    full = np.correlate(frame, frame, "full")[len(frame) - 1 :][: _ORDER + 1]
    if full[0] <= 0:
        return []
    lags = np.abs(np.subtract.outer(np.arange(_ORDER), np.arange(_ORDER)))
    matrix = full[lags] + 1e-9 * full[0] * np.eye(_ORDER)
    roots = np.roots(np.concatenate([[1.0], -np.linalg.solve(matrix, full[1:])]))
    roots = roots[roots.imag > 0]
    hertz = np.angle(roots) * _FORMANT_RATE / (2 * np.pi)
    width = -np.log(np.maximum(np.abs(roots), 1e-9)) * _FORMANT_RATE / np.pi
    real = (width < _WIDEST) & (hertz > _LOWEST_FORMANT) & (hertz < _HIGHEST_FORMANT)
    return sorted(hertz[real].tolist())
