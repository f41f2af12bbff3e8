import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.evaluation.statistics import (
    bootstrap_difference,
    bootstrap_gap,
    bootstrap_mean,
)


def test_interval_of_a_mean_matches_the_normal_approximation():
    values = np.random.default_rng(0).normal(5.0, 2.0, 400)
    interval = bootstrap_mean(values)
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert interval.mean == pytest.approx(values.mean())
    assert interval.low == pytest.approx(values.mean() - half, abs=0.25 * half)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.25 * half)
    assert interval.count == 400


def test_weights_give_the_rate_of_the_corpus():
    # 1 error in 10 words and 1 in 2: the corpus has 2 in 12.
    assert bootstrap_mean([0.1, 0.5], weights=[10, 2]).mean == pytest.approx(2 / 12)


def test_pairs_cancel_what_both_share():
    hardness = np.random.default_rng(1).normal(0, 10, 50)
    difference = bootstrap_difference(hardness + 1, hardness)
    assert (difference.low, difference.high) == pytest.approx((1, 1))


def test_the_seed_decides_the_interval():
    values = np.random.default_rng(2).normal(size=30)
    assert bootstrap_mean(values, seed=3) == bootstrap_mean(values, seed=3)
    assert bootstrap_mean(values, seed=3) != bootstrap_mean(values, seed=4)


def test_gap_closed():
    interval = bootstrap_gap([0.6, 0.8], floors=[0.5, 0.5], ceilings=[0.9, 0.9])
    assert interval.mean == pytest.approx(0.5)
    assert interval.low == pytest.approx(0.25)
    assert interval.high == pytest.approx(0.75)


def test_gap_without_a_gap_is_refused():
    with pytest.raises(InputError, match="not above"):
        bootstrap_gap([0.5], floors=[0.6], ceilings=[0.6])


@settings(deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20))
def test_the_interval_lies_within_the_range_of_the_values(values):
    interval = bootstrap_mean(values)
    slack = 1e-9 * (1 + max(map(abs, values)))
    assert min(values) - slack <= interval.low <= interval.high <= max(values) + slack


@pytest.mark.parametrize("weights", [[0.0, 1.0], [1.0]])
def test_bad_weights_are_refused(weights):
    with pytest.raises(InputError, match="weights"):
        bootstrap_mean([1.0, 2.0], weights)


def test_nothing_to_average_is_refused():
    with pytest.raises(InputError, match="empty"):
        bootstrap_mean([])
