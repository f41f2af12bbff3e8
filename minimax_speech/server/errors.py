"""Every failure as OpenAI's error object: {"error": {"message", "type", "param", "code"}}."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from minimax_speech.errors import Busy, InputError, NameTaken

RETRY_SECONDS = 5
"""After which another try is worth it, where nothing better is known."""


class ApiError(Exception):
    """A request that is refused.

    Attributes:
        status: of the answer.
        message: one line: what is wrong, the value, how to mend it.
        param: which parameter is wrong.
        code: for programs.
        headers: of the answer, besides the usual.
    """

    def __init__(
        self,
        status: int,
        message: str,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code
        self.headers = dict(headers or {})


def busy(message: str, seconds: float = RETRY_SECONDS) -> ApiError:
    """There is too much to do; worth another try after so many seconds."""
    headers = {"Retry-After": str(max(1, math.ceil(seconds)))}
    return ApiError(429, message, code="busy", headers=headers)


def stopping() -> ApiError:
    """The server is ending; another, or this one started anew, may answer."""
    headers = {"Retry-After": str(RETRY_SECONDS), "Connection": "close"}
    return ApiError(503, "the server is shutting down", None, "draining", headers)


def answer(error: ApiError) -> JSONResponse:
    """What the client gets of an error."""
    content = {
        "message": error.message,
        "type": _type(error.status),
        "param": error.param,
        "code": error.code,
    }
    return JSONResponse({"error": content}, error.status, error.headers)


def as_api_error(error: Exception) -> ApiError | None:
    """What is to be answered to an exception; None for those that nobody foresaw."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, Busy):
        return busy("too many texts are being spoken: try again later", error.seconds)
    if isinstance(error, NameTaken):
        return ApiError(409, str(error), "name", "name_taken")
    if isinstance(error, InputError):
        return ApiError(400, " ".join(str(error).split()))
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return ApiError(error.status_code, str(error.detail), headers=error.headers)
    return None


def answer_failures(app: FastAPI) -> None:
    """Have an app answer all that it foresees in this form."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        known = as_api_error(error)
        assert known is not None
        if known.status == HTTPStatus.METHOD_NOT_ALLOWED and (methods := _methods(app, request)):
            known.headers["Allow"] = ", ".join(methods)
        return answer(known)

    for kind in (ApiError, Busy, InputError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)


def _methods(app: FastAPI, request: Request) -> list[str]:
    """Of all routes of the request's path: FastAPI itself tells those of the first alone."""
    path = getattr(request.scope.get("route"), "path", None)
    return sorted(method.upper() for method in app.openapi()["paths"].get(path, ()))


def _invalid(error: RequestValidationError) -> ApiError:
    """The first fault of a request that does not fit its schema."""
    fault: Mapping[str, Any] = error.errors()[0]
    place = [str(part) for part in fault["loc"] if part not in ("body", "query", "path")]
    # Of a union, such as a voice, what follows the name is one of the types that were tried.
    param = place[0] if place and not place[0].isdigit() else None
    message = " ".join(str(fault["msg"]).split())
    return ApiError(400, f"{param or 'the body'}: {message}", param)


def _type(status: int) -> str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "rate_limit_error"
    return "server_error" if status >= 500 else "invalid_request_error"
