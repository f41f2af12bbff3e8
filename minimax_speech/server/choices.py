"""What a request's words mean to the engine: model, voice and instructions."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minimax_speech.errors import InputError
from minimax_speech.server.errors import ApiError
from minimax_speech.server.schemas import SpeechRequest

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.voice import Voice

MODEL_ALIASES = ("tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gpt-4o-mini-tts-2025-12-15")
"""OpenAI's models, for code that was written for them."""

VOICE_ALIASES = {
    "alloy": "kathleen",
    "ash": "bdl",
    "ballad": "alan",
    "cedar": "alan",
    "coral": "linda",
    "echo": "rms",
    "fable": "alan",
    "marin": "clb",
    "nova": "clb",
    "onyx": "bdl",
    "sage": "slt",
    "shimmer": "linda",
    "verse": "rms",
}
"""OpenAI's voices, and the bundled ones in their place; in other models, the default voice."""

DESIGN = "design"
"""The voice that is made of the instructions."""

_NEGATION = re.compile(r"\b(?:not?|never|without|less|avoid|nor|neither)\b|n['’]t\b", re.IGNORECASE)


def check_model(name: str, own: str) -> None:
    """Refuse a model that is not the one that is loaded, as OpenAI does."""
    if name != own and name not in MODEL_ALIASES:
        raise ApiError(
            404,
            f"the model {name!r} does not exist: use {own!r}",
            "model",
            "model_not_found",
        )


def find_voice(engine: "MiniMaxSpeech", name: str | None) -> "Voice | None":
    """A voice by name; None is the default voice. Paths are not names.

    Raises:
        ApiError: there is no such voice, or it cannot be used.
    """
    if name is None:
        return None
    named = {info.name: info.path for info in reversed(engine.voices())}
    if name in named:
        return _load(engine, name, named[name])
    if name in VOICE_ALIASES:
        path = named.get(VOICE_ALIASES[name])
        return engine.voice(path) if path else None
    raise ApiError(
        400,
        f"no voice is called {name!r}: GET /v1/audio/voices lists them",
        "voice",
        "voice_not_found",
    )


def _load(engine: "MiniMaxSpeech", name: str, path: Path) -> "Voice":
    """A voice of a file, whose place is told to no one."""
    try:
        return engine.voice(path)
    except InputError as error:
        message = " ".join(str(error).replace(str(path), repr(name)).split())
        raise ApiError(400, message, "voice") from None


def find_emotion(engine: "MiniMaxSpeech", wanted: SpeechRequest) -> str | None:
    """The emotion to speak with, by its parameter or by the instructions.

    Raises:
        ApiError: both say it, or the instructions are not understood.
    """
    if not wanted.instructions:
        return wanted.emotion
    if wanted.emotion is not None:
        raise ApiError(
            400, "give the emotion as emotion or in instructions, not both", "instructions"
        )
    return read_instructions(wanted.instructions, sorted({info.name for info in engine.emotions()}))


def read_instructions(text: str, emotions: Sequence[str]) -> str:
    """The emotion that instructions name: one of them as a whole word, and no negation.

    Raises:
        ApiError: they name none, or several, or say what not to do.
    """
    words = set(re.findall(r"[\w-]+", text.lower()))
    named = [emotion for emotion in emotions if emotion.lower() in words]
    if len(named) == 1 and not _NEGATION.search(text):
        return named[0]
    known = ", ".join(emotions) or "this model has none"
    raise ApiError(
        400,
        "instructions are understood if they name exactly one emotion, without negation "
        f"({known}), or describe the voice where voice is {DESIGN!r}: change them, or "
        "leave them out",
        "instructions",
        "instructions_not_understood",
    )
