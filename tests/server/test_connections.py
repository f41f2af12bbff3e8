"""Connections that do nothing, too little or too slowly are ended: uvicorn itself waits."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="pip install 'minimax-speech[serve]'")

import uvicorn

from minimax_speech.errors import InputError
from minimax_speech.server.connections import ConnectionLimits, GuardedProtocol
from minimax_speech.server.limits import is_loopback
from minimax_speech.server.process import listen

REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"


class App:
    """Reads a request and answers with as many bytes as it is to."""

    def __init__(self, pieces: int = 1) -> None:
        self._pieces = pieces
        self.left = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left.set()
                return
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        leaving = asyncio.create_task(receive())
        for _ in range(self._pieces):
            body = {"type": "http.response.body", "body": bytes(100_000), "more_body": True}
            await send(body)
            if leaving.done():
                self.left.set()
                return
        leaving.cancel()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@contextmanager
def guarded(app: App, **limits: Any) -> Iterator[tuple[str, int]]:
    """The address of a server in a thread."""
    protocol: Any = partial(GuardedProtocol, limits=ConnectionLimits(**limits))
    config = uvicorn.Config(app, http=protocol, ws="none", lifespan="off", log_config=None)
    server, bound = uvicorn.Server(config), listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, args=([bound],))
    thread.start()
    try:
        yield bound.getsockname()[:2]
    finally:
        server.should_exit = True
        thread.join(30)


def ended(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection; a test's end if it does not."""
    connection.settimeout(30)
    received = b""
    try:
        while data := connection.recv(1 << 16):
            received += data
    except ConnectionResetError:
        pass
    return received


def test_who_sends_nothing_is_not_waited_for() -> None:
    with guarded(App(), read_seconds=0.2) as address, socket.create_connection(address) as idle:
        assert ended(idle) == b""


def test_neither_are_those_who_send_a_head_bit_by_bit() -> None:
    with guarded(App(), read_seconds=0.5) as address, socket.create_connection(address) as slow:
        slow.setblocking(False)
        sent = 0
        with suppress(ConnectionError):
            while sent < 500:
                slow.sendall(b"G")
                sent += 1
                time.sleep(0.02)
        assert sent < 500


def test_nor_those_who_stop_amid_a_body() -> None:
    app = App()
    with guarded(app, read_seconds=0.2) as address, socket.create_connection(address) as slow:
        slow.sendall(REQUEST + b"12")
        assert ended(slow) == b""
        assert app.left.wait(30)


def test_the_same_holds_for_the_second_request_of_a_connection() -> None:
    with guarded(App(), read_seconds=1.0) as address, socket.create_connection(address) as slow:
        slow.sendall(REQUEST + b"1234")
        slow.sendall(b"POST / HTT")
        assert ended(slow).startswith(b"HTTP/1.1 200")


def test_who_takes_nothing_is_left() -> None:
    app = App(pieces=10_000)
    with guarded(app, write_seconds=0.3) as address, closing(socket.socket()) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.connect(address)
        stuck.sendall(REQUEST + b"1234")
        assert app.left.wait(30)


def test_who_takes_its_time_is_not() -> None:
    app = App(pieces=60)
    with (
        guarded(app, read_seconds=1.0, write_seconds=20) as address,
        socket.create_connection(address) as patient,
    ):
        patient.sendall(REQUEST.replace(b"Host", b"Connection: close\r\nHost") + b"1234")
        received = 0
        patient.settimeout(30)
        while data := patient.recv(200_000):
            received += len(data)
            time.sleep(0.04)
    assert received > 60 * 100_000
    assert not app.left.is_set()


def test_idle_connections_are_bounded_and_make_room_again() -> None:
    most, many = 50, 400
    with guarded(App(), connections=most, read_seconds=2.0) as address, ExitStack() as stack:
        idle = [stack.enter_context(socket.create_connection(address)) for _ in range(many)]
        answers = [ended(connection) for connection in idle]
        refused = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503")]
        assert many // 2 <= len(refused) < many
        assert set(answers) == {b"", refused[0]}
        with socket.create_connection(address) as welcome:
            request = REQUEST.replace(b"Host", b"Connection: close\r\nHost") + b"1234"
            welcome.sendall(request)
            assert ended(welcome).startswith(b"HTTP/1.1 200")


def test_no_part_of_an_answer_waits_for_another_to_be_acknowledged() -> None:
    with (
        closing(listen("127.0.0.1", 0)) as bound,
        socket.create_connection(bound.getsockname()),
        closing(bound.accept()[0]) as accepted,
    ):
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_addresses() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("localhost")
    assert is_loopback("::1")
    assert not is_loopback("0.0.0.0")
    assert not is_loopback("example.org")
    with pytest.raises(InputError, match=r"cannot listen on 192\.0\.2\.1, port 80"):
        listen("192.0.2.1", 80)
