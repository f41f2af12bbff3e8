"""/health and /metrics: how the server is."""

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from minimax_speech.server.limits import Lifecycle
from minimax_speech.server.metrics import Load, Metrics
from minimax_speech.server.schemas import Alive, ErrorResponse, Health, Responses

_DRAINING: Responses = {
    503: {"model": Health, "description": "The server is shutting down, or has failed."}
}
_UNAUTHORISED: Responses = {
    401: {"model": ErrorResponse, "description": "The API key is missing or wrong."}
}


def health_router(lifecycle: Lifecycle, load: Load, metrics: Metrics) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["health"])

    def health() -> Response:
        status = "draining" if lifecycle.draining else "failed" if load.failed else "ok"
        body = Health.model_validate({"status": status, "live": load.live, "waiting": load.waiting})
        return JSONResponse(body.model_dump(), 200 if status == "ok" else 503)

    for path, name in (("/health", "health"), ("/health/ready", "ready")):
        router.add_api_route(
            path,
            health,
            response_model=Health,
            responses=_DRAINING,
            operation_id=name,
            summary="Whether requests are taken",
        )

    @router.get("/health/live", operation_id="live", summary="Whether the process answers")
    async def live() -> Alive:
        return Alive()

    @router.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses=_UNAUTHORISED,
        operation_id="metrics",
        summary="For Prometheus",
    )
    def tell() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router
