"""Which batches a process draws, from all of the data or from its shards."""

import numpy as np

from minimax_speech.data.sampler import BatchSampler, LanedBatchSampler
from minimax_speech.errors import InputError
from minimax_speech.training.tasks.base import Task


def make_sampler(task: Task, budget: float, rank: int, ranks: int, start: int) -> BatchSampler:
    """The batches of one process.

    Args:
        task: its data, and how they are padded.
        budget: of a global batch, in the unit of ``task.lengths()``.
        rank: number of the process, of ``ranks``.
        ranks: processes that train together.
        start: batches to skip.

    Raises:
        InputError: shards cannot be dealt out to so many processes, or this one lacks some.
    """
    data, seed = task.data, task.run.seed
    plan = (task.lengths(), budget, data.repeats, seed, rank, ranks, start, task.length_step)
    if data.shards is None:
        return BatchSampler(*plan)
    count = task.run.data.lanes
    if count % ranks:
        raise InputError(
            f"data.lanes is {count}, which {ranks} processes cannot share evenly: set it to a "
            "multiple of them, and leave it so for the whole of a run"
        )
    lanes = data.shards % count
    if empty := set(range(count)) - set(lanes.tolist()):
        raise InputError(
            f"data.lanes is {count}, but the shards fill {count - len(empty)} only: set it to "
            "fewer, or make smaller shards"
        )
    own = lanes % ranks == rank
    if data.here is not None and not data.here[own].all():
        lacking = np.unique(data.shards[own & ~data.here]).tolist()
        raise InputError(
            f"process {rank} of {ranks} reads the shards whose number is {rank} modulo {ranks}, "
            f"but {len(lacking)} of them are not here, such as {lacking[0]:05d}: copy them"
        )
    return LanedBatchSampler(*plan, lanes, count)
