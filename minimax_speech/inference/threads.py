"""How many cores a piece of work on the CPU uses."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from threading import Event, Thread

import torch


@contextmanager
def one_core() -> Iterator[None]:
    """Within, this thread's calls into torch do not share their work among cores.

    For calls so small that waiting for one another costs the cores more than it saves: many times
    more on a busy machine. Other threads keep their number, except one that calls torch for the
    first time just now.
    """
    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def one_core_thread(work: Callable[[], None], name: str) -> Thread:
    """A thread that has begun, whose calls into torch do not share their work among cores.

    It does not keep the process from ending.
    """
    begun = Event()

    def run() -> None:
        torch.set_num_threads(1)
        begun.set()
        work()

    thread = Thread(target=run, name=name, daemon=True)
    thread.start()
    begun.wait()
    # Threads that are yet to come take over what was set last, whoever set it.
    torch.set_num_threads(torch.get_num_threads())
    return thread


@cache
def one_core_after_forks() -> None:
    """From now on, a process forked from this one computes on one core.

    OpenMP's threads are not there in it, and it would wait for them for ever.
    """
    if hasattr(os, "register_at_fork"):  # not on Windows, which does not fork
        os.register_at_fork(after_in_child=partial(torch.set_num_threads, 1))
