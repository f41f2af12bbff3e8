"""RHVoice: statistical (HMM) voices at 24 kHz. Only voices under the LGPL are used."""

import ctypes
from ctypes import (
    CFUNCTYPE,
    POINTER,
    Structure,
    c_char_p,
    c_double,
    c_int,
    c_short,
    c_uint,
    c_void_p,
)
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

# Language -> voice -> gender. Other RHVoice voices forbid commercial use or derivatives.
VOICES = {
    "en": {"alan": "male", "bdl": "male", "clb": "female", "slt": "female"},
    "ru": {"aleksandr": "male", "anna": "female", "elena": "female", "irina": "female"},
    "uk": {"anatol": "male", "natalia": "female"},
}
SAMPLE_RATE = 24000

_SetSampleRate = CFUNCTYPE(c_int, c_int, c_void_p)
_PlaySpeech = CFUNCTYPE(c_int, POINTER(c_short), c_uint, c_void_p)


class _Callbacks(Structure):  # RHVoice.h; those not declared here with a type stay unset
    _fields_ = [("set_sample_rate", _SetSampleRate), ("play_speech", _PlaySpeech)] + [
        (name, c_void_p)
        for name in (
            "process_mark",
            "word_starts",
            "word_ends",
            "sentence_starts",
            "sentence_ends",
            "play_audio",
            "done",
        )
    ]


class _InitParams(Structure):
    _fields_ = [
        ("data_path", c_char_p),
        ("config_path", c_char_p),
        ("resource_paths", c_void_p),
        ("callbacks", _Callbacks),
        ("options", c_uint),
    ]


class _SynthParams(Structure):
    _fields_ = [
        ("voice_profile", c_char_p),
        ("absolute_rate", c_double),
        ("absolute_pitch", c_double),
        ("absolute_volume", c_double),
        ("relative_rate", c_double),
        ("relative_pitch", c_double),
        ("relative_volume", c_double),
        ("punctuation_mode", c_int),
        ("punctuation_list", c_char_p),
        ("capitals_mode", c_int),
        ("flags", c_int),
    ]


class RHVoice(Engine):
    """RHVoice, version 1."""

    name: ClassVar[str] = "rhvoice"
    natural: ClassVar[bool] = True
    install: ClassVar[str] = (
        "apt install librhvoice5 rhvoice-english rhvoice-russian rhvoice-ukrainian"
    )
    speed: ClassVar[float] = 55.0

    def __init__(self, places: EnginePlaces) -> None:
        for dependency in ("libsonic.so.0", "libRHVoice_core.so.7"):
            load_library(dependency, places.root)
        self._library = load_library("libRHVoice.so.5", places.root)
        data = find_file("usr/share/RHVoice", places.root)
        if data is None:
            raise EngineMissing("the folder usr/share/RHVoice is not there")
        self._voices = data / "voices"
        self._chunks: list[bytes] = []
        self._sample_rate = SAMPLE_RATE
        callbacks = _Callbacks(
            set_sample_rate=_SetSampleRate(self._note_rate), play_speech=_PlaySpeech(self._collect)
        )
        config = find_file("etc/RHVoice", places.root)
        self._params = _InitParams(  # held here: the library calls back through it
            data_path=str(data).encode(),
            config_path=str(config).encode() if config is not None else None,
            callbacks=callbacks,
        )
        library = self._library
        library.RHVoice_new_tts_engine.restype = c_void_p
        library.RHVoice_new_message.argtypes = [
            c_void_p,
            c_char_p,
            c_uint,
            c_int,
            POINTER(_SynthParams),
            c_void_p,
        ]
        library.RHVoice_new_message.restype = c_void_p
        library.RHVoice_speak.argtypes = [c_void_p]
        library.RHVoice_delete_message.argtypes = [c_void_p]
        self._engine = library.RHVoice_new_tts_engine(ctypes.byref(self._params))
        if not self._engine:
            raise EngineMissing(f"RHVoice does not start with the data in {data}")

    def voices(self, language: str) -> list[EngineVoice]:
        return [
            EngineVoice(name, language, SAMPLE_RATE, gender)
            for name, gender in VOICES.get(language, {}).items()
            if (self._voices / name).is_dir()
        ]

    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        params = _SynthParams(
            voice_profile=voice.name.encode(),
            relative_rate=rate,
            relative_pitch=pitch,
            relative_volume=1.0,
        )
        encoded = text.encode()
        self._chunks = []
        message = self._library.RHVoice_new_message(
            self._engine, encoded, len(encoded), 0, ctypes.byref(params), None
        )
        if not message:
            raise EngineError(f'RHVoice could not speak the text with the voice "{voice.name}"')
        self._library.RHVoice_speak(message)
        self._library.RHVoice_delete_message(message)
        return from_int16(b"".join(self._chunks)), self._sample_rate

    def _note_rate(self, sample_rate: int, _user: object) -> int:
        self._sample_rate = sample_rate
        return 1

    def _collect(self, samples: "ctypes._Pointer[c_short]", count: int, _user: object) -> int:
        self._chunks.append(ctypes.string_at(samples, 2 * count))
        return 1
