"""Check written command lines of `tts` without running them."""

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import typer.main

from minimax_speech.cli.main import app


def parse(arguments: Sequence[str]) -> str:
    """Read a command line as `tts` would, and return its verb; raises what typer raises."""
    command: Any = typer.main.get_command(app)
    rest, verb = list(arguments), []
    while hasattr(command, "commands"):
        name, *rest = rest
        if name not in command.commands:
            raise ValueError(f"tts {' '.join([*verb, name])} is no verb")
        command = command.commands[name]
        verb.append(name)
    command.make_context(" ".join(["tts", *verb]), rest)
    return " ".join(verb)


def commands_of(script: str) -> Iterator[list[str]]:
    """The commands of a simple shell script, in words."""
    for line in script.replace("\\\n", " ").splitlines():
        command: list[str] = []
        for word in shlex.split(line, comments=True):
            if word == "&&":
                yield command
                command = []
            else:
                command.append(word)
        if command:
            yield command
