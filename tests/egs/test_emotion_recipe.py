"""The script of emotions: every command that it gives."""

import os
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from command_lines import parse

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "egs" / "voices" / "emotion.sh"
# Notes what it is told, and makes what the script looks into.
STAND_IN = """#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$COMMANDS"
printf '\\n' >>"$COMMANDS"
case "$1 $2" in
    'prepare sentences') printf 'This is sentence %s of many.\\n' {1..200} >"$5" ;;
    'finetune emotion') touch "$8" ;;
    'evaluate-emotions '*) echo "| $2 |" ;;
esac
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def run(folder: Path) -> list[list[str]]:
    """The commands of the script in a folder, with a `tts` that only notes what it is told."""
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "tts").write_text(STAND_IN)
    (folder / "bin" / "tts").chmod(0o755)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["bash", SCRIPT, "in", "small", "1", "cpu", "--engines-root", "root"],
        cwd=folder,
        env={**os.environ, "PATH": path, "COMMANDS": str(folder / "commands"), "STEPS": "9"},
        check=True,
        capture_output=True,
    )
    lines = (folder / "commands").read_text().split("\0\n")
    (folder / "commands").unlink()
    return [line.split("\0") for line in lines if line]


def test_it_makes_learns_and_judges(tmp_path: Path) -> None:
    (tmp_path / "in" / "ravdess").mkdir(parents=True)
    given = run(tmp_path)
    learnt = ["finetune emotion"] * 7
    assert [parse(command) for command in given] == [
        "prepare sentences",
        *["prepare synthetic"] * 2,
        *learnt,
        "evaluate-emotions",
        "prepare recordings",
        "evaluate-emotions",
    ]
    made = [dict(pairwise(command)) for command in given if command[1] == "synthetic"]
    assert [options["--warps"] for options in made] == ["5", "5-6"]
    assert all(options["--engines-root"] == "root" for options in made)
    emotions = [dict(pairwise(c))["--name"] for c in given if c[0] == "finetune"]
    assert len(set(emotions)) == 7
    assert all(given[1].count(name) == given[2].count(name) == 1 for name in emotions)
    assert all(dict(pairwise(c))["--steps"] == "9" for c in given if c[0] == "finetune")
    adapters = tmp_path / "runs" / "emotion" / "home" / "adapters"
    assert {path.stem for path in adapters.iterdir()} == set(emotions)
    texts = [
        (tmp_path / "data" / "emotion" / f"{name}.txt").read_text().splitlines()
        for name in ("said", "heard", "learnt")
    ]
    assert list(map(len, texts)) == [12, 80, 108]
    assert len({text for part in texts for text in part}) == 200
    assert (tmp_path / "runs" / "emotion" / "ravdess.md").read_text().startswith("| data/emotion/")


def test_what_is_learnt_is_kept_and_acted_emotions_are_optional(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    run(tmp_path)
    verbs = [parse(command) for command in run(tmp_path)]
    assert verbs == ["prepare sentences", *["prepare synthetic"] * 2, "evaluate-emotions"]
