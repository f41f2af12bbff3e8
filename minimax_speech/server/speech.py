"""POST /v1/audio/speech: text to speech, sent while it is made."""

import base64
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from minimax_speech.audio.encoder import make_encoder
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.server.choices import DESIGN, check_model, find_emotion, find_voice
from minimax_speech.server.errors import ApiError
from minimax_speech.server.metrics import Metrics
from minimax_speech.server.observation import note
from minimax_speech.server.scheduling import SharedScheduler
from minimax_speech.server.schemas import (
    EVENT_SCHEMA,
    SpeechDelta,
    SpeechDone,
    SpeechRequest,
    Usage,
    errors,
)
from minimax_speech.server.settings import ServerSettings
from minimax_speech.server.streaming import EncodedSpeech, SpeechResponse, Threads, unless_gone
from minimax_speech.server.workshop import Workshop
from minimax_speech.text.pauses import split_at_pauses

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.inference.scheduled import ScheduledStream
    from minimax_speech.voice import Voice

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "pcm": "audio/pcm",
}
MOST_SILENCE = 100.0
"""Seconds that a text may ask for in all: hours of it would fit into a few hundred characters."""
_EVENTS = "text/event-stream"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ANSWER = {
    "description": "The audio, or events of its pieces (stream_format sse).",
    "content": {
        **dict.fromkeys(MEDIA_TYPES.values(), _BINARY),
        _EVENTS: {"schema": EVENT_SCHEMA},
    },
    "headers": {"X-Request-Id": {"schema": {"type": "string"}, "description": "As in the log."}},
}


class Speaker:
    """Answers requests for speech."""

    def __init__(
        self,
        engine: "MiniMaxSpeech",
        scheduler: SharedScheduler,
        settings: ServerSettings,
        metrics: Metrics,
        workshop: Workshop,
    ) -> None:
        self._engine, self._scheduler = engine, scheduler
        self._settings, self._metrics = settings, metrics
        self._threads, self._workshop = Threads(scheduler.most), workshop

    async def answer(self, request: Request, wanted: SpeechRequest) -> Response:
        """An answer that goes on while speech is made; its first piece is there already.

        Raises:
            ApiError: the request cannot be used.
            InputError: likewise.
            Busy: too many texts are being spoken.
        """
        start = time.perf_counter()
        note(request.scope, format=wanted.response_format, characters=len(wanted.input))
        self._check(wanted)
        encoder = make_encoder(wanted.response_format, self._engine.sample_rate)
        designed = await unless_gone(request.receive, self._designed(wanted))
        speech = EncodedSpeech(self._threads, lambda: self._begin(wanted, designed), encoder)
        try:
            first = await unless_gone(request.receive, _first(speech))
        except BaseException:
            speech.close()
            raise
        self._metrics.first_audio_seconds.observe(time.perf_counter() - start)
        note(request.scope, first_audio=round(time.perf_counter() - start, 3))
        pieces = _pieces(speech, first)
        sse = wanted.stream_format == "sse"
        return SpeechResponse(
            self._events(speech, pieces, len(wanted.input)) if sse else pieces,
            _EVENTS if sse else MEDIA_TYPES[wanted.response_format],
            lambda: self._end(request, speech, start),
        )

    def _check(self, wanted: SpeechRequest) -> None:
        check_model(wanted.model, self._engine.name)
        if len(wanted.input) > self._settings.max_text:
            raise ApiError(
                400,
                f"the input has {len(wanted.input)} characters: use at most "
                f"{self._settings.max_text}",
                "input",
                "input_too_long",
            )
        silence = sum(split_at_pauses(wanted.input)[1])
        if silence > MOST_SILENCE:
            raise ApiError(
                400,
                f"the input asks for {silence:g} s of silence: use at most {MOST_SILENCE:g}",
                "input",
                "input_too_long",
            )

    async def _designed(self, wanted: SpeechRequest) -> "Voice | None":
        """The voice that the instructions describe, if they are to describe one."""
        if wanted.voice_name != DESIGN:
            return None
        if not wanted.instructions:
            raise ApiError(
                400, f"voice {DESIGN!r} needs instructions that describe it", "instructions"
            )
        return await self._workshop.design(wanted.instructions, wanted.seed)

    def _begin(self, wanted: SpeechRequest, designed: "Voice | None") -> "ScheduledStream":
        """Have the text spoken; this reads files and looks at all of the text."""
        voice = designed or find_voice(self._engine, wanted.voice_name)
        return self._scheduler.get().stream(
            wanted.input,
            voice,
            wanted.language,
            wanted.seed,
            emotion=wanted.emotion if designed else find_emotion(self._engine, wanted),
            speed=wanted.speed,
            pitch=wanted.pitch,
            volume=wanted.volume,
            pronunciation=wanted.pronunciation,
            watermark=self._settings.watermark,
        )

    async def _events(
        self, speech: EncodedSpeech, pieces: AsyncIterator[bytes], characters: int
    ) -> AsyncIterator[bytes]:
        """The same pieces as server-sent events, and one that says how much it was."""
        async for piece in pieces:
            if piece:
                yield _event(SpeechDelta(audio=base64.b64encode(piece).decode()))
        seconds = speech.samples / self._engine.sample_rate
        tokens = round(seconds * TOKENS_PER_SECOND)
        yield _event(
            SpeechDone(
                usage=Usage(
                    input_tokens=characters,
                    output_tokens=tokens,
                    total_tokens=characters + tokens,
                )
            )
        )

    def _end(self, request: Request, speech: EncodedSpeech, start: float) -> None:
        """What is left to do when an answer is over, for whatever reason."""
        speech.close()
        audio = speech.samples / self._engine.sample_rate
        self._metrics.audio_seconds.inc(audio)
        note(request.scope, audio_seconds=round(audio, 3))
        if not speech.ended:
            self._metrics.cancelled.inc()
        elif audio:
            self._metrics.real_time_factor.observe((time.perf_counter() - start) / audio)


def speech_router(speaker: Speaker) -> APIRouter:
    """The route."""
    router = APIRouter(tags=["speech"])

    @router.post(
        "/v1/audio/speech",
        response_class=Response,
        responses={200: _ANSWER, **errors(404, 413, 429)},
        operation_id="createSpeech",
    )
    async def create_speech(request: Request, wanted: SpeechRequest) -> Response:
        """Say a text; as OpenAI's endpoint, and more."""
        return await speaker.answer(request, wanted)

    return router


async def _first(speech: EncodedSpeech) -> bytes | None:
    await speech.open()
    return await speech.next()


async def _pieces(speech: EncodedSpeech, piece: bytes | None) -> AsyncIterator[bytes]:
    """This piece, and all that follow."""
    while piece is not None:
        yield piece
        piece = await speech.next()


def _event(content: BaseModel) -> bytes:
    kind = content.type  # type: ignore[attr-defined]
    return f"event: {kind}\ndata: {content.model_dump_json()}\n\n".encode()
