"""Low-rank adapters of the speech language model, applied row by row.

LoRA (Hu et al. 2021, arXiv 2106.09685): to a matrix W an adapter adds ``up @ down``, of a rank far
below W's. Several adapters stand side by side in one pair, and gates say for each row of a batch
how much each of them counts (as in S-LoRA, Sheng et al. 2023, arXiv 2311.03285): rows of different
adapters, and rows of none, are computed together.

Shapes: B batch, T time, L inputs of a matrix, O outputs, R rank of all adapters together.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import TransformerConfig

MATRICES = ("attention.qkv", "attention.out", "ffn.gate_up", "ffn.down")
"""The matrices of a block, in the order in which they are used."""


@dataclass(frozen=True)
class Pair:
    """What is added to one matrix: ``up @ down``.

    Attributes:
        down: (R, L).
        up: (O, R); the adapter's scale is in it.
    """

    down: Tensor
    up: Tensor

    def to(self, like: Tensor) -> "Pair":
        """The pair with another tensor's device and type."""
        return Pair(self.down.to(like), self.up.to(like))

    def added(self, x: Tensor, gates: Tensor) -> Tensor:
        """What comes to the product (..., O) of x (..., L), with gates (..., R)."""
        return F.linear(F.linear(x, self.down) * gates, self.up)


@dataclass(frozen=True, eq=False)
class Adapter:
    """Pairs for all matrices of all blocks; adapters are told apart by identity.

    Attributes:
        layers: of each block, `MATRICES` and their pairs.
    """

    layers: Sequence[Mapping[str, Pair]]

    @property
    def rank(self) -> int:
        """Of each pair."""
        return len(self.layers[0][MATRICES[0]].down)


def matrix_sizes(config: TransformerConfig) -> dict[str, tuple[int, int]]:
    """Outputs and inputs of each of `MATRICES`."""
    head_dim = config.dim // config.heads
    sizes = (
        ((config.heads + 2 * config.kv_heads) * head_dim, config.dim),
        (config.dim, config.dim),
        (2 * config.ffn, config.dim),
        (config.dim, config.ffn),
    )
    return dict(zip(MATRICES, sizes, strict=True))


def fits(adapter: Adapter, config: TransformerConfig) -> bool:
    """Whether an adapter has the sizes of a model."""
    rank = adapter.rank
    return len(adapter.layers) == config.layers and all(
        layer[name].up.shape == (outputs, rank) and layer[name].down.shape == (rank, inputs)
        for layer in adapter.layers
        for name, (outputs, inputs) in matrix_sizes(config).items()
    )


def side_by_side(adapters: Sequence[Adapter]) -> Adapter:
    """One adapter whose rank is that of all together."""
    return Adapter(
        [
            {
                name: Pair(
                    torch.cat([layer[name].down for layer in layers]),
                    torch.cat([layer[name].up for layer in layers], dim=1),
                )
                for name in MATRICES
            }
            for layers in zip(*(adapter.layers for adapter in adapters), strict=True)
        ]
    )


class GatedLinear(nn.Module):
    """A linear layer and what adapters add to it."""

    def __init__(self, linear: nn.Linear, pair: Pair) -> None:
        super().__init__()
        self.linear, self.pair = linear, pair.to(linear.weight)
        self.gates = linear.weight.new_zeros(1, len(pair.down))

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, L) -> (B, T, O)."""
        return self.linear(x) + self.pair.added(x, self.gates[:, None])


class AdaptedLM:
    """A speech language model with adapters; it shares the weights of the plain one."""

    def __init__(self, model: SpeechLM, adapter: Adapter) -> None:
        shared = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
        self.model = deepcopy(model, shared)
        self._layers: list[GatedLinear] = []
        for block, layer in zip(self.model.transformer.blocks, adapter.layers, strict=True):
            for name, pair in layer.items():
                gated = GatedLinear(block.get_submodule(name), pair)  # type: ignore[arg-type]
                block.set_submodule(name, gated)
                self._layers.append(gated)

    def gated(self, gates: Tensor) -> SpeechLM:
        """The model as it is for rows with gates (B, R); good until this is called again."""
        for layer in self._layers:
            layer.gates = gates
        return self.model
