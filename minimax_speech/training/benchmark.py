"""How fast a recipe trains: its own loop, over random data."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch

from minimax_speech.training.loop import Loop
from minimax_speech.training.profiling import kernels_of, seconds_by_kind
from minimax_speech.training.random_data import random_task
from minimax_speech.training.run import STAGES
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.speed import Speed
from minimax_speech.training.tasks.base import Batch

PASSES = 2
"""Times that all batches are trained on before they count.

What is done once for each shape does not count, as it is nothing to a long run: code is compiled,
kernels are chosen, memory is taken; steps are recorded when they come for the second time.
"""
PROFILED = 8
"""Steps that are looked into, at most."""
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
    losses = []
    for _ in range(PASSES):
        batches = _same_batches(loop, plan)
        losses += [_loss(loop, batches) for _ in range(plan.steps)]
    batches = _same_batches(loop, plan)
    _finish(loop.device)
    speed = Speed(loop.device)
    for _ in range(plan.steps):
        speed.add(loop.step(batches)[1])
    _finish(loop.device)
    report = _facts(loop) | speed.read()
    losses.append(_loss(loop, batches))
    report["losses"] = [float(losses[0]), float(losses[-1])]
    if plan.kernels:
        report |= _where_time_goes(loop, plan, report["steps_per_second"])
    return report if loop.accelerator.is_main_process else None


def _same_batches(loop: Loop, plan: Plan) -> Iterator[Batch]:
    """The run's first batches, as often as they are asked for; the first is there at once."""
    loop.progress.batches = 0
    batches = iter(loop.loader(loop.ranks / plan.gpus))
    return chain([next(batches)], batches)


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


def _where_time_goes(loop: Loop, plan: Plan, rate: float) -> dict[str, Any]:
    """What the device does in a step, by kinds of kernels and by those that take longest.

    ``busy`` is the share of the time in which the device works: far below 1 it waits for the
    processor or for data.
    """
    batches, steps = _same_batches(loop, plan), min(plan.steps, PROFILED)
    kernels = kernels_of(lambda: [loop.step(batches) for _ in range(steps)], loop.device)
    total = sum(kernel.seconds for kernel in kernels)
    return {
        "busy": round(total / steps * rate, 3),
        "milliseconds_a_step": {
            kind: round(1000 * seconds / steps, 2)
            for kind, seconds in seconds_by_kind(kernels).items()
        },
        "kernels": [
            {"name": kernel.name[:120], "share": round(kernel.seconds / total, 4)}
            for kernel in kernels[: plan.kernels]
        ],
    }
