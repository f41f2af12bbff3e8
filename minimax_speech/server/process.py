"""A server process: listens, and ends in order when it is told to."""

import logging
import socket
from collections.abc import Sequence
from functools import partial
from types import FrameType
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from minimax_speech.errors import InputError
from minimax_speech.server.connections import ConnectionLimits, GuardedProtocol
from minimax_speech.server.limits import Lifecycle, is_loopback
from minimax_speech.server.logs import log
from minimax_speech.server.settings import ServerSettings

_BACKLOG = 128
"""Connections that wait to be looked at: few, since each takes a file descriptor at once."""
_KEEP_ALIVE_SECONDS = 15


class DrainingServer(uvicorn.Server):
    """Goes on answering after the first signal: refuses work, and ends when none is left.

    A second signal ends it at once.
    """

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle) -> None:
        super().__init__(config)
        self._lifecycle = lifecycle

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say where."""
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            log("listening", url=f"http://{f'[{host}]' if ':' in host else host}:{port}")

    def handle_exit(self, _sig: int, _frame: FrameType | None) -> None:
        """Begin to drain; the second time, end."""
        if self._lifecycle.draining:
            self.config.timeout_graceful_shutdown = 0
            self.should_exit = True
        self._lifecycle.drain()

    async def on_tick(self, counter: int) -> bool:
        """Whether to end."""
        if self._lifecycle.draining and not self._lifecycle.running:
            self.should_exit = True
        return await super().on_tick(counter)


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound to an address.

    Raises:
        InputError: the address cannot be used.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"cannot listen on {host}, port {port} ({reason}): choose another --host or --port"
        ) from None
    # Connections inherit it. Without it, an answer's body waits until its head is acknowledged.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def warn_if_open(settings: ServerSettings, host: str) -> None:
    """Log it if others than this machine's users may use the server."""
    if not (settings.api_keys or is_loopback(host)):
        log("open to everyone who reaches it: set TTS_API_KEYS", logging.WARNING)


def run(
    app: ASGIApp,
    sockets: Sequence[socket.socket],
    lifecycle: Lifecycle,
    limits: ConnectionLimits | None = None,
) -> None:
    """Serve until a signal (SIGTERM or SIGINT) comes and all that was accepted is answered."""
    protocol = partial(GuardedProtocol, limits=limits or ConnectionLimits())
    config = uvicorn.Config(
        app,
        http=cast(Any, protocol),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
    )
    DrainingServer(config, lifecycle).run(list(sockets))
    log("stopped")
