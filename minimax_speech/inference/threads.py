"""How many cores a piece of work on the CPU uses."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_core() -> Iterator[None]:
    """Within, this thread's calls into torch do not share their work among cores.

    For calls so small that waiting for one another costs the cores more than it saves: many times
    more on a busy machine. Other threads keep their number, except one that calls torch for the
    first time just now.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
