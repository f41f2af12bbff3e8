"""A mark in speech that is not heard and that tells where it comes from: Perth's, an extra.

Perth (Resemble AI, MIT licence) is a pair of networks, which come with their weights: one changes
the magnitudes of a spectrogram below 2 kHz where that is masked, the other hears whether that was
done. They know sound of 32 kHz. Here only the change is brought to the sound's own rate and added:
all above 2 kHz, and digital silence, stay as they were. The mark is a yes or no, and no message.
"""

import contextlib
import io as streams
import math
import warnings
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from minimax_speech.audio import io, levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape, pieces
from minimax_speech.errors import InputError

THRESHOLD = 0.6
"""The confidence from which a stretch counts as marked."""
STRETCH_SECONDS = 10.0
"""How much sound is judged at once: the longer, the surer."""
MIN_SECONDS = 1.0

_RATE = 32_000
_BLOCK_SECONDS, _MARGIN_SECONDS = 0.4, 0.16
"""What is marked at once, and how much around it the network hears: no more changes the mark."""


@dataclass(frozen=True)
class Detection:
    """What was heard of the mark in a recording.

    Attributes:
        seconds: duration of the recording.
        marked_seconds: duration of its stretches that carry the mark.
        confidence: 0 to 1, of the stretch that most likely carries it.
    """

    seconds: float
    marked_seconds: float
    confidence: float

    @property
    def found(self) -> bool:
        """Whether any stretch carries the mark."""
        return self.confidence >= THRESHOLD


class Watermark:
    """Marks a sound while it comes in, 0.2 to 0.6 s behind it; a `prosody.Processor`."""

    def __init__(self, rate: int) -> None:
        """For a sound at ``rate`` Hz.

        Raises:
            InputError: the extra is not installed, or broken.
        """
        load()
        self._rate = rate
        self._block, self._margin = round(_BLOCK_SECONDS * rate), round(_MARGIN_SECONDS * rate)
        self._tape = Tape()
        self._done = 0

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        self._tape.append(samples)
        ready = (self._tape.end - self._margin - self._done) // self._block
        return self._next([self._block] * max(0, ready))

    def finish(self) -> Samples:
        """What is left, (samples,)."""
        blocks, rest = divmod(self._tape.end - self._done, self._block)
        return self._next([self._block] * blocks + [rest] * (rest > 0))

    def _next(self, sizes: list[int]) -> Samples:
        """The next blocks of these sizes, marked."""
        marked = [np.zeros(0, np.float32)]
        for size in sizes:
            start, stop = self._done - self._margin, self._done + self._block + self._margin
            window = self._tape.read(start, stop)
            kept = slice(self._margin, self._margin + size)
            marked.append((window + _change(window, self._rate))[kept])
            self._done += size
            self._tape.forget(self._done - self._margin)
        return np.concatenate(marked)


def apply(samples: Samples, rate: int) -> Samples:
    """A whole sound (samples,) at ``rate`` Hz with the mark in it, (samples,).

    Raises:
        InputError: the extra is not installed, or broken.
    """
    marker = Watermark(rate)
    return np.concatenate([marker.push(samples), marker.finish()])


def apply_to_pieces(sound: Generator[Samples], rate: int) -> Generator[Samples]:
    """A sound that comes in pieces (samples,) at ``rate`` Hz, with the mark in it.

    Raises:
        InputError: the extra is not installed, or broken: with the first piece.
    """
    marker = Watermark(rate)
    with contextlib.closing(sound):
        for samples in sound:
            yield marker.push(samples)
        yield marker.finish()


def detect(samples: Samples, rate: int) -> float:
    """How sure it is that speech (samples,) at ``rate`` Hz carries the mark: 0 to 1.

    Raises:
        InputError: as for `detect_in_blocks`.
    """
    return detect_in_blocks([samples], rate).confidence


def detect_in_blocks(blocks: Iterable[Samples], rate: int) -> Detection:
    """Look for the mark in a recording at ``rate`` Hz that comes in blocks (samples,).

    It is judged stretch by stretch, and none is kept.

    Raises:
        InputError: it is shorter than `MIN_SECONDS`, or the extra is not installed, or broken.
    """
    load()
    seconds = marked = confidence = 0.0
    for stretch in pieces(blocks, round(STRETCH_SECONDS * rate)):
        sure = _confidence(stretch, rate)
        duration = len(stretch) / rate
        seconds += duration
        marked += duration if sure >= THRESHOLD else 0.0
        confidence = max(confidence, sure)
    if seconds < MIN_SECONDS:
        raise InputError(
            f"{seconds:.1f} s is too short to hear a mark in: give {MIN_SECONDS:g} s or more"
        )
    return Detection(seconds, marked, confidence)


@lru_cache(1)
def load() -> Any:
    """Perth's networks, ready; `Watermark` and the functions here load them when they are needed.

    Raises:
        InputError: the extra is not installed, or broken.
    """
    try:
        # It greets on stdout, which may be where audio goes, and warns of its own imports.
        with contextlib.redirect_stdout(streams.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from perth.perth_net.perth_net_implicit.perth_watermarker import (
                PerthImplicitWatermarker,
            )

            return PerthImplicitWatermarker()
    except Exception as error:  # whatever is wrong with somebody else's package
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise InputError(
            f"the watermark cannot be used ({reason}): pip install 'minimax-speech[watermark]'"
        ) from error


def _change(window: Samples, rate: int) -> Samples:
    """What the mark adds to a sound, (samples,)."""
    import torch

    sound = io.resample(window, rate, _RATE)
    with torch.inference_mode():
        marked = load().apply_watermark(sound, sample_rate=_RATE)  # in whole frames of 10 ms
    added = io.resample(marked - sound[: len(marked)], _RATE, rate)
    added = np.pad(added, (0, max(0, len(window) - len(added))))[: len(window)]
    return np.where(window == 0, np.float32(0), added)


def _confidence(samples: Samples, rate: int) -> float:
    """How sure it is that a stretch carries the mark; 0 where there is too little to be heard."""
    import torch

    if len(samples) < MIN_SECONDS * rate or levels.is_silent(levels.inspect(samples, rate)):
        return 0.0
    sound = io.resample(levels.level(samples, rate), rate, _RATE)
    with torch.inference_mode():
        sure = float(load().get_watermark(sound, sample_rate=_RATE, round=False))
    return 0.0 if math.isnan(sure) else sure
