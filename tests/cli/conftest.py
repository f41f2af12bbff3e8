"""A command line to test: run in this process, with a model that only beeps."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from minimax_speech.audio.io import Audio
from minimax_speech.audio.subtitles import Word
from minimax_speech.cli.main import app
from minimax_speech.errors import InputError
from minimax_speech.voice import Recordings, Voice


def beep_voice(name: str) -> Voice:
    """A voice of the beeper's."""
    return Voice(np.linspace(-1, 1, 8, dtype=np.float32), name, "beeper", language="en")


class BeepStream:
    """One beep in two pieces."""

    def __init__(self, beeper: "Beeper", *asked: Any) -> None:
        text, voice, settings = asked
        self._audio = beeper.synthesize(text, voice, **settings)
        self.seconds, self.heard = self._audio.seconds, self._audio.heard

    def __iter__(self) -> Iterator[Audio]:
        for samples in np.split(self._audio.samples, 2):
            yield Audio(samples, self._audio.sample_rate)

    @property
    def words(self) -> list[Word]:
        return self._audio.words


class Beeper:
    """Stands in for MiniMaxSpeech, and remembers what it was asked."""

    calls: list[tuple[Any, ...]]
    languages = ("en", "de")
    sample_rate = 24_000

    def __init__(self, model: str | None, device: str) -> None:
        self.calls.append(("load", model, device))

    @classmethod
    def from_pretrained(cls, path_or_name: str | None = None, device: str = "auto") -> "Beeper":
        return cls(path_or_name, device)

    def load(self) -> None:
        pass

    def voices(self) -> list[Any]:
        return []

    def voice(
        self, reference: Any, reference_text: str | None = None, keep_recordings: bool = False
    ) -> Voice:
        self.calls.append(("voice", reference, reference_text))
        if reference == "nobody":
            raise InputError("no voice is called 'nobody': see tts voice list")
        kept = Recordings((np.full(2400, 0.25, np.float32),), 24_000) if keep_recordings else None
        name = reference if isinstance(reference, str) else "cloned"
        return replace(beep_voice(name), recordings=kept)

    def upgrade(self, voice: Voice) -> Voice:
        self.calls.append(("upgrade", voice.name))
        return replace(voice, fingerprint="beeper 2")

    def design_voice(
        self, description: str, *, seed: int = 0, name: str = "designed", **attributes: str
    ) -> Voice:
        self.calls.append(("design", description, seed, name, attributes))
        if description == "stop":
            raise KeyboardInterrupt
        metadata = {"attributes": {"gender": "female", **attributes}, "pitch_hz": 201.5}
        return replace(beep_voice(name), metadata=metadata)

    def synthesize(
        self, text: str, voice: Voice | None = None, *, progress: Any = None, **settings: Any
    ) -> Audio:
        if progress:
            progress(1, 2)
        who = voice and (voice.metadata.get("mixture") or voice.name)
        self.calls.append(("synthesize", text, who, settings))
        if text == "crash":
            raise RuntimeError("two\nlines")
        if text == "stop":
            raise KeyboardInterrupt
        return Audio(
            np.full(2400, 0.25, np.float32),
            24_000,
            0.9 if settings.get("check") else None,
            lambda: [Word(text, 0.0, 0.1)],
        )

    def stream(self, text: str, voice: Voice | None = None, live: bool = True, **settings: Any):
        return BeepStream(self, text, voice, {**settings, **({"live": True} if live else {})})

    def convert(
        self,
        recording: Path,
        voice: Voice | None = None,
        seed: int = 0,
        *,
        progress: Any = None,
        **settings: Any,
    ) -> Audio:
        if progress:
            progress(1, 2)
        who = voice and (voice.metadata.get("mixture") or voice.name)
        self.calls.append(("convert", str(recording), who, seed, settings))
        return Audio(np.full(2400, 0.25, np.float32), 24_000)

    def align(self, recording: Path, text: str, language: str) -> list[Word]:
        self.calls.append(("align", str(recording), text, language))
        if text == "Other words.":
            raise InputError(f"{recording} does not say the text 'Other words.'")
        return [Word(word, start / 2, start / 2 + 0.25) for start, word in enumerate(text.split())]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[tuple[Any, ...]]:
    """What the model was asked; it is the beeper, and saved voices live in the test's folder."""
    api = ModuleType("minimax_speech.api")
    api.MiniMaxSpeech = Beeper  # type: ignore[attr-defined]
    api.find_device = lambda device: device.replace("auto", "cpu")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "minimax_speech.api", api)
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TTS_DEBUG", raising=False)
    Beeper.calls = []
    return Beeper.calls


@pytest.fixture
def tts() -> Callable[..., int]:
    """Run a command line; returns its exit code."""

    def run(*arguments: object) -> int:
        with pytest.raises(SystemExit) as end:
            app([str(argument) for argument in arguments], prog_name="tts")
        return int(end.value.code or 0)

    return run
