"""Help and the verbs that need no model."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer.main
from safetensors.numpy import save_file

from minimax_speech import __version__
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
    assert (facts["licence"], facts["card"], facts["about"]) == ("", None, "")
    (tmp_path / "README.md").write_text("\n# mine: a model\n\nIt speaks.\n")
    facts = model_facts(tmp_path)
    assert (facts["card"], facts["about"]) == (str(tmp_path / "README.md"), "mine: a model")
    (tmp_path / "y.safetensors").write_bytes(b"not a weights file")
    with pytest.raises(InputError, match=r"y\.safetensors"):
        model_facts(tmp_path)
    (tmp_path / "config.yaml").write_text("")
    with pytest.raises(InputError, match="missing key 'name'"):
        model_facts(tmp_path)


def test_info_shows_how_a_model_speaks(tts: Run, tiny_model: Path, capsys: Capture) -> None:
    assert tts("info", "-m", tiny_model) == 0
    shown = capsys.readouterr().out
    for part in (
        f"tiny: {tiny_model}",
        "licence: not stated",
        "languages: English (en)",
        "voices: default (default)",
        "24000 Hz",
        "steps 4",
    ):
        assert part in shown


def test_info_of_the_bundled_model_as_a_machine_reads_it(tts: Run, capsys: Capture) -> None:
    assert tts("info", "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["licence"] == "Apache-2.0"
    assert facts["about"].startswith("small:")
    assert len(facts["fingerprint"]) == 16
    assert {"kathleen", "bdl"} <= set(facts["voices"])
    assert "happy" in facts["emotions"]
    assert {"speech_lm", "flow_matching"} <= {part["kind"] for part in facts["parts"]}
