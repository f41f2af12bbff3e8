"""The reference of the command line, from the help of every verb.

    python -m minimax_speech.cli.reference > docs/cli.md

It is the same on every terminal: lines have a width of their own.
"""

from collections.abc import Iterator
from typing import Any

import typer
import typer.main

from minimax_speech.cli.main import app

WIDTH = 88
_HEAD = f"""\
<!-- python -m minimax_speech.cli.reference > docs/cli.md, with typer {typer.__version__} -->

# Command line

Answers go to stdout or to the named file, everything else to stderr. Exit codes: 0, done; 2, the
input or the usage is wrong (one line says what, and how to mend it); 1, anything else. `--debug`,
anywhere on the line, shows the traceback of an error.

`tts --install-completion` teaches your shell to complete verbs, options, and the names of voices,
emotions, languages, models and formats.
"""


def reference() -> str:
    """The reference as Markdown: for each verb a heading and its help."""
    command: Any = typer.main.get_command(app)
    root = command.context_class(command, info_name="tts", terminal_width=WIDTH)
    return "\n".join([_HEAD, *_sections(root)])


def _sections(context: Any) -> Iterator[str]:
    """The section of a command and those of its subcommands; contexts know their parents."""
    command = context.command
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    yield f"## {context.command_path}\n\n```text\n{text.strip()}\n```\n"
    for name, child in getattr(command, "commands", {}).items():
        yield from _sections(
            child.context_class(child, info_name=name, parent=context, terminal_width=WIDTH)
        )


if __name__ == "__main__":
    print(reference(), end="")
