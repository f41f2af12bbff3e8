"""The one facade: load a model, make voices, speak."""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self, Unpack, overload

import torch

from minimax_speech.audio import io, watermark
from minimax_speech.audio.io import Audio
from minimax_speech.audio.subtitles import Word
from minimax_speech.errors import InputError, excerpt
from minimax_speech.inference.arguments import (
    MAX_SEED,
    check_seed,
    check_type,
    choose_language,
    whole_number,
)
from minimax_speech.inference.attempts import Progress
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.catalogue import Catalogue, Reference, VoiceInfo
from minimax_speech.inference.conversion import convert
from minimax_speech.inference.design import design, read, warn_unheard
from minimax_speech.inference.engine import MOST_ROWS
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.options import Conversion, Options, take_watermark
from minimax_speech.inference.pipeline import Pipeline, Speech
from minimax_speech.inference.planning import Plan, Planner
from minimax_speech.inference.scheduler import Scheduler
from minimax_speech.inference.streaming import SpeechStream
from minimax_speech.inference.threads import one_core_after_forks
from minimax_speech.inference.word_times import recording_word_times
from minimax_speech.text.scripts import admit
from minimax_speech.text.voice_attributes import ATTRIBUTES, Attributes, check_attributes
from minimax_speech.voice import Voice

__all__ = ["MAX_SEED", "MiniMaxSpeech", "VoiceInfo", "find_device"]


class MiniMaxSpeech:
    """Text to speech in any voice. Made by `from_pretrained`."""

    def __init__(self, bundle: Bundle) -> None:
        one_core_after_forks()
        self._bundle = bundle
        self._catalogue = Catalogue(bundle)
        self._planner = Planner(bundle, self._catalogue)

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
        return self._catalogue.voice(reference, reference_text, keep_recordings)

    def upgrade(self, voice: Voice) -> Voice:
        """A voice of another model, made again for this one from the recordings it carries.

        Raises:
            InputError: it carries none.
        """
        return self._catalogue.upgrade(voice)

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
        check_type("description", description, str, "a string")
        check_type("name", name, str, "a string")
        given, seed = check_attributes(attributes), check_seed(seed)
        wanted = read(self._bundle, description) | given
        if not wanted:
            raise InputError(
                f"{excerpt(description)} says nothing of a voice that is understood: say in "
                f"English something of its {', '.join(list(ATTRIBUTES)[:-1])}"
            )
        if "language" in wanted:
            choose_language("", wanted["language"], self.languages)
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
        return self._catalogue.voices()

    def emotions(self) -> list[VoiceInfo]:
        """All emotions: the user's own, then the model's."""
        return self._catalogue.emotions()

    def check_emotion(self, emotion: str) -> None:
        """Refuse an emotion that this model cannot speak with, with an InputError."""
        self._catalogue.emotion(emotion)

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
        check_type("text", text, (str, list, tuple), "a string or a list of strings")
        texts = [text] if isinstance(text, str) else list(text)
        plans = self._planner.plan(texts, voice, language, seed, options)
        if not plans:
            return []
        requests = [plan.request for plan in plans]
        speeches = self._pipeline.speak(requests, plans[0].settings, progress)
        audios = [self._audio(*said) for said in zip(plans, speeches, strict=True)]
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
        plan = self._planner.plan_one(text, voice, language, seed, options)
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
        most_live = whole_number("most_live", most_live, 1)
        most_waiting = whole_number("most_waiting", most_waiting, 0)
        return Scheduler(self._pipeline, self._planner, most_live, most_waiting)

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
        check_type("recording", recording, (str, Path), "the path of an audio file")
        marked = take_watermark(options)
        settings, prosody = self._planner.settings(options)
        seed = check_seed(seed)
        samples, rate = io.read(recording, self.sample_rate)
        speaker = self._catalogue.speaker(voice)
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
        check_type("recording", recording, (str, Path), "the path of an audio file")
        check_type("text", text, str, "a string")
        if io.duration(recording) == 0:
            raise InputError(f"{recording} holds no sound (0 samples): record it again")
        text = admit(text, self.languages)
        language = choose_language(text, language, self.languages)
        read = partial(io.read_blocks, recording, self.sample_rate)
        return recording_word_times(self._bundle, read, text, language, str(recording))

    @cached_property
    def _pipeline(self) -> Pipeline:
        return Pipeline(self._bundle)

    def _audio(self, plan: Plan, speech: Speech) -> Audio:
        samples = speech.samples
        find_words = partial(plan.find_words, speech.lines, len(samples) / self.sample_rate)
        if plan.marked:
            samples = watermark.apply(samples, self.sample_rate)
        return Audio(samples, self.sample_rate, speech.heard, find_words)


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
