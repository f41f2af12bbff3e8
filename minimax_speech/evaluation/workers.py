"""Work spread over processes, its results in order, its progress shown on stderr."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")

MIN_PER_WORKER = 4
"""Starting a process costs about a second: fewer jobs than this are not worth one."""


def ordered_map(function: Callable[..., T], *arguments: Sequence[Any], workers: int) -> Iterator[T]:
    """`map(function, *arguments)`, computed by up to `workers` processes.

    `function` and its arguments must be picklable. A script that calls this at its top level needs
    the usual `if __name__ == "__main__"` guard.
    """
    workers = min(workers, len(arguments[0]) // MIN_PER_WORKER)
    if workers <= 1:
        yield from map(function, *arguments)
        return
    # Not fork: the parent's torch and BLAS threads would leave locks behind in the child.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_one_thread) as pool:
        try:
            yield from pool.map(function, *arguments, chunksize=2)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def show_progress(steps: Iterable[T], total: int, description: str) -> Iterator[T]:
    """Pass `steps` through, with a progress bar on stderr if that is a terminal."""
    from rich.console import Console
    from rich.progress import track

    if total == 0:
        return iter(())
    console = Console(stderr=True)
    return iter(track(steps, description, total, console=console, disable=not console.is_terminal))


def _one_thread() -> None:
    # Several workers, each with as many threads as cores, would only get in each other's way.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[name] = "1"
