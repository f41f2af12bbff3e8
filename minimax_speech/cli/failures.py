"""How a failure leaves the command line: one line on stderr and an exit code."""

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from minimax_speech.cli.extras import extra_of
from minimax_speech.errors import InputError

FAILED = 1
WRONG_INPUT = 2
INTERRUPTED = 130
TERMINATED = 143


@contextmanager
def unwound_by_sigterm() -> Iterator[None]:
    """Within, SIGTERM ends the program as an error does, so that nothing half made is left."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def take_debug_flag(arguments: list[str]) -> tuple[list[str], bool]:
    """The arguments without `--debug`, and whether it (or TTS_DEBUG) asked for tracebacks.

    What stands after a lone `--` is text and stays.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    options, rest = arguments[:end], arguments[end:]
    debug = "--debug" in options or os.environ.get("TTS_DEBUG", "0") not in ("", "0")
    return [a for a in options if a != "--debug"] + rest, debug


def report(error: Exception, debug: bool) -> int:
    """Print an exception as one line on stderr and return the exit code it deserves."""
    if debug:
        traceback.print_exception(error)
    print(f"error: {one_line(error)}", file=sys.stderr)
    return _describe(error)[1]


def one_line(error: Exception) -> str:
    """What an exception says to the user."""
    return " ".join(_describe(error)[0].split())


def _describe(error: Exception) -> tuple[str, int]:
    if isinstance(error, InputError):
        # A loader's process hands its error on with a traceback in front.
        return str(error).rpartition(f"{InputError.__module__}.InputError: ")[2], WRONG_INPUT
    if hasattr(error, "format_message"):  # typer's own: the usage is wrong
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "tts"
        return f"{error.format_message()} (see {command} --help)", WRONG_INPUT
    if isinstance(error, ModuleNotFoundError) and (extra := extra_of(error.name)):
        install = f"pip install 'minimax-speech[{extra}]'"
        return f"the package {error.name} is not installed: {install}", WRONG_INPUT
    if isinstance(error, OSError):
        named = error.strerror and error.filename
        return (f"{error.filename}: {error.strerror}" if named else str(error)), FAILED
    return f"{type(error).__name__}: {error} (--debug shows where)", FAILED
