"""Where voices are made: one at a time, since each takes a core for seconds."""

import asyncio
import dataclasses
import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from minimax_speech.audio import io
from minimax_speech.errors import InputError
from minimax_speech.inference.catalogue import free_place, save_new
from minimax_speech.server.choices import DESIGN
from minimax_speech.server.errors import ApiError, busy
from minimax_speech.text import languages

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.voice import Voice

T = TypeVar("T")
MAX_RECORDING_SECONDS = 600.0
_UNTOLD = 1e10
"""Seconds; a FLAC that was sent live tells no length, and libsndfile then makes one up."""
_MOST_WAITING = 8
_MOST_DESIGNED = 32
"""Designed voices that are remembered: the same instructions are the same voice."""


@dataclasses.dataclass(frozen=True)
class Recording:
    """A recording of a voice, as it was uploaded.

    Attributes:
        file: of its bytes.
        text: what it says, if that is known.
        language: code, if it is known.
        consent: the statement of whose voice it is.
    """

    file: BinaryIO
    text: str | None
    language: str | None
    consent: str | None


class Workshop:
    """Clones, saves and designs voices in a thread of its own; a few requests may wait for it."""

    def __init__(self, engine: "MiniMaxSpeech") -> None:
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "workshop")
        self._places = Semaphore(1 + _MOST_WAITING)
        self._designed: OrderedDict[tuple[str, int], Voice] = OrderedDict()

    async def clone(self, name: str, recording: Recording) -> None:
        """Save the voice of a recording under a name.

        Raises:
            ApiError: too many voices are being made.
            NameTaken: the name is taken.
            InputError: the name or the recording cannot be used.
        """
        await self._do(lambda: self._clone(name, recording))

    async def design(self, description: str, seed: int) -> "Voice":
        """A voice from a description.

        Raises:
            ApiError: too many voices are being made.
            InputError: nothing of the description is understood.
        """
        return await self._do(lambda: self._design(description, seed))

    async def _do(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise busy("too many voices are being made: try again later")
        future = self._thread.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)

    def _design(self, description: str, seed: int) -> "Voice":
        key = (description, seed)
        if key not in self._designed:
            self._designed[key] = self._engine.design_voice(description, seed=seed)
        self._designed.move_to_end(key)
        if len(self._designed) > _MOST_DESIGNED:
            self._designed.popitem(last=False)
        return self._designed[key]

    def _clone(self, name: str, recording: Recording) -> None:
        free_place(name, self._engine.voices())
        if name == DESIGN:
            raise ApiError(
                400,
                f"the name {name!r} is that of voices made of instructions: choose another",
                "name",
            )
        code = languages.get(recording.language).code if recording.language else None
        voice = self._heard(recording)
        consent = {"consent": recording.consent} if recording.consent else {}
        metadata = voice.metadata | consent
        language = code or voice.language
        voice = dataclasses.replace(voice, language=language, metadata=metadata)
        save_new(voice, name, self._engine.voices())

    def _heard(self, recording: Recording) -> "Voice":
        """The voice of an upload. Its name is not used; nor is its file's place told to anyone."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "recording"
            with path.open("wb") as copy:
                shutil.copyfileobj(recording.file, copy)
            try:
                _check_length(path)
                voice = self._engine.voice([path], reference_text=recording.text)
            except InputError as error:
                raise InputError(str(error).replace(str(path), "audio_sample")) from None
        notes = [note.replace(str(path), "audio_sample") for note in voice.metadata["notes"]]
        facts = {"references": ["audio_sample"], "notes": notes}
        return dataclasses.replace(voice, metadata=voice.metadata | facts)


def _check_length(path: Path) -> None:
    """Refuse a long recording by its header, before anything of it is decoded."""
    seconds = io.duration(path)
    if seconds > MAX_RECORDING_SECONDS:
        length = "does not tell its length" if seconds > _UNTOLD else f"lasts {seconds:.0f} s"
        raise InputError(
            f"{path} {length}: use a file of at most {MAX_RECORDING_SECONDS:.0f} s "
            "(5 to 30 s are best)"
        )
