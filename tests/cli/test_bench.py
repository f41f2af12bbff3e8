"""`tts bench`: the report, where it goes, and mistakes that are known at once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]

SHORT = ["--device", "cpu", "--seconds", "1", "--repeats", "1", "-b", "1"]


def test_the_report_goes_where_it_was_asked_for(
    tts: Run, tiny_model: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "speed.json"
    assert tts("bench", "-m", tiny_model, *SHORT, "-o", out, "--json") == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert captured.err == ""
    assert json.loads(out.read_text()) == report
    assert report["model"]["name"] == "tiny"
    assert report["environment"]["threads"] >= 1
    assert {*report["batches"][0]} == {
        "batch",
        "speech_lm",
        "flow_matching",
        "decoder",
        "whole",
        "peak_bytes",
    }


def test_a_size_needs_no_model(tts: Run, capsys: Capture) -> None:
    assert tts("bench", "--size", "toy", *SHORT) == 0
    captured = capsys.readouterr()
    assert "model toy, random weights" in captured.out
    assert captured.err == ""  # nothing about how random weights sound


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["-m", "small", "--size", "toy"], "--model or --size"),
        (["--size", "giant"], "'giant'"),
        (["-b", "0"], "--batch is 0"),
        (["--seconds", "0"], "--seconds is 0"),
        (["-o", "absent/speed.json"], "absent"),
        (["--plot", "speed.txt"], "speed.txt"),
        (["--against", "nobody"], "'nobody'"),
        (["--device", "tpu"], "'tpu'"),
    ],
)
def test_mistakes_are_known_before_the_work(
    tts: Run, capsys: Capture, options: list[str], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("minimax_speech.evaluation.speed.benchmark.Benchmark.run")
    assert tts("bench", *options) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert part in captured.err
