"""docs/cli.md says what `--help` says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from minimax_speech.cli import reference
from minimax_speech.cli.main import app

ROOT = Path(__file__).parents[2]
WRITTEN = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
MAKE = "python -m minimax_speech.cli.reference > docs/cli.md"


def sections() -> dict[str, str]:
    """The help of each verb in the written reference."""
    parts = WRITTEN.split("\n## ")[1:]
    return {head: body for head, _, body in (part.partition("\n") for part in parts)}


def commands(command: Any, path: str = "tts") -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, f"{path} {name}")


def test_every_verb_and_option_is_there() -> None:
    written, verbs = sections(), dict(commands(typer.main.get_command(app)))
    assert list(written) == list(verbs), f"verbs came or went: {MAKE}"
    for path, command in verbs.items():
        names = (name for param in command.params for name in param.opts)
        for option in (name for name in names if name.startswith("-")):
            assert option in written[path], f"{path} {option} is new: {MAKE}"


def test_it_is_as_help_is_now() -> None:
    made = reference.reference()
    if made.splitlines()[0] != WRITTEN.splitlines()[0]:
        pytest.skip(f"another typer lays help out differently: {WRITTEN.splitlines()[0]}")
    assert made == WRITTEN, f"help has changed: {MAKE}"


def test_it_is_the_same_on_every_terminal() -> None:
    environment = {**os.environ, "COLUMNS": "200", "TERM": "xterm-256color", "FORCE_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "minimax_speech.cli.reference"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**environment, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert done.stdout == reference.reference()
