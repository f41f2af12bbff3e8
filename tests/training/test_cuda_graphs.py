"""On a CUDA device: a recorded step learns the same as the step it was recorded from."""

from pathlib import Path

import pytest
import torch
from miniature import Miniature, history, recipe

from minimax_speech.training.run import train

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]

STEPS = 14
STAGES = {
    "tokenizer": "model",
    "flow-vae": "generator",
    "speech-lm": "model",
    "recogniser": "model",
    "flow-matching": "model",
    "flow-distillation": "model",
}


TAUGHT = {"flow-matching": "speech-lm", "flow-distillation": "flow-matching"}
"""Stages that begin with what another one has exported."""


def trained(stage: str, miniature: Miniature, out: Path, steps: int, *more: str) -> Path:
    """A run of so many steps, after those of the stages that it begins with."""
    settings = [*miniature.settings(out), f"train.max_steps={steps}", "train.log_steps=1", *more]
    if stage in TAUGHT:
        start = out.with_name(f"before_{stage}")
        if not start.exists():
            trained(TAUGHT[stage], miniature, start, 1)
        settings.append(f"init_from={start / 'export'}")
    train(stage, recipe(stage), settings)
    return out


@pytest.mark.parametrize("stage", STAGES)
def test_graphs_change_nothing(stage: str, miniature: Miniature, tmp_path: Path) -> None:
    losses = {}
    for graphs in (True, False):
        # With a guard that compares gradients, none of which is a spike.
        settings = (f"train.cuda_graph={str(graphs).lower()}", "train.spike=1e6")
        out = trained(stage, miniature, tmp_path / str(graphs), STEPS, *settings)
        losses[graphs] = [record[f"loss/{STAGES[stage]}"] for record in history(out)]
    assert len(losses[True]) == STEPS
    assert losses[True] == pytest.approx(losses[False], rel=0.02)
    if stage != "flow-distillation":  # which begins as its teacher, and has hardly one here
        assert losses[True][-1] < losses[True][0]
