"""What requests and answers hold; the OpenAPI document is made of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.json_schema import models_json_schema

from minimax_speech.api import MAX_SEED
from minimax_speech.audio.prosody import PITCHES, SPEEDS, VOLUMES

AudioFormat = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
MOST_RESPELLED = 1000
Responses = dict[int | str, dict[str, Any]]
"""Of a route: status -> what FastAPI is to document."""

Short = Annotated[str, Field(max_length=100)]


class VoiceReference(BaseModel):
    """A voice by its id, as OpenAI's custom voices are named."""

    model_config = ConfigDict(extra="forbid", strict=True)
    id: Short


class SpeechRequest(BaseModel):
    """What to say and how: OpenAI's parameters, and some of ours."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    model: str = Field(description="The model's name, or tts-1, tts-1-hd, gpt-4o-mini-tts.")
    input: str = Field(min_length=1, description="The text to say.")
    voice: Short | VoiceReference | None = Field(
        None,
        description="A voice by name or id; OpenAI's names work too. 'design' makes one of the "
        "instructions. Default: the model's.",
    )
    response_format: AudioFormat = Field("mp3", description="pcm is 16 bits, little-endian, mono.")
    speed: float | None = Field(None, ge=SPEEDS[0], le=SPEEDS[1])
    instructions: str | None = Field(
        None,
        max_length=4096,
        description="How to say it: names one of the model's emotions, as in 'Speak in a sad "
        "tone'. With voice 'design', the voice's description.",
    )
    stream_format: Literal["audio", "sse"] = "audio"
    language: str = Field("auto", max_length=100, description="Code, or auto.")
    emotion: str | None = Field(
        None, max_length=200, description="Name, or name and strength, as in happy:0.7."
    )
    seed: int = Field(0, ge=0, le=MAX_SEED, description="The same seed gives the same audio.")
    pitch: float | None = Field(None, ge=PITCHES[0], le=PITCHES[1], description="Semitones.")
    volume: float | None = Field(None, ge=VOLUMES[0], le=VOLUMES[1], description="1 is as it is.")
    pronunciation: dict[str, str] | None = Field(
        None, max_length=MOST_RESPELLED, description="Words and their respellings."
    )

    @field_validator("instructions")
    @classmethod
    def _none_if_blank(cls, instructions: str | None) -> str | None:
        return instructions if (instructions or "").strip() else None

    @property
    def voice_name(self) -> str | None:
        """The voice's name, however it was given."""
        return self.voice.id if isinstance(self.voice, VoiceReference) else self.voice


class Usage(BaseModel):
    """How much was said: characters of the text, and audio tokens (25 a second)."""

    input_tokens: int
    output_tokens: int
    total_tokens: int


class SpeechDelta(BaseModel):
    """A server-sent event: more bytes of the audio file."""

    type: Literal["speech.audio.delta"] = "speech.audio.delta"
    audio: str = Field(description="Base64.")


class SpeechDone(BaseModel):
    """The last server-sent event."""

    type: Literal["speech.audio.done"] = "speech.audio.done"
    usage: Usage


_REFERENCE = "#/components/schemas/{model}"
EVENT_SCHEMA = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["speech.audio.delta", "speech.audio.done"]},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {
                "oneOf": [
                    {"$ref": _REFERENCE.format(model=model.__name__)}
                    for model in (SpeechDelta, SpeechDone)
                ]
            },
        },
    },
}
"""Of one server-sent event."""
EVENT_MODELS: dict[str, Any] = models_json_schema(
    [(SpeechDelta, "serialization"), (SpeechDone, "serialization")], ref_template=_REFERENCE
)[1]["$defs"]
"""Schemas of what events hold, by name: what answers hold FastAPI finds by itself."""


class VoiceObject(BaseModel):
    """A voice that can be spoken with."""

    id: str
    object: Literal["audio.voice"] = "audio.voice"
    name: str
    origin: Literal["saved", "model"]
    language: str | None = None
    gender: str | None = None
    licence: str | None = None
    created_at: int = Field(description="Seconds since 1970.")
    notes: list[str] = Field([], description="What was done to the recordings, or looks wrong.")


class VoiceList(BaseModel):
    """All voices."""

    object: Literal["list"] = "list"
    data: list[VoiceObject]


class VoiceDeleted(BaseModel):
    """A voice that is gone."""

    id: str
    object: Literal["audio.voice"] = "audio.voice"
    deleted: Literal[True] = True


class ModelObject(BaseModel):
    """The model, and what it can do here."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="When it was loaded, in seconds since 1970.")
    owned_by: str = "minimax-speech"
    aliases: list[str] = Field(description="Other names that requests may call it by.")
    formats: list[str] = Field(description="Values of response_format that can be made here.")
    languages: list[str]
    emotions: list[str]


class ModelList(BaseModel):
    """All models: one."""

    object: Literal["list"] = "list"
    data: list[ModelObject]


class Health(BaseModel):
    """Whether the server takes requests, and how much it has to do."""

    status: Literal["ok", "draining", "failed"]
    live: int = Field(description="Texts that are being spoken.")
    waiting: int = Field(description="Texts that wait for their turn.")


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class ErrorDetail(BaseModel):
    """What is wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorResponse(BaseModel):
    """OpenAI's error object."""

    error: ErrorDetail


_ERRORS = {
    400: "The request cannot be used; the message says why.",
    401: "The API key is missing or wrong.",
    403: "This may not be changed, or not by a web page of this origin.",
    404: "There is no such thing.",
    409: "The name is taken.",
    413: "The body is too large.",
    429: "There is too much to do: try again after Retry-After seconds.",
    500: "A fault of the server's.",
    503: "The server is shutting down.",
    504: "It took too long.",
}


def errors(*statuses: int) -> Responses:
    """What an OpenAPI document says of failures, beside those that any request may meet."""
    answers: Responses = {}
    for status in sorted({400, 401, 403, 500, 503, 504, *statuses}):
        answers[status] = {"model": ErrorResponse, "description": _ERRORS[status]}
        if status in (429, 503):
            answers[status]["headers"] = {
                "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}
            }
    return answers
