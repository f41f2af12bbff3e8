"""Exponential moving average of weights, short at first and longer as training goes on."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel


def averaged_copy(network: nn.Module, decay: float) -> AveragedModel:
    """A copy that follows ``network`` by ``update_parameters``.

    After n updates the decay is min(decay, (1 + n) / (10 + n)), so that the first, random weights
    are soon forgotten.
    """

    @torch.no_grad()
    def follow(
        averaged: Sequence[Tensor], current: Sequence[Tensor], updates: Tensor | int
    ) -> None:
        count = int(updates)
        weight = 1 - min(decay, (1 + count) / (10 + count))
        torch._foreach_lerp_(list(averaged), list(current), weight)

    return AveragedModel(network, multi_avg_fn=follow, use_buffers=False)
