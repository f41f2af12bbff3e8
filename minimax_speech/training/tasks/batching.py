"""Stacking of ragged examples, and small things that several tasks do to a batch."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def stack_audio(
    clips: Sequence[NDArray[np.float32]], size: int, dtype: torch.dtype = torch.float16
) -> Tensor:
    """Clips (samples,) -> (batch, size), zero-padded on the right.

    Half precision is fine enough to learn from and halves what travels to the device.
    """
    batch = torch.zeros(len(clips), size, dtype=dtype)
    for row, clip in zip(batch, clips, strict=True):
        row[: len(clip)] = torch.from_numpy(clip)
    return batch


def stack_arrays(
    arrays: Sequence[NDArray | Sequence[int]], size: int, dtype: torch.dtype
) -> Tensor:
    """Arrays (length, ...) -> (batch, size, ...), zero-padded on the right."""
    first = np.asarray(arrays[0])
    batch = torch.zeros(len(arrays), size, *first.shape[1:], dtype=dtype)
    for row, array in zip(batch, arrays, strict=True):
        row[: len(array)] = torch.from_numpy(np.array(array)).to(dtype)
    return batch


def round_up(value: int, multiple: int) -> int:
    """The smallest multiple that is not below the value."""
    return -(-value // multiple) * multiple


def error_rate(hypotheses: Sequence[Sequence[int]], references: Sequence[Sequence[int]]) -> float:
    """Edit distance over reference length, all rows together."""
    from torchaudio.functional import edit_distance

    errors = sum(
        edit_distance(list(h), list(r)) for h, r in zip(hypotheses, references, strict=True)
    )
    return errors / max(1, sum(len(r) for r in references))
