"""The colour of a voice: how bright it is, and how much of it is breath.

Short spectra are changed and added up again (Allen & Rabiner 1977, "A unified approach to
short-time Fourier analysis and synthesis").
"""

import numpy as np
from numpy.typing import NDArray

from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape

_HOP_SECONDS = 0.0075
_OVERLAP = 4
"""Frames that each sample is in; the squares of their windows add up to 1.5 everywhere."""
_SMOOTH_SECONDS = 1 / 600
"""Quefrencies up to this make a spectral envelope: harmonics lie beyond, formants do not."""
_LOWEST_HZ, _MIDDLE_HZ = 60.0, 1000.0
_MOST_DB = 15.0


class Colour:
    """Tilts the spectrum of a sound, and turns voice into breath.

    Works on frames of its own, with noise of their own, so that what comes out does not depend on
    how the sound was cut.
    """

    def __init__(self, rate: int, tilt: float = 0.0, breath: float = 0.0, seed: int = 0) -> None:
        """For a sound at ``rate`` Hz.

        Args:
            rate: Hz.
            tilt: dB that each octave above 1 kHz gains, and each below it loses.
            breath: share of the sound that is noise in the shape of the speech; 1 whispers.
            seed: of the noise.
        """
        self._breath, self._seed = breath, seed
        self._hop = round(_HOP_SECONDS * rate)
        self._length = _OVERLAP * self._hop
        self._window = np.hanning(self._length + 1)[:-1]
        self._lifter = round(_SMOOTH_SECONDS * rate)
        self._gain = _tilted(np.fft.rfftfreq(self._length, 1 / rate), tilt)
        self._tape, self._frame = Tape(), 0
        self._sum = np.zeros(self._length)
        self._given = 0

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        self._tape.append(samples)
        return self._frames(self._tape.end // self._hop)

    def finish(self) -> Samples:
        """What is left, (samples,)."""
        left = self._tape.end - self._given
        return self._frames(-(-self._tape.end // self._hop) + _OVERLAP - 1)[:left]

    def _frames(self, until: int) -> Samples:
        """Add up the frames before a number; number n ends (n + 1) hops after the beginning."""
        numbers = range(self._frame, until)
        if not numbers:
            return np.zeros(0, np.float32)
        hop, length = self._hop, self._length
        start = (numbers[0] + 1) * hop - length
        heard = self._tape.read(start, (numbers[-1] + 1) * hop).astype(np.float64)
        frames = np.lib.stride_tricks.sliding_window_view(heard, length)[::hop]
        spectra = np.fft.rfft(frames * self._window)
        if self._breath:
            spectra = (1 - self._breath) * spectra + self._breath * self._noise(spectra, numbers)
        changed = np.fft.irfft(spectra * self._gain, length) * self._window / (_OVERLAP * 3 / 8)
        out = np.zeros(len(numbers) * hop)
        for place, frame in enumerate(changed):
            self._sum += frame
            out[place * hop : (place + 1) * hop] = self._sum[:hop]
            self._sum = np.concatenate([self._sum[hop:], np.zeros(hop)])
        self._frame = numbers[-1] + 1
        self._tape.forget(self._frame * hop + hop - length)
        out = out[max(0, -start) :]  # what lies before the beginning
        self._given += len(out)
        return out.astype(np.float32)

    def _noise(self, spectra: NDArray[np.complexfloating], numbers: range) -> NDArray:
        """Noise (frames, bins) with the envelopes and the levels of spectra."""
        magnitudes = np.abs(spectra)
        cepstra = np.fft.irfft(np.log(magnitudes + 1e-9), self._length)
        cepstra[:, self._lifter : -self._lifter + 1] = 0
        smooth = np.exp(np.fft.rfft(cepstra).real)
        power = (magnitudes**2).sum(1, keepdims=True) / (smooth**2).sum(1, keepdims=True)
        drawn = [
            np.random.default_rng((self._seed, n)).standard_normal((2, spectra.shape[1]))
            for n in numbers
        ]
        real, imaginary = np.swapaxes(drawn, 0, 1)
        # Twice: frames of noise add up in power, not in amplitude, and through two windows.
        return 2 * smooth * np.sqrt(power) * (real + 1j * imaginary) / np.sqrt(2)


def _tilted(hertz: NDArray[np.floating], tilt: float) -> NDArray[np.floating]:
    """Gains (bins,) that tilt a spectrum and leave speech about as loud."""
    octaves = np.log2(np.maximum(hertz, _LOWEST_HZ) / _MIDDLE_HZ)
    gain = 10 ** (np.clip(tilt * octaves, -_MOST_DB, _MOST_DB) / 20)
    usual = 1 / (1 + (hertz / (_MIDDLE_HZ / 2)) ** 3)  # about the power of speech
    return gain / np.sqrt((usual * gain**2).sum() / usual.sum())
