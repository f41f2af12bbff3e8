"""/v1/audio/voices: list, clone and remove voices."""

from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import APIRouter, File, Form, UploadFile

from minimax_speech import home
from minimax_speech.errors import InputError
from minimax_speech.server.errors import ApiError
from minimax_speech.server.schemas import VoiceDeleted, VoiceList, VoiceObject, errors
from minimax_speech.server.settings import ServerSettings
from minimax_speech.server.workshop import Recording, Workshop
from minimax_speech.voice import Voice

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech, VoiceInfo

PATH = "/v1/audio/voices"
_LONGEST = 2000
"""Characters of a form's texts."""

NO_FILE = cast(UploadFile, None)
"""Forms know no null: FastAPI is to document a file that may be left out, and not one or null."""


def voices_router(
    engine: "MiniMaxSpeech", workshop: Workshop, settings: ServerSettings
) -> APIRouter:
    """The routes."""
    router = APIRouter(tags=["voices"])

    @router.get(PATH, responses=errors(), operation_id="listVoices")
    def list_voices() -> VoiceList:
        """The saved voices and those of the model, which a saved one of the same name hides."""
        named = {info.name: info for info in reversed(engine.voices())}
        described = []
        for name in sorted(named):
            with suppress(ApiError):  # removed meanwhile
                described.append(_described(named[name]))
        return VoiceList(data=described)

    @router.post(PATH, responses=errors(409, 413, 429), operation_id="createVoice")
    async def create_voice(
        name: Annotated[str, Form(min_length=1, max_length=100)],
        audio_sample: Annotated[UploadFile, File(description="A recording.")] = NO_FILE,
        file: Annotated[UploadFile, File(description="The same by another name.")] = NO_FILE,
        consent: Annotated[
            str,
            Form(max_length=_LONGEST, description="That the speaker agrees; kept with the voice."),
        ] = "",
        language: Annotated[str, Form(max_length=100, description="Code.")] = "",
        reference_text: Annotated[
            str, Form(max_length=_LONGEST, description="What the recording says.")
        ] = "",
    ) -> VoiceObject:
        """Clone the voice of a recording and save it. Say that its owner agrees."""
        recording = audio_sample or file
        if recording is None:
            raise ApiError(400, "there is no recording: upload it as audio_sample", "audio_sample")
        if settings.consent and not consent.strip():
            raise ApiError(
                400,
                "consent is missing: state that the speaker agrees to the voice being cloned",
                "consent",
                "consent_required",
            )
        await workshop.clone(
            name,
            Recording(
                recording.file, reference_text or None, language or None, consent.strip() or None
            ),
        )
        return _described(_find(engine, name))

    @router.get(PATH + "/{id}", responses=errors(404), operation_id="retrieveVoice")
    def retrieve_voice(id: str) -> VoiceObject:
        """One voice."""
        return _described(_find(engine, id))

    @router.delete(PATH + "/{id}", responses=errors(403, 404), operation_id="deleteVoice")
    def delete_voice(id: str) -> VoiceDeleted:
        """Remove a saved voice."""
        home.voice_file(id)
        info = _find(engine, id)
        if info.origin != "saved":
            raise ApiError(403, f"voice {id!r} is part of the model and cannot be removed", "id")
        info.path.unlink(missing_ok=True)
        return VoiceDeleted(id=id)

    return router


def _find(engine: "MiniMaxSpeech", name: str) -> "VoiceInfo":
    for info in engine.voices():  # saved ones come first
        if info.name == name:
            return info
    raise _missing(name)


def _missing(name: str) -> ApiError:
    return ApiError(404, f"no voice is called {name!r}: see GET {PATH}", "id", "voice_not_found")


def _described(info: "VoiceInfo") -> VoiceObject:
    """What is told of a voice; of one that cannot be read its name.

    Raises:
        ApiError: it has been removed.
    """
    try:
        created = int(info.path.stat().st_mtime)
    except FileNotFoundError:
        raise _missing(info.name) from None
    facts = {"id": info.name, "name": info.name, "origin": info.origin, "created_at": created}
    try:
        voice = Voice.load(info.path)
    except InputError:
        return VoiceObject.model_validate(facts)
    about = {key: voice.metadata.get(key) for key in ("gender", "licence")}
    notes = voice.metadata.get("notes", [])
    return VoiceObject.model_validate(facts | about | {"language": voice.language, "notes": notes})
