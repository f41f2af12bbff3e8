"""Speed, pitch and volume: what they change, what they leave, and that cutting changes nothing."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.audio.io import Samples
from minimax_speech.audio.limiter import CEILING
from minimax_speech.audio.pitch import median_pitch
from minimax_speech.audio.prosody import Prosody
from minimax_speech.errors import InputError

RATE = 24_000
FORMANTS = ((500, 80), (1500, 120), (2500, 160))


def vowel(hertz: float, seconds: float = 1.0) -> Samples:
    """Pulses through three resonances, with a pause and some noise in the middle."""
    count = round(seconds * RATE)
    phase = np.cumsum(np.full(count, hertz / RATE))
    pulses = np.diff(np.floor(phase), prepend=0.0)
    spectrum = np.fft.rfft(pulses, 2 * count)
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * count))
    for centre, width in FORMANTS:
        radius = np.exp(-np.pi * width / RATE)
        spectrum /= 1 - 2 * radius * np.cos(2 * np.pi * centre / RATE) * z + radius**2 * z**2
    sound = np.fft.irfft(spectrum)[:count]
    sound *= 0.4 / np.abs(sound).max()
    middle = slice(count * 4 // 10, count // 2)
    noise = np.random.default_rng(0).normal(0, 0.02, count)
    sound[middle] = noise[middle]
    return sound.astype(np.float32)


def envelope_peak(samples: Samples, low: float, high: float) -> float:
    """Where between two frequencies the spectrum, smoothed over the harmonics, is highest."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    frequencies = np.fft.rfftfreq(len(samples), 1 / RATE)
    smooth = np.convolve(power, np.hanning(round(500 * len(samples) / RATE)), "same")
    band = (frequencies > low) & (frequencies < high)
    return float(frequencies[band][smooth[band].argmax()])


def level(samples: Samples) -> float:
    return float(10 * np.log10(np.square(samples).mean()))


@pytest.mark.parametrize("hertz", [95.0, 210.0])
@pytest.mark.parametrize("speed", [0.5, 0.8, 1.5, 2.0])
def test_speed_changes_the_length_alone(hertz: float, speed: float) -> None:
    sound = vowel(hertz)
    changed = Prosody(speed=speed).apply(sound, RATE)
    assert len(changed) == round(len(sound) / speed)
    assert median_pitch(changed, RATE) == pytest.approx(hertz, rel=0.02)
    assert level(changed) == pytest.approx(level(sound), abs=1.5)


@pytest.mark.parametrize("hertz", [95.0, 210.0])
@pytest.mark.parametrize("pitch", [-12, -5, 5, 12])
def test_pitch_moves_the_pitch_and_not_the_vowel(hertz: float, pitch: float) -> None:
    sound = vowel(hertz)
    changed = Prosody(pitch=pitch).apply(sound, RATE)
    ratio = 2 ** (pitch / 12)
    assert len(changed) == len(sound)
    heard = median_pitch(changed, RATE, 60 * ratio, 500 * ratio)
    assert heard == pytest.approx(hertz * ratio, rel=0.02)
    assert level(changed) == pytest.approx(level(sound), abs=1.5)
    for low, high in ((900, 2000), (2000, 3200)):
        assert envelope_peak(changed, low, high) == pytest.approx(
            envelope_peak(sound, low, high), abs=60 + hertz * max(1, ratio) / 2
        )


@pytest.mark.parametrize("rate", [16_000, 24_000, 48_000])
@pytest.mark.parametrize("tilt", [-4.0, 3.0])
def test_a_tilt_raises_each_octave_alike(rate: int, tilt: float) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, 4 * rate).astype(np.float32)
    changed = Prosody(tilt=tilt).apply(noise, rate)
    assert len(changed) == len(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / rate)
    gains = [
        level_of_band(changed, hertz, low) - level_of_band(noise, hertz, low)
        for low in (250.0, 500.0, 1000.0, 2000.0, 4000.0)
    ]
    assert np.diff(gains) == pytest.approx([tilt] * 4, abs=0.3)


def level_of_band(samples: Samples, hertz: np.ndarray, low: float) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    return float(10 * np.log10(power[(hertz >= low) & (hertz < 2 * low)].mean()))


def test_breath_takes_the_voice_and_leaves_the_vowel() -> None:
    sound = vowel(140)
    whispered = Prosody(breath=1.0).apply(sound, RATE)
    assert np.isnan(median_pitch(whispered, RATE))
    assert level(whispered) == pytest.approx(level(sound), abs=1.5)
    for low, high in ((900, 2000), (2000, 3200)):
        assert envelope_peak(whispered, low, high) == pytest.approx(
            envelope_peak(sound, low, high), abs=200
        )
    half = Prosody(breath=0.3).apply(sound, RATE)
    assert median_pitch(half, RATE) == pytest.approx(140, rel=0.02)


def test_without_a_pitch_nothing_is_moved() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, RATE).astype(np.float32)
    assert np.allclose(Prosody(pitch=7).apply(noise, RATE), noise, atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 5000), max_size=12),
    st.sampled_from(
        [
            Prosody(),
            Prosody(1.3),
            Prosody(1, -4),
            Prosody(volume=6),
            Prosody(tilt=2),
            Prosody(0.6, 5, 3, -1, 0.7),
        ]
    ),
)
def test_how_the_sound_is_cut_changes_nothing(cuts: list[int], prosody: Prosody) -> None:
    sound = vowel(140, 0.6)
    processor = prosody.processor(RATE)
    parts, start = [], 0
    for size in [*cuts, len(sound)]:
        parts.append(processor.push(sound[start : start + size]))
        start += size
    parts.append(processor.finish())
    assert np.array_equal(np.concatenate(parts), prosody.apply(sound, RATE))


@pytest.mark.parametrize(
    ("prosody", "seconds"),
    [
        (Prosody(0.5), 0.1),
        (Prosody(2.0), 0.1),
        (Prosody(pitch=-12), 0.1),
        (Prosody(volume=9), 0.1),
        (Prosody(2, -12, 4), 0.15),
        (Prosody(tilt=3, breath=1), 0.1),
    ],
)
def test_it_is_never_far_behind(prosody: Prosody, seconds: float) -> None:
    sound, chunk = np.tile(vowel(65), 4), 480
    processor = prosody.processor(RATE)
    given = 0
    for start in range(0, len(sound), chunk):
        given += len(processor.push(sound[start : start + chunk])) * prosody.speed
        assert start + chunk - given <= seconds * RATE + chunk


def test_a_long_sound_takes_no_more_memory() -> None:
    processor = Prosody(1.2, 3).processor(RATE)
    sound = vowel(100)
    processor.push(sound)
    before = len(pickle.dumps(processor))
    for _ in range(4):
        processor.push(sound)
    assert len(pickle.dumps(processor)) < 1.2 * before


def test_neutral_settings_change_nothing() -> None:
    sound = np.random.default_rng(0).normal(0, 2, 1000).astype(np.float32)
    assert Prosody().apply(sound, RATE) is sound
    processor = Prosody().processor(RATE)
    quiet = 0.9 * sound / np.abs(sound).max()
    assert np.array_equal(np.concatenate([processor.push(quiet), processor.finish()]), quiet)


@pytest.mark.parametrize("volume", [0.0, 0.5, 2.0])
def test_volume_is_a_factor_where_nothing_would_clip(volume: float) -> None:
    sound = vowel(120)
    assert np.array_equal(
        Prosody(volume=volume).apply(sound, RATE), sound * np.float32(volume), equal_nan=True
    )


def test_what_would_clip_is_turned_down_without_distortion() -> None:
    sound = (0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE) / RATE)).astype(np.float32)
    sound[RATE // 2 :] *= 0.2
    loud = Prosody(volume=10).apply(sound, RATE)
    assert len(loud) == len(sound)
    assert np.abs(loud).max() <= CEILING + 1e-6
    power = np.abs(np.fft.rfft(loud[: RATE // 2] * np.hanning(RATE // 2))) ** 2
    assert power[90:110].sum() > 0.9999 * power.sum()  # 200 Hz is bin 100
    assert np.allclose(loud[-1000:], sound[-1000:] * 10, atol=1e-6)


def test_silence_and_nothing_stay_what_they_are() -> None:
    for prosody in (Prosody(2, 3, 4), Prosody(0.5), Prosody(volume=3), Prosody(breath=0.5)):
        assert len(prosody.apply(np.zeros(0, np.float32), RATE)) == 0
        assert not prosody.apply(np.zeros(5000, np.float32), RATE).any()


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("speed", 0.49, "use 0.5 to 2"),
        ("speed", 2.1, "use 0.5 to 2"),
        ("speed", float("nan"), "use 0.5 to 2"),
        ("speed", "fast", "use 0.5 to 2"),
        ("pitch", 12.5, "use -12 to 12"),
        ("pitch", -13, "use -12 to 12"),
        ("volume", -0.1, "use 0 to 10"),
        ("volume", 11, "use 0 to 10"),
        ("volume", None, "use 0 to 10"),
    ],
)
def test_values_out_of_range_are_named(name: str, value: object, accepted: str) -> None:
    with pytest.raises(InputError, match=rf"{name} is .*: {accepted}"):
        Prosody(**{name: value})  # type: ignore[arg-type]
