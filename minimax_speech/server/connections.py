"""Connections that cost nothing but what they are used for.

uvicorn waits without end for a client that connects and sends nothing, or takes nothing. Here each
has so many seconds for a request's head, for the next part of its body, and for taking what is
sent; and there are only so many connections.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_REFUSAL = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n"
    b"Connection: close\r\n\r\n"
)


@dataclass(frozen=True)
class ConnectionLimits:
    """How long and how many.

    Attributes:
        connections: at a time; more are refused.
        read_seconds: for a request's head to be there, and for each next part of its body.
        write_seconds: in which a client takes something of what waits for it.
    """

    connections: int = 512
    read_seconds: float = 15.0
    write_seconds: float = 30.0


class GuardedProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, within limits."""

    def __init__(self, *args: Any, limits: ConnectionLimits, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limits = limits
        self._reading: asyncio.TimerHandle | None = None
        self._writing: asyncio.TimerHandle | None = None
        self._awaited: Any = None  # what `_reading` is for: h11.IDLE is a head

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, or refuse to."""
        if len(self.connections) >= self._limits.connections:
            self.transport = transport
            transport.write(_REFUSAL)
            transport.close()
            return
        super().connection_made(transport)
        self._watch_reading()

    def data_received(self, data: bytes) -> None:
        """Take a part of a request."""
        super().data_received(data)
        self._watch_reading()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._watch_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        for timer in (self._reading, self._writing):
            if timer:
                timer.cancel()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Too much waits for the client to take it."""
        super().pause_writing()
        self._writing = self._later(self._limits.write_seconds)

    def resume_writing(self) -> None:
        """The client has taken enough."""
        if self._writing:
            self._writing.cancel()
        super().resume_writing()

    def _watch_reading(self) -> None:
        """Give a head its seconds once, and a body anew for each part; else there is no hurry."""
        state, before = self.conn.their_state, self._awaited
        self._awaited = state if state in (h11.IDLE, h11.SEND_BODY) else None
        if self._awaited is h11.IDLE is before:
            return
        if self._reading:
            self._reading.cancel()
        if self._awaited and not self.transport.is_closing():
            self._reading = self._later(self._limits.read_seconds)

    def _later(self, seconds: float) -> asyncio.TimerHandle:
        # Not closed but aborted: what waits for the client would otherwise wait on.
        return self.loop.call_later(seconds, self.transport.abort)
