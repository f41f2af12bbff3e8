"""Which adapter each row has, and how strongly: gates beside the rows' other state.

All adapters that were met stand side by side in one pair for each matrix, and a row's gates open
those of its own, so that a step is the same work on the same tensors whatever the rows have.

Shapes: N rows, R rank of all adapters together.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from minimax_speech.inference.sampling import put
from minimax_speech.models.lora import AdaptedLM, Adapter, side_by_side
from minimax_speech.models.speech_lm import SpeechLM

MOST_ADAPTERS = 16
"""So many are kept at hand; beyond that, those that no row has any more are put away."""

Choice = tuple[Adapter, float]
"""An adapter and its strength."""


@dataclass(frozen=True)
class LowRank:
    """What adapters add to the rows of a step.

    Attributes:
        pairs: as the decoder's ``adapt`` made them.
        gates: (N, R).
    """

    pairs: Any
    gates: Tensor


class RowAdapters:
    """The adapters of up to as many rows as there is room for."""

    def __init__(
        self, model: SpeechLM, adapt: Callable[[Adapter], Any], dtype: torch.dtype
    ) -> None:
        """For a model's rows; ``adapt`` is that of their decoder, ``dtype`` that of its steps."""
        self._model, self._adapt, self._dtype = model, adapt, dtype
        self._known: list[Adapter] = []
        self._rows: list[Choice | None] = []
        self._pairs: Any = None
        self._adapted: AdaptedLM | None = None
        self._gates = torch.zeros(0, 0, device=model.head.weight.device, dtype=dtype)

    @property
    def any(self) -> bool:
        """Whether any live row has one."""
        return any(self._rows)

    def grow(self, rows: int) -> None:
        """Make room for so many rows."""
        self._gates = self._gates.new_zeros(rows, self._gates.shape[1])
        self._write(0)

    def enter(self, choices: Sequence[Choice | None]) -> bool:
        """What the rows behind the live ones have; tells whether the tensors are new ones."""
        first = len(self._rows)
        self._rows += choices
        met = dict.fromkeys(choice[0] for choice in self._rows if choice)
        new = [adapter for adapter in met if adapter not in self._known]
        if new:
            kept = self._known if len(self._known) + len(new) <= MOST_ADAPTERS else []
            self._known = list(dict.fromkeys((*kept, *met)))
            self._stack()
        self._write(0 if new else first)
        return bool(new)

    def leave(self, place: int) -> None:
        """The last row takes the place of one."""
        self._rows[place] = self._rows[-1]
        self._gates[place] = self._gates[len(self._rows) - 1]
        self._rows.pop()

    def clear(self) -> None:
        """Let all rows go."""
        self._rows.clear()

    def of(self, rows: int) -> LowRank | None:
        """What is added to the first rows of a step; None where nothing is."""
        return LowRank(self._pairs, self._gates[:rows]) if self.any else None

    def entered(self, first: int) -> LowRank | None:
        """What is added to the rows from ``first`` on, in a prefill by the decoder."""
        live = any(self._rows[first:])
        return LowRank(self._pairs, self._gates[first : len(self._rows)]) if live else None

    def model(self, first: int) -> SpeechLM:
        """The model as it is for the rows from ``first`` on, for a prefill."""
        if self._adapted is None or not any(self._rows[first:]):
            return self._model
        return self._adapted.gated(self._gates[first : len(self._rows)])

    def _stack(self) -> None:
        whole = side_by_side(self._known)
        self._pairs, self._adapted = self._adapt(whole), AdaptedLM(self._model, whole)
        self._gates = self._gates.new_zeros(len(self._gates), whole.rank)

    def _write(self, first: int) -> None:
        """Set the gates of the live rows from ``first`` on."""
        if not self._known or first == len(self._rows):
            return
        gates = [
            torch.cat([torch.full((one.rank,), self._strength(row, one)) for one in self._known])
            for row in self._rows[first:]
        ]
        put(self._gates[first : len(self._rows)], torch.stack(gates).to(self._dtype))

    @staticmethod
    def _strength(row: Choice | None, adapter: Adapter) -> float:
        return row[1] if row and row[0] is adapter else 0.0
