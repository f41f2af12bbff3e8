"""Progress is for people who look at a terminal."""

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from minimax_speech.cli.progress import speaking, working


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """stderr is a terminal; what a person saw on it is in the yielded list afterwards."""
    looking, shown = pty.openpty()
    seen: list[str] = []
    with os.fdopen(looking, "rb", buffering=0) as screen:
        with os.fdopen(shown, "w") as stream:
            monkeypatch.setattr(sys, "stderr", stream)
            yield seen
        # One read may bring less than was written. The end is an error on Linux (EIO).
        pieces = []
        with suppress(OSError):
            while piece := screen.read(4096):
                pieces.append(piece)
    seen.append(b"".join(pieces).decode())


def test_a_terminal_shows_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with terminal(monkeypatch) as seen:
        with working("loading the model"):
            pass
        with speaking() as progress:
            assert progress is not None
            progress(3, 7)
    assert "loading the model" in seen[0]
    assert "3/7" in seen[0]
    assert capsys.readouterr().out == ""


def test_a_pipe_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with working("loading the model"), speaking() as progress:
        assert progress is None
    assert capsys.readouterr() == ("", "")
