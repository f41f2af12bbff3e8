"""Reference clips: what is measured, cut, levelled, noted and refused."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError

RATE = 24_000


def sound(seconds: float, amplitude: float = 0.1) -> Samples:
    """Noise that swells and fades as speech does."""
    noise = hum(seconds, amplitude)
    swell = 1 + 0.8 * np.sin(2 * np.pi * 5 * np.arange(len(noise)) / RATE)
    return (noise * swell / np.sqrt(1 + 0.8**2 / 2)).astype(np.float32)


def hum(seconds: float, amplitude: float = 0.1) -> Samples:
    """Steady noise."""
    noise = np.random.default_rng(0).normal(0, amplitude, round(seconds * RATE))
    return noise.astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def test_inspection_finds_the_speech() -> None:
    clip = np.concatenate([silence(1), sound(2), silence(1), sound(1), silence(2)])
    report = levels.inspect(clip, RATE)
    assert report.seconds == 7
    assert report.speech_seconds == pytest.approx(3, abs=0.05)
    assert (report.speech_start, report.speech_end) == pytest.approx((1, 5), abs=0.03)
    assert report.rms_db == pytest.approx(-20, abs=0.3)
    assert report.clipped_fraction == 0


def test_inspection_of_nothing_is_defined() -> None:
    for clip in (silence(0), silence(1)):
        report = levels.inspect(clip, RATE)
        assert report.speech_seconds == 0
        assert levels.is_silent(report)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.002, 0.3), st.floats(0.5, 3.0))
def test_levelling_gives_every_clip_the_same_loudness(amplitude: float, seconds: float) -> None:
    quiet = np.concatenate([silence(0.5), sound(seconds, amplitude)])
    report = levels.inspect(levels.level(quiet, RATE), RATE)
    assert report.rms_db == pytest.approx(levels.SPEECH_LEVEL_DB, abs=0.3)
    assert report.peak_db < 0


def test_levelling_never_clips() -> None:
    clip = sound(2, 0.001)
    clip[1000] = 0.9
    assert np.abs(levels.level(clip, RATE)).max() <= 0.951


def test_a_good_clip_passes_without_notes() -> None:
    samples, notes = levels.prepare_reference(sound(3), RATE, "a.wav")
    assert notes == []
    assert len(samples) == 3 * RATE
    assert samples.dtype == np.float32


def test_silent_ends_are_cut_and_noted() -> None:
    clip = np.concatenate([silence(2), sound(3), silence(1)])
    samples, notes = levels.prepare_reference(clip, RATE, "a.wav")
    assert len(samples) / RATE == pytest.approx(3.2, abs=0.05)
    assert len(notes) == 1
    assert "2.8 s of silence" in notes[0]


def test_one_second_is_enough() -> None:
    samples, _ = levels.prepare_reference(sound(1.0), RATE, "a.wav")
    assert len(samples) == RATE


@pytest.mark.parametrize("clip", [sound(0.2), np.concatenate([silence(5), sound(0.2), silence(5)])])
def test_too_little_speech_is_refused(clip: Samples) -> None:
    with pytest.raises(
        InputError, match=r"^reference a\.wav holds 0\.\d s of speech.*longer clip$"
    ):
        levels.prepare_reference(clip, RATE, "a.wav")


@pytest.mark.parametrize("quiet_db", [-55, -63, -70])
def test_quiet_speech_is_made_louder(
    quiet_db: float, spoken: dict[str, dict[str, Samples]]
) -> None:
    for clips in spoken.values():
        clip = levels.level(next(iter(clips.values())), RATE, quiet_db)
        recorded = (np.round(clip * 32_768) / 32_768).astype(np.float32)
        samples, notes = levels.prepare_reference(recorded, RATE, "a.wav")
        assert levels.inspect(samples, RATE).rms_db == pytest.approx(levels.SPEECH_LEVEL_DB, abs=1)
        assert notes == []


@pytest.mark.parametrize("clip", [silence(5), sound(5, 1e-4), hum(5, 7e-4), silence(0)])
def test_silence_is_refused(clip: Samples) -> None:
    with pytest.raises(InputError, match=r"^reference a\.wav is silent"):
        levels.prepare_reference(clip, RATE, "a.wav")


def test_a_long_clip_is_cut_and_noted() -> None:
    samples, notes = levels.prepare_reference(sound(70), RATE, "a.wav")
    assert len(samples) == 60 * RATE
    assert "first 60 s of 70 s" in notes[0]


def test_clipping_is_noted() -> None:
    _, notes = levels.prepare_reference(np.clip(sound(3, 2.0), -1, 1), RATE, "a.wav")
    assert "clipped" in notes[0]


def test_what_is_too_steady_for_a_voice_is_noted() -> None:
    tone = 0.3 * np.sin(np.arange(3 * RATE) / 20)
    for clip in (hum(3), np.concatenate([silence(1), hum(3)]), tone.astype(np.float32)):
        _, notes = levels.prepare_reference(clip, RATE, "a.wav")
        assert "is it a voice?" in notes[-1]


def test_silence_is_told_of_what_was_read_only(tmp_path: Path) -> None:
    late = np.concatenate([silence(125), sound(3)])
    soundfile.write(tmp_path / "late.wav", late, RATE)
    with pytest.raises(InputError, match=r"late\.wav \(its first 120 s\) is silent"):
        levels.read_reference(tmp_path / "late.wav")


def test_an_hour_of_telephone_speech_can_be_a_reference(tmp_path: Path) -> None:
    second = np.random.default_rng(0).normal(0, 0.1, 8_000)
    with soundfile.SoundFile(tmp_path / "hour.wav", "w", 8_000, 1, "PCM_16") as file:
        for _ in range(3_600):
            file.write(second)
    samples, notes = levels.read_reference(tmp_path / "hour.wav")
    assert len(samples) == 60 * RATE
    assert "3600 s" in notes[0]
