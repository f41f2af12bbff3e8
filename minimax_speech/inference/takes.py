"""Attempts at saying a line: what is wrong with one, and which one is kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.inference.check import Check
from minimax_speech.inference.durations import TOKENS_PER_SECOND, expected_tokens, is_plausible
from minimax_speech.inference.pausing import without_pause
from minimax_speech.inference.sampling import has_loop

HISS_DB = -50.0
"""Speech leaves the decoder some 20 dB louder at least; what is below this is no speech."""

_MOSTLY = 0.5  # share of one token that no speech has: even in short words it stays below a fifth


@dataclass(frozen=True, eq=False)
class Take:
    """One attempt at a line.

    Attributes:
        text: of the line.
        tokens: of the audio.
        ended: False where the limit cut them off.
        samples: (samples,) as the decoder gave them: levelled, hiss would sound like speech.
        rate: Hz.
        check: how the tokens compare with the text, where that was asked.
    """

    text: str
    tokens: Sequence[int]
    ended: bool
    samples: Samples
    rate: int
    check: Check | None = None

    @cached_property
    def fault(self) -> str | None:
        """What shows that it went wrong; None where nothing does."""
        if self._hisses:
            return "it is nearly silent"
        if self._is_stuck:
            return "it repeats one sound"
        if not self.ended:
            return "it does not end"
        if not is_plausible(self.text, self._length):
            return "it is too short to be all of it"
        return self.check.fault if self.check else None

    def without_sound(self) -> "Take":
        """This take, and what is wrong with it, without the samples."""
        kept = replace(self, samples=np.zeros(0, np.float32))
        vars(kept)["fault"] = self.fault
        return kept

    def beats(self, other: "Take") -> bool:
        """Whether to keep this one rather than another take of the same line."""
        return self._badness < other._badness

    @property
    def _badness(self) -> tuple[bool, bool, bool, float, float]:
        """Faults, the worst first; then how far the length is from what is expected."""
        ratio = max(1.0, self._length) / expected_tokens(self.text)
        lost = self.check.lost if self.check else 0.0
        return self.fault is not None, self._hisses, self._is_stuck, lost, max(ratio, 1 / ratio)

    @cached_property
    def _hisses(self) -> bool:
        return self._report.rms_db < HISS_DB

    @cached_property
    def _is_stuck(self) -> bool:
        tokens = without_pause(self.tokens)
        counts = Counter(tokens).values()
        return max(counts, default=0) > _MOSTLY * len(tokens) or has_loop(tokens)

    @cached_property
    def _length(self) -> float:
        """In tokens, less the silence at both ends."""
        start, end = levels.trim_bounds(self._report, self.rate)
        return max(0, end - start) / self.rate * TOKENS_PER_SECOND

    @cached_property
    def _report(self) -> levels.ReferenceReport:
        return levels.inspect(self.samples, self.rate)
