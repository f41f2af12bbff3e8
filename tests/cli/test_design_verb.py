"""`tts design`: what is asked for reaches the model, and the voice its place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minimax_speech.voice import Voice

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


def test_a_voice_in_a_file(tts: Run, calls: Calls, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "mine.safetensors"
    assert tts("design", "a low voice", "--pitch", "Very-Low", "--seed", 3, "-o", path) == 0
    assert calls[-1] == ("design", "a low voice", 3, "mine", {"pitch": "very low"})
    captured = capsys.readouterr()
    assert captured.out.strip() == str(path)
    assert "understood: gender female, pitch very low" in captured.err
    assert Voice.load(path).name == "mine"


def test_a_voice_under_a_name(tts: Run, calls: Calls, tmp_path: Path, capsys: Capture) -> None:
    assert tts("design", "--gender", "female", "--name", "eva", "--json") == 0
    saved = tmp_path / "home" / "voices" / "eva.safetensors"
    facts = json.loads(capsys.readouterr().out)
    assert (facts["path"], facts["name"], facts["pitch_hz"]) == (str(saved), "eva", 201.5)
    assert Voice.load(saved).name == "eva"
    assert tts("design", "--gender", "male", "--name", "eva") == 2
    assert "exists already" in capsys.readouterr().err
    assert tts("design", "--gender", "male", "--name", "eva", "--force") == 0


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["a voice"], "--name"),
        (["a voice", "-o", "x.safetensors", "--name", "x"], "--name"),
        (["a voice", "-o", "x.wav"], "x.wav.safetensors"),
        (["a voice", "-o", "x.safetensors", "--pitch", "highest"], "very low, low"),
        (["a voice", "-o", "x.safetensors", "-l", "xx"], "language is 'xx'"),
        (["a voice", "-o", "nowhere/x.safetensors"], "nowhere"),
        (["a voice", "--name", "a/b"], "'a/b'"),
    ],
)
def test_what_is_wrong_is_said_before_the_model_is_loaded(
    tts: Run, calls: Calls, capsys: Capture, options: list[str], part: str
) -> None:
    assert tts("design", *options) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert part in captured.err
    assert calls == []


def test_an_interruption_leaves_nothing(tts: Run, calls: Calls, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    assert tts("design", "stop", "-o", path) == 130
    assert list(tmp_path.glob("*.safetensors*")) == []
