"""`tts convert`, whatever it is given: the recording's length, or one line and nothing written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tiny import tone

from minimax_speech import MiniMaxSpeech, Voice
from minimax_speech.audio import io
from minimax_speech.errors import InputError

Run = Callable[..., Any]
Refused = Callable[..., str]
Clips = dict[str, Path]


@pytest.fixture
def convert(tiny_model: Path) -> list[str]:
    """The beginning of a command line that works but for the recording and the place."""
    return ["convert", "-m", str(tiny_model), "--steps", "1", "--cfg-scale", "0"]


@pytest.mark.parametrize("name", ["good.flac", "stereo.wav", "narrow.wav", "wide.wav", "cut.ogg"])
def test_recordings_of_all_forms(
    name: str, clips: Clips, convert: list[str], run: Run, own_place: Path
) -> None:
    io.write(own_place / "cut.ogg", tone(1.333), io.SAMPLE_RATE)
    recording = clips.get(name, own_place / "cut.ogg")
    seconds, rate = io.duration(recording), soundfile.info(recording).samplerate
    line = [recording, "-r", clips["good.wav"], "-o", "a.wav"]
    outcome = run(*convert, *line)
    assert (outcome.code, outcome.out) == (0, "a.wav\n")
    converted, converted_rate = soundfile.read(own_place / "a.wav")
    assert abs(len(converted) - seconds * converted_rate) < 1
    assert np.abs(converted).max() > 0.01
    assert run(*convert, *line, "--sample-rate", 48_000 if rate == 96_000 else rate).code == 0
    assert abs(soundfile.info(own_place / "a.wav").duration - seconds) < 2 / rate


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("missing.wav", "does not exist"),
        ("corrupt.wav", "not an audio file"),
        ("header.wav", "not an audio file"),
        ("empty.wav", "is empty"),
        ("folder.wav", "is a folder"),
        ("cut.wav", "lasts 0.20 s; at least 1 s is needed"),
        ("cut.flac", "is damaged"),
        ("silent.wav", "is silent"),
        ("constant.wav", "is silent"),
        ("nan.wav", "not numbers"),
    ],
)
def test_recordings_that_cannot_be_converted(
    name: str, part: str, clips: Clips, convert: list[str], refused: Refused, tts: MiniMaxSpeech
) -> None:
    path = clips.get(name, Path(name))
    line = refused(*convert, path, "-o", "a.wav")
    assert part in line
    assert str(path) in line
    with pytest.raises(InputError, match=part):
        tts.convert(path)


def test_a_speed_changes_the_length(clips: Clips, tts: MiniMaxSpeech) -> None:
    fast = tts.convert(clips["good.wav"], speed=2.0, steps=1)
    assert len(fast.samples) == pytest.approx(24_000, abs=1)
    loud = tts.convert(clips["good.wav"], volume=0.5, steps=1)
    plain = tts.convert(str(clips["good.wav"]), steps=1)
    assert np.allclose(loud.samples, 0.5 * plain.samples, atol=1e-4)


def test_what_cannot_be_asked_for(clips: Clips, tts: MiniMaxSpeech) -> None:
    good = clips["good.wav"]
    stranger = Voice(tts.voice("default").timbre, "stranger", "another model")
    with pytest.raises(InputError, match="stranger"):
        tts.convert(good, stranger)
    with pytest.raises(InputError, match="no voice or file"):
        tts.convert(good, "nobody")
    with pytest.raises(InputError, match="steps is 0"):
        tts.convert(good, steps=0)
    with pytest.raises(InputError, match="pitch is 40"):
        tts.convert(good, pitch=40)
    with pytest.raises(InputError, match="seed is -1"):
        tts.convert(good, seed=-1)
    with pytest.raises(InputError, match="recording is 7"):
        tts.convert(7)  # type: ignore[arg-type]
