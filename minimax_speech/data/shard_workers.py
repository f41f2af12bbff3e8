"""Workers that make shards: processes of this machine, or of a Ray cluster.

Each is at one shard at a time. When a worker dies, that shard alone has lost its work, and is
known; a new worker takes the place.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol

from minimax_speech.errors import InputError

Initialise = Callable[..., None]


class Worker(Protocol):
    """One worker."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a piece of work."""
        ...

    def stop(self) -> None:
        """Take no more work; what is being done is of no more use."""
        ...


class Workers(Protocol):
    """Whence workers come.

    Attributes:
        count: how many may work at the same time.
        crashes: what a future raises when its worker has died.
    """

    count: int
    crashes: tuple[type[Exception], ...]

    def start(self) -> Worker:
        """A new worker."""
        ...


class _Process:
    """A process that is spawned: the parent may hold threads and engines that survive no fork."""

    def __init__(self, initialise: Initialise | None, arguments: tuple[Any, ...]) -> None:
        self._pool = ProcessPoolExecutor(
            1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin_process,
            initargs=(initialise, arguments),
        )
        self._latest: Future[Any] | None = None

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        self._latest = self._pool.submit(work, *arguments)
        return self._latest

    def stop(self) -> None:
        # An idle one is awaited: Python may complain on its way out otherwise.
        idle = self._latest is None or self._latest.done()
        self._pool.shutdown(wait=idle, cancel_futures=True)


class Processes:
    """Processes of this machine.

    Args:
        jobs: how many; as many as this process may use cores by default.
        initialise: called once in each, with ``arguments``.
    """

    crashes: tuple[type[Exception], ...] = (BrokenProcessPool,)

    def __init__(
        self, jobs: int | None, initialise: Initialise | None, arguments: tuple[Any, ...]
    ) -> None:
        self.count = jobs or usable_cores()
        self._begin = (initialise, arguments)

    def start(self) -> _Process:
        return _Process(*self._begin)


class _Actor:
    """A process somewhere in a Ray cluster."""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        return self._handle.do.remote(work, *arguments).future()

    def stop(self) -> None:
        import ray

        ray.kill(self._handle)


class RayProcesses:
    """Processes of a Ray cluster, whose machines see the same folders as this one.

    Args:
        address: of the cluster; "auto" is the one that this machine belongs to, "local" one that is
            started here for the time being.
        jobs: how many processes; as many as the cluster has processors by default, or GPUs.
        initialise: called once in each, with ``arguments``.
        gpus: of each process.

    Raises:
        InputError: no cluster is there.
    """

    def __init__(
        self,
        address: str,
        jobs: int | None,
        initialise: Initialise | None,
        arguments: tuple[Any, ...],
        gpus: int = 0,
    ) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
        import ray

        if not ray.is_initialized():
            place: dict[str, Any] = {"address": address}
            if address == "local":
                place |= {"num_cpus": jobs, "include_dashboard": False}
            try:
                ray.init(**place, log_to_driver=False)
            except (ConnectionError, ValueError) as error:
                raise InputError(
                    f"no Ray cluster at {address!r} ({error}): start one with `ray start`, or say "
                    "`--ray local`"
                ) from error
        unit = "GPU" if gpus else "CPU"
        self.count = jobs or int(ray.cluster_resources().get(unit, 0))
        if not self.count:
            raise InputError(f"the Ray cluster at {address!r} has no {unit}")
        self.crashes: tuple[type[Exception], ...] = (ray.exceptions.RayActorError,)
        self._class = ray.remote(num_cpus=1, num_gpus=gpus)(_Remote)
        self._begin = (initialise, arguments)

    def start(self) -> _Actor:
        return _Actor(self._class.remote(*self._begin))


class _Remote:
    """What runs in a Ray cluster."""

    def __init__(self, initialise: Initialise | None, arguments: tuple[Any, ...]) -> None:
        if initialise is not None:
            initialise(*arguments)

    def do(self, work: Callable[..., Any], *arguments: Any) -> Any:
        return work(*arguments)


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # Linux: fewer than the machine has, inside containers
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin_process(initialise: Initialise | None, arguments: tuple[Any, ...]) -> None:
    # A worker whose parent was killed would wait for its next shard for ever.
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if initialise is not None:
        initialise(*arguments)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
