"""Bootstrap intervals (Efron 1979; percentile method), seeded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from minimax_speech.errors import InputError

Values = Sequence[float] | npt.NDArray[np.floating]

RESAMPLES = 2_000
LEVEL = 0.95


@dataclass(frozen=True)
class Interval:
    """An estimate with its confidence interval.

    Attributes:
        mean: the estimate on the sample itself.
        low: lower end of the 95 % interval.
        high: upper end.
        count: how many observations it rests on.
    """

    mean: float
    low: float
    high: float
    count: int


def bootstrap_mean(values: Values, weights: Values | None = None, seed: int = 0) -> Interval:
    """Mean of `values` (n,), or their mean weighted by `weights` (n,), with its interval.

    With error rates of utterances as values and their numbers of words as weights, this is the
    error rate of the corpus (Bisani and Ney 2004, bootstrap estimates for ASR).

    Raises:
        InputError: no values, or weights that are not positive.
    """
    values, weights = _prepare(values, weights)

    def mean(rows: npt.NDArray[np.intp]) -> float:
        return float(np.average(values[rows], weights=weights[rows]))

    return _interval(mean, len(values), seed)


def bootstrap_difference(
    ours: Values, theirs: Values, weights: Values | None = None, seed: int = 0
) -> Interval:
    """Mean of `ours - theirs` with its interval; entry i of both belongs to the same utterance.

    Utterances are drawn in pairs, so that how hard each one is cancels out.

    Raises:
        InputError: no values, or not in pairs.
    """
    if len(ours) != len(theirs):
        raise InputError(f"{len(ours)} against {len(theirs)} values: a paired test needs pairs")
    return bootstrap_mean(np.asarray(ours, float) - np.asarray(theirs, float), weights, seed)


def bootstrap_gap(
    similarities: Values, floors: Values, ceilings: Values, seed: int = 0
) -> Interval:
    """How much of the gap between floor and ceiling is closed: (mean - floor) / (ceiling - floor).

    Args:
        similarities: of the utterances, (utterances,).
        floors: of the speakers, (speakers,).
        ceilings: of the speakers with several clips, (speakers,).
        seed: of the resampling; all three are resampled, each by itself.

    Raises:
        InputError: one is empty, or the ceiling is not above the floor.
    """
    groups = [_prepare(group, None)[0] for group in (similarities, floors, ceilings)]
    similarity, floor, ceiling = (float(group.mean()) for group in groups)
    if ceiling <= floor:
        raise InputError(
            f"the same-speaker ceiling {ceiling:.3f} is not above the different-speaker floor "
            f"{floor:.3f}: check the speakers' names, or give more clips"
        )
    generator = np.random.default_rng(seed)
    draws = []
    for _ in range(RESAMPLES):
        s, f, c = (group[generator.integers(0, len(group), len(group))].mean() for group in groups)
        # A resample of very few speakers can turn the bounds around; it says nothing of the gap.
        if c > f:
            draws.append((s - f) / (c - f))
    low, high = _percentiles(draws)
    return Interval((similarity - floor) / (ceiling - floor), low, high, len(groups[0]))


def _prepare(
    values: Values, weights: Values | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    array = np.asarray(values, np.float64)
    if array.size == 0:
        raise InputError("no values to average: the set is empty")
    weight = np.ones_like(array) if weights is None else np.asarray(weights, np.float64)
    if weight.shape != array.shape or weight.min() <= 0:
        raise InputError("weights must be positive, one for each value")
    return array, weight


def _interval(
    statistic: Callable[[npt.NDArray[np.intp]], float], count: int, seed: int
) -> Interval:
    generator = np.random.default_rng(seed)
    draws = [statistic(generator.integers(0, count, count)) for _ in range(RESAMPLES)]
    low, high = _percentiles(draws)
    return Interval(statistic(np.arange(count)), low, high, count)


def _percentiles(draws: Sequence[float]) -> tuple[float, float]:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(draws, [tail, 100 - tail])
    return float(low), float(high)
