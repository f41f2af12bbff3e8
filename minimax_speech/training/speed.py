"""How fast a run goes, on how much of its devices, and who keeps the others waiting."""

import time
from dataclasses import astuple, dataclass

import numpy as np
import torch
import torch.distributed as dist

from minimax_speech.training.arithmetic import peak_flops

SLOW = 1.5
"""A rank that takes so many times as long as the median is slow."""
FEWEST = 10
"""Steps from which on that can be told."""


@dataclass(frozen=True)
class RankStep:
    """What one rank tells the others of a step.

    Attributes:
        stopping: 1 where it was told to stop.
        seconds: training time so far by its clock.
        waited: seconds for which it waited for data.
        busy: seconds for which it worked by itself, with the wait for data, before the first
            exchange of gradients. Parameters that are sharded are gathered before, so that ranks
            wait for each other there, too.
        tokens: of speech that it learned from.
        flops: operations of the model for that.
    """

    stopping: float
    seconds: float
    waited: float
    busy: float
    tokens: float
    flops: float


class Exchange:
    """Tells all ranks about each other's step, from CPU to CPU, so that no device has to wait."""

    def __init__(self, ranks: int) -> None:
        self.ranks = ranks
        self._group = dist.new_group(backend="gloo") if ranks > 1 else None

    def __call__(self, own: RankStep) -> list[RankStep]:
        """The steps of all ranks, in their order."""
        if self._group is None:
            return [own]
        row = torch.tensor(astuple(own), dtype=torch.float64)
        rows = [torch.empty_like(row) for _ in range(self.ranks)]
        dist.all_gather(rows, row, group=self._group)
        return [RankStep(*row.tolist()) for row in rows]


class Stopwatch:
    """Times a stretch of work on a device without waiting for it.

    On a CUDA device the time is known only later.
    """

    def __init__(self, device: torch.device) -> None:
        self._cuda = device.type == "cuda"
        self._running: tuple[float, torch.cuda.Event | None] | None = None
        self._pending: list[tuple[torch.cuda.Event, torch.cuda.Event]] = []
        self._seconds = 0.0

    def start(self) -> None:
        """The work begins."""
        self._running = (time.perf_counter(), self._mark())

    def stop(self) -> None:
        """The work ends, if it has begun."""
        if self._running is None:
            return
        (started, begun), self._running = self._running, None
        ended = self._mark()
        if begun is None or ended is None:
            self._seconds = time.perf_counter() - started
        else:
            self._pending.append((begun, ended))

    def read(self) -> float:
        """Seconds of the last work that the device has finished."""
        while self._pending and self._pending[0][1].query():
            begun, ended = self._pending.pop(0)
            self._seconds = begun.elapsed_time(ended) / 1000
        return self._seconds

    def _mark(self) -> torch.cuda.Event | None:
        if not self._cuda:
            return None
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event


class Speed:
    """Sums up the steps of all ranks since it was last read.

    Args:
        device: the kind that every rank has.
    """

    def __init__(self, device: torch.device) -> None:
        name = torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
        self.peak = peak_flops(name)
        self._steps: list[list[RankStep]] = []
        self._since = time.perf_counter()

    def add(self, steps: list[RankStep]) -> None:
        """Take a step of all ranks."""
        self._steps.append(steps)

    def read(self) -> dict[str, float]:
        """Rates since the last reading, of all ranks together; begins anew.

        ``tokens_per_second``; ``mfu``, the share of the devices' peak, where that is known (see
        :mod:`arithmetic`); ``data_wait``, the share of the time for which the rank that waits
        longest waits for data; ``steps_per_second``.
        """
        now = time.perf_counter()
        elapsed, self._since = now - self._since, now
        steps, self._steps = self._steps, []
        if not steps:
            return {}
        ranks = len(steps[0])
        waits = np.array([[rank.waited for rank in step] for step in steps])
        rates = {
            "steps_per_second": len(steps) / elapsed,
            "tokens_per_second": sum(rank.tokens for step in steps for rank in step) / elapsed,
            "data_wait": float(waits.sum(0).max()) / elapsed,
        }
        if self.peak is not None:
            flops = sum(rank.flops for step in steps for rank in step)
            rates["mfu"] = flops / elapsed / ranks / self.peak
        return rates

    def slow_ranks(self) -> list[str]:
        """A line for each rank that was busy for much longer than the others at most steps."""
        if len(self._steps) < FEWEST:
            return []
        busy = np.median([[rank.busy for rank in step] for step in self._steps], axis=0)
        usual = float(np.quantile(busy, 0.5, method="lower"))
        return [
            f"rank {rank} is slow: {seconds:.3g} s a step before gradients are exchanged, where "
            f"the median is {usual:.3g} s"
            for rank, seconds in enumerate(busy.tolist())
            if seconds > SLOW * usual
        ]
