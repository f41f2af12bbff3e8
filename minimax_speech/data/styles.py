"""Emotions as classical engines can be made to speak them: how fast, how high, how bright.

After what is known of how emotions sound (Scherer 2003, "Vocal communication of emotion"; Juslin &
Laukka 2003): an engine is driven in rate and pitch, and its sound is changed in dynamics, spectral
tilt and breathiness.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_FRAME, _HOP = 720, 180  # 30 ms and 7.5 ms at 24 kHz
_LIFTER = 40
"""Cepstral coefficients that make a spectral envelope: harmonics lie beyond, formants do not."""
_MOST_DB = 15.0
_SMOOTHED = 9
"""Frames over which a level is taken for dynamics."""


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
    "happy": Style(rate=1.12, pitch=3.0, dynamics=1.1, tilt=0.6),
    "sad": Style(rate=0.8, pitch=-2.0, dynamics=0.85, tilt=-0.8, breath=0.1),
    "angry": Style(rate=1.1, pitch=1.0, dynamics=1.4, tilt=1.3),
    "fearful": Style(rate=1.25, pitch=5.0, dynamics=0.9, tilt=0.3, breath=0.15),
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
    window = np.hanning(_FRAME + 1)[:-1]
    padded = np.pad(samples.astype(np.float64), _FRAME)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP]
    spectra = np.fft.rfft(frames * window)
    if style.breath:
        noise = np.random.default_rng(seed).standard_normal((2, *spectra.shape))
        breathed = _envelope(np.abs(spectra)) * (noise[0] + 1j * noise[1]) / np.sqrt(2)
        spectra = (1 - style.breath) * spectra + style.breath * breathed
    spectra *= _tilt(style.tilt) * _dynamics(spectra, style.dynamics)[:, None]
    out, weight = np.zeros(len(padded)), np.zeros(len(padded))
    for number, frame in enumerate(np.fft.irfft(spectra, _FRAME)):
        place = slice(number * _HOP, number * _HOP + _FRAME)
        out[place] += frame * window
        weight[place] += window**2
    shaped = out / np.maximum(weight, 1e-3)
    return shaped[_FRAME : _FRAME + len(samples)].astype(np.float32)


def _envelope(magnitudes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smooth spectra (frames, bins) of the same level, by their cepstra."""
    cepstra = np.fft.irfft(np.log(magnitudes + 1e-9))
    cepstra[:, _LIFTER:-_LIFTER] = 0
    smooth = np.exp(np.fft.rfft(cepstra).real)
    power = (magnitudes**2).sum(1, keepdims=True) / (smooth**2).sum(1, keepdims=True)
    return smooth * np.sqrt(power)


def _tilt(slope: float) -> NDArray[np.float64]:
    """Gain (bins,) of so many dB an octave about 1 kHz."""
    hertz = np.maximum(np.fft.rfftfreq(_FRAME, 1 / 24_000), 60.0)
    return 10 ** (np.clip(slope * np.log2(hertz / 1000), -_MOST_DB, _MOST_DB) / 20)


def _dynamics(spectra: NDArray[np.complexfloating], factor: float) -> NDArray[np.float64]:
    """Gain (frames,) by which levels differ from their mean by so many times as much."""
    power = (np.abs(spectra) ** 2).sum(1)
    smooth = np.convolve(power, np.ones(_SMOOTHED) / _SMOOTHED, "same")
    level = 10 * np.log10(smooth + 1e-4 * smooth.max() + 1e-12)
    speech = level > level.max() - 35
    gain = (factor - 1) * (level - level[speech].mean())
    return 10 ** (np.clip(gain, -_MOST_DB, _MOST_DB) / 20)
