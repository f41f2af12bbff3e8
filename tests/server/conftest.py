"""A server to test: the tiny model, in this process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from minimax_speech import MiniMaxSpeech
from minimax_speech.server.app import create_app
from minimax_speech.server.settings import ServerSettings

Serve = Callable[..., TestClient]


@pytest.fixture(scope="session")
def engine(tiny_model: Path) -> MiniMaxSpeech:
    """The tiny model."""
    return MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")


@pytest.fixture
def serve(
    engine: MiniMaxSpeech, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Serve]:
    """Makes clients of servers with the settings that are given; saved voices are the test's."""
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))
    with ExitStack() as stack:

        def make(model: Any = engine, **settings: Any) -> TestClient:
            app = create_app(model, ServerSettings(**settings))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield make


@pytest.fixture
def client(serve: Serve) -> TestClient:
    """A client of a server as it is."""
    return serve()
