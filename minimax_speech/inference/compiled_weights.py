"""What compiled functions read, and how they come to be; nothing here needs the compiler."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import torch
from torch import Tensor

from minimax_speech.inference.exact_matrix import split
from minimax_speech.models.attention import RotaryEmbedding

HEAD_LANES = 8
"""Floats of a head side by side in a vector."""
PANEL_VECTORS = 2
PANEL_INPUTS = 4
"""Inputs of a product that are read at a time: their number is a multiple of this."""
PANEL_ROWS = 5
"""Rows of a product that are made at a time, and what rows are padded to a multiple of."""


def wide_registers() -> bool:
    """Whether the processor has 32 registers of 16 floats, and not only 16 of 8."""
    return torch.backends.cpu.get_cpu_capability() == "AVX512"


@dataclass(frozen=True)
class Panel:
    """Outputs of a product that are made at a time: its matrix is read panel by panel, each
    (inputs, width).

    Attributes:
        lanes: floats of a vector.
    """

    lanes: int

    @property
    def width(self) -> int:
        """Outputs in a panel."""
        return PANEL_VECTORS * self.lanes

    def order(self, numbers: Tensor) -> Tensor:
        """A matrix (outputs, inputs) as panels (outputs / width, inputs, width)."""
        return numbers.unflatten(0, (-1, self.width)).transpose(1, 2)

    @classmethod
    def dividing(cls, sizes: Iterable[int]) -> Self | None:
        """The widest that a processor has registers for and that divides all sizes."""
        sizes = set(sizes)
        panels = [cls(lanes) for lanes in ([16, 8] if wide_registers() else [8])]
        return next((p for p in panels if not any(size % p.width for size in sizes)), None)


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
