"""Emotions as classical engines can be made to speak them: how fast, how high, how bright.

After what is known of how emotions sound (Scherer 2003, "Vocal communication of emotion"; Juslin &
Laukka 2003): an engine is driven in rate and pitch, and its sound is changed in dynamics, spectral
tilt and breathiness.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minimax_speech.audio.colour import Colour

_RATE, _HOP = 24_000, 180
_SMOOTHER = np.hanning(9 * _HOP) / np.hanning(9 * _HOP).sum()
"""Over which a level is taken for dynamics."""
_MOST_DB = 15.0


@dataclass(frozen=True)
class Style:
    """How an emotion is spoken, compared with a neutral reading.

    Attributes:
        rate: factor of the tempo.
        pitch: semitones higher.
        dynamics: factor of the differences in level, in dB.
        tilt: dB that each octave above 1 kHz gains, and each below it loses.
        breath: share of the sound that is noise in the shape of the speech; 1 whispers.
    """

    rate: float = 1.0
    pitch: float = 0.0
    dynamics: float = 1.0
    tilt: float = 0.0
    breath: float = 0.0


STYLES = {
    "happy": Style(rate=1.12, pitch=3.0, dynamics=1.1, tilt=1.0),
    "sad": Style(rate=0.8, pitch=-2.0, dynamics=0.85, tilt=-1.2, breath=0.05),
    "angry": Style(rate=1.1, pitch=1.0, dynamics=1.4, tilt=2.0),
    "fearful": Style(rate=1.25, pitch=5.0, dynamics=0.9, tilt=0.3, breath=0.08),
    "surprised": Style(rate=0.95, pitch=6.0, dynamics=1.2, tilt=0.4),
    "calm": Style(rate=0.85, pitch=-0.5, dynamics=0.7, tilt=-0.3),
    "whisper": Style(rate=0.95, dynamics=0.9, tilt=0.5, breath=1.0),
}
"""No further from neutral than a model that has learnt from neutral speech can follow: what is very
slow, or dull, comes out unclear."""


def shape(samples: NDArray[np.floating], style: Style, seed: int) -> NDArray[np.float32]:
    """Dynamics, tilt and breath of a style, for speech (samples,) at 24 kHz.

    The seed is that of the noise.
    """
    sound = samples.astype(np.float32)
    if style.tilt or style.breath:
        colour = Colour(_RATE, style.tilt, style.breath, seed)
        sound = np.concatenate([colour.push(sound), colour.finish()])
    return sound if style.dynamics == 1 else _spread(sound, style.dynamics)


def _spread(samples: NDArray[np.float32], factor: float) -> NDArray[np.float32]:
    """The same, with levels (dB) that differ from their mean by so many times as much."""
    power = np.convolve(np.square(samples.astype(np.float64)), _SMOOTHER, "same")[::_HOP]
    level = 10 * np.log10(power + 1e-4 * power.max() + 1e-12)
    speech = level > level.max() - 35
    gain = np.clip((factor - 1) * (level - level[speech].mean()), -_MOST_DB, _MOST_DB)
    every = np.interp(np.arange(len(samples)), np.arange(len(gain)) * _HOP, gain)
    return (samples * 10 ** (every / 20)).astype(np.float32)
