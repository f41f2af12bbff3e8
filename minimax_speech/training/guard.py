"""Steps that would harm a run are skipped: no weight, average or optimizer state changes."""

import torch
import torch.distributed as dist
from torch import Tensor

from minimax_speech.errors import InputError

REMEMBERED = 128
"""Gradient norms whose median a new one is compared with."""
FEWEST = 16
"""Gradient norms before which none is called a spike."""


class Guard:
    """Judges each step by its loss and its gradients, on the device, where nothing waits for it.

    Args:
        spike: a gradient norm beyond so many times the median of the last ones is one; 0: none is.
        patience: steps skipped in a row after which :meth:`check` gives up.
        optimizers: names of the optimizers, each of which has a gradient norm of its own.
        device: of the networks.
        ranks: processes that must agree.
    """

    def __init__(
        self, spike: float, patience: int, optimizers: list[str], device: torch.device, ranks: int
    ) -> None:
        self.spike, self.patience, self.ranks = spike, patience, ranks
        # Of the steps that were taken, the latest last; 0 where there was none.
        self.norms = torch.zeros((len(optimizers), REMEMBERED), device=device)
        self.skipped = torch.zeros((), device=device)
        self.in_a_row = torch.zeros((), device=device)

    def judge(self, losses: Tensor, norms: Tensor) -> Tensor:
        """1 where the step is to be skipped, by all ranks together, else 0: a scalar.

        Args:
            losses: of this rank, any shape.
            norms: of the gradients, one for each optimizer; 0 where one has none at this step.
        """
        harmful = ~(losses.isfinite().all() & norms.isfinite().all())
        if self.spike:
            known = torch.where(self.norms > 0, self.norms, torch.nan)
            spikes = norms > self.spike * known.nanmedian(1).values
            harmful |= (spikes & ((self.norms > 0).sum(1) >= FEWEST)).any()
        skip = harmful.float()
        if self.ranks > 1:
            dist.all_reduce(skip, dist.ReduceOp.MAX)
        if self.spike:
            later = torch.cat((self.norms[:, 1:], norms[:, None]), dim=1)
            self.norms.copy_(torch.where(skip > 0, self.norms, later))
        self.skipped += skip
        self.in_a_row.add_(1).mul_(skip)
        return skip

    def state(self) -> dict[str, Tensor]:
        """What a run that goes on must remember."""
        return {"norms": self.norms, "skipped": self.skipped}

    def check(self, step: int) -> None:
        """Read the counts, for which the device is waited for.

        Raises:
            InputError: too many steps in a row were skipped.
        """
        if self.in_a_row >= self.patience:
            raise InputError(
                f"{int(self.in_a_row)} steps in a row up to step {step} had a loss or gradient "
                "that was not finite, or a gradient spike: lower optim.lr, look at the data, or "
                "raise train.spike, and start again from the last checkpoint"
            )
