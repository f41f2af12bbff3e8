"""The app: routes, and what each request meets before them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Scope

from minimax_speech import __version__
from minimax_speech.audio import watermark
from minimax_speech.server import voices
from minimax_speech.server.errors import answer_failures
from minimax_speech.server.health import health_router
from minimax_speech.server.limits import (
    Admission,
    BodyLimit,
    Deadline,
    KeyCheck,
    Lifecycle,
    OriginCheck,
)
from minimax_speech.server.metrics import Metrics
from minimax_speech.server.models import models_router
from minimax_speech.server.observation import Observer
from minimax_speech.server.scheduling import SharedScheduler
from minimax_speech.server.schemas import EVENT_MODELS
from minimax_speech.server.settings import ServerSettings
from minimax_speech.server.speech import Speaker, speech_router
from minimax_speech.server.workshop import Workshop

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech


def create_app(
    engine: "MiniMaxSpeech",
    settings: ServerSettings | None = None,
    lifecycle: Lifecycle | None = None,
) -> FastAPI:
    """An ASGI app around an engine, which it shares among all its requests.

    Args:
        engine: loaded or not; what is not loaded yet is when it is first used.
        settings: None for the defaults.
        lifecycle: to drain the server by.

    Raises:
        InputError: speech is to be marked, and the extra for it is missing.
    """
    settings, lifecycle = settings or ServerSettings(), lifecycle or Lifecycle()
    if settings.watermark:
        watermark.load()
    scheduler = SharedScheduler(engine, settings)
    metrics = Metrics(scheduler)
    workshop = Workshop(engine)
    speaker = Speaker(engine, scheduler, settings, metrics, workshop)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        scheduler.close()

    app = FastAPI(
        title="MiniMax-Speech",
        version=__version__,
        description="Text to speech, OpenAI-compatible, streamed while it is made.",
        lifespan=lifespan,
        middleware=_middleware(settings, lifecycle, metrics),
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
    )
    answer_failures(app)
    app.include_router(health_router(lifecycle, scheduler, metrics))
    keyed = [Depends(HTTPBearer(auto_error=False))] if settings.api_keys else []
    for router in (
        speech_router(speaker),
        voices.voices_router(engine, workshop, settings),
        models_router(engine),
    ):
        app.include_router(router, dependencies=keyed)
    _document(app)
    return app


def _middleware(
    settings: ServerSettings, lifecycle: Lifecycle, metrics: Metrics
) -> list[Middleware]:
    """From the outermost to the innermost."""
    chain = [Middleware(Observer, metrics)]
    if settings.cors_origins:
        chain.append(
            Middleware(
                CORSMiddleware,
                allow_origins=list(settings.cors_origins),
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "X-Request-Id"],
                expose_headers=["X-Request-Id", "Retry-After"],
            )
        )
    chain.append(Middleware(OriginCheck, settings.cors_origins))
    if settings.api_keys:
        chain.append(Middleware(KeyCheck, settings.api_keys))
    return [
        *chain,
        Middleware(Admission, lifecycle),
        Middleware(BodyLimit, partial(_body_limit, settings)),
        Middleware(Deadline, settings.timeout),
    ]


def _body_limit(settings: ServerSettings, scope: Scope) -> int:
    """Bytes: only where recordings are uploaded are there many."""
    return settings.max_upload if scope["path"] == voices.PATH else settings.max_json


def _document(app: FastAPI) -> None:
    """Complete the OpenAPI document: events, and 400 in place of FastAPI's 422."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        document = make()
        for operations in document["paths"].values():
            for operation in operations.values():
                operation["responses"].pop("422", None)
        schemas = document["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas |= EVENT_MODELS
        return document

    app.openapi = openapi  # type: ignore[method-assign]
