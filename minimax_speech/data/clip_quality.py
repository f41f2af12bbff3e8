"""How good a clip is as a recording: loudness, noise, clipping, bandwidth, speech and silence."""

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.audio.voice_activity import RATE, Stretch, VoiceActivity
from minimax_speech.data.recordings import measure_bandwidth

QUIETEST_LUFS, BEST_SNR = -70.0, 100.0
"""What stands for silence, and for the SNR of a clip without any noise."""

_FRAME_SECONDS = 0.02
_FLOOR_PERCENTILE, _FLOOR_BIAS = 5.0, 1.3
"""The quietest frames of steady noise lie so much (a factor of power) below its mean."""
_DIGITAL_SILENCE = 1e-10  # power: below the last bit of 16
_NEAR_PEAK = 0.98
_SHORTEST_LUFS = 0.4  # seconds: a block of BS.1770


@dataclass(frozen=True)
class ClipQuality:
    """What is measured of a clip.

    Attributes:
        speech_seconds: how long somebody speaks.
        silence: share of the clip in which nobody does, in percent.
        loudness: LUFS (ITU-R BS.1770-4, within 0.3 dB), -70 at least.
        snr: how far the speech lies above the noise, in dB, 100 at most.
        clipping: share of the samples within 2 % of the clip's own peak, in percent: 0.06 at most
            in a sound recording, and as many as were clipped in another, however loud it is;
            but the codecs of lossy formats hide clipping.
        bandwidth: highest frequency with real energy, in Hz.
        digest: of the samples at 16 bits; copies in other files have the same one.
    """

    speech_seconds: float
    silence: float
    loudness: float
    snr: float
    clipping: float
    bandwidth: float
    digest: str


def measure_quality(samples: Samples, rate: int, activity: VoiceActivity) -> ClipQuality:
    """Measure a mono clip (samples,), at least one of them, at its own rate in Hz."""
    speech = activity.find([io.resample(samples, rate, RATE)])
    spoken = sum(stretch.end - stretch.start for stretch in speech)
    seconds = len(samples) / rate
    magnitudes = np.abs(samples)
    peak = float(magnitudes.max())
    sixteen_bits = np.round(samples * 32767).astype("<i2")
    return ClipQuality(
        speech_seconds=spoken,
        silence=max(0.0, 100 * (1 - spoken / seconds)),
        loudness=_loudness(samples, rate),
        snr=signal_to_noise(samples, rate, speech),
        clipping=100 * float(np.mean(magnitudes >= _NEAR_PEAK * peak)) if peak > 0 else 0.0,
        bandwidth=measure_bandwidth(samples, rate) if peak > 0 else 0.0,
        digest=hashlib.blake2b(sixteen_bits.tobytes(), digest_size=8).hexdigest(),
    )


def signal_to_noise(samples: Samples, rate: int, speech: list[Stretch]) -> float:
    """The power of speech over that of the noise in a mono clip (samples,), in dB.

    The noise is what the quietest frames hold, pauses or not, as in minimum statistics (Martin
    2001, "Noise power spectral density estimation based on optimal smoothing and minimum
    statistics"); digital silence does not count, since a gate or an editor left it. Within about
    2 dB of the truth from 5 to 20 dB in steady noise. -100 where nobody speaks.
    """
    size = round(_FRAME_SECONDS * rate)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    middles = (np.arange(len(power)) + 0.5) * size / rate
    spoken = np.zeros(len(power), bool)
    for stretch in speech:
        spoken |= (middles >= stretch.start) & (middles < stretch.end)
    if not spoken.any():
        return -BEST_SNR
    heard = power[power > _DIGITAL_SILENCE]
    noise = _FLOOR_BIAS * float(np.percentile(heard, _FLOOR_PERCENTILE)) if len(heard) else 0.0
    noise = max(noise, _DIGITAL_SILENCE)
    signal = max(float(power[spoken].mean()) - noise, _DIGITAL_SILENCE)
    return float(np.clip(10 * np.log10(signal / noise), -BEST_SNR, BEST_SNR))


def _loudness(samples: Samples, rate: int) -> float:
    import torch
    from torchaudio.functional import loudness

    short = max(0, math.ceil(_SHORTEST_LUFS * rate) - len(samples))
    padded = torch.from_numpy(np.pad(samples, (0, short)))
    measured = float(loudness(padded[None], rate))
    # Not a number where every block is below the standard's gate.
    return max(QUIETEST_LUFS, measured) if np.isfinite(measured) else QUIETEST_LUFS
