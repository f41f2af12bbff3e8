"""Limits of what is measured, and the sieve that clips pass or are dropped by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from minimax_speech.data.manifest import Utterance

_PERCENTILES = (5, 50, 95)
_DIGITS = 4


@dataclass(frozen=True)
class Limit:
    """The lowest and the highest value that are kept; None is no limit."""

    low: float | None = None
    high: float | None = None

    def keeps(self, value: float) -> bool:
        """Whether a value lies within; the limits themselves do."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True)
class Verdict:
    """What a criterion did.

    Attributes:
        limit: that it has.
        percentiles: 5th, 50th and 95th of the values that it saw.
        judged: how many clips had a value, at least one.
        dropped: how many of them it dropped; some others dropped, too.
        hours: of what it dropped.
    """

    limit: Limit
    percentiles: tuple[float, ...]
    judged: int
    dropped: int
    hours: float


class Sieve:
    """Utterances that are left, and what dropped the others."""

    def __init__(self, utterances: Sequence[Utterance], limits: Mapping[str, Limit]) -> None:
        """``limits``: by the name of the criterion; one without a limit drops nothing."""
        self.left = list(utterances)
        self.verdicts: dict[str, Verdict] = {}
        self.dropped: dict[str, dict[str, Any]] = {}
        self._limits = limits

    def drop(self, reasons: Mapping[str, str], name: str) -> None:
        """Drop utterances (by id) for reasons in words."""
        self.dropped |= {id: {name: reason} for id, reason in reasons.items()}
        self._tidy()

    def apply(self, measured: Mapping[str, Mapping[str, float]]) -> None:
        """Drop what lies outside of a limit of any of some criteria.

        Args:
            measured: criterion → utterance's id → value; an utterance without one passes it.
        """
        for name, values in measured.items():
            if (limit := self._limits.get(name)) is None:
                continue
            if not (judged := [u for u in self.left if u.id in values]):
                continue
            outside = [u for u in judged if not limit.keeps(values[u.id])]
            for utterance in outside:
                reasons = self.dropped.setdefault(utterance.id, {})
                reasons[name] = round(values[utterance.id], _DIGITS)
            seen = np.percentile([values[u.id] for u in judged], _PERCENTILES)
            self.verdicts[name] = Verdict(
                limit,
                tuple(round(float(value), _DIGITS) for value in seen),
                len(judged),
                len(outside),
                sum(u.duration for u in outside) / 3600,
            )
        self._tidy()

    def _tidy(self) -> None:
        self.left = [utterance for utterance in self.left if utterance.id not in self.dropped]
