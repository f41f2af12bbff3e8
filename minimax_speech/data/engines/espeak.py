"""eSpeak NG: formant synthesis by rule. A voice is a small text file (see data.voices)."""

import ctypes
import importlib.util
import math
from ctypes import POINTER, c_char_p, c_int, c_short, c_size_t, c_uint, c_void_p
from pathlib import Path
from typing import ClassVar

import numpy as np

from minimax_speech.data.engines.base import (
    Engine,
    EngineError,
    EngineMissing,
    EnginePlaces,
    EngineVoice,
    find_file,
    from_int16,
    load_library,
)
from minimax_speech.data.engines.espeak_reading import (
    UNREADABLE,
    VOICE_OF_LANGUAGE,
    espeak_reading,
)

DATA_FOLDER = "espeak-ng-data"

# speak_lib.h
OUTPUT_SYNCHRONOUS, DO_NOT_EXIT = 2, 0x8000
PARAMETER_RATE, PARAMETER_VOLUME, PARAMETER_PITCH = 1, 2, 3
TEXT_IS_UTF8, TEXT_HOLDS_PHONEMES = 1, 0x100
MIDDLE_PITCH, PITCH_STEPS_PER_OCTAVE = 50, 60
WORDS_PER_MINUTE = 165
VOLUME = 40  # of 100, the default, at which voices with strong formants clip

_Callback = ctypes.CFUNCTYPE(c_int, POINTER(c_short), c_int, c_void_p)


class Espeak(Engine):
    """eSpeak NG. Its voices are the variants in its data folder (``voices/!v``)."""

    name: ClassVar[str] = "espeak"
    natural: ClassVar[bool] = False
    install: ClassVar[str] = (
        "pip install espeakng-loader (1.52), or apt install libespeak-ng1 espeak-ng-data"
    )
    speed: ClassVar[float] = 1000.0

    def __init__(self, places: EnginePlaces) -> None:
        library, data = find_espeak(places)
        self._library = library
        # The folder that holds espeak-ng-data, not that folder itself.
        self.data = places.espeak_data or data
        self._sample_rate = library.espeak_Initialize(
            OUTPUT_SYNCHRONOUS, 0, str(self.data).encode(), DO_NOT_EXIT
        )
        if self._sample_rate <= 0:
            raise EngineMissing(f"espeak-ng does not start with the data in {self.data}")
        library.espeak_Synth.argtypes = [
            c_char_p,
            c_size_t,
            c_uint,
            c_int,
            c_uint,
            c_uint,
            c_void_p,
            c_void_p,
        ]
        self._chunks: list[bytes] = []
        self._callback = _Callback(self._collect)  # held here: the library keeps only the pointer
        library.espeak_SetSynthCallback(self._callback)
        self._current = ""

    def voices(self, language: str) -> list[EngineVoice]:
        if language in UNREADABLE:
            raise EngineMissing(UNREADABLE[language])
        data = self.data / DATA_FOLDER
        voice = VOICE_OF_LANGUAGE.get(language, language)
        if not any(path.name.lower() == voice for path in data.glob("lang/**/*") if path.is_file()):
            return []
        names = sorted(path.name for path in (data / "voices" / "!v").iterdir())
        return [EngineVoice(name, language, self._sample_rate) for name in names]

    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        name = f"{VOICE_OF_LANGUAGE.get(voice.language, voice.language)}+{voice.name}"
        if name != self._current:
            if self._library.espeak_SetVoiceByName(name.encode()) != 0:
                raise EngineError(f'espeak has no voice "{name}"')
            self._current = name
        pitch_step = MIDDLE_PITCH + PITCH_STEPS_PER_OCTAVE * math.log2(pitch)
        self._library.espeak_SetParameter(PARAMETER_RATE, round(WORDS_PER_MINUTE * rate), 0)
        self._library.espeak_SetParameter(PARAMETER_VOLUME, VOLUME, 0)
        self._library.espeak_SetParameter(
            PARAMETER_PITCH, round(min(99.0, max(0.0, pitch_step))), 0
        )
        self._chunks = []
        encoded = espeak_reading(text, voice.language).encode()
        flags = TEXT_IS_UTF8 | TEXT_HOLDS_PHONEMES
        size = len(encoded) + 1
        if self._library.espeak_Synth(encoded, size, 0, 0, 0, flags, None, None) != 0:
            raise EngineError("espeak could not speak the text")
        return from_int16(b"".join(self._chunks)), self._sample_rate

    def _collect(self, samples: "ctypes._Pointer[c_short]", count: int, _events: object) -> int:
        if samples and count > 0:
            self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 0


def find_espeak(places: EnginePlaces) -> tuple[ctypes.CDLL, Path]:
    """The library, and the folder that holds espeak-ng-data.

    Looks in ``places.espeak``, the Python package espeakng_loader, ``places.root``, the system.

    Raises:
        EngineMissing: one of the two is nowhere.
    """
    folders = [places.espeak] if places.espeak is not None else []
    package = importlib.util.find_spec("espeakng_loader")
    if package is not None and package.origin is not None:
        folders.append(Path(package.origin).parent)
    for folder in folders:
        libraries = sorted(folder.glob("libespeak-ng.*"))
        if libraries and (folder / DATA_FOLDER).is_dir():
            return ctypes.CDLL(str(libraries[0])), folder.absolute()
    if places.espeak is not None:
        raise EngineMissing(f"{places.espeak} holds no libespeak-ng.so and {DATA_FOLDER}")
    library = load_library("libespeak-ng.so.1", places.root)
    for pattern in (f"usr/lib/*-linux-gnu/{DATA_FOLDER}", f"usr/share/{DATA_FOLDER}"):
        if (data := find_file(pattern, places.root)) is not None:
            return library, data.parent.absolute()
    raise EngineMissing(f"the folder {DATA_FOLDER} is not there")
