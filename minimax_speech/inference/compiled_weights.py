"""What compiled functions read, and how they come to be; nothing here needs the compiler."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import torch
from torch import Tensor

from minimax_speech.inference.exact_matrix import split
from minimax_speech.models.attention import RotaryEmbedding

HEAD_LANES = 8
"""Floats of a head side by side in a vector."""
PANEL_LANES, PANEL_VECTORS = 8, 2
PANEL = PANEL_LANES * PANEL_VECTORS
"""Outputs of a product that are made at a time: its matrix is read panel by panel, each
(inputs, PANEL)."""
PANEL_INPUTS = 4
"""Inputs of a product that are read at a time: their number is a multiple of this."""
PANEL_ROWS = 5
"""Rows of a product that are made at a time, and what rows are padded to a multiple of."""


class Compilation(ABC):
    """A function that is compiled in the background, and perhaps cannot be."""

    slow: str
    """What is said where it cannot be."""

    def __init__(self) -> None:
        # Beside what else is to be loaded: LLVM keeps a core busy for some tenths of a second.
        compiler = ThreadPoolExecutor(1)
        self._function = compiler.submit(self._compile)
        compiler.shutdown(wait=False)

    @abstractmethod
    def _compile(self) -> Callable[..., None]: ...

    @property
    def run(self) -> Callable[..., None]:
        """The function."""
        return self._function.result()

    @cached_property
    def works(self) -> bool:
        """Whether it could be compiled: systems may forbid it, or lack the compiler."""
        try:
            self._function.result()
        except Exception as error:
            logging.getLogger(__name__).warning("%s: %s", self.slow, error)
            return False
        return True


def pack(
    weights: Iterable[Tensor], order: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor] | None:
    """Int8 numbers of the matrices among the weights, and all vectors and scales, each in a row.

    Args:
        weights: in the order in which they are used.
        order: puts the numbers of a matrix into the order in which they are read.

    Returns:
        None where a matrix is not int8 times a scale.
    """
    whole: list[Tensor] = []
    floats: list[Tensor] = []
    for weight in weights:
        if weight.ndim == 2:
            numbers, weight = split(weight)
            if numbers is None:
                return None
            whole.append(order(numbers.to(torch.int8)).flatten())
        floats.append(weight)
    return torch.cat(whole), torch.cat(floats)


def signed_turns(rotary: RotaryEmbedding, length: int) -> Tensor:
    """(S, 2, D): cosines and sines for each half of a pair; a pair's first half minus its sine."""
    cosines, sines = (part[0, :, 0] for part in rotary(torch.arange(length)[None]))
    signed = torch.stack((-sines, sines), -1).flatten(1)
    return torch.stack((cosines.repeat_interleave(2, 1), signed), 1)
