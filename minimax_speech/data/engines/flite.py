"""Flite: English voices of the CMU ARCTIC speakers (statistical clustergen) and a diphone voice."""

import ctypes
from ctypes import POINTER, c_char_p, c_float, c_int, c_short, c_void_p
from typing import ClassVar

import numpy as np

from minimax_speech.data.engines.base import (
    Engine,
    EngineError,
    EngineMissing,
    EnginePlaces,
    EngineVoice,
    load_library,
)

# Voice -> (gender, mean fundamental frequency in Hz). kal, an 8 kHz voice, is left out.
VOICES = {
    "awb": ("male", 125.0),
    "kal16": ("male", 105.0),
    "rms": ("male", 105.0),
    "slt": ("female", 170.0),
}
SAMPLE_RATE = 16000


class _Wave(ctypes.Structure):  # cst_wave.h
    _fields_ = [
        ("type", c_char_p),
        ("sample_rate", c_int),
        ("num_samples", c_int),
        ("num_channels", c_int),
        ("samples", POINTER(c_short)),
    ]


class _Voice(ctypes.Structure):  # cst_voice.h, its first two members
    _fields_ = [("name", c_char_p), ("features", c_void_p)]


class Flite(Engine):
    """Flite, version 2."""

    name: ClassVar[str] = "flite"
    natural: ClassVar[bool] = True
    install: ClassVar[str] = "apt install libflite1"
    speed: ClassVar[float] = 85.0

    def __init__(self, places: EnginePlaces) -> None:
        self._root = places.root
        try:
            load_library(
                "libasound.so.2", places.root
            )  # libflite asks for it, even if it never plays
        except EngineMissing as error:
            raise EngineMissing(f"{error}: apt install libasound2") from error
        self._library = load_library("libflite.so.1", places.root)
        load_library("libflite_cmulex.so.1", places.root)
        load_library("libflite_usenglish.so.1", places.root)
        self._library.flite_init()
        self._library.flite_text_to_wave.argtypes = [c_char_p, c_void_p]
        self._library.flite_text_to_wave.restype = POINTER(_Wave)
        self._library.flite_feat_set_float.argtypes = [c_void_p, c_char_p, c_float]
        self._library.delete_wave.argtypes = [c_void_p]
        self._loaded: dict[str, int] = {}

    def voices(self, language: str) -> list[EngineVoice]:
        if language != "en":
            return []
        return [
            EngineVoice(name, "en", SAMPLE_RATE, gender)
            for name, (gender, _) in VOICES.items()
            if self._load(name) is not None
        ]

    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        loaded = self._load(voice.name)
        if loaded is None:
            raise EngineError(f'flite has no voice "{voice.name}"')
        features = ctypes.cast(loaded, POINTER(_Voice)).contents.features
        self._library.flite_feat_set_float(features, b"duration_stretch", 1.0 / rate)
        self._library.flite_feat_set_float(
            features, b"int_f0_target_mean", VOICES[voice.name][1] * pitch
        )
        wave = self._library.flite_text_to_wave(text.encode(), loaded)
        if not wave:
            raise EngineError("flite could not speak the text")
        count, sample_rate = wave.contents.num_samples, wave.contents.sample_rate
        samples = np.zeros(0, dtype=np.float32)
        if count > 0:
            samples = (
                np.ctypeslib.as_array(wave.contents.samples, (count,)).astype(np.float32) / 32768.0
            )
        self._library.delete_wave(wave)
        return samples, sample_rate

    def _load(self, name: str) -> int | None:
        if name not in self._loaded:
            try:
                library = load_library(f"libflite_cmu_us_{name}.so.1", self._root)
            except EngineMissing:
                return None
            register = getattr(library, f"register_cmu_us_{name}")
            register.argtypes, register.restype = [c_char_p], c_void_p
            self._loaded[name] = register(None)
        return self._loaded[name]
