"""Batches of utterances of like length, planned so that every run can be repeated and resumed.

The plan of an epoch depends on the seed and the epoch's number alone. Batches are planned globally
and then dealt out to the ranks, so that the same examples meet in the same step at any world size,
and resuming means skipping to a step's number.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

Draw = tuple[int, int]
"""Index of an utterance, and a number that seeds whatever is random about using it this time."""


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
            batches = self.plan(epoch)
            for batch in batches[position:]:
                yield batch[self.rank :: self.world_size]
            position = max(0, position - len(batches))
            epoch += 1

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
            again = [(left[i % len(left)][0], left[i % len(left)][1] + i) for i in range(rows)]
            batches.append(left + again[len(left) :])
        return [batches[i] for i in rng.permutation(len(batches))]
