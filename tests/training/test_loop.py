"""The loop itself, over a task of one number."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from miniature import Miniature, history
from torch import Tensor, nn

from minimax_speech import config as configs
from minimax_speech.data.sampler import Draw
from minimax_speech.training.loop import Loop
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.tasks.base import Batch, Networks, Optimizers, StepLoss, Task, Work


class Number(nn.Module):
    """One parameter, in a matrix so that it counts as one."""

    def __init__(self) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.zeros(1, 1))
        self.register_buffer("met", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        self.met += 1
        return self.value * x


@dataclass
class NumberStage:
    target: float = 4.0
    poisoned: list[int] = field(default_factory=list)  # batches whose loss goes wrong
    poison: float = float("nan")


class NumberTask(Task):
    """Learn the target; the loss's units are the utterances."""

    model_config = NumberStage
    optimizers: ClassVar[Optimizers] = {"model": ("number",)}
    averaged = ("number",)

    def build(self) -> None:
        self.networks = {"number": Number()}
        self.seen: list[list[Draw]] = []
        self.random: list[float] = []

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        if not valid:
            self.seen.append(list(draws))
        return {"rows": torch.ones(len(draws), 1)}

    def losses(self, networks: Networks, batch: Batch, share: float) -> Iterator[StepLoss]:
        self.random.append(float(torch.rand(())))
        error = networks["number"](batch["rows"]) - self.model.target
        value = error.square().mean()
        if len(self.random) - 1 in self.model.poisoned:
            value = value * self.model.poison
        yield StepLoss("model", value, len(batch["rows"]), {"error": error.detach().abs().mean()})

    def work(self, batch: Batch) -> Work:
        return Work(len(batch["rows"]), [])

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        assert not networks["number"].training
        return {"value": networks["number"].value.squeeze()}

    def export(self, networks: Networks, folder: Path) -> None:
        (folder / "number.json").write_text(json.dumps(networks["number"].value.item()))

    def restore(self, folder: Path) -> None:
        raise NotImplementedError


def run(
    miniature: Miniature,
    out: Path,
    steps: int = 10,
    model: dict[str, Any] | None = None,
    **train: Any,
) -> tuple[NumberTask, Loop]:
    recipe = {
        "stage": "number",
        "model": model or {},
        "out": str(out),
        "data": {
            "sources": [{"manifest": str(miniature.manifest)}],
            "workers": 0,
            "batch_seconds": 8,
        },
        "optim": {"lr": 0.1, "warmup": 0.0, "decay_from": 1.0, "weight_decay": 0.0},
        "train": {"max_steps": steps, "precision": "fp32", "log_steps": 1, **train},
    }
    torch.manual_seed(0)
    task = NumberTask(configs.build(RunConfig, recipe))
    loop = Loop(task)
    loop.train()
    return task, loop


def exported(out: Path) -> float:
    return float(json.loads((out / "export" / "number.json").read_text()))


def test_averaged_weights_are_exported_and_validated(miniature: Miniature, tmp_path: Path) -> None:
    values = {}
    for ema in (0.0, 0.5):
        out = tmp_path / str(ema)
        task, _ = run(miniature, out, ema=ema, valid_steps=10)
        values[ema] = exported(out)
        last = task.networks["number"].value.item()
        assert history(out, "valid")[-1]["value"] == pytest.approx(values[ema])
        assert (values[ema] == last) == (ema == 0)
    # Adam moves by about the learning rate each step: 0.1, 0.2, … and their average lags behind.
    average = 0.1
    for step in range(2, 11):
        average = 0.5 * average + 0.5 * 0.1 * step
    assert values[0.5] == pytest.approx(average, abs=0.02)


def test_accumulated_batches_count_as_one_step(miniature: Miniature, tmp_path: Path) -> None:
    task, loop = run(miniature, tmp_path, steps=3, accumulate=4)
    assert loop.progress.step == 3
    assert loop.progress.batches == len(task.seen) == 12
    assert history(tmp_path)[0]["loss/model"] == pytest.approx(
        16
    )  # the mean, not a part or the sum
    assert history(tmp_path)[0]["error"] == pytest.approx(4)


def test_a_resumed_run_draws_what_comes_next(miniature: Miniature, tmp_path: Path) -> None:
    whole, _ = run(miniature, tmp_path / "whole", steps=6)
    first, _ = run(miniature, tmp_path / "parts", steps=2)
    second, _ = run(miniature, tmp_path / "parts", steps=6)
    assert first.seen + second.seen == whole.seen
    assert first.random + second.random == whole.random
    assert len(set(whole.random)) == 6


def test_a_finished_run_is_exported_again(miniature: Miniature, tmp_path: Path) -> None:
    run(miniature, tmp_path)
    value = exported(tmp_path)
    (tmp_path / "export" / "number.json").unlink()
    task, _ = run(miniature, tmp_path)
    assert task.seen == []
    assert exported(tmp_path) == value


def test_time_limits_a_run(miniature: Miniature, tmp_path: Path) -> None:
    _, loop = run(miniature, tmp_path, steps=10**9, max_minutes=0.001)
    assert 0 < loop.progress.step < 10**6
    assert loop.progress.seconds >= 0.06


def test_the_gradient_is_clipped(miniature: Miniature, tmp_path: Path) -> None:
    run(miniature, tmp_path, steps=1)
    assert history(tmp_path)[0]["gradient/model"] == pytest.approx(8)  # as it was before
