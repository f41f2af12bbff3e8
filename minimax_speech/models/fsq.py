"""Finite scalar quantisation (Mentzer et al. 2023, arXiv 2309.15505).

Each of a few channels is squashed and rounded to a handful of levels; the token is the mixed-radix
number of the levels. There is no codebook to learn or to collapse.
"""

import math
from collections.abc import Sequence
from itertools import accumulate
from operator import mul

import torch
from torch import Tensor, nn


class FSQ(nn.Module):
    """(..., len(levels)) to tokens in [0, prod(levels)), with a straight-through gradient."""

    levels: Tensor
    radix: Tensor

    def __init__(self, levels: Sequence[int]) -> None:
        super().__init__()
        self.dim = len(levels)
        self.codebook_size = math.prod(levels)
        radix = list(accumulate(levels[:-1], mul, initial=1))
        self.register_buffer("levels", torch.tensor(list(levels)), persistent=False)
        self.register_buffer("radix", torch.tensor(radix), persistent=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return quantised values in [-1, 1] of the same shape, and tokens (...).

        Inputs of unit variance use all levels about equally.
        """
        half = (self.levels - 1) / 2
        bounded = torch.tanh(x.float()) * half
        # An even number of levels has no middle one: its grid lies at half steps.
        offset = 0.5 * (self.levels % 2 == 0)
        grid = torch.round(bounded - offset) + offset
        tokens = ((grid + half).long() * self.radix).sum(-1)
        grid = bounded + (grid - bounded).detach()
        return grid / half, tokens

    def values(self, tokens: Tensor) -> Tensor:
        """Quantised values (..., len(levels)) in [-1, 1] of the tokens (...)."""
        half = (self.levels - 1) / 2
        digits = (tokens[..., None] // self.radix) % self.levels
        return (digits - half) / half
