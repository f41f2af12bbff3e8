"""How near word times come to those that speech engines tell of their own speech."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from minimax_speech.audio import io
from minimax_speech.data.engines import EngineError, EnginePlaces, EngineVoice
from minimax_speech.data.engines.timed import TimedEspeak, TimedFlite, TimedSpeech, timed_engines
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.word_times import recording_word_times
from minimax_speech.text.normalise import normalise


@dataclass(frozen=True)
class Deviation:
    """How far the starts of words are from where they are, in milliseconds.

    Attributes:
        words: how many were compared.
        median: of the absolute deviations.
        p90: what nine of ten stay below.
        bias: median with its sign; above 0 where they are told too late.
    """

    words: int
    median: float
    p90: float
    bias: float


def measure(bundle: Bundle, texts: Iterable[str], places: EnginePlaces) -> dict[str, Deviation]:
    """Word starts of a model against those of eSpeak NG and Flite, by engine and over all.

    The texts are spoken by the engines' voices in turn, and aligned as recordings are.

    Args:
        bundle: whose audio tokenizer listens.
        texts: English.
        places: where to look for the engines.

    Raises:
        InputError: no text can be compared.
        EngineMissing: an engine is not there.
    """
    spoken = [normalise(text, "en") for text in texts]
    deviations: dict[str, list[float]] = {}
    for name, engine in timed_engines(places).items():
        found = deviations.setdefault(name, [])
        for text, voice in zip(spoken, _in_turn(engine.voices("en"), len(spoken)), strict=True):
            found += _deviations(bundle, engine, text, voice)
    everything = [value for values in deviations.values() for value in values]
    if not everything:
        raise InputError("no text has words that can be compared: give English sentences")
    deviations["all"] = everything
    return {name: _summary(values) for name, values in deviations.items() if values}


def _deviations(
    bundle: Bundle, engine: TimedEspeak | TimedFlite, text: str, voice: EngineVoice
) -> list[float]:
    """Of each word of a text, in ms; none where the engine reads the text as other words."""
    try:
        speech: TimedSpeech = engine.speak_timed(text, voice)
    except EngineError:
        return []
    rate = bundle.config.sample_rate
    samples = io.resample(speech.samples, speech.rate, rate)
    words = recording_word_times(bundle, lambda: [samples], text, "en", voice.name)
    if len(words) != len(text.split()):
        return []
    return [1000 * (words[index].start - start) for index, start in speech.starts.items()]


def _in_turn(voices: list[EngineVoice], count: int) -> Iterator[EngineVoice]:
    """Voices from all over the list."""
    for number in range(count):
        yield voices[7 * number % len(voices)]


def _summary(values: list[float]) -> Deviation:
    apart = np.abs(values)
    return Deviation(
        len(values),
        float(np.median(apart)),
        float(np.percentile(apart, 90)),
        float(np.median(values)),
    )
