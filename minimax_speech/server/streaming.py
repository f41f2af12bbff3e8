"""From streams that block to answers that do not.

A stream blocks until its next piece is there. It does so in a thread of a pool that has as many as
there can be streams, and no more: a request that waits for its turn holds one, one that was refused
holds none.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from minimax_speech.audio.encoder import Encoder
from minimax_speech.audio.io import Audio

T = TypeVar("T")
_OPENING = 4
"""Texts that are read and cut into pieces at a time."""


class Stream(Protocol):
    """Speech that is being made; ``close`` ends it, from any thread."""

    def __iter__(self) -> Iterator[Audio]: ...

    def close(self) -> None: ...


class Threads:
    """Where blocking work is done."""

    def __init__(self, streams: int) -> None:
        """For at most so many streams at a time."""
        self.opening = ThreadPoolExecutor(_OPENING, "opening")
        self.reading = ThreadPoolExecutor(streams + _OPENING, "reading")


class EncodedSpeech:
    """The speech of one text as the bytes of a file, for one task."""

    def __init__(self, threads: Threads, start: Callable[[], Stream], encoder: Encoder) -> None:
        """``start`` begins the stream; it may block and raise."""
        self._threads, self._start, self._encoder = threads, start, encoder
        self._stream: Stream | None = None
        self._audio: Iterator[Audio] = iter(())
        self._closed = False
        self.samples = 0
        self.ended = False

    async def open(self) -> None:
        """Have the text accepted, or refused."""
        await _in_thread(self._threads.opening, self._open)

    def _open(self) -> None:
        self._stream = self._start()
        self._audio = iter(self._stream)
        if self._closed:  # meanwhile; close() may have come too early to see the stream
            self._stream.close()

    async def next(self) -> bytes | None:
        """More bytes; None after the last."""
        return await _in_thread(self._threads.reading, self._next)

    def _next(self) -> bytes | None:
        if self.ended:
            return None
        for audio in self._audio:
            self.samples += len(audio.samples)
            if data := self._encoder.push(audio.samples):
                return data
        self.ended = not self._closed
        return self._encoder.finish() if self.ended else None

    def close(self) -> None:
        """Nobody wants more of it: its place is for others. A second time does nothing."""
        if self._closed:
            return
        self._closed = True
        if self._stream is not None:  # in a thread: it may have to wait for a decoding step
            self._threads.reading.submit(self._stream.close)


class SpeechResponse(StreamingResponse):
    """Sends what is made as it is made, and calls ``end`` whatever becomes of it."""

    def __init__(
        self, content: AsyncIterator[bytes], media_type: str, end: Callable[[], None]
    ) -> None:
        super().__init__(content, media_type=media_type)
        self._end = end

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        # Not as the base class does it: the task group there leaves a cycle of references to all
        # that speaks, for each client that hangs up.
        try:
            with suppress(ClientDisconnect):
                await unless_gone(receive, self.stream_response(send))
        finally:
            self._end()


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result of work on a request whose body has been read.

    Raises:
        ClientDisconnect: the client hung up first; the work is cancelled.
    """
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_until_gone(receive))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        await _cancelled(working)
        await _cancelled(leaving)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cancelled(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait for its end."""
    if task.cancel():
        with suppress(asyncio.CancelledError, Exception):
            await task


def _in_thread(pool: ThreadPoolExecutor, work: Callable[[], T]) -> Awaitable[T]:
    return asyncio.get_running_loop().run_in_executor(pool, work)
