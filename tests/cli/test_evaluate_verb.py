"""`tts evaluate`: how the list, the model and the judges come together."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech.audio import io
from minimax_speech.cli import evaluate as verb
from minimax_speech.inference.bundle import Bundle

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def unjudged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb, "load_judges", lambda *_: ([], []))


@pytest.fixture
def test_list(tmp_path: Path) -> Path:
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
    io.write(tmp_path / "a.wav", noise, 24_000)
    line = {"id": "one", "text": "Hello.", "language": "en", "reference": "a.wav"}
    (tmp_path / "list.jsonl").write_text(json.dumps(line) + "\n")
    return tmp_path / "list.jsonl"


@pytest.mark.usefixtures("unjudged")
def test_a_list_is_spoken_in_its_voices_and_scored(
    tts: Run,
    calls: Calls,
    test_list: Path,
    tiny_model: Path,
    capsys: Capture,
) -> None:
    out = test_list.parent / "out"
    line = ["evaluate", test_list, "-o", out, "--seed", 5, "--steps", 3, "--json", "-j", 1]
    line += ["-m", tiny_model]
    assert tts(*line) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["report"] == str(out / "report.json")
    settings = {"language": "en", "seed": 5, "steps": 3}
    assert calls[1:] == [
        ("voice", [str(test_list.parent / "a.wav")], None),
        ("synthesize", "Hello.", "cloned", settings),
    ]
    report = json.loads((out / "report.json").read_text())
    settings = report["provenance"]["settings"]
    assert len(settings.pop("weights")) == 16
    spoken = Bundle(tiny_model).config.generation
    assert settings == {"model": "tiny", **asdict(spoken), "steps": 3, "zero_shot": False}
    assert report["provenance"]["seed"] == 5


@pytest.mark.usefixtures("unjudged")
def test_audio_of_another_model_or_other_settings_is_not_mixed_in(
    tts: Run,
    calls: Calls,
    test_list: Path,
    tiny_model: Path,
    capsys: Capture,
) -> None:
    model = shutil.copytree(tiny_model, test_list.parent / "model")
    line = ["evaluate", test_list, "-o", test_list.parent / "out", "-j", 1, "-m", model]
    default = Bundle(model).config.generation.temperature
    assert tts(*line) == 0
    (model / "README.md").write_text("Other words.")
    assert tts(*line, "--temperature", default) == 0
    assert [call[0] for call in calls].count("synthesize") == 1
    capsys.readouterr()
    for changed, option in (
        ("temperature", ["--temperature", 0.9]),
        ("zero_shot", ["--zero-shot"]),
    ):
        assert tts(*line, *option) == 2
        assert f"other settings ({changed} " in capsys.readouterr().err
    config = model / "config.yaml"
    config.write_text(config.read_text().replace("max_seconds: 14.0", "max_seconds: 9.0"))
    assert tts(*line) == 2
    captured = capsys.readouterr()
    assert "other settings (weights " in captured.err
    assert captured.err.count("\n") == 1


@pytest.mark.usefixtures("unjudged")
def test_texts_of_references_are_used_unless_asked_otherwise(
    tts: Run,
    calls: Calls,
    test_list: Path,
    tiny_model: Path,
) -> None:
    seed_tts = test_list.parent / "list.lst"
    seed_tts.write_text("one|What it says.|a.wav|Hello.\n")
    line = ["evaluate", seed_tts, "-j", 1, "-m", tiny_model]
    for name, text, options in (("one", "What it says.", []), ("zero", None, ["--zero-shot"])):
        out = test_list.parent / name
        assert tts(*line, "-o", out, *options) == 0
        assert calls[-2] == ("voice", [str(test_list.parent / "a.wav")], text)
        settings = json.loads((out / "report.json").read_text())["provenance"]["settings"]
        assert settings["zero_shot"] is (text is None)


@pytest.mark.usefixtures("unjudged")
def test_a_list_is_checked_before_it_is_spoken_and_goes_on_when_mended(
    tts: Run,
    calls: Calls,
    test_list: Path,
    tiny_model: Path,
    capsys: Capture,
) -> None:
    folder, good = test_list.parent, test_list.read_text()
    line = ["evaluate", test_list, "-o", folder / "out", "-j", 1, "-m", tiny_model]
    bad = [
        {"id": "file", "text": "Hi.", "reference": "none.wav"},
        {"id": "voice", "text": "Hi.", "voice": "nobody"},
        {"id": "language", "text": "Hej.", "language": "sv"},
        {"id": "code", "text": "Hi.", "language": "xx"},
        {"id": "words", "text": "..."},
    ]
    test_list.write_text(good + "".join(json.dumps(fields) + "\n" for fields in bad))
    assert tts(*line) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "5 of 6 items cannot be evaluated: file: audio file" in captured.err
    assert "voice: no voice is called 'nobody'" in captured.err
    assert "language: this model does not speak 'sv'" in captured.err
    assert "and 2 more" in captured.err
    assert not (folder / "out").exists()
    assert "synthesize" not in [call[0] for call in calls]
    test_list.write_text(good)
    assert tts(*line) == 0
    mended = {"id": "voice", "text": "Hi.", "voice": "somebody"}
    test_list.write_text(good + json.dumps(mended) + "\n")
    assert tts(*line) == 0
    assert [call[1] for call in calls if call[0] == "synthesize"] == ["Hello.", "Hi."]


@pytest.mark.usefixtures("unjudged")
def test_differences_from_another_evaluation_are_reported(
    tts: Run, calls: Calls, test_list: Path, capsys: Capture
) -> None:
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
        (["LIST", "--targets", "--steps", "3"], "--steps changes nothing with --targets"),
        (["LIST", "--targets", "--zero-shot"], "--zero-shot changes nothing"),
        (["LIST", "--targets", "-m", "x"], "--model changes nothing"),
        (["LIST", "--targets", "--device", "cpu"], "--device changes nothing"),
        (["LIST", "--resynthesis", "--top-p", "0.5"], "--top-p changes nothing"),
        (["LIST", "--resynthesis", "--recogniser", "ctc"], "--recogniser changes nothing"),
        (["LIST", "--resynthesis", "--verifier", "own"], "--verifier changes nothing"),
        (["LIST", "--steps", "1000"], "steps is 1000"),
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
