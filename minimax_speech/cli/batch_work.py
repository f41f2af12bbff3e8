"""The work of `tts batch`: what is missing of a list's files, and making it."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from minimax_speech.api import MiniMaxSpeech, find_device
from minimax_speech.audio import io
from minimax_speech.audio.claims import claim, find_missing
from minimax_speech.audio.io import Audio
from minimax_speech.audio.prosody import Prosody
from minimax_speech.cli.failures import one_line
from minimax_speech.cli.mixing import parse_weighted
from minimax_speech.cli.options import speaking_settings
from minimax_speech.cli.synthesize import make_voice, spoken_language
from minimax_speech.emotion import parse_emotion
from minimax_speech.errors import InputError
from minimax_speech.files import digest
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.jobs import PROSODY, Job, refuse
from minimax_speech.inference.script import write_script
from minimax_speech.inference.windows import speak_window, windows
from minimax_speech.text.pronunciation import Pronunciation
from minimax_speech.text.scripts import admit
from minimax_speech.voice import Voice

T = TypeVar("T")

_VOICES = 256
"""Voices that are kept in memory; a list may have one for each of its lines."""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: seconds of speech in its file, or an error of one line."""

    seconds: float = 0.0
    error: str | None = None


class Work:
    """A list of jobs, spoken with a model into a folder."""

    def __init__(
        self,
        tts: MiniMaxSpeech,
        model: Path,
        device: str,
        jobs: Sequence[Job],
        respelling: Pronunciation,
        out: Path,
        sample_rate: int | None,
        watermark: bool = False,
    ) -> None:
        """For ``tts``, loaded from the folder ``model`` to a device; the rate is in Hz."""
        self._watermark = watermark
        self.jobs, self.out = jobs, out
        self._respelling = respelling
        self._tts, self._model, self._rate = tts, model, sample_rate
        self._device = find_device(device).partition(":")[0]
        self._config = Bundle(model).config
        self._voice = lru_cache(_VOICES)(self._make_voice)
        self._digest = lru_cache(None)(digest)
        self._settings = lru_cache(None)(self._speaking_settings)
        self._named = {voice.name: voice.path for voice in reversed(tts.voices())}

    def missing(self, path: Path, force: bool = False) -> list[Job]:
        """The jobs to speak, once nothing that can be known before stands against any.

        The folder is made, and says from now on what it holds. Files of other jobs of the same name
        are gone, with ``force`` all that the list is to make.

        Args:
            path: the list's, for messages.
            force: take no file for done.

        Raises:
            InputError: a line or the folder cannot be used.
        """
        self.jobs = _checked(path, self.jobs, self._respelled)
        requests = _checked(path, self.jobs, self._request)
        known = {job.file: request for job, request in zip(self.jobs, requests, strict=True)}
        left = known if force else {*find_missing(self.out, {}, known, suffix="")}
        todo = _checked(path, [job for job in self.jobs if job.file in left], self._ready)
        if force:
            for job in todo:
                (self.out / job.file).unlink(missing_ok=True)
        claim(self.out, {}, known, suffix="")
        return todo

    def speak(self, missing: Sequence[Job]) -> Iterator[tuple[Job, Outcome]]:
        """Make the files of the jobs; yields each when it is done or has failed."""
        ready = {job.line: job for job in missing}
        for window in windows(self.jobs, self._device):
            todo = [ready[job.line] for job in window if job.line in ready]
            for job, audio in speak_window(todo, self._say) if todo else ():
                if isinstance(audio, Exception):
                    yield job, Outcome(error=one_line(audio))
                    continue
                audio.save(self.out / job.file, sample_rate=self._rate)
                yield job, Outcome(audio.seconds)

    def _say(self, jobs: Sequence[Job]) -> list[Audio]:
        return self._tts.synthesize(
            [job.text for job in jobs],
            [self._voice(*_voice_of(job)) for job in jobs],
            [job.language for job in jobs],
            [job.seed for job in jobs],
            emotion=[job.emotion for job in jobs],
            watermark=self._watermark,
            **jobs[0].settings,
        )

    def _respelled(self, job: Job) -> Job:
        language = spoken_language(self._tts, job.text, job.language)
        return replace(job, text=self._respelling.apply(job.text, language))

    def _request(self, job: Job) -> str:
        """What decides how a job's file sounds: digits that change with it."""
        rate = self._tts.sample_rate if self._rate is None else self._rate
        io.check_rate(rate, io.output_format(job.file))
        names = [parse_weighted(voice) for voice in job.voices]
        if not job.voices and not job.references:
            names = [(self._config.default_voice, 1.0)]
        files = [(str(self._named.get(name, name)), weight) for name, weight in names]
        voices = [(self._digest(Path(file)), weight) for file, weight in files if _is_file(file)]
        clips = [self._digest(Path(clip)) for clip in job.references]
        said = (job.text, job.language, job.seed, rate, voices, clips, job.reference_text)
        emotion = [self._emotion(job.emotion)] if job.emotion else []
        mark = ["watermark"] if self._watermark else []
        facts = (said, self._settings(tuple(sorted(job.settings.items()))), *emotion, *mark)
        return hashlib.blake2b(json.dumps(facts).encode(), digest_size=8).hexdigest()

    def _emotion(self, spec: str) -> tuple[str | float, ...]:
        """What an emotion is: digits that change with its file, and its strength."""
        self._tts.check_emotion(spec)
        name, strength = parse_emotion(spec)
        named = {emotion.name: emotion.path for emotion in reversed(self._tts.emotions())}
        return self._digest(named[name]), strength

    def _speaking_settings(self, chosen: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
        prosody = Prosody(**{key: value for key, value in chosen if key in PROSODY})
        generation = {key: value for key, value in chosen if key not in PROSODY}
        return {**speaking_settings(self._model, self._config, generation), **asdict(prosody)}

    def _ready(self, job: Job) -> Job:
        """The job with nothing in its text that the model cannot say, and its voice made."""
        text = admit(job.text, self._tts.languages)
        language = spoken_language(self._tts, text, job.language)
        if language not in self._tts.languages:
            known = ", ".join(self._tts.languages)
            raise InputError(f"this model does not speak {job.language!r}: use auto or {known}")
        write_script(text, language, self._config.max_seconds, self._tts.languages)
        self._voice(*_voice_of(job))
        return replace(job, text=text)

    def _make_voice(
        self, references: tuple[str, ...], text: str | None, voices: tuple[str, ...]
    ) -> Voice | None:
        return make_voice(self._tts, [Path(clip) for clip in references], text, list(voices))


def _checked(path: Path, jobs: Sequence[Job], look: Callable[[Job], T]) -> list[T]:
    """`look` of each job; what it refuses is refused together, with the line's number."""
    faults: dict[int, str] = {}
    found: list[T] = []
    for job in jobs:
        try:
            found.append(look(job))
        except InputError as error:
            faults[job.line] = str(error)
    refuse(path, faults)
    return found


def _voice_of(job: Job) -> tuple[tuple[str, ...], str | None, tuple[str, ...]]:
    return job.references, job.reference_text, job.voices


def _is_file(name: str) -> bool:
    """A name that is none is no voice either, which is said when the voice is made."""
    return Path(name).is_file()
