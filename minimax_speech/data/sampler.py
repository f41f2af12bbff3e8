"""Batches of utterances of like length, planned so that every run can be repeated and resumed.

The plan of an epoch depends on the seed and the epoch's number alone. Batches are planned globally
and then dealt out to the ranks, so that the same examples meet in the same step at any world size,
and resuming means skipping to a step's number.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

Draw = tuple[int, int]
"""Index of an utterance, and a number that seeds whatever is random about using it this time."""


SHARED = 1 << 20
"""Numbers of the draws of a global batch have the same remainder by this."""


def shared_seed(draws: Sequence[Draw]) -> int:
    """Seeds what is random about a global batch as a whole: the same in all of its parts."""
    return draws[0][1] % SHARED


def _with_shared_seed(batch: Sequence[Draw], seed: int) -> list[Draw]:
    return [(index, draw - draw % SHARED + seed) for index, draw in batch]


class BatchSampler(Sampler[list[Draw]]):
    """Endless batches of utterances that are padded to the same size.

    Sizes are multiples of a step, and all batches of one size have the same number of utterances,
    so that training meets few distinct shapes.

    Args:
        lengths: (n,) length of every utterance, in whatever unit ``budget`` has.
        budget: largest padded size (count × longest) of a global batch; raised where not even one
            utterance per rank would fit.
        repeats: (n,) how often an epoch uses each utterance; a fraction is a chance.
        seed: of the plan.
        rank, world_size: which share of each global batch to yield.
        start: number of batches to skip, for resuming.
        step: lengths are padded to multiples of it.
    """

    def __init__(
        self,
        lengths: NDArray,
        budget: float,
        repeats: NDArray | None = None,
        seed: int = 0,
        rank: int = 0,
        world_size: int = 1,
        start: int = 0,
        step: int = 1,
    ) -> None:
        self.sizes = -(-np.asarray(lengths) // step).astype(int) * step
        self.budget = budget
        self.repeats = np.ones(len(self.sizes)) if repeats is None else np.asarray(repeats)
        self.seed, self.rank, self.world_size, self.start = seed, rank, world_size, start

    def __iter__(self) -> Iterator[list[Draw]]:
        epoch, position = 0, self.start
        while True:
            batches = self.own(epoch)
            yield from batches[position:]
            position = max(0, position - len(batches))
            epoch += 1

    def own(self, epoch: int) -> list[list[Draw]]:
        """This rank's part of each global batch of one epoch."""
        return [batch[self.rank :: self.world_size] for batch in self.plan(epoch)]

    def size(self, batch: Sequence[Draw]) -> int:
        """What the utterances of a batch are padded to."""
        return max(int(self.sizes[index]) for index, _ in batch)

    def plan(self, epoch: int) -> list[list[Draw]]:
        """Global batches of one epoch.

        What is left over of one size joins the next larger one; what is left over at the end is
        used again until the last batch is full.
        """
        rng = np.random.default_rng((self.seed, epoch))
        whole = np.floor(self.repeats + rng.random(len(self.repeats))).astype(int)
        order = rng.permutation(np.repeat(np.arange(len(self.sizes)), whole))
        draws = rng.integers(0, 2**62, len(order))
        batches: list[list[Draw]] = []
        left: list[Draw] = []
        rows = 1
        for size in np.unique(self.sizes[order]):
            rows = max(self.world_size, int(self.budget // size))
            chosen = np.flatnonzero(self.sizes[order] == size)
            members = list(zip(order[chosen].tolist(), draws[chosen].tolist(), strict=True)) + left
            count = len(members) // rows
            # Dealt out in turn, each batch gets a member of its own size.
            batches += [members[: count * rows][batch::count] for batch in range(count)]
            left = members[count * rows :]
        if left:
            again = [
                (left[i % len(left)][0], left[i % len(left)][1] + i * SHARED) for i in range(rows)
            ]
            batches.append(left + again[len(left) :])
        order, seeds = rng.permutation(len(batches)), rng.integers(SHARED, size=len(batches))
        return [
            _with_shared_seed(batches[number], seed)
            for number, seed in zip(order.tolist(), seeds.tolist(), strict=True)
        ]


class LanedBatchSampler(BatchSampler):
    """Batches of which each rank draws from its own part of the data.

    The data lie in lanes. Each lane is planned by itself with an equal share of the budget, and
    rank r of R takes the lanes whose number is r modulo R: global batches are the same for any
    number of ranks that divides the lanes. What the lanes put together is of about the same size,
    since the batches of each lane are counted in the order of their sizes.

    Args:
        lanes: (n,) lane of every utterance, from 0.
        count: lanes in all; each must have an utterance.
    """

    def __init__(
        self,
        lengths: NDArray,
        budget: float,
        repeats: NDArray,
        seed: int,
        rank: int,
        world_size: int,
        start: int,
        step: int,
        lanes: NDArray,
        count: int,
    ) -> None:
        super().__init__(lengths, budget, repeats, seed, rank, world_size, start, step)
        self.members = [np.flatnonzero(lanes == lane) for lane in range(count)]
        self.lanes = [
            BatchSampler(
                np.asarray(lengths)[members],
                budget / count,
                np.asarray(repeats)[members],
                seed * count + lane,
                step=step,
            )
            for lane, members in enumerate(self.members)
        ]

    def own(self, epoch: int) -> list[list[Draw]]:
        return self._together(epoch, range(self.rank, len(self.lanes), self.world_size))

    def plan(self, epoch: int) -> list[list[Draw]]:
        return self._together(epoch, range(len(self.lanes)))

    def _together(self, epoch: int, chosen: Iterable[int]) -> list[list[Draw]]:
        """The chosen lanes' part of each global batch."""
        plans = [sorted(lane.plan(epoch), key=lane.size) for lane in self.lanes]
        count = min(map(len, plans))
        rng = np.random.default_rng((self.seed, epoch, count))
        order, seeds = rng.permutation(count), rng.integers(SHARED, size=count)
        # Lanes with more batches leave some out, evenly among the sizes.
        picks = {
            lane: np.linspace(0, len(plans[lane]) - 1, count).round().astype(int) for lane in chosen
        }
        return [
            _with_shared_seed(
                [
                    (int(self.members[lane][index]), draw)
                    for lane, pick in picks.items()
                    for index, draw in plans[lane][pick[number]]
                ],
                seed,
            )
            for number, seed in zip(order.tolist(), seeds.tolist(), strict=True)
        ]
