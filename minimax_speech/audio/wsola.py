"""The speed of speech changed, with its pitch kept.

Waveform-similarity overlap-add (Verhelst and Roelands 1993): pieces of 30 ms are laid down one half
over the other, each cut from about the place that the speed says, where the sound goes on as it did
after the piece before.
"""

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape, most_alike

_HALF_SECONDS = 0.015
"""Half of a piece: about a period of the lowest voices, so that none falls between two pieces."""
_SLACK_SECONDS = 0.01
"""How far from its place a piece may be cut, either way: to find the next period at least."""


class Wsola:
    """Changes speed while the sound comes in.

    What comes out depends on the sound alone, and not on how it was cut.
    """

    def __init__(self, rate: int, speed: float) -> None:
        self._speed = speed
        self._half, self._slack = round(_HALF_SECONDS * rate), round(_SLACK_SECONDS * rate)
        self._fade = 0.5 - 0.5 * np.cos(np.pi * (np.arange(self._half) + 0.5) / self._half)
        self._tape, self._done = Tape(), False
        self._given = 0
        self._before = 0  # the middle of the piece before

    def push(self, samples: Samples) -> Samples:
        """Take more samples (samples,) in; what is ready comes out, (samples,)."""
        self._tape.append(samples)
        return self._work()

    def finish(self) -> Samples:
        """What is left, (samples,); the whole is as long as the sound divided by the speed."""
        self._done = True
        left = round(self._tape.end / self._speed) - self._given
        return self._work()[:left]

    def _work(self) -> Samples:
        """Half a piece after the other, as long as enough has come in."""
        halves = [np.zeros(0, np.float32)]
        while True:
            place = round((self._given + self._half) * self._speed)
            needed = max(place + self._half + self._slack, self._before + 2 * self._half)
            over = self._given * self._speed >= self._tape.end
            if over if self._done else self._tape.end < needed:
                break
            halves.append(self._go_on(place))
        return np.concatenate(halves)

    def _go_on(self, place: int) -> Samples:
        """Fade from the piece before to one from about a place; half a piece, (half,)."""
        half, expected = self._half, self._before + self._half
        middle = place
        if place != expected:
            pattern = self._tape.read(expected - half, expected + half)
            # Not into what comes after the end.
            middle = min(most_alike(self._tape, pattern, place, self._slack), self._tape.end)
        ending = self._tape.read(self._before, self._before + half)
        beginning = self._tape.read(middle - half, middle)
        self._given += half
        self._before = middle
        self._tape.forget(min(middle, round(self._given * self._speed)) - half - self._slack)
        return (ending * self._fade[::-1] + beginning * self._fade).astype(np.float32)
