"""Every request has an id, is counted, and leaves one line in the log."""

import asyncio
import logging
import re
import time
import uuid
from typing import Any

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from minimax_speech.server.errors import ApiError, answer, stopping
from minimax_speech.server.logs import log
from minimax_speech.server.metrics import Metrics

CLIENT_LEFT = 499
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
_FACTS = "tts.facts"


class Observer:
    """Names, times, counts and logs requests, and answers to what nobody foresaw with a 500."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        facts = scope[_FACTS] = {"id": _request_id(scope)}
        start = time.perf_counter()
        status, sent, complete = 0, 0, False

        async def watched(message: Message) -> None:
            nonlocal status, sent, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                named = (b"x-request-id", facts["id"].encode())
                message = {**message, "headers": [*message["headers"], named]}
            else:
                sent += len(message.get("body", b""))
                complete = not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            pass
        except asyncio.CancelledError:  # by a second signal
            if status:
                raise
            await answer(stopping())(scope, receive, watched)
        except Exception as error:
            log("failure", logging.ERROR, error, id=facts["id"])
            if status:
                raise  # the server is to break off, so that the client sees that more was to come
            await answer(ApiError(500, "something went wrong in the server", None, "internal"))(
                scope, receive, watched
            )
        finally:
            self._tell(scope, status or CLIENT_LEFT, complete, sent, time.perf_counter() - start)

    def _tell(self, scope: Scope, status: int, complete: bool, sent: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.requests.labels(route, str(status)).inc()
        self._metrics.request_seconds.labels(route).observe(seconds)
        log(
            "request",
            **scope[_FACTS],
            method=scope["method"],
            route=route,
            status=status,
            complete=complete,
            bytes=sent,
            seconds=round(seconds, 3),
        )


def note(scope: Scope, **facts: Any) -> None:
    """Add to what the log says of a request: numbers and ids, nothing that was said."""
    scope[_FACTS].update(facts)


def _request_id(scope: Scope) -> str:
    """The one that came with it, if it is fit for a log; else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value.decode("latin-1")):
            return value.decode()
    return uuid.uuid4().hex
