"""How fast a recipe trains: its own loop, over random data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from minimax_speech.training.loop import Loop
from minimax_speech.training.random_data import random_task
from minimax_speech.training.run import STAGES
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.speed import Speed
from minimax_speech.training.tasks.base import Batch

WARM_UP = 10
"""Steps before those that count: code is compiled, kernels are chosen, memory is taken."""
PROFILED = 3
"""Steps that are looked into."""
GIB = 1 << 30


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes:
        steps: that count.
        gpus: each process has the share of the recipe's batch that it would have among so many.
        kernels: how many of the kernels that take longest are named; 0 looks into none.
    """

    steps: int = 20
    gpus: int = 1
    kernels: int = 0


def measure(run: RunConfig, plan: Plan) -> dict[str, Any] | None:
    """Train for some steps on random data; nothing is saved.

    Returns:
        The report, in the first process alone. Rates are those of all processes together.
    """
    torch.manual_seed(run.seed)
    loop = Loop(random_task(STAGES[run.stage], run), resume=False)
    batches = iter(loop.loader(loop.ranks / plan.gpus))
    losses = [_loss(loop, batches) for _ in range(WARM_UP)]
    _finish(loop.device)
    speed = Speed(loop.device)
    for _ in range(plan.steps):
        speed.add(loop.step(batches)[1])
    _finish(loop.device)
    report = _facts(loop) | speed.read()
    losses.append(_loss(loop, batches))
    report["losses"] = [float(losses[0]), float(losses[-1])]
    if plan.kernels:
        report["kernels"] = _kernels(loop, batches, plan.kernels)
    return report if loop.accelerator.is_main_process else None


def _loss(loop: Loop, batches: Iterator[Batch]) -> torch.Tensor:
    """Take a step; this process's loss, summed over the optimizers."""
    metrics, _ = loop.step(batches)
    return torch.stack([v for name, v in metrics.items() if name.startswith("loss/")]).sum()


def _finish(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _facts(loop: Loop) -> dict[str, Any]:
    settings, cuda = loop.settings, loop.device.type == "cuda"
    parameters = [p for name in loop.trained for p in loop.task.networks[name].parameters()]
    return {
        "stage": loop.run.stage,
        "device": torch.cuda.get_device_name(loop.device) if cuda else loop.device.type,
        "gpus": loop.ranks,
        "parallel": settings.parallel,
        "compile": settings.compile,
        "checkpoint_activations": settings.checkpoint_activations,
        "precision": settings.precision,
        "trained_parameters": sum(p.numel() for p in parameters if p.requires_grad),
        "peak_gib": round(torch.cuda.max_memory_allocated(loop.device) / GIB, 2) if cuda else None,
    }


def _kernels(loop: Loop, batches: Iterator[Batch], count: int) -> list[dict[str, Any]]:
    """The kernels, on a CPU the operations, that take longest, with their share of the time."""
    activities = [ProfilerActivity.CPU]
    if loop.device.type == "cuda":
        activities = [ProfilerActivity.CUDA]
    with profile(activities=activities, acc_events=True) as profiler:
        for _ in range(PROFILED):
            loop.step(batches)
        _finish(loop.device)
    events = profiler.key_averages()
    times = {e.key: e.self_device_time_total or e.self_cpu_time_total for e in events}
    total = sum(times.values())
    longest = sorted(times, key=lambda key: times[key], reverse=True)[:count]
    return [{"name": key[:120], "share": round(times[key] / total, 4)} for key in longest]
