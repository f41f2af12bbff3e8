"""Run by torchrun: train as each argument says, `stage::recipe::override::…`; then judge steps."""

import json
import sys
from pathlib import Path

import torch
import torch.distributed as dist

from minimax_speech.training.guard import Guard
from minimax_speech.training.run import train
from minimax_speech.training.speed import Exchange, RankStep


def agree(out: Path) -> None:
    """What each process thinks of two steps, the first of which went wrong in one of them."""
    rank = dist.get_rank()
    guard = Guard(0.0, 9, ["model"], torch.device("cpu"), ranks=2)
    losses = [torch.tensor([float("nan") if rank else 1.0]), torch.tensor([2.0])]
    skips = [float(guard.judge(loss, torch.ones(1))) for loss in losses]
    told = [step.busy for step in Exchange(2)(RankStep(0, 0, 0, 10.0 + rank, 0, 0))]
    (out / f"rank-{rank}.json").write_text(json.dumps({"skips": skips, "told": told}))


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder, *jobs = sys.argv[1:]
    for job in jobs:
        stage, recipe, *overrides = job.split("::")
        train(stage, Path(recipe), overrides)
    agree(Path(folder))
