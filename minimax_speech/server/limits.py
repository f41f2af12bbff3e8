"""What a request meets before its route: shutdown, keys, sizes and the deadline.

Plain ASGI: nothing here waits for a body, or keeps one.
"""

import asyncio
import hashlib
import hmac
import ipaddress
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from minimax_speech.server.errors import ApiError, answer, stopping

WORK = "/v1/"
"""Where paths begin that are work; the others tell how the server is."""
OPEN = ("/health", "/health/live", "/health/ready")
"""Paths that need no key."""
_LINGER_SECONDS = 5.0


class Lifecycle:
    """Whether work is taken, and how much of it is going on."""

    def __init__(self) -> None:
        self.draining = False
        self.running = 0

    def drain(self) -> None:
        """Take no more work; what is running goes on."""
        self.draining = True


class Admission:
    """Refuses work while the server drains, and counts what is going on."""

    def __init__(self, app: ASGIApp, lifecycle: Lifecycle) -> None:
        self._app, self._lifecycle = app, lifecycle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(WORK):
            await self._app(scope, receive, send)
            return
        if self._lifecycle.draining:
            await refuse(stopping(), receive, send)
            return
        self._lifecycle.running += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._lifecycle.running -= 1


class KeyCheck:
    """Refuses requests without one of the API keys, in a time that tells nothing of them."""

    def __init__(self, app: ASGIApp, keys: Iterable[str]) -> None:
        self._app = app
        self._digests = [_digest(key.encode()) for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN or self._known(scope):
            await self._app(scope, receive, send)
            return
        headers = {"WWW-Authenticate": "Bearer", "Connection": "close"}
        message = "the API key is missing or wrong: send Authorization: Bearer KEY"
        await refuse(ApiError(401, message, None, "invalid_api_key", headers), receive, send)

    def _known(self, scope: Scope) -> bool:
        given = _header(scope, b"authorization") or b""
        scheme, _, key = given.partition(b" ")
        digest = _digest(key.strip())
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        return any(matches) and scheme.lower() == b"bearer"


class OriginCheck:
    """Refuses what web pages send that are neither of this machine nor listed.

    A browser lets any page send forms to any address, also to one that only this machine reaches.
    """

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        """``origins`` are those that are listed; "*" is any."""
        self._app, self._origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _header(scope, b"origin") if scope["type"] == "http" else None
        if origin is None or self._may(origin.decode("latin-1")):
            await self._app(scope, receive, send)
            return
        message = "web pages of this origin may not use the server: list it with --cors-origin"
        headers = {"Connection": "close"}
        await refuse(ApiError(403, message, None, "origin_refused", headers), receive, send)

    def _may(self, origin: str) -> bool:
        if "*" in self._origins or origin in self._origins:
            return True
        try:
            return is_loopback(urlsplit(origin).hostname or "")
        except ValueError:
            return False


class BodyLimit:
    """Cuts off a body that is too large, at the latest where it becomes so."""

    def __init__(self, app: ASGIApp, limit_of: Callable[[Scope], int]) -> None:
        """``limit_of`` tells how many bytes a request's body may have."""
        self._app, self._limit_of = app, limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope)
        declared = _header(scope, b"content-length") or b"0"
        if declared.isdigit() and int(declared) > limit:
            await refuse(_too_large(limit), receive, send)
            return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                # Of a kind that FastAPI, which is reading the body, lets through.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        async def unless_too_large(message: Message) -> None:
            if received <= limit:
                await send(message)

        await self._app(scope, counted, unless_too_large)
        if received > limit:
            await refuse(_too_large(limit), receive, send)


class Deadline:
    """Ends requests that take too long: with a 504, or amid what is sent."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noticed(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            async with asyncio.timeout(self._seconds):
                await self._app(scope, receive, noticed)
        except TimeoutError:
            if started:
                raise
            message = f"this took longer than {self._seconds:g} s: try a shorter text, or later"
            await answer(ApiError(504, message, None, "timeout"))(scope, receive, send)


async def refuse(error: ApiError, receive: Receive, send: Send) -> None:
    """Answer before the request's body is read, and for a moment drop what still comes of it.

    A connection that is closed while its client sends is reset, and the answer may be lost.
    """
    response = answer(error)
    await send(
        {
            "type": "http.response.start",
            "status": response.status_code,
            "headers": response.raw_headers,
        }
    )
    await send({"type": "http.response.body", "body": response.body, "more_body": True})
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while (await receive()).get("more_body"):
                pass
    await send({"type": "http.response.body"})


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _too_large(limit: int) -> ApiError:
    headers = {"Connection": "close"}
    return ApiError(
        413,
        f"the body is larger than {limit / 1e6:g} MB: send less",
        None,
        "too_large",
        headers,
    )


def _digest(key: bytes) -> bytes:
    """Of one length for all keys."""
    return hashlib.sha256(key).digest()


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for key, value in scope["headers"] if key == name), None)
