"""Two processes with the same global batch take the same steps as one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from miniature import ROOT, Miniature, history, recipe

from minimax_speech.training.run import train

# Two steps: the second one's loss also depends on the first one's gradient.
COMMON = ["train.max_steps=2", "train.log_steps=1", "train.valid_steps=100", "optim.warmup=0"]
STAGES = {
    "speech-lm": ["model.flow_matching=null", "model.bandlimit_share=0"],
    "tokenizer": ["model.ctc_weight=0", "model.bandlimit_share=0", "model.warp_share=0"],
}


@pytest.fixture(scope="session")
def two_ranks(miniature: Miniature, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the runs of all stages by two processes."""
    runs = tmp_path_factory.mktemp("two_ranks")
    jobs = [
        "::".join([stage, str(recipe(stage)), *miniature.settings(runs / stage), *COMMON, *own])
        for stage, own in STAGES.items()
    ]
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    result = subprocess.run(
        [*launch, str(Path(__file__).with_name("two_ranks.py")), *jobs],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
    )
    assert result.returncode == 0, result.stderr
    return runs


@pytest.mark.parametrize("stage", STAGES)
def test_two_ranks_equal_one(
    stage: str, miniature: Miniature, two_ranks: Path, tmp_path: Path
) -> None:
    settings = [*miniature.settings(tmp_path), *COMMON, *STAGES[stage]]
    train(stage, recipe(stage), settings)
    alone, together = history(tmp_path), history(two_ranks / stage)
    assert [record["step"] for record in together] == [1, 2]
    for ours, theirs in zip(alone, together, strict=True):
        assert theirs["loss/model"] == pytest.approx(ours["loss/model"], abs=1e-4)
    assert alone[0]["loss/model"] != pytest.approx(alone[1]["loss/model"], abs=1e-2)
