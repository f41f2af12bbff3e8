"""Flow matching on a CPU by one compiled function for each evaluation of the network.

It keeps one core busy and leaves the others, and Python, to whatever runs beside it.

Shapes: B rows, N new patches in each, M = B * N, P numbers of a patch, C model width, K key/value
heads, D head dimension, latents (B, 2N, P / 2).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.inference.compiled_weights import (
    PANEL,
    PANEL_INPUTS,
    PANEL_LANES,
    PANEL_ROWS,
    Compilation,
    pack,
    signed_turns,
)
from minimax_speech.inference.kv_cache import paired_weights
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN, FlowNetwork, FlowNetworkConfig
from minimax_speech.models.flow_sampling import FlowIntegrator, FlowPatches, FlowSettings
from minimax_speech.models.transformer import Block

ROW_FIELDS = 8
"""Numbers that tell the evaluation of a row."""
_GROWTH = 1.5


class CompiledNetwork(Compilation):
    """A network's weights as the compiled evaluation reads them, and the evaluation."""

    slow = "flow matching is slow here, uncompiled"

    def __init__(self, network: FlowNetwork, whole: Tensor, floats: Tensor) -> None:
        self.config = network.config
        self.whole, self.floats = whole, floats
        self.bias_in, self.bias_out = network.input.bias.detach(), network.output.bias.detach()
        self._rotary = network.transformer.rotary
        self._turns = torch.empty(0)
        super().__init__()

    def turns(self, places: int) -> Tensor:
        """As `signed_turns`, for at least so many places."""
        turns = self._turns
        if len(turns) < places:
            turns = self._turns = signed_turns(self._rotary, 2 * places)
        return turns

    def _compile(self) -> Callable[..., None]:
        from minimax_speech.inference.compiled_evaluation import compile_evaluation

        return compile_evaluation(self.config)

    @classmethod
    def of(cls, network: FlowNetwork) -> Self | None:
        """None for one whose matrices are not int8 times a scale, or do not fill vectors."""
        size = network.config.transformer
        patch = LATENTS_PER_TOKEN * network.config.latent_dim
        if any(width % PANEL for width in (size.dim, size.ffn, size.dim // size.heads, patch)):
            return None
        packed = pack(_weights(network), _panels)
        return packed and cls(network, *packed)


class _Store:
    """Memories of one row, (evaluations, layers, 2, K, room, D), that are only ever added to."""

    def __init__(self, config: FlowNetworkConfig, evaluations: int, room: int) -> None:
        self.room = _whole(room, PANEL)
        self.memories = torch.zeros(evaluations, *_memory_shape(config, self.room))
        self.used = 0  # patches


@dataclass(frozen=True)
class _Row:
    """One row's memory: the first ``count`` patches of a store; the next is at ``place``."""

    store: _Store
    count: int
    place: int


CompiledHistory = list[_Row]
"""What is remembered of the patches made so far, row by row, each copy being one."""


class CompiledSampler(FlowIntegrator[CompiledHistory]):
    """Integrates with the compiled network."""

    def __init__(
        self, model: FlowMatching, settings: FlowSettings, network: CompiledNetwork
    ) -> None:
        super().__init__(model, settings)
        self._network = network

    def begin(self, rows: int) -> CompiledHistory:
        """As `FlowIntegrator.begin`."""
        return [_Row(self._store(0), 0, 0)] * (rows * self.copies)

    @torch.inference_mode()
    def prime(self, tokens: Tensor, latents: Tensor, timbre: Tensor) -> CompiledHistory:
        """As `FlowIntegrator.prime`."""
        count = len(tokens)
        row = _Row(self._store(count), 0, 0)
        patches = self.prompt(tokens, timbre)
        evaluator = _Evaluator(self._network, [row], [row.store], patches, known=True)
        x = self.model.normalise(latents)[None]
        for number in range(self.evaluations):
            evaluator.velocity(number, x)
        row.store.used = count
        # A row without condition sees no prompt.
        return [_Row(row.store, count, count), _Row(self._store(0), 0, count)][: self.copies]

    def stack(self, histories: Sequence[CompiledHistory]) -> CompiledHistory:
        """As `FlowIntegrator.stack`."""
        return [row for rows in histories for row in rows]

    def evaluator(
        self, history: CompiledHistory, patches: FlowPatches, grows: bool
    ) -> "_Evaluator":
        """As `FlowIntegrator.evaluator`."""
        stores = None
        if grows:
            made = patches.made.tolist()
            stores = [
                self._longer(row, real, len(patches.blocks))
                for row, real in zip(history, made, strict=True)
            ]
        return _Evaluator(self._network, history, stores, patches)

    def _longer(self, row: _Row, made: int, new: int) -> _Store:
        """A store with room for new patches: the row's own, if nobody has gone on there."""
        store, needed = row.store, row.count + new
        if store.used != row.count or needed > store.room:
            store = self._store(int(needed * _GROWTH))
        store.used = row.count + made
        return store

    def _store(self, room: int) -> _Store:
        return _Store(self._network.config, self.evaluations, room)


class _Evaluator:
    """Evaluations for new patches of the rows of a history.

    Without stores for the longer memories nothing is remembered of them.
    """

    def __init__(
        self,
        network: CompiledNetwork,
        history: CompiledHistory,
        stores: list[_Store] | None,
        patches: FlowPatches,
        known: bool = False,
    ) -> None:
        self._network, self._history, self._stores = network, history, stores
        self._made = patches.made.tolist()
        rows, self._new = patches.words.shape[:2]
        self._padded = _whole(rows * self._new, PANEL_ROWS)
        self._words = patches.words + network.bias_in
        self._modulations = patches.modulations.contiguous()
        stops = torch.searchsorted(patches.blocks, patches.blocks, right=True)
        self._stops = torch.cat((stops, stops[-1:].expand(PANEL_ROWS)))
        self._turns = network.turns(max(row.place for row in history) + self._new)
        needed = max(row.count for row in history) + self._new
        self._spare = _spare(network.config, needed) if stores is None else None
        self._room = max(store.room for store in stores) if stores else _whole(needed, PANEL)
        self._work = torch.zeros(_work_floats(network.config, self._padded, self._room))
        self._patches = torch.zeros(self._padded, patch_inputs(network.config))
        frames = self._patches[
            : rows * self._new, : LATENTS_PER_TOKEN * (network.config.latent_dim + 1)
        ]
        frames = frames.unflatten(1, (LATENTS_PER_TOKEN, -1))
        self._latents = frames[:, :, :-1]
        frames[:, :, -1] = float(known)

    def velocity(self, number: int, x: Tensor) -> Tensor:
        """As `Evaluator.velocity`."""
        network, rows = self._network, len(x)
        table = torch.tensor([self._fields(number, row) for row in range(rows)])
        self._latents.copy_(x.reshape(self._latents.shape))
        velocity = torch.empty(self._padded, len(network.bias_out))
        arrays = (
            table, self._stops, network.whole, network.floats, self._turns,
            self._modulations[number], self._patches, self._words, self._work, velocity,
        )  # fmt: skip
        addresses = [array.data_ptr() for array in arrays]
        network.run(*addresses, rows, self._new, self._padded, self._room)
        return (velocity[: rows * self._new] + network.bias_out).view_as(x)

    def longer(self) -> CompiledHistory:
        """As `Evaluator.longer`."""
        assert self._stores is not None
        return [
            _Row(store, row.count + made, row.place + made)
            for row, store, made in zip(self._history, self._stores, self._made, strict=True)
        ]

    def _fields(self, number: int, row: int) -> list[int]:
        """What the evaluation of this number is told of a row."""
        before = self._history[row]
        past = before.store.memories[number]
        if self._spare is None:
            assert self._stores is not None
            longer = self._stores[row].memories[number]
            place = [longer.data_ptr(), longer.shape[-2], longer.stride(0)]
        else:
            place = [self._spare.data_ptr(), self._spare.shape[-2], 0]
        counts = [before.count, self._made[row], before.place]
        return [past.data_ptr(), before.store.room, *place, *counts]


def patch_inputs(config: FlowNetworkConfig) -> int:
    """Numbers of a patch that goes in, which tell whether its latents are known."""
    return _whole(LATENTS_PER_TOKEN * (config.latent_dim + 1), PANEL_INPUTS)


def _whole(size: int, part: int) -> int:
    """Up to a whole number of parts."""
    return -(-size // part) * part


def _memory_shape(config: FlowNetworkConfig, room: int) -> tuple[int, ...]:
    size = config.transformer
    return size.layers, 2, size.kv_heads, room, size.dim // size.heads


def _spare(config: FlowNetworkConfig, needed: int) -> Tensor:
    """Room for one layer of one row, (2, K, room, D): nothing is to be remembered."""
    return torch.zeros(_memory_shape(config, _whole(needed, PANEL))[1:])


def _work_floats(config: FlowNetworkConfig, padded: int, room: int) -> int:
    """How much an evaluation writes to."""
    size = config.transformer
    qkv = (size.heads + 2 * size.kv_heads) * (size.dim // size.heads)
    widest = max(size.dim, size.ffn, patch_inputs(config))
    rows = (padded + PANEL_ROWS) * (2 * size.dim + qkv + 2 * size.ffn)
    return rows + PANEL * widest + PANEL_ROWS * (room + PANEL_LANES)


def _panels(numbers: Tensor) -> Tensor:
    """(outputs, inputs) in panels (outputs / PANEL, inputs, PANEL)."""
    return numbers.unflatten(0, (-1, PANEL)).transpose(1, 2)


def _weights(network: FlowNetwork) -> list[Tensor]:
    """Matrices, and vectors, in the order in which an evaluation uses them."""
    dim, into = network.config.transformer.dim, network.input.weight
    weights = [F.pad(into, (0, patch_inputs(network.config) - into.shape[1]))]
    for block in network.transformer.blocks:
        assert isinstance(block, Block)
        assert block.modulation is not None
        qkv, norms = paired_weights(block.attention)
        weights += [block.modulation.flatten(), qkv, norms.flatten(), block.attention.out.weight]
        weights += [block.ffn.gate_up.weight, block.ffn.down.weight]
    weights += [torch.zeros(2 * dim), network.output.weight]
    return [weight.detach().float() for weight in weights]
