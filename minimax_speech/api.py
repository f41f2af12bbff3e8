"""The one facade: load a model, make voices, speak."""

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from numbers import Integral
from pathlib import Path
from types import NoneType
from typing import Any, Literal, Self, Unpack, overload

import torch

from minimax_speech import home
from minimax_speech.audio import io, levels, watermark
from minimax_speech.audio.io import Audio, Samples
from minimax_speech.audio.prosody import Prosody
from minimax_speech.audio.subtitles import Word
from minimax_speech.emotion import Emotion, parse_emotion
from minimax_speech.errors import InputError, excerpt
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.conversion import convert
from minimax_speech.inference.design import design, read, warn_unheard
from minimax_speech.inference.engine import MOST_ROWS
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.options import Conversion, Options, Sound, resolve
from minimax_speech.inference.pipeline import Pipeline, Progress, Speech, SpeechRequest
from minimax_speech.inference.references import clone
from minimax_speech.inference.scheduler import Plan, Scheduler
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.streaming import SpeechStream
from minimax_speech.inference.threads import one_core_after_forks
from minimax_speech.inference.word_times import SpokenLine, recording_word_times, word_times
from minimax_speech.models.lora import Adapter, fits
from minimax_speech.text import languages
from minimax_speech.text.pronunciation import Pronunciation
from minimax_speech.text.scripts import admit
from minimax_speech.text.voice_attributes import ATTRIBUTES, Attributes, check_attributes
from minimax_speech.voice import Recordings, Voice

MAX_SEED = 2**63 - 1

Reference = str | Path
_REFERENCE = "a name or a path"


@dataclass(frozen=True)
class VoiceInfo:
    """A voice, or an emotion, that has a name.

    Attributes:
        name: what `MiniMaxSpeech` knows it by.
        origin: saved by the user, or part of the model.
        path: its file.
    """

    name: str
    origin: Literal["saved", "model"]
    path: Path


class MiniMaxSpeech:
    """Text to speech in any voice. Made by `from_pretrained`."""

    def __init__(self, bundle: Bundle) -> None:
        one_core_after_forks()
        self._bundle = bundle
        self._emotions: dict[tuple[Path, int], Emotion] = {}

    @classmethod
    def from_pretrained(cls, model: str | Path | None = None, device: str = "auto") -> Self:
        """A model by name or folder; None is the bundled one.

        Args:
            model: name or folder.
            device: auto, cpu, cuda, cuda:N or mps; auto takes the best that there is.

        Raises:
            InputError: there is no such model or device.
        """
        return cls(Bundle.load(model, find_device(device)))

    def load(self) -> None:
        """Load now what the first synthesis would load, and warm up: it takes about a second.

        Raises:
            InputError: a part of the model is missing or damaged.
        """
        self._pipeline.warm_up()

    @property
    def name(self) -> str:
        """Of the model."""
        return self._bundle.config.name

    @property
    def sample_rate(self) -> int:
        """Hz of all audio that the model makes."""
        return self._bundle.config.sample_rate

    @property
    def languages(self) -> list[str]:
        """Codes of the languages that the model speaks, the main one first."""
        return list(self._bundle.config.languages)

    def voice(
        self,
        reference: Reference | Sequence[Reference],
        reference_text: str | None = None,
        *,
        keep_recordings: bool = False,
    ) -> Voice:
        """A voice by name, from its file, or cloned from recordings.

        Args:
            reference: a voice's name (saved voices come before those of the model), a voice's
                .safetensors file, or an audio file; several audio files are pooled.
            reference_text: what the one audio file says; the words then go on from it, and not
                only the sound (one-shot cloning).
            keep_recordings: keep what is cloned in the voice, for `upgrade`.

        Raises:
            InputError: there is no such voice or file, or it cannot be used.
        """
        _demand("reference_text", reference_text, (str, NoneType), "the words of the recording")
        if isinstance(reference, (str, Path)):
            path = self._voice_file(reference)
            if path is not None:
                if keep_recordings:
                    raise InputError(f"{path} is a voice: only recordings can be kept")
                return self._saved_voice(path, reference_text)
            paths = [reference]
        else:
            _demand("reference", reference, Sequence, f"{_REFERENCE}, or a list of paths")
            paths = list(reference)
        if not paths:
            raise InputError("no reference is given: name at least one recording of the voice")
        for one in paths:
            _demand("reference", one, (str, Path), _REFERENCE)
        return self._clone(paths, reference_text, keep_recordings)

    def upgrade(self, voice: Voice) -> Voice:
        """A voice of another model, made again for this one from the recordings it carries.

        Raises:
            InputError: it carries none.
        """
        _demand("voice", voice, Voice, "a Voice")
        kept = voice.recordings
        if kept is None:
            raise InputError(
                f"voice {voice.name!r} carries no recordings: make it again from them, and keep "
                "them (tts voice add --keep-recordings)"
            )
        clips = [io.resample(clip, kept.rate, self.sample_rate) for clip in kept.clips]
        text = voice.prompt.text if voice.prompt else None
        again = clone(self._bundle, clips, voice.name, text, voice.metadata)
        return replace(again, language=voice.language, recordings=kept)

    def design_voice(
        self,
        description: str = "",
        *,
        seed: int = 0,
        name: str = "designed",
        **attributes: Unpack[Attributes],
    ) -> Voice:
        """A new voice from a description in English, from attributes, or from both.

        Args:
            description: such as "an old man with a deep, rough voice who speaks slowly".
            seed: the same seed gives the same voice, another one another voice that fits, too.
            name: of the voice.
            attributes: gender, age, pitch, expression, tone, texture, rate, volume, language and
                accent; their values stand in `text.voice_attributes.ATTRIBUTES`. They come before
                what the description says. A timbre has no accent of its own: that is left out,
                with a warning. Rate and volume become those at which the voice speaks where it is
                not told otherwise.

        Raises:
            InputError: the model designs no voices, neither description nor attributes say anything
                of a voice, an unknown value, or a language that the model does not speak.
        """
        _demand("description", description, str, "a string")
        _demand("name", name, str, "a string")
        return self._design(description, check_attributes(attributes), name, _seed(seed))

    def _design(self, description: str, attributes: dict[str, str], name: str, seed: int) -> Voice:
        wanted = read(self._bundle, description) | attributes
        if not wanted:
            raise InputError(
                f"{excerpt(description)} says nothing of a voice that is understood: say in "
                f"English something of its {', '.join(list(ATTRIBUTES)[:-1])}"
            )
        if "language" in wanted:
            self._language("", wanted["language"])
        warn_unheard(wanted)
        return design(self._bundle, self._pipeline, wanted, name, seed, description)

    def finetune_voice(
        self,
        name: str,
        recordings: Reference | Sequence[Reference],
        language: str | None = None,
        **options: Any,
    ) -> Voice:
        """Professional voice cloning: a voice tuned on minutes of one speaker's recordings.

        Args:
            name: of the voice, which is not saved yet.
            recordings: a folder, an uncompressed .tar or a JSONL manifest, with texts or without;
                or a list of audio files.
            language: code, where no manifest gives it.
            options: manifest, recogniser, work, jobs, resume, tell and the settings of the tuning,
                as `finetuning.finetune_voice` explains them.

        Raises:
            InputError: the recordings cannot be used, are too little, or in a language that the
                model does not speak.
        """
        from minimax_speech.finetuning import finetune_voice  # it takes a second to import

        return finetune_voice(self._bundle, name, recordings, language=language, **options)

    def voices(self) -> list[VoiceInfo]:
        """All voices that have a name: the user's own, then the model's."""
        saved = sorted(home.voices_folder().glob("*.safetensors"))
        return [VoiceInfo(path.stem, "saved", path) for path in saved] + [
            VoiceInfo(path.stem, "model", path) for path in self._bundle.voice_files()
        ]

    def emotions(self) -> list[VoiceInfo]:
        """All emotions: the user's own, then the model's."""
        saved = sorted(home.adapters_folder().glob("*.safetensors"))
        return [VoiceInfo(path.stem, "saved", path) for path in saved] + [
            VoiceInfo(path.stem, "model", path) for path in self._bundle.emotion_files()
        ]

    def check_emotion(self, emotion: str) -> None:
        """Refuse an emotion that this model cannot speak with, with an InputError."""
        self._emotion(emotion)

    @overload
    def synthesize(
        self,
        text: str,
        voice: Voice | str | None = ...,
        language: str = ...,
        seed: int = ...,
        *,
        progress: Progress | None = ...,
        **options: Unpack[Options],
    ) -> Audio: ...

    @overload
    def synthesize(
        self,
        text: list[str] | tuple[str, ...],
        voice: Voice | str | Sequence[Voice | str | None] | None = ...,
        language: str | Sequence[str] = ...,
        seed: int | Sequence[int] = ...,
        *,
        progress: Progress | None = ...,
        **options: Unpack[Options],
    ) -> list[Audio]: ...

    def synthesize(
        self,
        text: str | list[str] | tuple[str, ...],
        voice: Voice | str | Sequence[Voice | str | None] | None = None,
        language: str | Sequence[str] = "auto",
        seed: int | Sequence[int] = 0,
        *,
        progress: Progress | None = None,
        **options: Unpack[Options],
    ) -> Audio | list[Audio]:
        """Say a text, or several at once.

        Args:
            text: one text gives an Audio; a list gives a list, each as if it were said alone.
            voice: for all texts or one for each; None is the model's default voice.
            language: code or "auto", for all texts or one for each.
            seed: the same seed gives the same audio; for all texts or one for each.
            progress: called with the number of lines done and of all lines.
            options: temperature, top_p, top_k, repetition_penalty, cfg_scale, steps, solver, check,
                as `Settings` explains them; what is not given or None is the model's own. speed,
                pitch and volume, as `Prosody` explains them: silences that the text asks for stay.
                And pronunciation: a mapping of words to respellings, or the path of a dictionary;
                and emotion: a name of `emotions`, with a strength or without ("happy:0.7"), for all
                texts or one for each. And watermark: True puts a mark into the sound that is not
                heard and that `tts watermark` finds; it takes the extra `watermark`.

        Raises:
            InputError: a text with nothing to say or in letters of another language, a voice or an
                emotion of another model, an emotion that there is not, a language that the model
                does not speak, a setting out of its range, or a pronunciation or a pause that is
                none.
        """
        _demand("text", text, (str, list, tuple), "a string or a list of strings")
        texts = [text] if isinstance(text, str) else list(text)
        marked = _marked(options)
        requests, settings = self._plan(texts, voice, language, seed, options)
        speak = self._pipeline.speak
        speeches = speak(requests, settings, progress) if requests else []
        audios = [
            self._audio(request, speech, marked)
            for request, speech in zip(requests, speeches, strict=True)
        ]
        return audios[0] if isinstance(text, str) else audios

    def stream(
        self,
        text: str,
        voice: Voice | str | None = None,
        language: str = "auto",
        seed: int = 0,
        *,
        live: bool = True,
        progress: Progress | None = None,
        **options: Unpack[Options],
    ) -> SpeechStream:
        """Say a text piece by piece: what `synthesize` says, in memory that does not grow with it.

        for chunk in tts.stream("A long story ..."):
            play(chunk.samples)

        Args:
            text: of any length.
            voice: None is the model's default voice.
            language: code or "auto".
            seed: as for `synthesize`.
            live: give each piece as soon as it can be heard. A line that goes wrong cannot be said
                again then, as it otherwise would; and lines that are made one after another take
                longer than many at a time.
            progress: as for `synthesize`.
            options: as for `synthesize`; with ``live``, check only tells what was heard.

        Raises:
            InputError: as for `synthesize`, before the first piece.
        """
        plan = self._plan_one(text, voice, language, seed, options)
        request, settings = plan.request, plan.settings
        recording = Recording(self.sample_rate, request.prosody)
        pieces = self._pipeline.pieces(request, settings, recording, progress, live)
        if plan.marked:
            pieces = watermark.apply_to_pieces(pieces, self.sample_rate)
        return SpeechStream(pieces, recording, plan.find_words)

    def scheduler(self, most_live: int | None = None, most_waiting: int = 64) -> Scheduler:
        """What streams many texts at once in one batch, for requests of any threads.

        with tts.scheduler() as scheduler:
            for chunk in scheduler.stream("A long story ..."):
                play(chunk.samples)

        Args:
            most_live: so many are spoken at a time; None is what suits the device.
            most_waiting: so many may wait for their turn; more are refused.

        Raises:
            InputError: a number is below 1, or below 0, or a part of the model cannot be used.
        """
        most_live = (
            MOST_ROWS[torch.device(self._bundle.device).type] if most_live is None else most_live
        )
        for name, value, least in (("most_live", most_live, 1), ("most_waiting", most_waiting, 0)):
            if not (isinstance(value, Integral) and value >= least):
                raise InputError(f"{name} is {value!r}: use a whole number from {least} on")
        return Scheduler(self._pipeline, self._plan_one, most_live, most_waiting)

    def convert(
        self,
        recording: str | Path,
        voice: Voice | str | None = None,
        seed: int = 0,
        *,
        progress: Progress | None = None,
        **options: Unpack[Conversion],
    ) -> Audio:
        """A recording in another voice: its words and their times stay, and its loudness.

        Args:
            recording: an audio file, of a second or of hours; several channels are mixed.
            voice: None is the model's default voice.
            seed: the same seed gives the same audio.
            progress: called with the number of windows done and of all windows.
            options: cfg_scale, steps and solver, as `Settings` explains them; speed, pitch and
                volume, as `Prosody` explains them; watermark, as for `synthesize`. But for speed,
                the audio is as long as the recording.

        Raises:
            InputError: the file cannot be read, is silent or too short, a voice of another model,
                or a setting out of its range.
        """
        _demand("recording", recording, (str, Path), "the path of an audio file")
        marked = _marked(options)
        settings, prosody = self._settings(options)
        seed = _seed(seed)
        samples, rate = io.read(recording, self.sample_rate)
        speaker = self._speaker(voice)
        self._pipeline.check_voice(speaker)
        what = (samples, speaker, settings, seed, str(recording))
        samples = prosody.apply(convert(self._bundle, *what, progress), rate)
        return Audio(watermark.apply(samples, rate) if marked else samples, rate)

    def align(self, recording: str | Path, text: str, language: str = "auto") -> list[Word]:
        """When a recording says the words of a text.

        Args:
            recording: an audio file, of seconds or of hours.
            text: exactly what is said in it.
            language: code or "auto".

        Raises:
            InputError: the file cannot be read or is silent, or the text is empty, in a language
                that the model does not speak, or not what the recording says.
        """
        _demand("recording", recording, (str, Path), "the path of an audio file")
        _demand("text", text, str, "a string")
        if io.duration(recording) == 0:
            raise InputError(f"{recording} holds no sound (0 samples): record it again")
        text = admit(text, self.languages)
        language = self._language(text, language)
        read = partial(io.read_blocks, recording, self.sample_rate)
        return recording_word_times(self._bundle, read, text, language, str(recording))

    @cached_property
    def _pipeline(self) -> Pipeline:
        return Pipeline(self._bundle)

    def _settings(self, options: Options | Conversion) -> tuple[Settings, Prosody]:
        bundle = self._bundle
        return resolve(options, bundle.config.generation, bundle.flow_matching.config)

    def _plan(
        self, texts: Sequence[str], voice: Any, language: Any, seed: Any, options: Options
    ) -> tuple[list[SpeechRequest], Settings]:
        """What is to be said and how; voice, language and seed for all texts or one for each."""
        pronunciation = _pronunciation(options.pop("pronunciation", None))
        emotions = _one_each("emotion", options.pop("emotion", None), len(texts))
        settings, _ = self._settings(options)
        felt = [self._emotion(emotion) for emotion in emotions]
        for words in texts:
            _demand("text", words, str, "a string")
        speakers = [self._speaker(one) for one in _one_each("voice", voice, len(texts))]
        codes = _one_each("language", language, len(texts))
        seeds = _one_each("seed", seed, len(texts))
        spoken = [self._language(words, code) for words, code in zip(texts, codes, strict=True)]
        requests = [
            SpeechRequest(
                admit(pronunciation.apply(words, code), self.languages),
                speaker,
                code,
                _seed(number),
                words,
                _prosody(options, speaker).changed(*sound),
                adapter,
                strength,
            )
            for words, speaker, code, number, (adapter, strength, sound) in zip(
                texts, speakers, spoken, seeds, felt, strict=True
            )
        ]
        return requests, settings

    def _plan_one(
        self, text: str, voice: Voice | str | None, language: str, seed: int, options: Options
    ) -> Plan:
        """As `_plan`, of one text; and what finds its words."""
        _demand("text", text, str, "a string")
        marked = _marked(options)
        (request,), settings = self._plan([text], voice, language, seed, options)
        return Plan(request, settings, partial(self._words, request), marked)

    def _audio(self, request: SpeechRequest, speech: Speech, marked: bool) -> Audio:
        samples = speech.samples
        seconds = len(samples) / self.sample_rate
        find_words = partial(self._words, request, speech.lines, seconds)
        if marked:
            samples = watermark.apply(samples, self.sample_rate)
        return Audio(samples, self.sample_rate, speech.heard, find_words)

    def _words(
        self, request: SpeechRequest, lines: Sequence[SpokenLine], seconds: float
    ) -> list[Word]:
        return word_times(
            lines, request.written or request.text, request.language, self._bundle, seconds
        )

    def _speaker(self, voice: Voice | str | None) -> Voice:
        if voice is None:
            return self._bundle.default_voice
        _demand("voice", voice, (Voice, str, Path), f"a Voice, {_REFERENCE}")
        return voice if isinstance(voice, Voice) else self.voice(voice)

    def _emotion(self, spec: str | None) -> tuple[Adapter | None, float, tuple[float, ...]]:
        """An emotion's adapter, its strength, and how pitch, tilt and breath change with it."""
        if spec is None:
            return None, 0.0, (0.0, 0.0, 0.0)
        _demand("emotion", spec, str, "a name, or a name and a strength, as in happy:0.7")
        name, strength = parse_emotion(spec)
        named = {info.name: info.path for info in reversed(self.emotions())}
        if name not in named:
            known = f"use {', '.join(sorted(named))}" if named else "none is here"
            raise InputError(
                f"no emotion is called {name!r}: {known}, or make it with tts finetune emotion"
            )
        emotion = self._load_emotion(named[name])
        sound = (strength * emotion.pitch, strength * emotion.tilt, strength * emotion.breath)
        return (emotion.adapter if strength else None), strength, sound

    def _load_emotion(self, path: Path) -> Emotion:
        """An emotion from its file; the same one for as long as the file is the same."""
        key = path, path.stat().st_mtime_ns
        if key not in self._emotions:
            emotion, bundle = Emotion.load(path), self._bundle
            emotion.check_model(bundle.lm_fingerprint, f"model {bundle.config.name!r}")
            if not fits(emotion.adapter, bundle.speech_lm.config.transformer):
                raise InputError(f"emotion file {path} is damaged: make it again")
            # Whichever thread comes first: the engine tells adapters apart by identity.
            self._emotions.setdefault(key, emotion)
        return self._emotions[key]

    def _language(self, text: str, code: str) -> str:
        _demand("language", code, str, "a code or 'auto'")
        known = self._bundle.config.languages
        if code == "auto":
            return languages.detect(text, known)
        base = languages.get(code).code
        if base not in known:
            raise InputError(f"this model does not speak {code!r}: use auto or {', '.join(known)}")
        return base

    def _saved_voice(self, path: Path, reference_text: str | None) -> Voice:
        if reference_text is not None:
            raise InputError(f"{path} is a voice: a reference text belongs to a recording")
        voice = Voice.load(path)
        config = self._bundle.config
        voice.check_model(config.fingerprint, f"model {config.name!r}")
        return voice

    def _voice_file(self, reference: Reference) -> Path | None:
        """The voice file that a name or path leads to; None for what can only be a recording."""
        path = Path(os.path.expanduser(reference))
        if path.suffix == ".safetensors":
            return path
        there = os.path.isfile(path)
        if path.name != str(reference) or (there and isinstance(reference, Path)):
            return None
        named = {info.name: info.path for info in reversed(self.voices())}
        if path.name in named:
            if there:
                logging.getLogger(__name__).warning(
                    f"{path} is the name of a voice, which is used; write ./{path} for the file"
                )
            return named[path.name]
        if there or path.suffix:
            return None
        known = f", or one of {', '.join(sorted(named))}" if named else ""
        raise InputError(f"no voice or file is called {str(reference)!r}: give a recording{known}")

    def _clone(self, paths: Sequence[Reference], text: str | None, keep: bool) -> Voice:
        clips: list[Samples] = []
        notes: list[str] = []
        for path in paths:
            self._check_recording(path)
            clip, remarks = levels.read_reference(path, self.sample_rate)
            clips.append(clip)
            notes += remarks
        for note in notes:
            logging.getLogger(__name__).warning(note)
        metadata = {
            "references": [Path(path).name for path in paths],
            "seconds": round(sum(map(len, clips)) / self.sample_rate, 2),
            "notes": notes,
        }
        voice = clone(self._bundle, clips, Path(paths[0]).stem, text, metadata)
        return replace(
            voice, recordings=Recordings(tuple(clips), self.sample_rate) if keep else None
        )

    def _check_recording(self, path: Reference) -> None:
        """Refuse a voice in the place of a recording."""
        there = os.path.isfile(path)
        named = not there and str(path) in {info.name for info in self.voices()}
        if named or (there and Path(path).suffix == ".safetensors"):
            raise InputError(
                f"{str(path)!r} is a voice, and no recording: give it by itself "
                f"(--voice, or tts.voice({str(path)!r})), or mix it with others"
            )


def find_device(device: str) -> str:
    """The torch device that a name (see `from_pretrained`) leads to.

    Raises:
        InputError: there is no such device.
    """
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if device == "auto":
        return "cuda" if cuda else "mps" if mps else "cpu"
    there = {"cpu": True, "cuda": cuda, "mps": mps}
    kind, _, index = device.partition(":")
    if kind not in there or (index and not (kind == "cuda" and index.isdigit())):
        raise InputError(f"unknown device {device!r}: use auto, cpu, cuda, cuda:N or mps")
    if not there[kind] or (index and int(index) >= torch.cuda.device_count()):
        raise InputError(f"device {device!r} is not there: use auto or cpu")
    return device


def _demand(what: str, value: Any, types: type | tuple[type, ...], accepted: str) -> None:
    """Refuse a value of another type with an InputError."""
    if not isinstance(value, types):
        raise InputError(f"{what} is {value!r}: use {accepted}")


def _pronunciation(given: Mapping[str, str] | str | Path | None) -> Pronunciation:
    if isinstance(given, (str, Path)):
        return Pronunciation.load(given)
    _demand("pronunciation", given, (Mapping, NoneType), "a mapping of words, or a path")
    return Pronunciation(given)


def _prosody(options: Options, voice: Voice) -> Prosody:
    """How fast, how high and how loud: as asked, else as the voice is used to speak."""
    asked: dict[str, Any] = {name: options.get(name) for name in Sound.__annotations__}
    chosen = {name: value for name, value in asked.items() if value is not None}
    return Prosody(**(voice.prosody | chosen))


def _marked(options: Options | Conversion) -> bool:
    """Whether the sound is to be marked: taken from the options, and possible."""
    marked = options.pop("watermark", None)
    _demand("watermark", marked, (bool, NoneType), "True or False")
    if marked:
        watermark.load()
    return bool(marked)


def _seed(value: int) -> int:
    if not (isinstance(value, Integral) and 0 <= value <= MAX_SEED):
        raise InputError(f"seed is {value!r}: use a whole number from 0 to {MAX_SEED}")
    return int(value)


def _one_each(what: str, value: Any, count: int) -> list[Any]:
    """The value for each of ``count`` texts: itself again and again, or those of a list."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        return [value] * count
    if len(value) != count:
        raise InputError(f"{count} texts and {len(value)} of {what}: give one, or one for each")
    return list(value)
