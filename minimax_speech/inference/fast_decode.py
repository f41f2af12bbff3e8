"""One decoding step of a speech language model on a CPU, in as few and as cheap calls as can be.

It computes what `SpeechLM` computes for one more position, from the same weights. At batch 1 a
call into torch costs about as much as the arithmetic in it, hence: matrices of half the bytes,
scales and norms folded into neighbouring calls, rotary positions as one complex product, buffers
made once for each number of rows, and no modules.

Shapes: N rows, C model width, H query heads, K key/value heads, D head dimension, S positions so
far.
"""

from dataclasses import dataclass
from math import sqrt

import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.inference.exact_matrix import ExactMatrix
from minimax_speech.inference.kv_cache import KVCache, paired_adapter, paired_weights
from minimax_speech.inference.row_adapters import LowRank
from minimax_speech.inference.sampling import Sampler
from minimax_speech.models.layers import RMSNorm
from minimax_speech.models.lora import Adapter
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import Block, TransformerConfig


class FastWeights:
    """A copy of a model's weights in the forms that a step wants; many decoders may share it."""

    def __init__(self, model: SpeechLM) -> None:
        self.config = model.config.transformer
        blocks = model.transformer.blocks
        self.embedding = model.embedding.weight.detach()
        self.layers = [_Layer.of(block) for block in blocks]  # type: ignore[arg-type]
        self.norm = _Norm(model.transformer.norm)
        self.head = ExactMatrix(model.head.weight)
        self.classes = model.head.out_features
        self.inverse = model.transformer.rotary.inverse


class FastDecoder:
    """The decoding step. Writes to buffers of its own: not for several threads at once."""

    sampler = Sampler

    def __init__(self, weights: FastWeights) -> None:
        self._weights = weights
        self._buffers: dict[int, _Buffers] = {}

    @property
    def step_type(self) -> torch.dtype:
        """As `Decoder.step_type`."""
        return torch.float32

    @property
    def weight_bytes(self) -> int:
        """As `Decoder.weight_bytes`."""
        matrices = [self._weights.head]
        for layer in self._weights.layers:
            matrices += [layer.qkv, layer.out, layer.gate_up, layer.down]
        return sum(matrix.nbytes for matrix in matrices)

    def adapt(self, adapter: Adapter) -> Adapter:
        """As `Decoder.adapt`."""
        return paired_adapter(adapter, self._weights.config)

    def step(
        self,
        ids: Tensor,
        positions: Tensor,
        extent: int,
        cache: KVCache,
        low_rank: LowRank | None = None,
    ) -> Tensor:
        """Logits (N, audio_vocab + 1) after one more id in each of the cache's first N rows.

        Args:
            ids: (N,) as `SpeechLM.layout` has them.
            positions: (N,) of these ids; a row sees its cache up to here.
            extent: the largest of the positions, plus 1.
            cache: gets the keys and values of these positions.
            low_rank: what adapters add.
        """
        rows, weights = len(ids), self._weights
        if rows not in self._buffers:
            self._buffers[rows] = _Buffers(rows, weights.config)
        buffers = self._buffers[rows]
        angles = positions[:, None, None] * weights.inverse
        turn = torch.polar(torch.ones_like(angles), angles)
        slots, mask = cache.slots(positions), self._mask(positions, extent)
        keys, values = cache.seen(rows, extent)
        x = F.embedding(ids, weights.embedding)
        for number, layer in enumerate(weights.layers):
            normed = layer.attention_norm(x)
            layer.qkv.product(normed, buffers.projected)
            _add(low_rank, number, "attention.qkv", normed, buffers.projected)
            buffers.normalise_heads(layer.head_weights, turn)
            cache.flat[number].index_copy_(0, slots, buffers.entries())
            seen = buffers.attend(keys[number], values[number], mask)
            layer.out.add_product(seen, x)
            _add(low_rank, number, "attention.out", seen, x)
            normed = layer.ffn_norm(x)
            layer.gate_up.product(normed, buffers.gate_up)
            _add(low_rank, number, "ffn.gate_up", normed, buffers.gate_up)
            torch.mul(F.silu(buffers.gate, inplace=True), buffers.up, out=buffers.gated)
            layer.down.add_product(buffers.gated, x)
            _add(low_rank, number, "ffn.down", buffers.gated, x)
        return weights.head.product(weights.norm(x), torch.empty(rows, weights.classes))

    def _mask(self, positions: Tensor, extent: int) -> Tensor | None:
        """(N * K, 1, S): -inf for what lies beyond a row's position; None for a single row."""
        if len(positions) == 1:
            return None
        hidden = torch.arange(extent) > positions[:, None]
        mask = torch.zeros(hidden.shape).masked_fill_(hidden, float("-inf"))
        return mask.repeat_interleave(self._weights.config.kv_heads, 0)[:, None]


def _add(low_rank: LowRank | None, layer: int, name: str, x: Tensor, product: Tensor) -> None:
    """Add to the product (N, outputs) of x (N, inputs) what adapters do."""
    if low_rank is not None:
        product += low_rank.pairs.layers[layer][name].added(x, low_rank.gates)


class _Norm:
    """RMSNorm of rows (N, C)."""

    def __init__(self, norm: RMSNorm) -> None:
        assert norm.eps is not None
        self._weight, self._eps = norm.weight.detach(), norm.eps
        self._zero, self._eps_tensor = torch.zeros(()), torch.full((1, 1, 1), norm.eps)

    def __call__(self, x: Tensor) -> Tensor:
        width = x.shape[1]
        if len(x) == 1:
            row = x[0]
            square = float(torch.dot(row, row))
            scale = 1 / sqrt(square / width + self._eps)
            return torch.addcmul(self._zero, x, self._weight, value=scale)
        square_mean = torch.baddbmm(self._eps_tensor, x[:, None], x[:, :, None], alpha=1 / width)
        return (x * square_mean[:, :, 0].rsqrt_()).mul_(self._weight)


@dataclass(frozen=True)
class _Layer:
    """A block's weights; ``head_weights`` (H + K, D) are those of the query and key norms."""

    attention_norm: _Norm
    qkv: ExactMatrix
    head_weights: Tensor
    out: ExactMatrix
    ffn_norm: _Norm
    gate_up: ExactMatrix
    down: ExactMatrix

    @classmethod
    def of(cls, block: Block) -> "_Layer":
        attention = block.attention
        qkv, norms = paired_weights(attention)
        return cls(
            _Norm(block.attention_norm),
            ExactMatrix(qkv),
            norms,
            ExactMatrix(attention.out.weight),
            _Norm(block.ffn_norm),
            ExactMatrix(block.ffn.gate_up.weight),
            ExactMatrix(block.ffn.down.weight),
        )


class _Buffers:
    """What a step of N rows writes to, and views of it."""

    def __init__(self, rows: int, config: TransformerConfig) -> None:
        self._rows, self._queries = rows, config.heads
        turned, head_dim = config.heads + config.kv_heads, config.dim // config.heads
        self._heads = torch.empty(rows, turned + config.kv_heads, head_dim)
        self.projected = self._heads.view(rows, -1)
        self._turned = self._heads[:, :turned]
        self._pairs = torch.view_as_complex(self._turned.unflatten(-1, (-1, 2)))
        self._rows_of_heads = self._heads.view(-1, 1, head_dim)
        self._columns_of_heads = self._heads.view(-1, head_dim, 1)
        self._eps = torch.full((1, 1, 1), 1e-6)
        self._scale = torch.empty(rows * (turned + config.kv_heads), 1, 1)
        self._scale_of_turned = self._scale.view(rows, -1, 1)[:, :turned]
        self.gate_up = torch.empty(rows, 2 * config.ffn)
        self.gate, self.up = self.gate_up.chunk(2, dim=1)
        self.gated = torch.empty(rows, config.ffn)

    def normalise_heads(self, weights: Tensor, turn: Tensor) -> None:
        """Queries and keys get norms and positions, in place."""
        columns = self._columns_of_heads
        mean = 1 / columns.shape[1]
        torch.baddbmm(self._eps, self._rows_of_heads, columns, alpha=mean, out=self._scale)
        self._scale.rsqrt_()
        self._turned.mul_(self._scale_of_turned).mul_(weights)
        self._pairs.mul_(turn)

    def entries(self) -> Tensor:
        """Keys and values (N * 2 * K, D) of the new positions."""
        return self._heads[:, self._queries :].flatten(0, 1)

    def attend(self, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """(N, C) of what the queries see in keys (N * K, D, S) and values (N * K, S, D)."""
        queries = self._heads[:, : self._queries].reshape(len(keys), -1, keys.shape[1])
        scores = torch.bmm(queries, keys) if mask is None else torch.baddbmm(mask, queries, keys)
        return torch.bmm(scores.softmax(-1), values).view(self._rows, -1)
