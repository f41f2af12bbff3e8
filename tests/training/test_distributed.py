"""Several processes with the same global batch take the same steps as one, whole or in shares."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
from miniature import ROOT, Miniature, history, recipe
from safetensors.torch import load_file
from torch import nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.nn.parallel import DistributedDataParallel

from minimax_speech.data.sharded import make_shards
from minimax_speech.errors import InputError
from minimax_speech.training.parallel import gradients_stay
from minimax_speech.training.run import train

# Two steps: the second one's loss also depends on the first one's gradient.
COMMON = ["train.max_steps=2", "train.log_steps=1", "train.valid_steps=2", "optim.warmup=0"]
ALONE = {
    "speech-lm": [
        "model.flow_matching=null",
        "model.bandlimit_share=0",
        "model.timbre_swap=0",
        "model.one_shot_share=0.5",
    ],
    "tokenizer": ["model.ctc_weight=0", "model.bandlimit_share=0", "model.warp_share=0"],
}
"""Stages without anything that is random for each process."""
DROPOUT = ["model.speech_lm.transformer.dropout=0.1", "train.accumulate=2"]
SHARED = ["train.parallel=fsdp", "train.checkpoint_activations=true"]
FIXED = [*ALONE["speech-lm"], "optim.decay_from=1", "train.parallel=fsdp"]
"""With a learning rate that is the same however long the run."""
JOBS = {
    "speech-lm": ("speech-lm", ALONE["speech-lm"]),
    "tokenizer": ("tokenizer", ALONE["tokenizer"]),
    "speech-lm_shared": ("speech-lm", [*ALONE["speech-lm"], "train.parallel=fsdp"]),
    "whole": ("speech-lm", DROPOUT),
    "shared": ("speech-lm", [*DROPOUT, *SHARED]),
    "from_two": ("speech-lm", FIXED),
    "from_one": ("speech-lm", [*FIXED, "train.max_steps=4"]),  # of which one has taken two
}


def in_shards(runs: Path) -> list[str]:
    """Settings that train on the shards that lie beside the runs."""
    source = json.dumps({"shards": str(runs / "shards")})
    return [f"data.sources=[{source}]", "data.lanes=2"]


@pytest.fixture(scope="session")
def two_ranks(miniature: Miniature, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the runs of all jobs by two processes."""
    runs = tmp_path_factory.mktemp("two_ranks")
    train(
        "speech-lm",
        recipe("speech-lm"),
        [*miniature.settings(runs / "from_one"), *COMMON, *FIXED],
    )
    folder = runs / "shards"
    make_shards(miniature.manifest, folder, features=miniature.folder, hours=6 / 3600, jobs=1)
    jobs = [
        "::".join([stage, str(recipe(stage)), *miniature.settings(runs / name), *COMMON, *own])
        for name, (stage, own) in JOBS.items()
    ]
    jobs.append(jobs[0].replace(str(runs / "speech-lm"), str(runs / "sharded")))
    jobs[-1] += "::" + "::".join(in_shards(runs))
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    result = subprocess.run(
        [*launch, str(Path(__file__).with_name("two_ranks.py")), str(runs), *jobs],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)},
    )
    assert result.returncode == 0, result.stderr
    return runs


def exports(run: Path) -> dict[str, torch.Tensor]:
    """All that a run of the speech language model exports."""
    files = sorted((run / "export").glob("*.safetensors"))
    return {f"{path.stem}.{key}": t for path in files for key, t in load_file(path).items()}


@pytest.mark.parametrize(
    ("stage", "job"),
    [
        ("speech-lm", "speech-lm"),
        ("speech-lm", "speech-lm_shared"),
        ("speech-lm", "sharded"),
        ("tokenizer", "tokenizer"),
    ],
)
def test_two_ranks_equal_one(
    stage: str, job: str, miniature: Miniature, two_ranks: Path, tmp_path: Path
) -> None:
    settings = [*miniature.settings(tmp_path), *COMMON, *ALONE[stage]]
    settings += in_shards(two_ranks) if job == "sharded" else []
    train(stage, recipe(stage), settings)
    alone, together = history(tmp_path), history(two_ranks / job)
    assert [record["step"] for record in together] == [1, 2]
    for ours, theirs in zip(alone, together, strict=True):
        assert theirs["loss/model"] == pytest.approx(ours["loss/model"], abs=1e-4)
        assert theirs["gradient/model"] == pytest.approx(ours["gradient/model"], rel=1e-3)
    assert alone[0]["loss/model"] != pytest.approx(alone[1]["loss/model"], abs=1e-2)


def test_networks_in_shares_learn_the_same_as_whole_ones(two_ranks: Path) -> None:
    """Also with activations computed anew, dropout, micro-batches and averages."""
    for kind in ("train", "valid"):
        whole, shared = (history(two_ranks / name, kind) for name in ("whole", "shared"))
        assert len(whole) == len(shared) == (2 if kind == "train" else 1)
        for ours, theirs in zip(whole, shared, strict=True):
            for name in ("tokens", "flow"):
                assert theirs[name] == pytest.approx(ours[name], abs=1e-4)
    weights = exports(two_ranks / "whole")
    assert {name.partition(".")[0] for name in weights} == {
        "flow_matching",
        "speaker_encoder",
        "speech_lm",
    }
    for key, value in exports(two_ranks / "shared").items():
        torch.testing.assert_close(value, weights[key], atol=1e-4, rtol=0)


def test_a_run_goes_on_with_more_or_fewer_processes(
    miniature: Miniature, two_ranks: Path, tmp_path: Path
) -> None:
    settings = [*COMMON, *FIXED, "train.max_steps=4"]
    train("speech-lm", recipe("speech-lm"), [*miniature.settings(tmp_path), *settings])
    train(
        "speech-lm", recipe("speech-lm"), [*miniature.settings(two_ranks / "from_two"), *settings]
    )
    undisturbed, weights = history(tmp_path), exports(tmp_path)
    for run in (two_ranks / "from_one", two_ranks / "from_two"):
        losses = [record["loss/model"] for record in history(run)]
        assert losses == pytest.approx([r["loss/model"] for r in undisturbed], abs=1e-4)
        assert weights.keys() == exports(run).keys()
        for key, value in exports(run).items():
            torch.testing.assert_close(value, weights[key], atol=1e-4, rtol=0)
    assert len(losses) == 4
    saved = two_ranks / "from_one" / "checkpoints" / "step-00000004"
    assert len(list(saved.glob("*.safetensors"))) == 2  # each process has written its share


@pytest.mark.parametrize("rank", [0, 1])
def test_ranks_skip_together_and_know_of_each_other(two_ranks: Path, rank: int) -> None:
    said = json.loads((two_ranks / f"rank-{rank}.json").read_text())
    assert said == {"skips": [1.0, 0.0], "told": [10.0, 11.0]}


# -- one process that is a group of its own --------------------------------------------------------


@pytest.fixture
def group() -> None:
    dist.init_process_group("gloo", store=dist.HashStore(), rank=0, world_size=1)
    yield
    dist.destroy_process_group()


def backward(network: nn.Module, stay: bool) -> None:
    with gradients_stay([network], stay):
        network(torch.ones(1, 2)).sum().backward()


def test_gradients_that_stay_are_not_exchanged(
    group: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchanged = []

    def note(_: object, bucket: dist.GradBucket) -> torch.futures.Future[torch.Tensor]:
        exchanged.append(bucket.index())
        done: torch.futures.Future[torch.Tensor] = torch.futures.Future()
        done.set_result(bucket.buffer())
        return done

    wrapped = DistributedDataParallel(nn.Linear(2, 1))
    wrapped.register_comm_hook(None, note)
    for stay, times in ((True, 0), (True, 0), (False, 1)):
        backward(wrapped, stay)
        assert len(exchanged) == times

    shared, told = nn.Linear(2, 1), []
    fully_shard(shared, mesh=init_device_mesh("cpu", (1,)))
    monkeypatch.setattr(type(shared), "set_requires_gradient_sync", lambda _, on: told.append(on))
    for stay in (True, False):
        backward(shared, stay)
    assert told == [False, True]


def test_what_cannot_be_shared_is_refused(miniature: Miniature, tmp_path: Path) -> None:
    settings = miniature.settings(tmp_path)
    for stage in ("flow-vae", "tokenizer"):
        with pytest.raises(InputError, match=f"networks of {stage} cannot be shared out"):
            train(stage, recipe(stage), [*settings, "train.parallel=fsdp"])
    with pytest.raises(InputError, match="trains no Transformer block"):
        train("tokenizer", recipe("tokenizer"), [*settings, "train.checkpoint_activations=true"])
    assert not list(tmp_path.iterdir())


def test_activations_computed_anew_change_nothing(miniature: Miniature, tmp_path: Path) -> None:
    for anew in ("true", "false"):
        settings = [*miniature.settings(tmp_path / anew), *COMMON, *DROPOUT]
        settings.append(f"train.checkpoint_activations={anew}")
        train("speech-lm", recipe("speech-lm"), settings)
    first, second = (history(tmp_path / anew) for anew in ("true", "false"))
    assert [r["loss/model"] for r in first] == [r["loss/model"] for r in second]
