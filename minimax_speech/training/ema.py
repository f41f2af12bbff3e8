"""Exponential moving average of weights, short at first and longer as training goes on."""

import torch
from torch import Tensor, nn

from minimax_speech.training.parallel import local


class Average:
    """Follows the trained parameters of a network, shares of them where they are sharded.

    Update n (from 0) has the decay min(decay, n / (9 + n)), so that the first, random weights are
    soon forgotten.

    Args:
        network: its parameters at the moment are where the average begins.
        decay: of the average in the end.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self._followed = {
            name: p.detach() for name, p in network.named_parameters() if p.requires_grad
        }
        self.values = {name: p.clone() for name, p in self._followed.items()}
        device = local(next(iter(self.values.values()))).device
        self.updates = torch.zeros((), device=device)

    @torch.no_grad()
    def update(self, skip: Tensor) -> None:
        """Move towards the weights of the network, unless ``skip`` (a scalar, 0 or 1) is 1."""
        take = 1 - skip
        weight = take * (1 - (self.updates / (9 + self.updates)).clamp(max=self.decay))
        averages = [local(value) for value in self.values.values()]
        # As a difference: the weight is on the device, where foreach_lerp does not take it from.
        steps = torch._foreach_sub([local(p) for p in self._followed.values()], averages)
        torch._foreach_mul_(steps, weight)
        torch._foreach_add_(averages, steps)
        self.updates += take

    def state(self) -> dict[str, Tensor]:
        """What a run that goes on must remember."""
        return {**self.values, "updates": self.updates}
