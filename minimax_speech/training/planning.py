"""What a recipe asks of its GPUs: memory, work and time, told without training."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from minimax_speech.errors import InputError
from minimax_speech.training.arithmetic import PEAK_FLOPS
from minimax_speech.training.random_data import random_task
from minimax_speech.training.recompute import transformer_blocks
from minimax_speech.training.run import STAGES, load_recipe
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.tasks.base import Task

ROWS = 64
"""Utterances, at most, that stand for all of a batch."""
GIB = 1 << 30


@dataclass(frozen=True)
class Hardware:
    """What to train on.

    Attributes:
        gpus: how many.
        card: their name, one of ``arithmetic.PEAK_FLOPS``.
        utilisation: share of their peak that is reached (MFU).
    """

    gpus: int = 1
    card: str = "H100"
    utilisation: float = 0.4

    def __post_init__(self) -> None:
        if self.card not in PEAK_FLOPS:
            raise InputError(f"unknown card {self.card!r}: use one of {', '.join(PEAK_FLOPS)}")


def plan(recipe: Path, hardware: Hardware, overrides: Sequence[str] = ()) -> dict[str, Any]:
    """Sizes, memory of a GPU in GiB, work in operations, and days of a run.

    Utterances are taken for 2 to 16 s long. Activations are those of code that is not compiled,
    which keeps more; they grow and shrink with ``data.batch_seconds``.

    Raises:
        InputError: the recipe is wrong.
    """
    run = load_recipe(None, recipe, overrides)
    with torch.device("meta"):
        task = random_task(STAGES[run.stage], run)
    lengths, budget = task.lengths(), task.batch_budget()  # in units of the stage's own
    rows = max(1, min(ROWS, round(budget / hardware.gpus / np.mean(lengths))))
    work = task.work(task.collate([(index, 1 + index) for index in range(rows)]))
    tokens = work.tokens / np.sum(lengths[:rows]) * budget
    kept = sum(load.kept(run.train.checkpoint_activations) for load in work.loads) / work.tokens
    memory = _state_bytes(task, run, hardware.gpus)
    memory["activations"] = kept * tokens / hardware.gpus
    each = work.flops / work.tokens
    step = each * tokens * run.train.accumulate
    speed = hardware.gpus * hardware.utilisation * PEAK_FLOPS[hardware.card]
    return {
        "stage": run.stage,
        "recipe": str(recipe),
        "parameters": {name: _count(network) for name, network in task.networks.items()},
        "parallel": run.train.parallel,
        "gpus": hardware.gpus,
        "tokens_per_step": round(tokens * run.train.accumulate),
        "gib_per_gpu": {name: size / GIB for name, size in memory.items()},
        "flops_per_token": each,
        "flops_per_step": step,
        "steps": run.train.max_steps,
        "card": hardware.card,
        "utilisation": hardware.utilisation,
        "days": run.train.max_steps * step / speed / 86_400,
    }


def _state_bytes(task: Task, run: RunConfig, gpus: int) -> dict[str, float]:
    """Bytes on each GPU of what is there at every step."""
    optimised = {name for names in task.optimizers.values() for name in names}
    trained = [network for name, network in task.networks.items() if name in optimised]
    frozen = [network for name, network in task.networks.items() if name not in optimised]
    sharded = run.train.parallel == "fsdp"
    shares = gpus if sharded else 1
    learning = sum(_count(network, learning=True) for network in trained) / shares
    averaged = [task.networks[name] for name in task.averaged] if run.train.ema else []
    memory = {
        "weights": 4 * (sum(map(_count, trained)) / shares + sum(map(_count, frozen))),
        "gradients": 4 * learning,
        "optimizer": 8 * learning,
        "averages": 4 * sum(_count(network, learning=True) for network in averaged) / shares,
    }
    if sharded:
        memory["gathered"] = sum(map(_gathered_bytes, trained))
    elif run.train.precision == "bf16":
        memory["bf16 copies"] = 2 * sum(map(_count, trained))
    return memory


def _gathered_bytes(network: nn.Module) -> float:
    """What lies outside of Transformer blocks, with gradient, and two blocks in bf16."""
    blocks = [_count(block) for block in transformer_blocks(network)]
    return 8 * (_count(network) - sum(blocks)) + 2 * 2 * max(blocks, default=0)


def _count(network: nn.Module, learning: bool = False) -> int:
    """Parameters of a network; with ``learning`` those alone that are trained."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad or not learning)
