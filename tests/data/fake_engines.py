"""Engines for tests: they run anywhere, make the same audio every time, and fail when asked to."""

import os
from pathlib import Path
from typing import ClassVar

import numpy as np

from minimax_speech.data.engines import (
    Engine,
    EngineError,
    EngineMissing,
    EnginePlaces,
    EngineVoice,
)

RATE = 16000


class Hum(Engine):
    """A hum as long as the text, in two languages; some words make it misbehave."""

    name: ClassVar[str] = "hum"
    natural: ClassVar[bool] = True
    install: ClassVar[str] = "nothing to install"
    speed: ClassVar[float] = 100.0

    def __init__(self, places: EnginePlaces) -> None:
        self.places = places

    def voices(self, language: str) -> list[EngineVoice]:
        if language == "he":
            raise EngineMissing("Hebrew cannot be hummed")
        if language not in ("en", "de"):
            return []
        return [
            EngineVoice("high", language, RATE, "female"),
            EngineVoice("low", language, RATE, "male"),
        ]

    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        if "crash" in text:
            os._exit(11)
        if "refuse" in text:
            raise EngineError("refused")
        if "empty" in text:
            return np.zeros(0, dtype=np.float32), RATE
        seconds = (0.35 + 0.062 * len(text)) / rate * (5 if "endless" in text else 1)
        frequency = {"high": 220.0, "low": 110.0}[voice.name] * pitch
        time = np.arange(round(seconds * RATE)) / RATE
        hum = np.sin(2 * np.pi * frequency * time).astype(np.float32)
        level = 0.0 if "silent" in text else 3.0 if "clipped" in text else 0.5
        return np.clip(level * hum, -1.0, 1.0), RATE


class Buzz(Hum):
    """Another engine, by rule. It dies while the file ``buzz_dies`` is there."""

    name: ClassVar[str] = "buzz"
    natural: ClassVar[bool] = False

    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        if self.places.root is not None and Path(self.places.root, "buzz_dies").exists():
            os._exit(9)
        return super().speak(text, voice, rate, pitch)
