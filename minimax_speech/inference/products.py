"""How exactly a CUDA device multiplies floats while sound is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import torch

FAST_WIDTH = 768
"""From this width on networks wait for products, and TF32 makes a line in a third of the time.
Narrower ones gain nothing by it, and what a trained one makes in pieces would differ by 0.5 to 3 %
of what it makes as a whole, since 10 bits of mantissa round otherwise in other shapes."""


class _Products:
    """The precision of CUDA's products and convolutions, which is one for all threads."""

    def __init__(self) -> None:
        self._lock, self._within, self._before = Lock(), 0, (False, False)

    @contextmanager
    def of(self, fast: bool) -> Iterator[None]:
        """TF32 or full precision while any thread is within; whoever enters first decides."""
        with self._lock:
            if not self._within:
                self._before = self._exchange((fast, fast))
            self._within += 1
        try:
            yield
        finally:
            with self._lock:
                self._within -= 1
                if not self._within:
                    self._exchange(self._before)

    @staticmethod
    def _exchange(new: tuple[bool, bool]) -> tuple[bool, bool]:
        matmul, convolution = torch.backends.cuda.matmul, torch.backends.cudnn
        before = matmul.allow_tf32, convolution.allow_tf32
        matmul.allow_tf32, convolution.allow_tf32 = new
        return before


PRODUCTS = _Products()


@contextmanager
def inference(width: int) -> Iterator[None]:
    """No gradients, and products as suit a network of this width."""
    with PRODUCTS.of(fast=width >= FAST_WIDTH), torch.inference_mode():
        yield
