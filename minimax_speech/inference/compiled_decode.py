"""Decoding on a CPU by one compiled function.

Shapes: N rows, T positions, C model width, H query heads, K key/value heads, D head dimension,
S positions that the cache has room for, P rank of the adapters.
"""

from collections.abc import Callable
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.inference.compiled_weights import (
    HEAD_LANES,
    Compilation,
    pack,
    signed_turns,
)
from minimax_speech.inference.kv_cache import KVCache, Prompt, paired_adapter, paired_weights
from minimax_speech.inference.row_adapters import LowRank
from minimax_speech.inference.sampling import Sampler
from minimax_speech.models.lora import MATRICES, Adapter
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import Block

LANES = 16
"""Floats side by side in a vector: C and F must be multiples of it, D of `HEAD_LANES`."""
TILE = 4
"""Sums at a time: of as many rows, or of as many outputs of one row."""


class CompiledWeights(Compilation):
    """A model's weights as the compiled step reads them, and the step; decoders may share it."""

    slow = "decoding is slow here, uncompiled"

    def __init__(self, model: SpeechLM, whole: Tensor, floats: Tensor) -> None:
        self.config = model.config.transformer
        self.classes = model.head.out_features
        self.padded_classes = _padded(self.classes)
        self.embedding, self.timbre = model.embedding, model.timbre
        self.rotary = model.transformer.rotary
        self.whole, self.floats = whole, floats
        super().__init__()

    def _compile(self) -> Callable[..., None]:
        from minimax_speech.inference.compiled_step import compile_step

        return compile_step(self.config, self.padded_classes)

    @classmethod
    def of(cls, model: SpeechLM) -> Self | None:
        """None for a model whose matrices are not int8 times a scale, or do not fill vectors."""
        config = model.config.transformer
        head_dim = config.dim // config.heads
        fits = not (config.dim % LANES or config.ffn % LANES or head_dim % HEAD_LANES)
        if not fits:
            return None
        packed = pack(_weights(model), lambda numbers: numbers)
        return packed and cls(model, *packed)


class CompiledDecoder:
    """The decoding step. Writes to buffers of its own: not for several threads at once."""

    sampler = Sampler

    def __init__(self, weights: CompiledWeights) -> None:
        self._weights = weights
        self._turns = torch.empty(0)
        self._work = torch.empty(0)

    @property
    def step_type(self) -> torch.dtype:
        """As `Decoder.step_type`."""
        return torch.float32

    @property
    def weight_bytes(self) -> int:
        """As `Decoder.weight_bytes`."""
        return self._weights.whole.nbytes + self._weights.floats.nbytes

    def adapt(self, adapter: Adapter) -> Tensor:
        """As `Decoder.adapt`."""
        return packed_pairs(paired_adapter(adapter, self._weights.config))

    def step(
        self,
        ids: Tensor,
        positions: Tensor,
        extent: int,
        cache: KVCache,
        low_rank: LowRank | None = None,
    ) -> Tensor:
        """As `FastDecoder.step`."""
        assert extent <= cache.length  # nothing else would notice
        rows, weights = len(ids), self._weights
        places = torch.stack((torch.arange(rows), positions), 1)
        logits = torch.empty(rows, weights.padded_classes)
        self._run(places, weights.embedding(ids), cache, logits, low_rank)
        return logits[:, : weights.classes]

    def prefill(
        self, ids: Tensor, timbre: Tensor, prompt: Prompt, low_rank: LowRank | None = None
    ) -> None:
        """What `SpeechLM.prefill` does for keys and values: the positions are rows here."""
        weights, (rows, length) = self._weights, ids.shape
        assert length < prompt.cache.length
        x = torch.cat((weights.timbre(timbre)[:, None], weights.embedding(ids)), dim=1)
        places = torch.cartesian_prod(
            torch.arange(prompt.first_row, prompt.first_row + rows), torch.arange(length + 1)
        )
        if low_rank is not None:
            gates = low_rank.gates.repeat_interleave(length + 1, 0)
            low_rank = LowRank(low_rank.pairs, gates)
        self._run(places, x.flatten(0, 1), prompt.cache, torch.empty(len(places), 0), low_rank)

    def _run(
        self,
        places: Tensor,
        x: Tensor,
        cache: KVCache,
        logits: Tensor,
        low_rank: LowRank | None,
    ) -> None:
        """Put x (N, C) at places (N, 2) through the layers; without classes no logits come out."""
        weights, config, rows = self._weights, self._weights.config, len(x)
        if len(self._turns) != cache.length:
            self._turns = signed_turns(weights.rotary, cache.length)
        heads = config.heads + 2 * config.kv_heads
        width = config.dim + heads * cache.head_dim + 2 * config.ffn
        room = rows * width + cache.length + 8
        if len(self._work) < room:
            self._work = torch.empty(room)
        low_rank = low_rank or LowRank(torch.empty(0), torch.empty(rows, 0))
        gates = low_rank.gates.contiguous()
        arrays = (places, weights.whole, weights.floats, self._turns, cache.store, x)
        more = (low_rank.pairs, gates, self._work, logits)
        addresses = [array.data_ptr() for array in (*arrays, *more)]
        sizes = (rows, cache.rows, cache.length, gates.shape[1])
        weights.run(*addresses, *sizes, bool(logits.shape[1]))


def _weights(model: SpeechLM) -> list[Tensor]:
    """Matrices, and vectors, in the order in which a step uses them."""
    weights: list[Tensor] = []
    for block in model.transformer.blocks:
        assert isinstance(block, Block)
        qkv, norms = paired_weights(block.attention)
        weights += [block.attention_norm.weight, qkv, norms.flatten(), block.attention.out.weight]
        weights += [block.ffn_norm.weight, block.ffn.gate_up.weight, block.ffn.down.weight]
    head = F.pad(
        model.head.weight, (0, 0, 0, _padded(model.head.out_features) - model.head.out_features)
    )
    return [weight.detach() for weight in (*weights, model.transformer.norm.weight, head)]


def packed_pairs(adapter: Adapter) -> Tensor:
    """Of each matrix, in the order in which they are used: ``down`` and the transpose of ``up``."""
    pairs = [layer[name] for layer in adapter.layers for name in MATRICES]
    parts = [part.flatten() for pair in pairs for part in (pair.down, pair.up.t())]
    return torch.cat(parts).float()


def _padded(classes: int) -> int:
    return -(-classes // TILE) * TILE
