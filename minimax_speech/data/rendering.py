"""One sentence into audio: speak, warp, trim, level; and what engines get wrong left out."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minimax_speech.data.engines import Engine
from minimax_speech.data.shards import SAMPLE_RATE, Rejection
from minimax_speech.data.styles import STYLES, Style, shape
from minimax_speech.data.voices import Speaker

SILENT_PEAK = 1e-3
FULL_SCALE, MOST_CLIPPED = 0.999, 1e-3
"""Amplitude that counts as clipped, and the share of samples that may reach it."""
SPEECH_FLOOR = 0.005
"""Below this, relative to the clip's peak, it is silence to be trimmed."""
SHORTEST_SPEECH = 0.25
DURATION_FACTOR = 2.0
"""How far from its voice's usual pace an utterance may be, either way."""
FEWEST_FOR_PACE = 8


@dataclass(frozen=True)
class Item:
    """One sentence to be spoken."""

    number: int
    """Position in the plan."""
    text: str
    speaker: Speaker
    rate: float
    peak_db: float
    margins: tuple[float, float]
    emotion: str | None = None
    """One of `STYLES`, whose tempo is in the rate already."""


class Rejected(Exception):
    """The engine's audio is not usable; the message is the reason."""


def estimated_seconds(text: str) -> float:
    """Rough length of a text read calmly: letters of an alphabet take less time than ideographs."""
    return 0.35 + sum(0.2 if ord(character) >= 0x2E80 else 0.062 for character in text)


def render(engine: Engine, item: Item) -> np.ndarray:
    """Speak one item, warp, trim and level it: int16 (samples,) at 24 kHz.

    Raises:
        Rejected: what the engine made is empty, silent, clipped or too short.
        EngineError: it refused.
    """
    import soxr

    # Resampling by the formant scale also raises tempo and pitch: the engine gives less of both.
    formants = item.speaker.formants
    style = STYLES[item.emotion] if item.emotion in STYLES else Style()
    samples, sample_rate = engine.speak(
        item.text,
        item.speaker.voice,
        rate=item.rate / formants,
        pitch=item.speaker.pitch * 2 ** (style.pitch / 12) / formants,
    )
    if samples.size == 0:
        raise Rejected("empty")
    magnitudes = np.abs(samples)
    if float(magnitudes.max()) < SILENT_PEAK:
        raise Rejected("silent")
    if float(np.mean(magnitudes >= FULL_SCALE)) > MOST_CLIPPED:
        raise Rejected("clipped")
    samples = soxr.resample(samples, sample_rate * formants, SAMPLE_RATE, quality="HQ")
    if style != Style():
        samples = shape(samples, style, item.number)
    samples = _trim(samples, item.margins)
    if samples.size < (SHORTEST_SPEECH + sum(item.margins)) * SAMPLE_RATE:
        raise Rejected("too short")
    peak = 10 ** (item.peak_db / 20)
    return np.round(samples * (peak * 32767 / np.abs(samples).max())).astype(np.int16)


def screen_pace(
    spoken: Sequence[tuple[Item, np.ndarray]],
) -> tuple[list[tuple[Item, np.ndarray]], list[Rejection]]:
    """Leave out what is far too short or long for its text, by its voice's usual pace."""
    paces: dict[str, list[float]] = {}
    for item, samples in spoken:
        paces.setdefault(item.speaker.voice.name, []).append(_pace(item, samples))
    every_pace = [pace for group in paces.values() for pace in group]
    fallback = statistics.median(every_pace) if len(every_pace) >= FEWEST_FOR_PACE else 1.0
    kept: list[tuple[Item, np.ndarray]] = []
    rejected: list[Rejection] = []
    for item, samples in spoken:
        group = paces[item.speaker.voice.name]
        usual = statistics.median(group) if len(group) >= FEWEST_FOR_PACE else fallback
        ratio = _pace(item, samples) / usual
        if 1 / DURATION_FACTOR <= ratio <= DURATION_FACTOR:
            kept.append((item, samples))
        else:
            reason = "too long for the text" if ratio > 1 else "too short for the text"
            rejected.append(Rejection(item.speaker.id, item.text, reason))
    return kept, rejected


def _trim(samples: np.ndarray, margins: tuple[float, float]) -> np.ndarray:
    """Leave exactly the given silences (seconds) around the speech."""
    magnitudes = np.abs(samples)
    loud = np.flatnonzero(magnitudes > SPEECH_FLOOR * magnitudes.max())
    first = int(loud[0]) - round(margins[0] * SAMPLE_RATE)
    end = int(loud[-1]) + 1 + round(margins[1] * SAMPLE_RATE)
    inside = samples[max(0, first) : end]
    return np.pad(inside, (max(0, -first), max(0, end - len(samples))))


def _pace(item: Item, samples: np.ndarray) -> float:
    seconds = len(samples) / SAMPLE_RATE - sum(item.margins)
    return seconds * item.rate / estimated_seconds(item.text)
