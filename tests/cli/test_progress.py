"""Progress is for people who look at a terminal."""

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from minimax_speech.cli.progress import speaking, working


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """stderr is a terminal; yields where a person would look."""
    looking, shown = pty.openpty()
    with os.fdopen(shown, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        yield looking


def test_a_terminal_shows_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with terminal(monkeypatch) as looking:
        with working("loading the model"):
            pass
        with speaking() as progress:
            assert progress is not None
            progress(3, 7)
        sys.stderr.flush()
        seen = os.read(looking, 1 << 16).decode()
    assert "loading the model" in seen
    assert "3/7" in seen
    assert capsys.readouterr().out == ""


def test_a_pipe_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with working("loading the model"), speaking() as progress:
        assert progress is None
    assert capsys.readouterr() == ("", "")
