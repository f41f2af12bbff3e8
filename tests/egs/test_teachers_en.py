"""The run script: its stages, and every command that it gives."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from command_lines import parse

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "egs" / "teachers_en" / "run.sh"
STAGES = 13
STAND_IN = """#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$COMMANDS"
printf '\\n' >>"$COMMANDS"
[ "$2" != clips ] || echo "$4/0000.wav"
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the script in a folder of its own with a `tts` that only notes what it is told."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tts").write_text(STAND_IN)
    (tmp_path / "bin" / "tts").chmod(0o755)
    (tmp_path / "in").mkdir()
    for name in ("sentences", "test_sentences"):
        (tmp_path / "in" / f"{name}.txt").touch()

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", SCRIPT, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COMMANDS": str(tmp_path / "commands")},
            capture_output=True,
            text=True,
        )

    return run


def commands(folder: Path) -> list[list[str]]:
    lines = (folder / "commands").read_text().split("\0\n")
    return [line.split("\0") for line in lines if line]


def make_manifest(folder: Path, speaker: str) -> None:
    folder.mkdir(parents=True)
    (folder / "manifest.jsonl").write_text(f'{{"speaker": "{speaker}"}}\n')


@pytest.mark.parametrize(
    ("size", "data", "synthetic"),
    [("small", "data/en", "data/en/synthetic"), ("toy", "data/toy", "data/toy")],
)
def test_all_stages_give_commands_that_exist(
    run: Run, tmp_path: Path, size: str, data: str, synthetic: str
) -> None:
    make_manifest(tmp_path / "work" / synthetic, "rhvoice:clb:a1.00:p1.00")
    for name in ("kathleen", "unseen_people"):
        make_manifest(tmp_path / "work" / data / name, name)
        (tmp_path / "in" / name).mkdir()
    done = run("--data", "in", "--work", "work", "--size", size, "--jobs", 1, "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("=== stage") == STAGES
    given = commands(tmp_path)
    verbs = [parse(command) for command in given]
    trained = [command[1] for command in given if command[0] == "train"]
    flow = ["flow-matching", "flow-distillation"]
    assert trained == ["tokenizer", "flow-vae", "recogniser", "speech-lm", *flow]
    recipes = [Path(command[3]) for command in given if command[0] == "train"]
    assert all(recipe.is_file() and recipe.parent.name == size for recipe in recipes)
    for sources in (command[4] for command in given if command[0] == "train"):
        assert f"{synthetic}/manifest.jsonl" in sources
        assert "librispeech" not in sources  # it was not made
    assert verbs.count("voice export") == verbs.count("voice add") == 2
    added = next(command for command in given if command[:2] == ["voice", "add"])
    about = dict(pairwise(added))
    assert (added[2], about["--gender"], about["--licence"]) == ("kathleen", "f", "CC0-1.0")
    assert about["--source"].endswith("dataset-voice-kathleen")
    assert verbs[-1] == "evaluate"
    for command in given:  # the recordings are the same whatever model is evaluated
        assert "--targets" not in command or "--model" not in command


def test_small_makes_what_its_recipes_read(run: Run, tmp_path: Path) -> None:
    sources = ("kathleen", "librispeech", "ljspeech", "picovoice", "kerstin")
    faster = [
        f"{name}_{speed}"
        for name in ("librispeech", "picovoice")
        for speed in (0.85, 0.9, 0.95, 1.05, 1.1, 1.16)
    ]
    for name in ("synthetic", *sources, *faster):
        make_manifest(tmp_path / "data/en" / name, name)
    for name in sources:
        (tmp_path / "in" / name).mkdir()
    assert run("--data", "in", "--stop-stage", 9, "--device", "cpu").returncode == 0
    written = {word for command in commands(tmp_path) for word in command if "=" not in word}
    recipes = [path.read_text() for path in (ROOT / "recipes" / "small").glob("*.yaml")]
    read = {word for text in recipes for word in re.findall(r"data/en/[\w./-]+", text)}
    assert read
    assert {path.removesuffix("/manifest.jsonl") for path in read} <= written


def test_it_lists_its_stages_and_runs_those_asked_for(run: Run, tmp_path: Path) -> None:
    listed = run("--help").stdout.split("Stages:")[1]
    assert re.findall(r"\d+", listed) == [str(number) for number in range(STAGES)]
    assert run("--data", "in", "--stage", 4, "--stop-stage", 4).returncode == 0
    assert [command[:2] for command in commands(tmp_path)] == [["prepare", "text-tokenizer"]]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--stage", "13"], "use 0 to 12"),
        (["--size", "huge"], "small or toy"),
        (["--colour"], "unknown option --colour"),
        (["--data"], "--data needs a value"),
        (["--data", "empty", "--stop-stage", "0"], "sentences.txt is missing"),
    ],
)
def test_a_mistake_costs_one_line(run: Run, arguments: list[str], part: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert done.stderr.count("\n") == 1
