"""How fast, high, loud, bright and breathy speech is: settings, and what does it to a sound."""

from dataclasses import dataclass, replace
from numbers import Real
from typing import Protocol

import numpy as np

from minimax_speech.audio.colour import Colour
from minimax_speech.audio.io import Samples
from minimax_speech.audio.limiter import Limiter
from minimax_speech.audio.psola import Psola
from minimax_speech.audio.wsola import Wsola
from minimax_speech.errors import InputError

SPEEDS, PITCHES, VOLUMES = (0.5, 2.0), (-12.0, 12.0), (0.0, 10.0)
TILTS, BREATHS = (-6.0, 6.0), (0.0, 1.0)
"""The least and the most of each setting."""

_BLOCK = 1 << 16
"""Samples that are handled at once: so many stay in caches, and calls cost little."""


class Processor(Protocol):
    """Changes a sound while it comes in; cut in any way, the same comes out in the end."""

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""

    def finish(self) -> Samples:
        """What is left, (samples,)."""


class Chain:
    """Processors one after another."""

    def __init__(self, *links: Processor) -> None:
        self._links = links

    def push(self, samples: Samples) -> Samples:
        if len(samples) <= _BLOCK:
            return self._push_block(samples)
        starts = range(0, len(samples), _BLOCK)
        return np.concatenate([self._push_block(samples[n : n + _BLOCK]) for n in starts])

    def _push_block(self, samples: Samples) -> Samples:
        for link in self._links:
            samples = link.push(samples)
        return samples

    def finish(self) -> Samples:
        rest = np.zeros(0, np.float32)
        for link in self._links:
            rest = np.concatenate([link.push(rest), link.finish()])
        return rest


def _check(name: str, value: float, limits: tuple[float, float], meaning: str) -> None:
    low, high = limits
    if not isinstance(value, Real) or not low <= value <= high:
        raise InputError(f"{name} is {value!r}: use {low:g} to {high:g} ({meaning})")


@dataclass(frozen=True)
class Prosody:
    """How fast, how high, how loud, how bright and how breathy.

    Attributes:
        speed: 0.5 takes twice the time, 2 half of it.
        pitch: in semitones; vowels and speaker stay.
        volume: a factor for the amplitude; 1 is as it is. What would clip is turned down smoothly.
        tilt: dB that each octave above 1 kHz gains, and each below it loses.
        breath: share of the voice that is breath; 1 whispers.

    Raises:
        InputError: a setting is no number, or out of its range.
    """

    speed: float = 1.0
    pitch: float = 0.0
    volume: float = 1.0
    tilt: float = 0.0
    breath: float = 0.0

    def __post_init__(self) -> None:
        _check("speed", self.speed, SPEEDS, "1 is as it is")
        _check("pitch", self.pitch, PITCHES, "semitones")
        _check("volume", self.volume, VOLUMES, "1 is as it is")
        _check("tilt", self.tilt, TILTS, "dB an octave")
        _check("breath", self.breath, BREATHS, "1 whispers")

    def changed(self, pitch: float, tilt: float, breath: float) -> "Prosody":
        """The same, but so much higher, brighter and breathier; no more than may be."""
        return replace(
            self,
            pitch=float(np.clip(self.pitch + pitch, *PITCHES)),
            tilt=float(np.clip(self.tilt + tilt, *TILTS)),
            breath=float(np.clip(self.breath + breath, *BREATHS)),
        )

    def processor(self, rate: int) -> Processor:
        """What does this to one sound at ``rate`` Hz, some 0.1 s behind what comes in."""
        links: list[Processor] = [Limiter(rate, self.volume)]
        if self.speed != 1:
            links.insert(0, Wsola(rate, self.speed))
        if self.pitch != 0:
            links.insert(0, Psola(rate, self.pitch))
        if self.tilt != 0 or self.breath != 0:
            links.insert(-1, Colour(rate, self.tilt, self.breath))
        return Chain(*links)

    def apply(self, samples: Samples, rate: int) -> Samples:
        """A whole sound (samples,) at ``rate`` Hz, changed; itself where nothing is to be."""
        if self == AS_IT_IS:
            return samples
        processor = self.processor(rate)
        return np.concatenate([processor.push(samples), processor.finish()])


AS_IT_IS = Prosody()
