"""The voices and emotions of a model and its user: by name, from files, and from recordings."""

import logging
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import NoneType
from typing import Literal

from minimax_speech import home
from minimax_speech.audio import io, levels
from minimax_speech.audio.io import Samples
from minimax_speech.emotion import Emotion, parse_emotion
from minimax_speech.errors import InputError, NameTaken
from minimax_speech.inference.arguments import check_type
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.references import clone
from minimax_speech.models.lora import Adapter, fits
from minimax_speech.voice import Recordings, Voice

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


class Catalogue:
    """What one model can speak as, and with which emotions."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._emotions: dict[tuple[Path, int], Emotion] = {}

    def voices(self) -> list[VoiceInfo]:
        """As `MiniMaxSpeech.voices`."""
        return _listed(home.voices_folder(), self._bundle.voice_files())

    def emotions(self) -> list[VoiceInfo]:
        """As `MiniMaxSpeech.emotions`."""
        return _listed(home.adapters_folder(), self._bundle.emotion_files())

    def voice(
        self,
        reference: Reference | Sequence[Reference],
        reference_text: str | None = None,
        keep_recordings: bool = False,
    ) -> Voice:
        """As `MiniMaxSpeech.voice`."""
        check_type("reference_text", reference_text, (str, NoneType), "the words of the recording")
        if isinstance(reference, (str, Path)):
            path = self._voice_file(reference)
            if path is not None:
                if keep_recordings:
                    raise InputError(f"{path} is a voice: only recordings can be kept")
                return self._saved_voice(path, reference_text)
            paths = [reference]
        else:
            check_type("reference", reference, Sequence, f"{_REFERENCE}, or a list of paths")
            paths = list(reference)
        if not paths:
            raise InputError("no reference is given: name at least one recording of the voice")
        for one in paths:
            check_type("reference", one, (str, Path), _REFERENCE)
        return self._clone(paths, reference_text, keep_recordings)

    def upgrade(self, voice: Voice) -> Voice:
        """As `MiniMaxSpeech.upgrade`."""
        check_type("voice", voice, Voice, "a Voice")
        kept = voice.recordings
        if kept is None:
            raise InputError(
                f"voice {voice.name!r} carries no recordings: make it again from them, and keep "
                "them (tts voice add --keep-recordings)"
            )
        rate = self._bundle.config.sample_rate
        clips = [io.resample(clip, kept.rate, rate) for clip in kept.clips]
        text = voice.prompt.text if voice.prompt else None
        again = clone(self._bundle, clips, voice.name, text, voice.metadata)
        return replace(again, language=voice.language, recordings=kept)

    def speaker(self, voice: Voice | str | None) -> Voice:
        """The voice that is to speak: itself, by its name, or the model's default one.

        Raises:
            InputError: it is none of these, or as for `voice`.
        """
        if voice is None:
            return self._bundle.default_voice
        check_type("voice", voice, (Voice, str, Path), f"a Voice, {_REFERENCE}")
        return voice if isinstance(voice, Voice) else self.voice(voice)

    def emotion(self, spec: str | None) -> tuple[Adapter | None, float, tuple[float, ...]]:
        """An emotion's adapter, its strength, and how pitch, tilt and breath change with it.

        Args:
            spec: a name, or a name and a strength ("happy:0.7"); None is no emotion.

        Raises:
            InputError: there is no such emotion, it is another model's, or its strength is none.
        """
        if spec is None:
            return None, 0.0, (0.0, 0.0, 0.0)
        check_type("emotion", spec, str, "a name, or a name and a strength, as in happy:0.7")
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
        rate = self._bundle.config.sample_rate
        for path in paths:
            self._check_recording(path)
            clip, remarks = levels.read_reference(path, rate)
            clips.append(clip)
            notes += remarks
        for note in notes:
            logging.getLogger(__name__).warning(note)
        metadata = {
            "references": [Path(path).name for path in paths],
            "seconds": round(sum(map(len, clips)) / rate, 2),
            "notes": notes,
        }
        voice = clone(self._bundle, clips, Path(paths[0]).stem, text, metadata)
        return replace(voice, recordings=Recordings(tuple(clips), rate) if keep else None)

    def _check_recording(self, path: Reference) -> None:
        """Refuse a voice in the place of a recording."""
        there = os.path.isfile(path)
        named = not there and str(path) in {info.name for info in self.voices()}
        if named or (there and Path(path).suffix == ".safetensors"):
            raise InputError(
                f"{str(path)!r} is a voice, and no recording: give it by itself "
                f"(--voice, or tts.voice({str(path)!r})), or mix it with others"
            )


def _listed(own: Path, of_model: Sequence[Path]) -> list[VoiceInfo]:
    """The user's own, in their folder, then the model's."""
    saved = [VoiceInfo(path.stem, "saved", path) for path in sorted(own.glob("*.safetensors"))]
    return saved + [VoiceInfo(path.stem, "model", path) for path in of_model]


def free_place(name: str, others: Iterable[VoiceInfo]) -> Path:
    """The file of a new voice of the user's.

    Raises:
        NameTaken: one of the others has the name.
        InputError: the name cannot be that of a file.
    """
    path = home.voice_file(name)
    if path.exists() or name in {info.name for info in others}:
        raise NameTaken(name)
    return path


def save_new(voice: Voice, name: str, others: Iterable[VoiceInfo]) -> None:
    """Save a new voice of the user's under a name.

    Raises:
        InputError: as for `free_place`, or it cannot be written.
    """
    path = free_place(name, others)
    home.make_voices_folder()
    replace(voice, name=name).save(path)
