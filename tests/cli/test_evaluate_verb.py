"""`tts evaluate`: how the list, the model and the judges come together."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech.audio import io
from minimax_speech.cli import evaluate as verb

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def test_list(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
    io.write(tmp_path / "a.wav", noise, 24_000)
    line = {"id": "one", "text": "Hello.", "language": "en", "reference": "a.wav"}
    (tmp_path / "list.jsonl").write_text(json.dumps(line) + "\n")
    return tmp_path / "list.jsonl"


def test_a_list_is_spoken_in_its_voices_and_scored(
    tts: Run,
    calls: Calls,
    test_list: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(verb, "_load_judges", lambda *_: ([], []))
    out = test_list.parent / "out"
    line = ["evaluate", test_list, "-o", out, "--seed", 5, "--steps", 3, "--json", "-j", 1]
    assert tts(*line) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["report"] == str(out / "report.json")
    settings = {"language": "en", "seed": 5, "steps": 3}
    assert calls[1:] == [
        ("voice", [str(test_list.parent / "a.wav")], None),
        ("synthesize", "Hello.", "cloned", settings),
    ]
    report = json.loads((out / "report.json").read_text())
    assert report["provenance"]["settings"] == {"model": "bundled", "steps": 3}


def test_differences_from_another_evaluation_are_reported(
    tts: Run, calls: Calls, test_list: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verb, "_load_judges", lambda *_: ([], []))
    first, second = test_list.parent / "first", test_list.parent / "second"
    assert tts("evaluate", test_list, "-o", first, "-j", 1) == 0
    assert tts("evaluate", test_list, "-o", second, "-j", 1, "--against", first) == 0
    assert "| difference |" in capsys.readouterr().out
    report = json.loads((second / "report.json").read_text())
    assert report["differences"]["length ratio"]["mean"] == 0


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["none.jsonl"], "none.jsonl"),
        (["LIST", "--against", "nowhere"], "nowhere"),
        (["LIST", "--targets", "--resynthesis"], "not both"),
        (["LIST", "--recogniser", "pocketsphynx"], "pocketsphinx"),
    ],
)
def test_a_mistake_costs_one_line(
    tts: Run, calls: Calls, test_list: Path, capsys: Capture, arguments: list[str], part: str
) -> None:
    line = [str(test_list) if argument == "LIST" else argument for argument in arguments]
    assert tts("evaluate", *line, "-o", test_list.parent / "out") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert captured.err.count("\n") == 1
    assert calls == []
