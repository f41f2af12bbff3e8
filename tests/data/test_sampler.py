from itertools import chain, islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.data.sampler import BatchSampler, Draw, LanedBatchSampler, shared_seed

LENGTHS = np.random.default_rng(0).integers(15, 60, 300)
BUDGET = 500.0


def take(sampler: BatchSampler, count: int) -> list[list[Draw]]:
    return list(islice(sampler, count))


def test_the_same_seed_gives_the_same_batches() -> None:
    assert take(BatchSampler(LENGTHS, BUDGET, seed=3), 60) == take(
        BatchSampler(LENGTHS, BUDGET, seed=3), 60
    )
    assert take(BatchSampler(LENGTHS, BUDGET, seed=3), 60) != take(
        BatchSampler(LENGTHS, BUDGET, seed=4), 60
    )


def test_epochs_differ_and_hold_every_utterance() -> None:
    sampler = BatchSampler(LENGTHS, BUDGET)
    first, second = sampler.plan(0), sampler.plan(1)
    assert first != second
    for plan in (first, second):
        assert {index for batch in plan for index, _ in batch} == set(range(len(LENGTHS)))


@settings(max_examples=40, deadline=None)
@given(
    lengths=st.lists(st.integers(1, 90), min_size=1, max_size=80),
    budget=st.integers(1, 400),
    world_size=st.sampled_from([1, 2, 4]),
)
def test_batches_are_full_and_within_the_budget(
    lengths: list[int], budget: int, world_size: int
) -> None:
    sampler = BatchSampler(np.array(lengths), budget, world_size=world_size)
    allowed = max(budget, max(lengths) * world_size)
    for batch in sampler.plan(0):
        longest = max(lengths[index] for index, _ in batch)
        assert longest * len(batch) <= allowed
        assert len(batch) >= world_size


def test_batches_of_one_length_have_one_size() -> None:
    batches = take(BatchSampler(np.ones(50), 16), 10)
    assert {len(batch) for batch in batches} == {16}
    assert {len(batch) for batch in take(BatchSampler(np.ones(3), 16), 4)} == {16}


def test_what_fills_a_batch_up_is_drawn_anew() -> None:
    (batch,) = BatchSampler(np.ones(3), 12).plan(0)
    assert len({draw for _, draw in batch}) == 12


@pytest.mark.parametrize("world_size", [2, 4])
def test_ranks_share_the_batches_of_a_single_process(world_size: int) -> None:
    alone = take(BatchSampler(LENGTHS, BUDGET), 80)
    ranks = [
        take(BatchSampler(LENGTHS, BUDGET, rank=rank, world_size=world_size), 80)
        for rank in range(world_size)
    ]
    for batch, *shares in zip(alone, *ranks, strict=True):
        assert all(shares)
        assert sorted(draw for share in shares for draw in share) == sorted(batch)


@pytest.mark.parametrize("start", [1, 7, 45, 133])
def test_starting_later_equals_skipping(start: int) -> None:
    whole = take(BatchSampler(LENGTHS, BUDGET), start + 20)
    assert take(BatchSampler(LENGTHS, BUDGET, start=start), 20) == whole[start:]


def test_repeats() -> None:
    repeats = np.array([3.0] * 100 + [1.0] * 100 + [0.25] * 100)
    sampler = BatchSampler(np.full(300, 10), 100, repeats)
    epochs = [np.zeros(300) for _ in range(40)]
    for number, counts in enumerate(epochs):
        for batch in sampler.plan(number):
            for index, _ in batch:
                counts[index] += 1
    mean = np.mean(epochs, axis=0)
    assert mean[:100] == pytest.approx(3, abs=0.5)  # the odd one is used again to fill a batch
    assert mean[100:200] == pytest.approx(1, abs=0.5)
    assert mean[200:].mean() == pytest.approx(0.25, abs=0.05)


def test_a_batch_holds_like_lengths() -> None:
    lengths = np.random.default_rng(1).integers(10, 500, 5_000)
    plan = BatchSampler(lengths, 5_000).plan(0)
    padded = sum(max(lengths[i] for i, _ in batch) * len(batch) for batch in plan)
    real = sum(lengths[i] for batch in plan for i, _ in batch)
    assert real / padded > 0.95


def test_batches_of_one_size_have_one_shape() -> None:
    lengths = np.random.default_rng(0).integers(5, 200, 3_000)
    sampler = BatchSampler(lengths, 2_000, step=16)
    shapes: dict[int, set[int]] = {}
    for batch in sampler.plan(0):
        size = max(int(sampler.sizes[index]) for index, _ in batch)
        shapes.setdefault(size, set()).add(len(batch))
    assert len(shapes) > 5
    for size, counts in shapes.items():
        assert counts == {2_000 // size}


def test_what_is_left_over_is_used_once_in_a_larger_size() -> None:
    lengths = np.array([10] * 25 + [20] * 33)
    used = [index for batch in BatchSampler(lengths, 200, step=10).plan(0) for index, _ in batch]
    counts = np.bincount(used, minlength=len(lengths))
    assert (counts >= 1).all()
    assert counts.sum() == 60  # 20 + (5 + 33 = 38) of which 30, and a last batch filled up to 10


# -- lanes -----------------------------------------------------------------------------------------

LANES = np.random.default_rng(1).permutation(np.arange(len(LENGTHS)) % 4)


def laned(rank: int = 0, ranks: int = 1, start: int = 0, seed: int = 0) -> LanedBatchSampler:
    repeats = np.ones(len(LENGTHS))
    return LanedBatchSampler(LENGTHS, BUDGET, repeats, seed, rank, ranks, start, 4, LANES, 4)


@pytest.mark.parametrize("ranks", [1, 2, 4])
def test_global_batches_of_lanes_are_the_same_for_any_ranks(ranks: int) -> None:
    parts = [take(laned(rank, ranks), 40) for rank in range(ranks)]
    whole = [sorted(chain(*batch)) for batch in zip(*parts, strict=True)]
    plans = [sorted(batch) for epoch in range(3) for batch in laned().plan(epoch)]
    assert whole == plans[:40]
    for rank, batches in enumerate(parts):
        assert {LANES[index] % ranks for batch in batches for index, _ in batch} == {rank}
        assert all(batches)


def test_lanes_put_like_lengths_together_and_use_nearly_all() -> None:
    plan = laned().plan(0)
    padded = sum(len(batch) * max(LENGTHS[index] for index, _ in batch) for batch in plan)
    drawn = [index for batch in plan for index, _ in batch]
    assert padded < 1.25 * sum(LENGTHS[index] for index in drawn)
    assert len(set(drawn)) > 0.9 * len(LENGTHS)
    assert np.mean([sum(LENGTHS[index] for index, _ in batch) for batch in plan]) > 0.7 * BUDGET


def test_lanes_go_on_where_they_stopped() -> None:
    per_epoch = len(laned().plan(0))
    everything = take(laned(1, 2), 3 * per_epoch)
    for start in (1, per_epoch, per_epoch + 5):
        assert take(laned(1, 2, start), per_epoch) == everything[start : start + per_epoch]
    assert everything[:per_epoch] != everything[per_epoch : 2 * per_epoch]
    assert take(laned(1, 2, seed=1), 5) != everything[:5]


@pytest.mark.parametrize("world_size", [1, 2, 4])
def test_all_parts_of_a_global_batch_share_a_seed(world_size: int) -> None:
    lanes = np.arange(len(LENGTHS)) % 4
    ones = np.ones(len(LENGTHS))
    plain, laned = [], []
    for rank in range(world_size):
        plain.append(BatchSampler(LENGTHS, BUDGET, rank=rank, world_size=world_size))
        laned.append(
            LanedBatchSampler(LENGTHS, 4 * BUDGET, ones, 0, rank, world_size, 0, 1, lanes, 4)
        )
    for samplers in (plain, laned):
        seeds = [[shared_seed(batch) for batch in take(sampler, 30)] for sampler in samplers]
        assert all(own == seeds[0] for own in seeds)
        assert len(set(seeds[0])) == 30
        whole = [shared_seed(batch) for batch in samplers[0].plan(0)]
        assert seeds[0][: len(whole)] == whole[:30]
