"""Drawing tokens in one kernel: some thirty small ones would take longer than many a layer.

Imported only where Triton is.
"""

import torch
import triton
from torch import Tensor

from minimax_speech.inference import fused_kernels as kernels
from minimax_speech.inference.sampling import (
    BELOW_ONE,
    LOOP_PERIOD,
    LOOP_TOKENS,
    PENALTY_WINDOW,
    Sampler,
)


class FusedSampler(Sampler):
    """A `Sampler` whose steps are one kernel, but for limits: these sort."""

    def __init__(self, end: int, device: torch.device) -> None:
        """As `Sampler`."""
        super().__init__(end, device)
        self._launch = kernels.launch_options(device)

    def advance(
        self,
        logits: Tensor,
        limited: bool,
        penalised: bool,
        ids: Tensor,
        positions: Tensor,
        offset: int,
    ) -> None:
        """As `Sampler.advance`."""
        if limited:
            self.note_leads(logits)
            logits = self.allowed(logits, limited, penalised)
        state, classes = self._state, logits.shape[1]
        kernels.draw[len(logits),](
            logits,
            *(state[name] for name in ("settings", "in_loop", "uniform", "tokens")),
            *(state[name] for name in ("leads", "runs", "fewest", "count")),
            ids,
            positions,
            offset,
            state["uniform"].shape[1],
            CLASSES=classes,
            BLOCK=triton.next_power_of_2(classes),
            RAW=not limited,
            PENALISED=penalised,
            WINDOW=PENALTY_WINDOW,
            PERIODS=LOOP_PERIOD,
            LOOP=LOOP_TOKENS,
            BELOW_ONE=BELOW_ONE,
            num_warps=16,
            **self._launch,
        )
