"""What a device spends its time on, by its kernels."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.profiler import ProfilerActivity, profile

KINDS = {
    "attention": ("sdpa", "fmha", "flash", "attention"),
    "convolutions": ("conv", "cudnn", "fprop", "dgrad", "wgrad", "nchw", "nhwc"),
    "matrix products": ("gemm", "nvjet", "cutlass", "splitk", "addmm", "bmm", "::mm"),
    "optimizer and averages": ("multi_tensor", "adam", "foreach"),
    "exchange": ("nccl", "c10d"),
    "compiled": ("triton", "cpp_fused"),
    "copies": ("memcpy", "memset", "copy", "::cat"),
}
"""What kernels do by parts of their names, of which the first that fits counts; else ``other``.

``compiled`` is what stands around matrix products in compiled code: norms, sums, casts, dropout.
"""


@dataclass(frozen=True)
class Kernel:
    """All launches of one kernel, on a CPU calls of one operation.

    Attributes:
        name: as the device calls it.
        seconds: that the device spent in it.
    """

    name: str
    seconds: float

    @property
    def kind(self) -> str:
        """What it does, one of ``KINDS`` or ``other``."""
        name = self.name.lower()
        return next(
            (kind for kind, parts in KINDS.items() if any(part in name for part in parts)), "other"
        )


def kernels_of(work: Callable[[], object], device: torch.device) -> list[Kernel]:
    """The kernels that some work takes, the longest first."""
    cuda = device.type == "cuda"
    activity = ProfilerActivity.CUDA if cuda else ProfilerActivity.CPU
    with profile(activities=[activity], acc_events=True) as profiler:
        work()
        if cuda:
            torch.cuda.synchronize(device)
    events = profiler.key_averages()
    times = {e.key: e.self_device_time_total or e.self_cpu_time_total for e in events}
    kernels = [Kernel(name, time / 1e6) for name, time in times.items()]
    return sorted(kernels, key=lambda kernel: kernel.seconds, reverse=True)


def seconds_by_kind(kernels: list[Kernel]) -> dict[str, float]:
    """Seconds of each kind of kernel that is there, the longest first."""
    totals: dict[str, float] = {}
    for kernel in kernels:
        totals[kernel.kind] = totals.get(kernel.kind, 0.0) + kernel.seconds
    return dict(sorted(totals.items(), key=lambda item: item[1], reverse=True))
