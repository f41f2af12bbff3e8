"""What is measured of a clip: speech with faults that are known."""

from dataclasses import asdict

import numpy as np
import pytest
import soxr

from minimax_speech.audio.io import Samples
from minimax_speech.audio.voice_activity import VoiceActivity
from minimax_speech.data.clip_quality import ClipQuality, measure_quality

RATE = 24_000
Spoken = dict[str, dict[str, Samples]]


@pytest.fixture(scope="module")
def activity() -> VoiceActivity:
    return VoiceActivity()


@pytest.fixture(scope="module")
def clip(spoken: Spoken) -> Samples:
    return next(iter(spoken["clb"].values()))


@pytest.fixture(scope="module")
def clean(clip: Samples, activity: VoiceActivity) -> ClipQuality:
    return measure_quality(clip, RATE, activity)


def test_a_clean_clip(clip: Samples, clean: ClipQuality) -> None:
    assert clean.speech_seconds == pytest.approx(len(clip) / RATE, abs=0.4)
    assert clean.silence < 15
    assert -30 < clean.loudness < -15
    assert clean.snr > 30
    assert clean.clipping < 0.06
    assert clean.bandwidth > 3800


def test_loudness_follows_the_gain_and_nothing_else_does(
    clip: Samples, clean: ClipQuality, activity: VoiceActivity
) -> None:
    quiet = measure_quality(clip / 10, RATE, activity)
    assert clean.loudness - quiet.loudness == pytest.approx(20, abs=0.1)
    assert quiet.snr > 30
    assert quiet.clipping == clean.clipping
    assert quiet.bandwidth == clean.bandwidth


@pytest.mark.parametrize("rate", [16_000, 48_000])
def test_a_sine_of_full_scale_is_as_loud_as_the_standard_says(
    activity: VoiceActivity, rate: int
) -> None:
    sine = np.sin(2 * np.pi * 997 * np.arange(2 * rate) / rate).astype(np.float32)
    assert measure_quality(sine, rate, activity).loudness == pytest.approx(-3.01, abs=0.35)


@pytest.mark.parametrize(("snr", "within"), [(0, 3.5), (5, 3), (10, 3), (20, 3)])
def test_snr_is_what_was_mixed(
    clip: Samples, activity: VoiceActivity, snr: float, within: float
) -> None:
    size = RATE // 50
    power = np.square(clip[: len(clip) // size * size].reshape(-1, size)).mean(axis=1)
    speech = power[power > power.max() / 1000].mean()
    noise = np.random.default_rng(0).standard_normal(len(clip)).astype(np.float32)
    noisy = clip + noise * np.sqrt(speech) * 10 ** (-snr / 20)
    assert measure_quality(noisy, RATE, activity).snr == pytest.approx(snr, abs=within)


def test_digital_silence_is_no_noise_floor(clip: Samples, activity: VoiceActivity) -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, len(clip)).astype(np.float32)
    noisy = measure_quality(clip + noise, RATE, activity)
    padding = np.zeros(RATE, np.float32)
    padded = measure_quality(np.concatenate([padding, clip + noise, padding]), RATE, activity)
    assert padded.snr == pytest.approx(noisy.snr, abs=1.5)
    assert padded.silence == pytest.approx(100 * 2 * RATE / (len(clip) + 2 * RATE), abs=10)


@pytest.mark.parametrize("share", [0.1, 1.0])
def test_clipping_shows_at_any_level(clip: Samples, activity: VoiceActivity, share: float) -> None:
    top = np.quantile(np.abs(clip), 1 - share / 100)
    clipped = np.clip(clip, -top, top)
    for gain in (1.0, 0.1):
        measured = measure_quality(gain * clipped, RATE, activity).clipping
        assert share <= measured < 2 * share


def test_bandwidth_is_that_of_a_telephone(clip: Samples, activity: VoiceActivity) -> None:
    narrow = soxr.resample(soxr.resample(clip, RATE, 6000), 6000, RATE)
    assert measure_quality(narrow, RATE, activity).bandwidth == pytest.approx(3000, abs=300)


@pytest.mark.parametrize("length", [1, 100, 30_000])
def test_silence_of_any_length_has_numbers(activity: VoiceActivity, length: int) -> None:
    quality = asdict(measure_quality(np.zeros(length, np.float32), RATE, activity))
    assert quality.pop("digest")
    assert quality == {
        "speech_seconds": 0,
        "silence": 100,
        "loudness": -70,
        "snr": -100,
        "clipping": 0,
        "bandwidth": 0,
    }


def test_the_digest_is_that_of_the_samples(clip: Samples, activity: VoiceActivity) -> None:
    whole = np.round(clip * 32767) / np.float32(32767)
    digests = {measure_quality(clip, RATE, activity).digest}
    digests.add(measure_quality(whole.astype(np.float32), RATE, activity).digest)
    assert len(digests) == 1
    digests.add(measure_quality(clip[1:], RATE, activity).digest)
    assert len(digests) == 2
