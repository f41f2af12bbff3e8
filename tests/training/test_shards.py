"""Training on shards: each process reads its own, and learns what it would from all."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from miniature import Miniature, history, recipe

from minimax_speech.data.sampler import BatchSampler, LanedBatchSampler
from minimax_speech.data.sharded import Shards, make_shards
from minimax_speech.errors import InputError
from minimax_speech.training.run import STAGES, load_recipe, train
from minimax_speech.training.sampling import make_sampler
from minimax_speech.training.tasks.base import Task


@pytest.fixture(scope="session")
def shards(miniature: Miniature, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shards")
    make_shards(miniature.manifest, out, features=miniature.folder, hours=6 / 3600, jobs=1)
    return out


def settings(miniature: Miniature, shards: Path, out: Path) -> list[str]:
    source = {"shards": str(shards)}
    return [*miniature.settings(out), f"data.sources=[{json.dumps(source)}]", "data.lanes=2"]


@pytest.fixture
def task(miniature: Miniature, shards: Path, tmp_path: Path) -> Task:
    run = load_recipe("speech-lm", recipe("speech-lm"), settings(miniature, shards, tmp_path))
    return STAGES["speech-lm"](run)


def test_a_stage_learns_from_shards(miniature: Miniature, shards: Path, tmp_path: Path) -> None:
    train(
        "speech-lm",
        recipe("speech-lm"),
        [*settings(miniature, shards, tmp_path), "train.log_steps=1"],
    )
    losses = [record["loss/model"] for record in history(tmp_path)]
    assert sum(losses[-3:]) < 0.8 * sum(losses[:3])
    assert history(tmp_path, "valid")


def test_a_process_meets_its_own_shards_alone(task: Task, shards: Path) -> None:
    assert Shards(shards).count > 4
    corpus, homes = task.data.train, task.data.shards
    plan = (task, task.batch_budget())
    for rank in (0, 1):
        sampler = make_sampler(*plan, rank, 2, 0)
        assert isinstance(sampler, LanedBatchSampler)
        drawn = {index for batch in sampler.own(0) for index, _ in batch}
        assert {homes[index] % 2 for index in drawn} == {rank}
        for index in drawn:  # and so are its references
            other = corpus.another(index, np.random.default_rng(index))
            if other is not None:
                assert corpus.utterances[other].audio == corpus.utterances[index].audio
                assert other != index


def test_validation_lies_in_the_first_shard(task: Task) -> None:
    corpus = task.data.valid
    assert {Shards.number_of(item) for item in corpus.utterances[: len(corpus)]} == {0}


def test_manifests_are_dealt_out_beside_shards(
    miniature: Miniature, shards: Path, tmp_path: Path
) -> None:
    both = [
        {"shards": str(shards)},
        {"manifest": str(miniature.manifest), "features": str(miniature.folder)},
    ]
    own = [*settings(miniature, shards, tmp_path), f"data.sources={json.dumps(both)}"]
    task = STAGES["speech-lm"](load_recipe("speech-lm", recipe("speech-lm"), own))
    drawn = [
        {index for batch in make_sampler(task, 300, rank, 2, 0).own(0) for index, _ in batch}
        for rank in (0, 1)
    ]
    assert not drawn[0] & drawn[1]
    plain = [i for i, item in enumerate(task.data.train.utterances) if item.id.startswith("1:")]
    assert len(drawn[0] & set(plain)) > 5 < len(drawn[1] & set(plain))


def test_what_cannot_be_dealt_out_is_refused(task: Task) -> None:
    with pytest.raises(InputError, match="2, which 3 processes cannot share evenly"):
        make_sampler(task, 300, 0, 3, 0)
    here = task.data.shards % 2 == 0
    task.data = replace(task.data, here=here)
    assert make_sampler(task, 300, 0, 2, 0)
    with pytest.raises(
        InputError, match="process 1 of 2 reads the shards whose number is 1 modulo"
    ):
        make_sampler(task, 300, 1, 2, 0)
    task.run.data.lanes = 64
    with pytest.raises(InputError, match="make smaller shards"):
        make_sampler(task, 300, 0, 2, 0)


def test_without_shards_all_read_all(miniature: Miniature, tmp_path: Path) -> None:
    run = load_recipe("tokenizer", recipe("tokenizer"), miniature.settings(tmp_path))
    assert type(make_sampler(STAGES["tokenizer"](run), 300, 0, 2, 0)) is BatchSampler


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ({"shards": "a", "manifest": "b"}, "name one of them"),
        ({}, "name one of them"),
        ({"shards": "a", "features": "b"}, "leave out `features`"),
        ({"shards": "nowhere"}, "nowhere/shards.json"),
    ],
)
def test_sources_that_say_too_much_or_too_little(
    miniature: Miniature, tmp_path: Path, source: dict[str, str], part: str
) -> None:
    own = [*miniature.settings(tmp_path), f"data.sources=[{json.dumps(source)}]"]
    with pytest.raises(InputError, match=part):
        train("speech-lm", recipe("speech-lm"), own)
