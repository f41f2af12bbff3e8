"""How something is said, in numbers: pitch, its range, pace, dynamics, brightness, voicing.

What tells emotions apart of what reading speech aloud can vary (Scherer 2003, "Vocal communication
of emotion"). The level is none of them: recordings and synthesis are levelled.
"""

from dataclasses import astuple, dataclass, fields

import numpy as np
import numpy.typing as npt

from minimax_speech.audio.io import Samples
from minimax_speech.audio.pitch import find_periods

HOP_SECONDS = 0.01
_WINDOW_SECONDS = 0.04
_SPEECH_DB = -35.0
"""Below this, relative to the loudest frames, there is no speech."""
_BRIGHT_HZ = 1500.0
_LOW_HZ = 80.0


@dataclass(frozen=True)
class Delivery:
    """How an utterance was said.

    Attributes:
        pitch: median, in semitones above 1 Hz; of what is nowhere voiced 0.
        pitch_range: between the tenth and the ninetieth percentile, in semitones.
        pitch_movement: mean change of the pitch in 50 ms, in semitones.
        pace: natural logarithm of the characters that are said in a second, pauses at the ends
            aside.
        dynamics: standard deviation of the level over speech, in dB.
        brightness: level above 1.5 kHz relative to that below, in dB.
        voiced: share of the frames with speech that have a pitch.
    """

    pitch: float
    pitch_range: float
    pitch_movement: float
    pace: float
    dynamics: float
    brightness: float
    voiced: float


FIGURES = tuple(field.name for field in fields(Delivery))


def measure(samples: Samples, rate: int, characters: int) -> Delivery:
    """How (samples,) at a rate (Hz) say a text of so many characters.

    Raises:
        ValueError: there is no sound.
    """
    hop, window = round(HOP_SECONDS * rate), round(_WINDOW_SECONDS * rate)
    padded = np.pad(samples.astype(np.float64), (window // 2, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop] * np.hanning(window)
    power = np.abs(np.fft.rfft(frames)) ** 2
    hertz = np.fft.rfftfreq(window, 1 / rate)
    power[:, hertz < _LOW_HZ] = 0
    whole = power.sum(1)
    if not whole.max() > 0:
        raise ValueError("there is no sound")
    level = 10 * np.log10(whole + 1e-12 * whole.max())
    speech = level > np.percentile(level, 95) + _SPEECH_DB
    places = np.flatnonzero(speech)
    seconds = (places[-1] - places[0] + 1) * HOP_SECONDS
    bright = power[speech][:, hertz >= _BRIGHT_HZ].sum()
    dark = power[speech][:, hertz < _BRIGHT_HZ].sum()
    contour = _contour(samples, rate, places * hop)
    voiced = contour > 0
    tones = contour[voiced]
    low, middle, high = np.percentile(tones, (10, 50, 90)) if len(tones) else (0.0, 0.0, 0.0)
    return Delivery(
        pitch=float(middle),
        pitch_range=float(high - low),
        pitch_movement=_movement(contour, places),
        pace=float(np.log(max(1, characters) / seconds)),
        dynamics=float(level[speech].std()),
        brightness=float(10 * np.log10((bright + 1e-12) / (dark + 1e-12))),
        voiced=float(voiced.mean()),
    )


def table(deliveries: list[Delivery]) -> npt.NDArray[np.float64]:
    """(utterances, figures) of them all."""
    return np.array([astuple(delivery) for delivery in deliveries])


def _contour(samples: Samples, rate: int, places: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Semitones above 1 Hz at each place (samples); 0 where there is no pitch."""
    periods = find_periods(samples, rate, places)
    return np.where(periods > 0, 12 * np.log2(rate / np.maximum(periods, 1.0)), 0.0)


def _movement(contour: npt.NDArray[np.float64], places: npt.NDArray[np.int64]) -> float:
    """Mean absolute change over 50 ms where both ends are voiced, octave errors left out."""
    step = 5
    near = places[step:] - places[:-step] == step
    both = near & (contour[step:] > 0) & (contour[:-step] > 0)
    change = np.abs(contour[step:] - contour[:-step])[both]
    change = change[change < 8]
    return float(change.mean()) if len(change) else 0.0
