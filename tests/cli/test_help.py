"""Help and the verbs that need no model."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer.main
from safetensors.numpy import save_file

from minimax_speech import __version__
from minimax_speech.cli import doctor, extras
from minimax_speech.cli.info import model_facts
from minimax_speech.cli.main import app
from minimax_speech.errors import InputError

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]


def verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from verbs(child, (*path, name))


VERBS = list(verbs(typer.main.get_command(app)))


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_every_verb_has_help_with_an_example_of_itself(
    tts: Run, capsys: Capture, verb: tuple[str, ...]
) -> None:
    assert tts(*verb, "--help") == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert f"Example: tts {' '.join(verb)}".strip() in " ".join(captured.out.split())


def test_all_verbs_are_there() -> None:
    assert {verb[0] for verb in VERBS if verb} >= {
        "synthesize",
        "convert",
        "align",
        "voice",
        "prepare",
        "train",
        "finetune",
        "evaluate",
        "info",
        "doctor",
    }


def test_no_verb_shows_help_and_a_wrong_one_is_refused(tts: Run, capsys: Capture) -> None:
    assert tts() == 0
    assert "synthesize" in capsys.readouterr().out
    assert tts("synthesise") == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert "'synthesise'" in captured.err


def test_the_version(tts: Run, capsys: Capture) -> None:
    assert tts("--version") == 0
    assert capsys.readouterr().out.strip() == __version__


def test_info_counts_what_the_files_hold(tmp_path: Any) -> None:
    tensors = {
        "a": np.zeros((2, 3), np.float32),
        "q": np.zeros((4, 4), np.int8),
        "q::scale": np.zeros(4, np.float32),
    }
    save_file(tensors, tmp_path / "x.safetensors", {"kind": "speech_lm", "config": '{"dim": 2}'})
    config = "name: mine\nlanguages: [en]\nfingerprint: '0'\ngeneration: {steps: 7}\n"
    (tmp_path / "config.yaml").write_text(config)
    facts = model_facts(tmp_path)
    assert facts["parameters"] == 22
    assert facts["parts"][0]["kind"] == "speech_lm"
    assert facts["languages"] == ["en"]
    assert (facts["name"], facts["settings"]["steps"]) == ("mine", 7)
    (tmp_path / "y.safetensors").write_bytes(b"not a weights file")
    with pytest.raises(InputError, match=r"y\.safetensors"):
        model_facts(tmp_path)
    (tmp_path / "config.yaml").write_text("")
    with pytest.raises(InputError, match="missing key 'name'"):
        model_facts(tmp_path)


def test_info_shows_how_a_model_speaks(tts: Run, tiny_model: Path, capsys: Capture) -> None:
    assert tts("info", "-m", tiny_model) == 0
    shown = capsys.readouterr().out
    for part in (f"tiny: {tiny_model}", "voices: default (default)", "24000 Hz", "steps 4"):
        assert part in shown


def test_doctor_says_what_is_missing_and_how_to_get_it(
    tts: Run, calls: object, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = extras.Optional("absent_package", "eval", "nothing", compiled=True)
    monkeypatch.setattr(doctor, "OPTIONAL", (absent,))
    monkeypatch.setattr(doctor.shutil, "which", lambda _: None)
    assert tts("doctor", "--json") == 0
    findings = {f["name"]: f for f in json.loads(capsys.readouterr().out)}
    assert findings["absent_package"]["state"] == "missing"
    assert "C compiler" in findings["absent_package"]["detail"]
    assert "minimax-speech[eval]" in findings["absent_package"]["detail"]
    assert findings["torch"]["state"] == "ok"
    assert "real-time factor" in findings["self test"]["detail"]


@pytest.mark.parametrize(
    ("options", "part"), [(["-m", "nomodel"], "'nomodel'"), (["--device", "tpu"], "'tpu'")]
)
def test_doctor_refuses_what_was_asked_for_and_is_not_there(
    tts: Run, capsys: Capture, options: list[str], part: str
) -> None:
    assert tts("doctor", *options) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert captured.err.count("\n") == 1


def test_doctor_counts_loading_apart_from_speaking(
    calls: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    beeper = sys.modules["minimax_speech.api"].MiniMaxSpeech
    monkeypatch.setattr(beeper, "load", lambda self: self.calls.append(("loaded",)))
    assert doctor._self_test(None, "cpu").state == "ok"
    assert [call[0] for call in calls] == ["load", "loaded", "synthesize"]


def test_doctor_fails_when_synthesis_does(
    tts: Run, calls: object, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise InputError("no model")

    monkeypatch.setattr(doctor, "_self_test", broken)
    assert tts("doctor") == 1
    assert "no model" in capsys.readouterr().out
