"""What a device spends its time on, by its kernels."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch.autograd import DeviceType
from torch.autograd.profiler_util import FunctionEventAvg
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
    return kernels_among(profiler.key_averages(), cuda)


def kernels_among(events: Iterable[FunctionEventAvg], cuda: bool) -> list[Kernel]:
    """What ran on the CUDA device, else on the CPU, the longest first.

    The profiler also tells of the processor's calls of the CUDA library, which take time beside
    the device's work, and of annotations, which span kernels that are told of themselves.
    """
    where = DeviceType.CUDA if cuda else DeviceType.CPU
    kernels = [
        Kernel(str(e.key), (e.self_device_time_total if cuda else e.self_cpu_time_total) / 1e6)
        for e in events
        if e.device_type == where and not e.is_user_annotation
    ]
    return sorted(kernels, key=lambda kernel: kernel.seconds, reverse=True)


def seconds_by_kind(kernels: list[Kernel]) -> dict[str, float]:
    """Seconds of each kind of kernel that is there, the longest first."""
    totals: dict[str, float] = {}
    for kernel in kernels:
        totals[kernel.kind] = totals.get(kernel.kind, 0.0) + kernel.seconds
    return dict(sorted(totals.items(), key=lambda item: item[1], reverse=True))
