"""What is measured of a clip: sound, words, voice. Each function may run in any process."""

import base64
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.audio.voice_activity import VoiceActivity
from minimax_speech.data.clip_quality import measure_quality
from minimax_speech.data.manifest import Utterance, read_samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.recognisers import RECOGNISERS, SpeechRecogniser
from minimax_speech.evaluation.similarity import cosine
from minimax_speech.evaluation.verifiers import VERIFIERS, SpeakerVerifier

_SHORTEST_HALVES = 3.0
"""Seconds of a clip whose halves are compared: of less, a voice cannot be told."""


def measure_sound(utterance: Utterance) -> dict[str, Any]:
    """The fields of `ClipQuality`, or "unreadable" with the reason."""
    try:
        samples, rate = read_samples(utterance)
    except InputError as error:
        return {"unreadable": str(error)}
    if len(samples) == 0:
        return {"unreadable": "it has no samples"}
    if not np.isfinite(samples).all():
        return {"unreadable": "it holds samples that are not numbers (NaN or infinite)"}
    return asdict(measure_quality(samples, rate, _activity()))


def measure_words(recogniser: str, device: str, utterance: Utterance) -> dict[str, Any]:
    """What a recogniser hears, as "heard"."""
    judge = load_recogniser(recogniser, device)
    return {"heard": judge.transcribe(*read_samples(utterance), utterance.language)}


def measure_voice(verifier: str, device: str, utterance: Utterance) -> dict[str, Any]:
    """A verifier's "vector" of the clip, as text, and the cosine of those of its "halves".

    The halves are None of a clip of less than 3 s, or one of which is silent.
    """
    judge = load_verifier(verifier, device)
    samples, rate = read_samples(utterance)
    halves = None
    if len(samples) >= _SHORTEST_HALVES * rate:
        first, second = (judge.embed(half, rate) for half in np.array_split(samples, 2))
        halves = cosine(first, second) if first.any() and second.any() else None
    vector = judge.embed(samples, rate).astype("<f2")
    return {"vector": base64.b64encode(vector.tobytes()).decode(), "halves": halves}


def vector_of(values: dict[str, Any]) -> Samples:
    """The vector (dim,) in what `measure_voice` gave; zero where nobody speaks."""
    return np.frombuffer(base64.b64decode(values["vector"]), "<f2").astype(np.float32)


@lru_cache(maxsize=8)
def load_recogniser(spec: str, device: str) -> SpeechRecogniser:
    """A recogniser of this process; see `Registry.create`."""
    return RECOGNISERS.create(spec, device)


@lru_cache(maxsize=8)
def load_verifier(spec: str, device: str) -> SpeakerVerifier:
    """A verifier of this process; see `Registry.create`."""
    return VERIFIERS.create(spec, device)


@lru_cache(maxsize=1)
def _activity() -> VoiceActivity:
    return VoiceActivity()
