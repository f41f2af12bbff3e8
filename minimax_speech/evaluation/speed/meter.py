"""Times and memory of what a device does."""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

Clock = Callable[[], float]

BANDWIDTH_BYTES = 256 << 20
"""Larger than any cache, so that what is measured is memory."""


@dataclass(frozen=True)
class Timing:
    """Seconds that runs of the same work took."""

    runs: list[float]

    @property
    def median(self) -> float:
        """The middle one, in seconds."""
        return statistics.median(self.runs)

    def facts(self) -> dict[str, float | list[float]]:
        """Median, spread and all runs, in seconds."""
        return {
            "median": self.median,
            "min": min(self.runs),
            "max": max(self.runs),
            "runs": self.runs,
        }


class Meter:
    """Measures on one device."""

    def __init__(
        self, device: str, repeats: int = 3, warmups: int = 1, clock: Clock = time.perf_counter
    ) -> None:
        """For ``repeats`` timed runs of anything, after ``warmups`` that do not count."""
        self.device = torch.device(device)
        self.repeats, self.warmups, self.clock = repeats, warmups, clock

    def time(self, work: Callable[[], object]) -> Timing:
        """Seconds that the work takes."""
        for _ in range(self.warmups):
            work()
        return Timing([self._once(work) for _ in range(self.repeats)])

    def _once(self, work: Callable[[], object]) -> float:
        self._settle()
        start = self.clock()
        work()
        self._settle()
        return self.clock() - start

    def _settle(self) -> None:
        """Wait for what the device was told."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
        elif self.device.type == "mps":
            torch.mps.synchronize()

    def bandwidth(self, size: int = BANDWIDTH_BYTES) -> dict[str, float]:
        """Bytes a second of the fastest run that only reads memory, and of one that copies it."""
        source = torch.ones(size // 4, device=self.device)
        target = torch.empty_like(source)
        return {
            "read": size / min(self.time(source.sum).runs),
            "copy": 2 * size / min(self.time(lambda: target.copy_(source)).runs),
        }

    def forget_peak(self) -> None:
        """Start the count of peak memory anew, where it is the device's own."""
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(self.device)

    def peak_bytes(self) -> int | None:
        """Most memory in use: on a GPU since `forget_peak`, else of the process since its start.

        None where the system does not say.
        """
        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device)
        try:
            import resource
        except ImportError:  # Windows
            return None
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most << 10
