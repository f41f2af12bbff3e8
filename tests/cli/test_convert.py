"""`tts convert`: what reaches the model, what goes where, and how mistakes are answered."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


def test_the_answer_is_on_stdout_and_the_rest_on_stderr(
    tts: Run, calls: Calls, clip: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "a.wav"
    assert tts("convert", clip, "-o", out) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{out}\n"
    assert "real-time factor" in captured.err
    assert soundfile.info(out).frames == 2400
    assert calls == [("load", None, "auto"), ("convert", str(clip), None, 0, {})]


def test_every_option_reaches_the_model(
    tts: Run, calls: Calls, clip: Path, tmp_path: Path, capsys: Capture
) -> None:
    line = (
        "-r a.wav -r b.wav --seed 7 --cfg-scale 2 --steps 6 --solver midpoint "
        "--speed 1.5 --pitch -3 --volume 2 -m small --device cpu --sample-rate 48000 --json"
    )
    out = tmp_path / "a.ogg"
    assert tts("convert", clip, "-o", out, *line.split()) == 0
    settings = {
        "cfg_scale": 2.0,
        "steps": 6,
        "solver": "midpoint",
        "speed": 1.5,
        "pitch": -3.0,
        "volume": 2.0,
    }
    assert calls == [
        ("load", "small", "cpu"),
        ("voice", ["a.wav", "b.wav"], None),
        ("convert", str(clip), "cloned", 7, settings),
    ]
    answer = json.loads(capsys.readouterr().out)
    assert answer.keys() == {"path", "seconds", "rtf", "seed", "voice"}
    assert (answer["path"], answer["voice"]) == (str(out), "cloned")
    assert soundfile.info(out).samplerate == 48_000


def test_voices_are_mixed(tts: Run, calls: Calls, clip: Path, tmp_path: Path) -> None:
    line = ["-v", "alice:3", "-v", "bob"]
    assert tts("convert", clip, *line, "-o", tmp_path / "a.wav") == 0
    assert calls[-1][2] == {"alice": 0.75, "bob": 0.25}


def test_audio_on_stdout_is_all_there_is(
    tts: Run, calls: Calls, clip: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert tts("convert", clip, "-o", "-", "--format", "flac") == 0
    assert capfdbinary.readouterr().out.startswith(b"fLaC")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["clip.wav"], "'-o' / '--output'"),
        (["none.wav", "-o", "a.wav"], "none.wav does not exist"),
        (["text.wav", "-o", "a.wav"], "not an audio file"),
        (["clip.wav", "-o", "a.txt"], "wav, flac, mp3, ogg"),
        (["clip.wav", "-o", "none/a.wav"], "does not exist"),
        (["clip.wav", "-o", "a.mp3", "--sample-rate", "96000"], "cannot hold 96000 Hz"),
        (["clip.wav", "-o", "-", "--json"], "both want stdout"),
        (["clip.wav", "-o", "a.wav", "-r", "clip.wav", "-v", "alice"], "not both"),
        (["clip.wav", "-o", "a.wav", "-v", "alice:0"], "weight above 0"),
        (["clip.wav", "-o", "a.wav", "-v", "nobody"], "no voice is called"),
        (["clip.wav", "-o", "a.wav", "--speed", "3"], "speed is 3.0: use 0.5 to 2"),
        (["clip.wav", "-o", "a.wav", "--seed", "-1"], "--seed"),
    ],
)
def test_a_mistake_costs_one_line(
    tts: Run,
    calls: Calls,
    clip: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    arguments: list[str],
    part: str,
) -> None:
    place = tmp_path / "place"
    place.mkdir()
    shutil.move(clip, place)
    (place / "text.wav").write_text("This is no sound.")
    monkeypatch.chdir(place)
    assert tts("convert", *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert part in captured.err
    assert sorted(path.name for path in place.iterdir()) == ["clip.wav", "text.wav"]
