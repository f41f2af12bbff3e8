"""One decoding step of a speech language model whose shapes do not depend on how far the rows are.

For devices that wait for no host: it is made of ordinary calls on fixed tensors, and can be
recorded as a CUDA graph. `FastDecoder` is its sibling for CPUs.

Shapes: N rows, C model width, H query heads, K key/value heads, D head dimension, S extent.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.inference.kv_cache import KVCache, paired_adapter, paired_weights
from minimax_speech.inference.row_adapters import LowRank
from minimax_speech.inference.sampling import Sampler
from minimax_speech.models.lora import Adapter, Pair
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import Block


class StaticDecoder:
    """The decoding step on a copy of a model's weights, of which only the head stays fp32.

    The weights of norms before matrices are in the matrices.
    """

    sampler = Sampler

    def __init__(self, model: SpeechLM, dtype: torch.dtype) -> None:
        self.config = model.config.transformer
        self.embedding = model.embedding.weight.detach().to(dtype)
        self.blocks = [_weights(block, dtype) for block in model.transformer.blocks]  # type: ignore[arg-type]
        self.head = (model.head.weight * model.transformer.norm.weight).detach().float()
        self.inverse = model.transformer.rotary.inverse
        self._norms = [_norms(block) for block in model.transformer.blocks]  # type: ignore[arg-type]

    @property
    def step_type(self) -> torch.dtype:
        """As `Decoder.step_type`."""
        return self.embedding.dtype

    @property
    def weight_bytes(self) -> int:
        """As `Decoder.weight_bytes`."""
        return self.head.nbytes + sum(t.nbytes for block in self.blocks for t in block.values())

    def adapt(self, adapter: Adapter) -> Adapter:
        """As `Decoder.adapt`: with the weights of norms in it, as they are in the matrices."""
        paired = paired_adapter(adapter, self.config)
        return Adapter(
            [
                {
                    name: Pair(pair.down.to(self.head) * norms.get(name, 1.0), pair.up).to(
                        self.embedding
                    )
                    for name, pair in layer.items()
                }
                for layer, norms in zip(paired.layers, self._norms, strict=True)
            ]
        )

    def step(
        self,
        ids: Tensor,
        positions: Tensor,
        extent: int,
        cache: KVCache,
        low_rank: LowRank | None = None,
    ) -> Tensor:
        """As `FastDecoder.step`; ``extent`` may be larger than it need be."""
        config, rows = self.config, len(ids)
        angles = positions[:, None, None] * self.inverse
        rotary = angles.cos(), angles.sin()
        hidden = torch.arange(extent, device=ids.device) > positions[:, None]
        mask = torch.zeros_like(hidden, dtype=self.embedding.dtype)
        mask.masked_fill_(hidden, float("-inf"))
        mask = mask[:, None].expand(-1, config.kv_heads, -1).flatten(0, 1)
        slots = cache.slots(positions)
        all_keys, all_values = cache.seen(rows, extent)
        x = F.embedding(ids, self.embedding)
        for layer, weights in enumerate(self.blocks):
            project = _Projection(weights, layer, low_rank)
            queries, entries = _before_attention(x, project, weights["heads"], rotary, config.heads)
            cache.flat[layer].index_copy_(0, slots, entries.flatten(0, 1))
            keys, values = all_keys[layer], all_values[layer]
            queries = queries.reshape(len(keys), -1, keys.shape[1])
            scores = torch.baddbmm(mask[:, None], queries, keys)
            seen = torch.bmm(scores.softmax(-1), values).view(rows, -1)
            x = _after_attention(x, seen, project)
        return F.linear(_rms(x).float(), self.head)


@dataclass(frozen=True)
class _Projection:
    """Multiplies rows by the matrices of a block, with what adapters add."""

    weights: dict[str, Tensor]
    layer: int
    low_rank: LowRank | None

    def __call__(self, name: str, x: Tensor) -> Tensor:
        """(N, inputs) -> (N, outputs)."""
        product = F.linear(x, self.weights[name])
        if self.low_rank is None:
            return product
        pair = self.low_rank.pairs.layers[self.layer][name]
        return product + pair.added(x, self.low_rank.gates)


def _before_attention(
    x: Tensor,
    project: _Projection,
    norms: Tensor,
    rotary: tuple[Tensor, Tensor],
    heads: int,
) -> tuple[Tensor, Tensor]:
    """Queries (N, H, D), and keys and values (N, 2 * K, D), of (N, C)."""
    turned, head_dim = norms.shape
    projected = project("attention.qkv", _rms(x)).view(len(x), -1, head_dim)
    normed = _rms(projected[:, :turned]) * norms
    queries, keys = _turn(normed, rotary).split((heads, turned - heads), dim=1)
    return queries, torch.cat((keys, projected[:, turned:]), dim=1)


def _after_attention(x: Tensor, seen: Tensor, project: _Projection) -> Tensor:
    """(N, C) behind a block, of what is before it and what its heads have seen."""
    x = x + project("attention.out", seen)
    gate, up = project("ffn.gate_up", _rms(x)).chunk(2, dim=1)
    return x + project("ffn.down", F.silu(gate) * up)


def _weights(block: Block, dtype: torch.dtype) -> dict[str, Tensor]:
    """A block's `MATRICES`; "heads" (H + K, D) are the weights of the query and key norms."""
    qkv, heads = paired_weights(block.attention)
    weights = {
        "attention.qkv": qkv * block.attention_norm.weight,
        "heads": heads,
        "attention.out": block.attention.out.weight,
        "ffn.gate_up": block.ffn.gate_up.weight * block.ffn_norm.weight,
        "ffn.down": block.ffn.down.weight,
    }
    return {name: weight.detach().to(dtype) for name, weight in weights.items()}


def _norms(block: Block) -> dict[str, Tensor]:
    """The weights of the norm before a matrix, where there is one."""
    norms = {"attention.qkv": block.attention_norm, "ffn.gate_up": block.ffn_norm}
    return {name: norm.weight.detach() for name, norm in norms.items()}


def _rms(x: Tensor) -> Tensor:
    return F.rms_norm(x, x.shape[-1:], eps=1e-6)


def _turn(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate the pairs of (N, heads, D) by angles of (N, 1, D / 2)."""
    cos, sin = (part.to(x.dtype) for part in rotary)
    first, second = x.unflatten(-1, (-1, 2)).unbind(-1)
    turned = torch.stack((first * cos - second * sin, second * cos + first * sin), dim=-1)
    return turned.flatten(-2)
