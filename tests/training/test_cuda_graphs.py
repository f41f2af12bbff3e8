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
}


@pytest.mark.parametrize("stage", STAGES)
def test_graphs_change_nothing(stage: str, miniature: Miniature, tmp_path: Path) -> None:
    losses = {}
    for graphs in (True, False):
        out = tmp_path / str(graphs)
        settings = [
            *miniature.settings(out),
            f"train.max_steps={STEPS}",
            "train.log_steps=1",
            f"train.cuda_graph={str(graphs).lower()}",
        ]
        train(stage, recipe(stage), settings)
        losses[graphs] = [record[f"loss/{STAGES[stage]}"] for record in history(out)]
    assert len(losses[True]) == STEPS
    assert losses[True] == pytest.approx(losses[False], rel=0.02)
    assert losses[True][-1] < losses[True][0]
