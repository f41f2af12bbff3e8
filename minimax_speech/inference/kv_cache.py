"""Key/value cache for cached decoding of a ragged batch.

Shapes: B live rows, T new positions, S positions so far, K key/value heads, D head dimension.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from minimax_speech.models.transformer import TransformerConfig


class KVCache:
    """Keys and values of all layers in one tensor, allocated once.

    Prompts are right-padded and written together; every later token is written at its own row's
    next position, over the padding. What lies beyond a row's length is hidden by the mask.
    """

    def __init__(
        self,
        config: TransformerConfig,
        lengths: Sequence[int],
        max_len: int,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        """Ready for the prefill of prompts of the given ``lengths``, and for ``max_len`` in all."""
        rows, head_dim = len(lengths), config.dim // config.heads
        # Position before head: one index then names a row's position for all heads at once.
        shape = (config.layers, 2, rows, max_len, config.kv_heads, head_dim)
        self.store = torch.zeros(shape, device=device, dtype=dtype)
        self.lengths = torch.tensor(list(lengths), device=device)
        self._max_len = max_len
        self._starts = max_len * torch.arange(rows, device=device)
        self._set_extent(lengths)
        prompt = torch.arange(self._longest, device=device)
        self._slots = (self._starts[:, None] + prompt).flatten()

    def update(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store (B, K, T, D) of the new positions; return (B, K, S, D) of all positions so far."""
        stored = self.store[layer]
        rows = keys.shape[0]
        for kind, new in enumerate((keys, values)):
            flat = stored[kind].flatten(0, 1)
            flat.index_copy_(0, self._slots, new.transpose(1, 2).flatten(0, 1))
        seen = stored[:, :rows, : self._longest].transpose(2, 3)
        return seen[0], seen[1]

    def advance(self) -> tuple[Tensor, Tensor | None]:
        """Make room for one more token in every row.

        Returns:
            The token's position in each row (B,), and what may be seen (B, 1, 1, S), which is None
            where all rows are of one length.
        """
        positions = self.lengths
        self._slots = self._starts[: len(positions)] + positions
        self.lengths = positions + 1
        self._longest += 1
        if not self._ragged:
            return positions, None
        seen = torch.arange(self._longest, device=positions.device) < self.lengths[:, None]
        return positions, seen[:, None, None]

    def drop(self, finished: Sequence[int]) -> list[int]:
        """Let rows go; rows from the end move into their places.

        Returns:
            For each row that is left, in its new order, the place where it was before.
        """
        size = len(self.lengths)
        left = size - len(finished)
        gone = set(finished)
        movable = iter(row for row in range(left, size) if row not in gone)
        order = [next(movable) if row in gone else row for row in range(left)]
        for place, row in enumerate(order):
            if place != row:
                self.store[:, :, place, : self._longest] = self.store[:, :, row, : self._longest]
        self.lengths = self.lengths[order]
        self._set_extent(self.lengths.tolist())
        return order

    def _set_extent(self, lengths: Sequence[int]) -> None:
        self._longest = max(lengths, default=0)
        self._ragged = min(lengths, default=0) < self._longest
