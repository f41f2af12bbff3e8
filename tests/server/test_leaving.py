"""What is left of a request when it is over: nothing, and at once.

Cycles of references are freed only now and then. A speech that is in one keeps megabytes that the
garbage collector does not count, so that a server grows.
"""

import asyncio
import gc
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="pip install 'minimax-speech[serve]'")

from serving import TEXT, speech
from starlette.types import Message

from minimax_speech import MiniMaxSpeech
from minimax_speech.errors import Busy
from minimax_speech.inference.scheduled import ScheduledStream
from minimax_speech.server.app import create_app
from minimax_speech.server.settings import ServerSettings
from minimax_speech.server.streaming import EncodedSpeech

SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0", "spec_version": "2.3"},
    "http_version": "1.1",
    "method": "POST",
    "scheme": "http",
    "path": "/v1/audio/speech",
    "raw_path": b"/v1/audio/speech",
    "root_path": "",
    "query_string": b"",
    "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
}


class Client:
    """Asks an app for speech as a server would, and hangs up where it is told to.

    Attributes:
        status: of the answer, if there was one.
        complete: whether all of it came.
    """

    def __init__(self, leaves: str) -> None:
        self._leaves = leaves
        self._gone = asyncio.Event()
        self._asked = False
        self.status: int | None = None
        self.complete = False

    async def receive(self) -> Message:
        """The request, and when the client hangs up, that."""
        if not self._asked:
            self._asked = True
            body = json.dumps(speech(input=f"{TEXT} " * 4, voice="default")).encode()
            return {"type": "http.request", "body": body, "more_body": False}
        if self._leaves != "before":
            await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take a part of the answer."""
        self.status = message.get("status", self.status)
        if message["type"] == "http.response.body":
            self.complete = not message["more_body"] if "more_body" in message else True
            if self.complete or self._leaves == "amid":
                self._gone.set()


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Cycles are not freed."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def left() -> int:
    """How much speech there is, whether anyone has use for it or not."""
    return sum(type(thing) in (EncodedSpeech, ScheduledStream) for thing in gc.get_objects())


async def ask(engine: MiniMaxSpeech, leaves: str) -> Client:
    """A request to a server, which has some time to let go of it afterwards."""
    app, client = create_app(engine, ServerSettings()), Client(leaves)
    async with app.router.lifespan_context(app):
        await app(SCOPE.copy(), client.receive, client.send)
        end = time.monotonic() + 10
        while left() and time.monotonic() < end:
            await asyncio.sleep(0.1)
        assert not left()
    return client


@pytest.mark.parametrize(
    ("leaves", "status", "complete"),
    [("never", 200, True), ("amid", 200, False), ("before", None, False)],
)
def test_speech(
    engine: MiniMaxSpeech,
    no_collection: None,
    leaves: str,
    status: int | None,
    complete: bool,
) -> None:
    client = asyncio.run(ask(engine, leaves))
    assert (client.status, client.complete) == (status, complete)


def test_refusals(
    engine: MiniMaxSpeech, no_collection: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Busy(64, 7)

    monkeypatch.setattr("minimax_speech.inference.scheduler.Scheduler.stream", refuse)
    assert asyncio.run(ask(engine, "never")).status == 429
