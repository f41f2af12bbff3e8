"""SVOX Pico: one female voice for each of six languages and accents."""

import ctypes
from ctypes import byref, c_char_p, c_int16, c_uint32, c_void_p
from typing import ClassVar
from xml.sax.saxutils import escape

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

# Voice -> the part of its file names that names the speaker.
VOICES = {
    "de-DE": "gl0",
    "en-GB": "kh0",
    "en-US": "lh0",
    "es-ES": "zl0",
    "fr-FR": "nk0",
    "it-IT": "cm0",
}
SAMPLE_RATE = 16000

# picoapi.h, picodefs.h
OK, STEP_BUSY = 0, 201
MEMORY_BYTES, NAME_BYTES, CHUNK_BYTES, LONGEST_PUT = 2_500_000, 200, 4096, 32_000
LOWEST_PITCH, HIGHEST_PITCH, LOWEST_SPEED, HIGHEST_SPEED = 50, 200, 20, 500


class Pico(Engine):
    """Pico, one engine for each voice in use."""

    name: ClassVar[str] = "pico"
    natural: ClassVar[bool] = True
    install: ClassVar[str] = (
        "apt install libttspico0 libttspico-data (Debian: non-free; Ubuntu: multiverse)"
    )
    speed: ClassVar[float] = 150.0

    def __init__(self, places: EnginePlaces) -> None:
        self._library = load_library("libttspico.so.0", places.root)
        data = find_file("usr/share/pico/lang", places.root)
        if data is None:
            raise EngineMissing("the folder usr/share/pico/lang is not there")
        self._data = data
        self._engines: dict[str, c_void_p] = {}
        self._memory: list[ctypes.Array[ctypes.c_char]] = []  # owned here, used by the library

    def voices(self, language: str) -> list[EngineVoice]:
        return [
            EngineVoice(name, language, SAMPLE_RATE, "female")
            for name in VOICES
            if name.split("-")[0] == language
            and all((self._data / file).is_file() for file in _voice_files(name))
        ]

    def speak(
        self, text: str, voice: EngineVoice, rate: float = 1.0, pitch: float = 1.0
    ) -> tuple[np.ndarray, int]:
        engine = self._engine(voice.name)
        pitch_level = round(min(HIGHEST_PITCH, max(LOWEST_PITCH, 100 * pitch)))
        speed_level = round(min(HIGHEST_SPEED, max(LOWEST_SPEED, 100 * rate)))
        marked = (
            f'<pitch level="{pitch_level}"><speed level="{speed_level}">'
            f"{escape(text)}</speed></pitch>"
        )
        rest = marked.encode() + b"\0"  # the zero asks for what is still in its buffers
        taken = c_int16()
        chunks: list[bytes] = []
        while rest:
            size = c_int16(min(len(rest), LONGEST_PUT))
            self._check(
                self._library.pico_putTextUtf8(engine, rest, size, byref(taken)), "take the text"
            )
            rest = rest[taken.value :]
            self._drain(engine, chunks)
        return from_int16(b"".join(chunks)), SAMPLE_RATE

    def _drain(self, engine: c_void_p, chunks: list[bytes]) -> None:
        buffer = ctypes.create_string_buffer(CHUNK_BYTES)
        received, data_type = c_int16(), c_int16()
        status = STEP_BUSY
        while status == STEP_BUSY:
            status = self._library.pico_getData(
                engine, buffer, c_int16(CHUNK_BYTES), byref(received), byref(data_type)
            )
            if status < 0:
                self._library.pico_resetEngine(engine, 0)
                raise EngineError(f"pico could not speak the text (status {status})")
            if received.value > 0:
                chunks.append(buffer.raw[: received.value])

    def _engine(self, voice: str) -> c_void_p:
        if voice not in self._engines:
            memory = ctypes.create_string_buffer(MEMORY_BYTES)
            system, engine = c_void_p(), c_void_p()
            library = self._library
            self._check(
                library.pico_initialize(memory, c_uint32(MEMORY_BYTES), byref(system)), "start"
            )
            self._memory.append(memory)
            self._check(
                library.pico_createVoiceDefinition(system, c_char_p(b"voice")), "define a voice"
            )
            for file in _voice_files(voice):
                resource, name = c_void_p(), ctypes.create_string_buffer(NAME_BYTES)
                path = str(self._data / file).encode()
                self._check(
                    library.pico_loadResource(system, path, byref(resource)), f"load {file}"
                )
                self._check(library.pico_getResourceName(system, resource, name), f"name {file}")
                added = library.pico_addResourceToVoiceDefinition(system, c_char_p(b"voice"), name)
                self._check(added, f"use {file}")
            self._check(
                library.pico_newEngine(system, c_char_p(b"voice"), byref(engine)), "make an engine"
            )
            self._engines[voice] = engine
        return self._engines[voice]

    def _check(self, status: int, step: str) -> None:
        if status != OK:
            raise EngineError(f"pico could not {step} (status {status})")


def _voice_files(voice: str) -> tuple[str, str]:
    return f"{voice}_ta.bin", f"{voice}_{VOICES[voice]}_sg.bin"
