"""What every speech engine offers, and how its libraries are found."""

import ctypes
import ctypes.util
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from minimax_speech.errors import InputError


class EngineMissing(Exception):
    """An engine's library or data is not on this machine; the message says which."""


class EngineError(Exception):
    """An engine is there but did not speak; the message says why."""


@dataclass(frozen=True)
class EnginePlaces:
    """Where to look for engines besides the system's own folders."""

    root: Path | None = None
    """A folder laid out like ``/``, as ``dpkg -x package.deb FOLDER`` makes it."""
    espeak: Path | None = None
    """A folder that holds libespeak-ng.so and espeak-ng-data."""
    espeak_data: Path | None = None
    """A folder with an espeak-ng-data to use in place of the one found: with voices of our own."""

    def __post_init__(self) -> None:
        for folder in (self.root, self.espeak):
            if folder is not None and not folder.is_dir():
                raise InputError(f"no folder of speech engines {folder}: check the path")


@dataclass(frozen=True)
class EngineVoice:
    """A voice of an engine in one language."""

    name: str
    language: str
    sample_rate: int
    """Native sampling rate in Hz."""
    gender: str | None = None


class Engine(ABC):
    """A speech synthesiser, loaded into this process on construction.

    Args:
        places: where to look for it.

    Raises:
        EngineMissing: its library or data is not there.
    """

    name: ClassVar[str]
    natural: ClassVar[bool]
    """Built from recordings of people (True), or of rules (False)."""
    install: ClassVar[str]
    """How to get it, as one would type it."""
    speed: ClassVar[float]
    """Seconds of audio made in a second on one core, roughly: balances parallel work."""

    @abstractmethod
    def __init__(self, places: EnginePlaces) -> None: ...

    @abstractmethod
    def voices(self, language: str) -> list[EngineVoice]:
        """The voices that speak a language (code such as "en"), sorted by name; perhaps none.

        Raises:
            EngineMissing: it has voices, but they cannot read what is written.
        """

    @abstractmethod
    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        """Speak a text.

        Args:
            text: in the voice's language.
            voice: one of ``voices(language)``.
            rate: tempo relative to a calm reading, about 165 words a minute.
            pitch: fundamental frequency relative to the voice's own.

        Returns:
            float32 samples (samples,) within ±1, and their sampling rate in Hz.

        Raises:
            EngineError: the engine refused.
        """


def find_file(path: str, root: Path | None) -> Path | None:
    """A path such as "usr/share/x" (or a pattern): below ``root``, else below ``/``, else None."""
    for top in ([root] if root is not None else []) + [Path("/")]:
        for found in sorted(top.glob(path)):
            return found
    return None


def load_library(file_name: str, root: Path | None) -> ctypes.CDLL:
    """Load a shared library such as "libflite.so.1", from ``root`` or else from the system.

    Libraries loaded after it see its symbols, so that those under ``root`` find each other.

    Raises:
        EngineMissing: it is nowhere, or does not load.
    """
    failure: OSError | None = None
    for candidate in _library_candidates(file_name, root):
        try:
            return ctypes.CDLL(candidate, mode=ctypes.RTLD_GLOBAL)
        except OSError as error:
            failure = failure or error
    raise EngineMissing(f"{file_name} cannot be loaded ({failure})")


def _library_candidates(file_name: str, root: Path | None) -> Iterator[str]:
    if root is not None:
        for folder in ("usr/lib/*-linux-gnu", "usr/lib", "usr/local/lib", "lib/*-linux-gnu"):
            yield from (str(found) for found in sorted(root.glob(f"{folder}/{file_name}")))
    yield file_name
    if (
        found_name := ctypes.util.find_library(file_name.removeprefix("lib").split(".so")[0])
    ) is not None:
        yield found_name


def from_int16(data: bytes) -> np.ndarray:
    """Little-endian 16-bit samples as float32 within ±1."""
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0
