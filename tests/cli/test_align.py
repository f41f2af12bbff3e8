"""`tts align`: what is printed, what is written, and how mistakes are answered."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


def test_words_are_printed_with_their_times(tts: Run, calls: Calls, capsys: Capture) -> None:
    assert tts("align", "talk.wav", "Hello there.", "-l", "en", "-m", "small") == 0
    assert capsys.readouterr().out == "0.000\t0.250\tHello\n0.500\t0.750\tthere.\n"
    assert calls == [("load", "small", "auto"), ("align", "talk.wav", "Hello there.", "en")]
    assert tts("align", "talk.wav", "Hello.", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"word": "Hello.", "start": 0.0, "end": 0.25}]


def test_subtitles_go_to_a_file(
    tts: Run, calls: Calls, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("Hello there."))
    out = tmp_path / "talk.vtt"
    assert tts("align", "talk.wav", "-", "-o", out) == 0
    assert capsys.readouterr().out == f"{out}\n"
    assert "00:00:00.000 --> 00:00:00.750\nHello there." in out.read_text()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["talk.wav"], "give the text once"),
        (["talk.wav", " "], "empty"),
        (["talk.wav", "Hi.", "--text-file", "t.txt"], "once"),
        (["talk.wav", "Hi.", "-o", "a.sub"], ".srt, .vtt, .json"),
        (["talk.wav", "Hi.", "-o", "none/a.srt"], "does not exist"),
        (["talk.wav", "Hi.", "-o", "a.srt", "--json"], "give one"),
        (["talk.wav", "Other words.", "-o", "a.srt"], "does not say"),
    ],
)
def test_a_mistake_costs_one_line(
    tts: Run,
    calls: Calls,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    arguments: list[str],
    part: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tts("align", *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert part in captured.err
    assert list(tmp_path.iterdir()) == []


def test_word_times_cannot_be_measured_without_engines(
    tts: Run, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "s.txt").write_text("Hello there.\n")
    assert tts("evaluate-words", tmp_path / "s.txt", "--espeak", tmp_path) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "libespeak-ng" in captured.err
