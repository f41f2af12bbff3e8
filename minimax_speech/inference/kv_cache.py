"""Keys and values of the rows that are being decoded, in one tensor.

Shapes: N rows, L positions there is room for, T positions of a prompt, K key/value heads, D head
dimension.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import torch
from torch import Tensor

from minimax_speech.models.attention import Attention
from minimax_speech.models.lora import Adapter, Pair
from minimax_speech.models.transformer import TransformerConfig


class KVCache:
    """Room for ``rows`` rows of ``length`` positions; who uses it keeps count of both.

    Keys lie in the pair order of `pair_order`: attention does not care about the order of a head's
    dimensions as long as queries have the same.
    """

    def __init__(
        self,
        config: TransformerConfig,
        device: torch.device,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        self.heads, self.head_dim = config.kv_heads, config.dim // config.heads
        self.rows = self.length = 0
        self._order = pair_order(self.head_dim).to(device)
        # Keys and values (2) of a head lie together, as the matrix products of attention want them.
        shape = (config.layers, 2, 0, self.heads, 0, self.head_dim)
        self.store = torch.empty(shape, device=device, dtype=dtype)
        self.grow(0, 0)

    def grow(self, rows: int, length: int) -> None:
        """Make room for so many rows and positions, at least; what is stored stays."""
        old, old_rows, old_length = self.store, self.rows, self.length
        self.rows, self.length = max(rows, old_rows), max(length, old_length)
        layers = old.shape[0]
        self.store = old.new_zeros(layers, 2, self.rows, self.heads, self.length, self.head_dim)
        self.store[:, :, :old_rows, :, :old_length] = old
        self.flat = self.store.view(layers, -1, self.head_dim).unbind()
        places = torch.arange(2 * self.rows * self.heads, device=old.device) * self.length
        by_row = places.view(2, self.rows, self.heads).transpose(0, 1)
        self._starts = by_row.reshape(self.rows, 2 * self.heads)

    def slots(self, positions: Tensor) -> Tensor:
        """Where in a layer of ``flat`` the keys, then the values of the rows' positions (N,) go.

        Returns:
            (N * 2 * K,), the rows in order.
        """
        return (self._starts[: len(positions)] + positions[:, None]).flatten()

    def seen(self, rows: int, extent: int) -> tuple[Sequence[Tensor], Sequence[Tensor]]:
        """Each layer's keys (N * K, D, extent) and values (N * K, extent, D), as views."""
        keys, values = self.store[:, :, :rows, :, :extent].flatten(2, 3).unbind(1)
        return keys.transpose(2, 3).unbind(), values.unbind()

    def move(self, source: int, target: int, length: int) -> None:
        """Copy the first ``length`` positions of one row to another."""
        self.store[:, :, target, :, :length] = self.store[:, :, source, :, :length]

    def prompt(self, first_row: int) -> "Prompt":
        """A state for the prefill of prompts, for the rows from ``first_row`` on."""
        return Prompt(self, first_row)

    def write(self, layer: int, first_row: int, keys: Tensor, values: Tensor) -> None:
        """Store (N, K, T, D) from position 0 of the rows from ``first_row`` on."""
        rows, _, length, _ = keys.shape
        target = self.store[layer, :, first_row : first_row + rows, :, :length]
        target[0], target[1] = keys[..., self._order], values


@dataclass(frozen=True)
class Prompt:
    """The decode state of a prefill: prompts see nothing but themselves."""

    cache: KVCache
    first_row: int

    def update(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Store (N, K, T, D) and give them back."""
        self.cache.write(layer, self.first_row, keys, values)
        return keys, values


def pair_order(head_dim: int) -> Tensor:
    """(D,) such that the two halves of a head alternate: rotary pairs become complex numbers."""
    return torch.arange(head_dim).view(2, -1).t().flatten()


def paired_weights(attention: Attention) -> tuple[Tensor, Tensor]:
    """The weights of queries and keys such that these come out in pair order.

    Returns:
        qkv: ((H + 2 * K) * D, C), as in the module.
        norms: (H + K, D) of the queries and keys; the scale of attention's logits is in them.
    """
    heads, turned = attention.heads, attention.heads + attention.kv_heads
    head_dim = attention.query_norm.weight.numel()
    queries = attention.query_norm.weight / sqrt(head_dim)
    norms = [queries] * heads + [attention.key_norm.weight] * attention.kv_heads
    qkv = _paired(attention.qkv.weight, turned, head_dim)
    return qkv.detach(), torch.stack(norms)[:, pair_order(head_dim)].detach()


def paired_adapter(adapter: Adapter, config: TransformerConfig) -> Adapter:
    """An adapter of the weights that `paired_weights` gives."""
    turned, head_dim = config.heads + config.kv_heads, config.dim // config.heads

    def paired(pair: Pair) -> Pair:
        return Pair(pair.down, _paired(pair.up, turned, head_dim))

    return Adapter(
        [{**layer, "attention.qkv": paired(layer["attention.qkv"])} for layer in adapter.layers]
    )


def _paired(qkv: Tensor, turned: int, head_dim: int) -> Tensor:
    """Rows of a matrix (heads * D, …) in pair order, for the first ``turned`` heads."""
    by_head = qkv.unflatten(0, (-1, head_dim))
    order = pair_order(head_dim).to(qkv.device)
    return torch.cat((by_head[:turned, order], by_head[turned:])).flatten(0, 1)
