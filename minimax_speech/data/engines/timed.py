"""Engines that tell when they say each word: against them, word times are measured."""

import ctypes
import re
from ctypes import POINTER, Structure, c_char_p, c_float, c_int, c_short, c_uint, c_void_p
from dataclasses import dataclass

import numpy as np

from minimax_speech.data.engines.base import EngineError, EnginePlaces, EngineVoice
from minimax_speech.data.engines.espeak import Espeak
from minimax_speech.data.engines.flite import SAMPLE_RATE, Flite

_WORD_EVENT = 1  # speak_lib.h
_BEGINS = b"R:SylStructure.daughter1.daughter1.R:Segment.p.end"  # where the phone before it ends


@dataclass(frozen=True, eq=False)
class TimedSpeech:
    """Speech with known word times.

    Attributes:
        samples: (samples,).
        rate: Hz.
        starts: index of a word of the text (split at spaces) -> where it begins, in seconds; words
            that the engine runs together with the one before are missing.
    """

    samples: np.ndarray
    rate: int
    starts: dict[int, float]


class _Event(Structure):  # speak_lib.h
    _fields_ = [
        ("type", c_int),
        ("identifier", c_uint),
        ("text_position", c_int),  # in characters, from 1
        ("length", c_int),
        ("audio_position", c_int),
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", c_void_p),
    ]


class TimedEspeak(Espeak):
    """eSpeak NG, which reports words as it comes to them."""

    def speak_timed(self, text: str, voice: EngineVoice) -> TimedSpeech:
        """Speak a text of words in spoken form.

        Raises:
            EngineError: the engine refused.
        """
        self._positions: dict[int, float] = {}
        samples, rate = self.speak(text, voice)
        begins = [match.start() + 1 for match in re.finditer(r"\S+", text)]
        starts = {i: self._positions[at] for i, at in enumerate(begins) if at in self._positions}
        return TimedSpeech(samples, rate, {i: start / rate for i, start in starts.items()})

    def _collect(self, samples: "ctypes._Pointer[c_short]", count: int, events: object) -> int:
        event = ctypes.cast(events, POINTER(_Event))  # type: ignore[arg-type]
        number = 0
        while event[number].type:
            if event[number].type == _WORD_EVENT:
                self._positions[event[number].text_position] = event[number].sample
            number += 1
        return super()._collect(samples, count, events)


class TimedFlite(Flite):
    """Flite, which keeps the phones of an utterance and where they end."""

    def __init__(self, places: EnginePlaces) -> None:
        super().__init__(places)
        library = self._library
        for name, arguments, answer in (
            ("flite_synth_text", [c_char_p, c_void_p], c_void_p),
            ("utt_relation", [c_void_p, c_char_p], c_void_p),
            ("relation_head", [c_void_p], c_void_p),
            ("item_next", [c_void_p], c_void_p),
            ("ffeature_string", [c_void_p, c_char_p], c_char_p),
            ("ffeature_float", [c_void_p, c_char_p], c_float),
            ("delete_utterance", [c_void_p], None),
        ):
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, answer

    def speak_timed(self, text: str, voice: EngineVoice) -> TimedSpeech:
        """Speak a text of words in spoken form.

        Raises:
            EngineError: the engine refused, or read other words.
        """
        samples, _ = self.speak(text, voice)  # synthesis has no randomness: once more is the same
        library = self._library
        utterance = library.flite_synth_text(text.encode(), self._load(voice.name))
        word = library.relation_head(library.utt_relation(utterance, b"Word"))
        names, starts = [], []
        while word:
            names.append(library.ffeature_string(word, b"name").decode())
            starts.append(library.ffeature_float(word, _BEGINS))
            word = library.item_next(word)
        library.delete_utterance(utterance)
        if names != re.sub(r"[^\w' ]", "", text.lower()).split():
            raise EngineError(f"flite reads {text!r} as other words")
        return TimedSpeech(samples, SAMPLE_RATE, dict(enumerate(starts)))


def timed_engines(places: EnginePlaces) -> dict[str, TimedEspeak | TimedFlite]:
    """The engines that are there, by name.

    Raises:
        EngineMissing: one is not.
    """
    return {"espeak": TimedEspeak(places), "flite": TimedFlite(places)}
