"""The run script of many languages: its stages, and every command that it gives."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_lines import parse

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "egs" / "teachers_32" / "run.sh"
STAGES = 12
STAND_IN = """#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$COMMANDS"
printf '\\n' >>"$COMMANDS"
[ "$2" != held-out ] || touch "$5"
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
    for code in ("de", "en", "he", "yue"):
        (tmp_path / "in" / f"{code}.txt").write_text("One.\n")

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


@pytest.mark.parametrize("size", ["small", "toy"])
def test_all_stages_give_commands_that_exist(run: Run, tmp_path: Path, size: str) -> None:
    manifest = tmp_path / "work/data/teachers_32/synthetic/manifest.jsonl"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(
        '{"speaker": "pico:de-DE:a1.00:p1.00", "language": "de"}\n'
        '{"speaker": "rhvoice:clb:a1.00:p1.00", "language": "en"}\n'
    )
    done = run("--data", "in", "--work", "work", "--size", size, "--jobs", 1, "--device", "cpu")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("=== stage") == STAGES
    given = commands(tmp_path)
    verbs = [parse(command) for command in given]
    assert verbs[-1] == "evaluate"
    assert verbs.count("prepare sentences") == verbs.count("evaluate") == 3
    trained = [command[1] for command in given if command[0] == "train"]
    flow = ["flow-matching", "flow-distillation"]
    assert trained == ["tokenizer", "flow-vae", "recogniser", "speech-lm", *flow]
    spoken = next(command for command in given if command[1] == "synthetic")
    codes = [word.partition("=")[0] for word in spoken if "=" in word]
    assert codes == ["en", "de", "yue"]  # the main one first, and Hebrew left out
    clips = next(command for command in given if command[1] == "clips")
    assert "rhvoice:clb:a1.00:p1.00" in clips


def test_the_languages_and_hours_are_those_asked_for(run: Run, tmp_path: Path) -> None:
    chosen = ("--languages", "yue,de", "--hours", 2, "--main-hours", 7)
    assert run("--data", "in", *chosen, "--stage", 2, "--stop-stage", 2).returncode == 0
    spoken = commands(tmp_path)[0]
    assert [word.rpartition(":")[2] for word in spoken if "=" in word] == ["7", "2"]
    assert spoken[2].startswith("yue=")


def test_it_lists_its_stages(run: Run) -> None:
    listed = run("--help").stdout.split("Stages:")[1]
    assert re.findall(r"\d+", listed) == [str(number) for number in range(STAGES)]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--data", "in", "--stage", "12"], "use 0 to 11"),
        (["--size", "huge"], "small or toy"),
        (["--colour"], "unknown option --colour"),
        (["--data"], "--data needs a value"),
        (["--data", "empty"], "no texts in"),
        (["--data", "in", "--languages", "fr", "--stop-stage", "0"], "fr.txt is missing"),
    ],
)
def test_a_mistake_costs_one_line(run: Run, arguments: list[str], part: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert part in done.stderr
    assert done.stderr.count("\n") == 1
