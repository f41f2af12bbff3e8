"""Open JTalk: Japanese, a statistical voice at 48 kHz (MMDAgent's Mei, CC-BY-3.0)."""

import math
from typing import ClassVar

import numpy as np

from minimax_speech.data.engines.base import Engine, EngineMissing, EnginePlaces, EngineVoice

SAMPLE_RATE = 48000
FULL_SCALE = 32768.0


class OpenJTalk(Engine):
    """Open JTalk with the voice that its Python package brings."""

    name: ClassVar[str] = "openjtalk"
    natural: ClassVar[bool] = True
    install: ClassVar[str] = "pip install pyopenjtalk-plus"
    speed: ClassVar[float] = 25.0

    def __init__(self, places: EnginePlaces) -> None:  # noqa: ARG002
        try:
            import pyopenjtalk
        except ImportError as error:
            raise EngineMissing(f"pyopenjtalk cannot be loaded ({error})") from error
        self._library = pyopenjtalk

    def voices(self, language: str) -> list[EngineVoice]:
        return [EngineVoice("mei", "ja", SAMPLE_RATE, "female")] if language == "ja" else []

    def speak(
        self,
        text: str,
        voice: EngineVoice,  # noqa: ARG002
        rate: float = 1.0,
        pitch: float = 1.0,
    ) -> tuple[np.ndarray, int]:
        samples, sample_rate = self._library.tts(text, speed=rate, half_tone=12 * math.log2(pitch))
        return np.clip(samples / FULL_SCALE, -1.0, 1.0).astype(np.float32), sample_rate
