"""Shards made in a Ray cluster of this machine: like those made by processes, crashes and all."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from test_sharded import corpus  # noqa: F401  (a fixture)

from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.sharded import make_shards
from minimax_speech.data.shards import (
    Rejection,
    ShardTask,
    noting_current_item,
    read_shards,
    run_shards,
    write_shard,
)
from minimax_speech.errors import InputError

ray = pytest.importorskip("ray")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    os.environ["RAY_AUTH_MODE"] = "disabled"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])
    yield
    ray.shutdown()


def work(out: Path, task: ShardTask, skipped: frozenset[int]) -> float:
    """Makes clips of a second; the item "deadly" takes its process down, "wrong" is refused."""
    clips, rejected = [], []
    with noting_current_item(out, task.name) as note:
        for index, item in enumerate(task.items):
            note(index)
            if index in skipped:
                rejected.append(Rejection("s", item, "crashed"))
            elif item == "deadly":
                os._exit(1)
            elif item == "wrong":
                raise InputError("the item is wrong: leave it out")
            else:
                utterance = Utterance(Path("x.wav"), item, "s", "en", 1.0, id=item)
                clips.append((utterance, np.zeros(24_000, np.int16)))
    return write_shard(out, task.name, clips, rejected)


def run(out: Path, *shards: list[str]) -> dict[str, str]:
    tasks = [ShardTask(f"{n}", items, len(items)) for n, items in enumerate(shards)]
    return run_shards(out, tasks, work, jobs=2, ray="local", progress=False)


def test_a_crash_costs_the_item_that_was_at_fault(tmp_path: Path) -> None:
    assert run(tmp_path, ["a", "deadly", "b"], ["c"]) == {}
    made = read_shards(tmp_path, ["0", "1"])
    assert [item.id for item in made.utterances] == ["a", "b", "c"]
    assert made.rejected == [Rejection("s", "deadly", "crashed")]


def test_what_is_wrong_is_said_as_it_would_be_here(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the item is wrong: leave it out"):
        run(tmp_path, ["a", "wrong"])


def test_shards_of_a_cluster_are_those_of_this_machine(
    corpus: Path,  # noqa: F811
    tmp_path: Path,
) -> None:
    settings = {"features": corpus / "features", "hours": 4 / 3600}
    manifests = [
        make_shards(corpus / "manifest.jsonl", tmp_path / name, jobs=2, ray=ray_, **settings)
        for name, ray_ in (("there", "local"), ("here", None))
    ]
    there, here = map(read_manifest, manifests)
    assert [item.id for item in there] == [item.id for item in here]
    for item in here:
        theirs = tmp_path / "there" / item.audio.relative_to(tmp_path / "here")
        assert theirs.read_bytes() == item.audio.read_bytes()
