"""/v1/models: the one model, and what it can do here."""

import time
from typing import TYPE_CHECKING

from fastapi import APIRouter

from minimax_speech.audio.encoder import formats_here
from minimax_speech.server.choices import MODEL_ALIASES, check_model
from minimax_speech.server.schemas import ModelList, ModelObject, errors

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech


def models_router(engine: "MiniMaxSpeech") -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["models"])
    created = int(time.time())

    def described() -> ModelObject:
        return ModelObject(
            id=engine.name,
            created=created,
            aliases=list(MODEL_ALIASES),
            formats=list(formats_here()),
            languages=engine.languages,
            emotions=sorted({info.name for info in engine.emotions()}),
        )

    @router.get("/v1/models", responses=errors(), operation_id="listModels")
    def list_models() -> ModelList:
        """The model that is loaded."""
        return ModelList(data=[described()])

    @router.get("/v1/models/{model}", responses=errors(404), operation_id="retrieveModel")
    def retrieve_model(model: str) -> ModelObject:
        """The model, by its name or one of its aliases."""
        check_model(model, engine.name)
        return described()

    return router
