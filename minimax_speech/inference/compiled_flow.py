"""Flow matching on a CPU by one compiled function for each evaluation of the network.

What is made while tokens are drawn keeps one core busy, and leaves the others and Python to that.
The rows of whole lines are shared among the cores.

Shapes: B rows, N new patches in each, M = B * N, P numbers of a patch, C model width, K key/value
heads, D head dimension, latents (B, 2N, P / 2).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.inference.compiled_weights import (
    PANEL_INPUTS,
    PANEL_ROWS,
    Compilation,
    Panel,
    pack,
    signed_turns,
)
from minimax_speech.inference.kv_cache import paired_weights
from minimax_speech.inference.threads import one_core
from minimax_speech.models.flow_integration import (
    FlowIntegrator,
    FlowPart,
    FlowPatches,
    FlowSettings,
)
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN, FlowNetwork, FlowNetworkConfig
from minimax_speech.models.transformer import Block

ROW_FIELDS = 8
"""Numbers that tell the evaluation of a row."""
_GROWTH = 1.5


class CompiledNetwork(Compilation):
    """A network's weights as the compiled evaluation reads them, and the evaluation."""

    slow = "flow matching is slow here, uncompiled"

    def __init__(self, network: FlowNetwork, panel: Panel, whole: Tensor, floats: Tensor) -> None:
        self.config, self.panel = network.config, panel
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

        return compile_evaluation(self.config, self.panel)

    @classmethod
    def of(cls, network: FlowNetwork) -> Self | None:
        """None for one whose matrices are not int8 times a scale, or do not fill vectors."""
        size = network.config.transformer
        patch = LATENTS_PER_TOKEN * network.config.latent_dim
        panel = Panel.dividing((size.dim, size.ffn, size.dim // size.heads, patch))
        if panel is None:
            return None
        packed = pack(_weights(network), panel.order)
        return packed and cls(network, panel, *packed)


class _Store:
    """Memories of one row, (evaluations, layers, 2, K, room, D), that are only ever added to.

    One that forgets is as large as a single layer's: each layer writes over the one before.
    """

    def __init__(
        self, network: CompiledNetwork, evaluations: int, room: int, forgets: bool = False
    ) -> None:
        size = network.config.transformer
        self.room = _whole(room, network.panel.width)
        outer = (evaluations, size.layers)
        inner = (2, size.kv_heads, self.room, size.dim // size.heads)
        self.memories = torch.zeros(*((1, 1) if forgets else outer), *inner)
        self.memories = self.memories.expand(*outer, *inner)
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
        part = _Part(self._network, [row], [row.store], patches, known=True)
        evaluator = _Evaluator(self._network, [part])
        x = self.model.normalise(latents)[None]
        for number in range(self.evaluations):
            evaluator.velocity(number, x)
        row.store.used = row.store.room  # many lines go on from here at once: none in this store
        # A row without condition sees no prompt.
        return [_Row(row.store, count, count), _Row(self._store(0), 0, count)][: self.copies]

    def stack(self, histories: Sequence[CompiledHistory]) -> CompiledHistory:
        """As `FlowIntegrator.stack`."""
        return [row for rows in histories for row in rows]

    def extend(
        self, history: CompiledHistory, wanted: FlowPart, blocks: Tensor
    ) -> tuple[Tensor, CompiledHistory]:
        """As `FlowIntegrator.extend`, on one core: tokens are drawn on another meanwhile."""
        with one_core():
            return super().extend(history, wanted, blocks)

    def extend_all(
        self, histories: Sequence[CompiledHistory], wanted: FlowPart, blocks: Tensor
    ) -> tuple[Tensor, list[CompiledHistory]]:
        """As `FlowIntegrator.extend_all`."""
        latents, rows = self.extend(self.stack(histories), wanted, blocks)
        firsts = range(0, len(rows), self.copies)
        return latents, [rows[first : first + self.copies] for first in firsts]

    def evaluator(
        self, history: CompiledHistory, patches: FlowPatches, grows: bool
    ) -> "_Evaluator":
        """As `FlowIntegrator.evaluator`."""
        if not grows:
            cuts = _slices(len(history), torch.get_num_threads())
            parts = [self._forgetting(history[rows], _some(patches, rows)) for rows in cuts]
            return _Evaluator(self._network, parts)
        made = patches.made.tolist()
        stores = [
            self._longer(row, real, len(patches.blocks))
            for row, real in zip(history, made, strict=True)
        ]
        return _Evaluator(self._network, [_Part(self._network, history, stores, patches)])

    def _forgetting(self, history: CompiledHistory, patches: FlowPatches) -> "_Part":
        """Rows that nothing is to follow. They are worked on in turn, and share their room."""
        room = max(row.count for row in history) + len(patches.blocks)
        spare = _Store(self._network, self.evaluations, room, forgets=True)
        return _Part(self._network, history, [spare] * len(history), patches)

    def _longer(self, row: _Row, made: int, new: int) -> _Store:
        """A store with room for new patches: the row's own, if nobody has gone on there."""
        store, needed = row.store, row.count + new
        if store.used != row.count or needed > store.room:
            store = self._store(int(needed * _GROWTH))
        store.used = row.count + made
        return store

    def _store(self, room: int) -> _Store:
        return _Store(self._network, self.evaluations, room)


class _Evaluator:
    """Evaluations for new patches of the rows of a history: parts of them, on a core each."""

    def __init__(self, network: CompiledNetwork, parts: "list[_Part]") -> None:
        self._network, self._parts = network, parts

    def velocity(self, number: int, x: Tensor) -> Tensor:
        """As `Evaluator.velocity`."""
        pieces = x.split([part.rows for part in self._parts])
        calls = [part.call(number, piece) for part, piece in zip(self._parts, pieces, strict=True)]
        if len(calls) == 1:
            self._network.run(*calls[0])
        else:
            with ThreadPoolExecutor(len(calls)) as cores:
                list(cores.map(lambda call: self._network.run(*call), calls))
        velocity = torch.cat([part.velocity for part in self._parts])
        return (velocity + self._network.bias_out).view_as(x)

    def longer(self) -> CompiledHistory:
        """As `Evaluator.longer`."""
        return [row for part in self._parts for row in part.longer()]


class _Part:
    """What an evaluation reads and writes for some rows, whose longer memories go to stores."""

    def __init__(
        self,
        network: CompiledNetwork,
        history: CompiledHistory,
        stores: list[_Store],
        patches: FlowPatches,
        known: bool = False,
    ) -> None:
        self._network, self._history, self._stores = network, history, stores
        self._made = patches.made.tolist()
        rows, self._new = patches.words.shape[:2]
        self.rows = rows
        self._padded = _whole(rows * self._new, PANEL_ROWS)
        self._words = patches.words + network.bias_in
        self._modulations = patches.modulations.contiguous()
        stops = torch.searchsorted(patches.blocks, patches.blocks, right=True)
        self._stops = F.pad(stops, (0, PANEL_ROWS), value=self._new)
        self._turns = network.turns(max(row.place for row in history) + self._new)
        self._room = max(store.room for store in stores)
        self._work = torch.zeros(_work_floats(network, self._padded, self._room))
        self._velocity = torch.empty(self._padded, len(network.bias_out))
        self._patches = torch.zeros(self._padded, patch_inputs(network.config))
        frame = network.config.latent_dim + 1
        frames = self._patches[: rows * self._new, : LATENTS_PER_TOKEN * frame]
        frames = frames.unflatten(1, (LATENTS_PER_TOKEN, frame))
        self._latents = frames[:, :, :-1]
        frames[:, :, -1] = float(known)

    @property
    def velocity(self) -> Tensor:
        """(M, P) of the last call, without the bias."""
        return self._velocity[: self.rows * self._new]

    def call(self, number: int, x: Tensor) -> list[int]:
        """The arguments for the evaluation of this number, which reads x (B, 2N, P / 2)."""
        network = self._network
        self._table = torch.tensor([self._fields(number, row) for row in range(self.rows)])
        self._latents.copy_(x.reshape(self._latents.shape))
        arrays = (
            self._table, self._stops, network.whole, network.floats, self._turns,
            self._modulations[number], self._patches, self._words, self._work, self._velocity,
        )  # fmt: skip
        addresses = [array.data_ptr() for array in arrays]
        return [*addresses, self.rows, self._new, self._padded, self._room]

    def longer(self) -> CompiledHistory:
        """The history after all evaluations, of these rows."""
        return [
            _Row(store, row.count + made, row.place + made)
            for row, store, made in zip(self._history, self._stores, self._made, strict=True)
        ]

    def _fields(self, number: int, row: int) -> list[int]:
        """What the evaluation of this number is told of a row."""
        before, longer = self._history[row], self._stores[row].memories[number]
        past = before.store.memories[number].data_ptr(), before.store.room
        place = longer.data_ptr(), longer.shape[-2], longer.stride(0)
        return [*past, *place, before.count, self._made[row], before.place]


def patch_inputs(config: FlowNetworkConfig) -> int:
    """Numbers of a patch that goes in, which tell whether its latents are known."""
    return _whole(LATENTS_PER_TOKEN * (config.latent_dim + 1), PANEL_INPUTS)


def _some(patches: FlowPatches, rows: slice) -> FlowPatches:
    return replace(
        patches,
        words=patches.words[rows],
        modulations=patches.modulations[:, rows],
        made=patches.made[rows],
    )


def _slices(rows: int, parts: int) -> list[slice]:
    """At most so many parts, as even as can be."""
    parts = min(rows, parts)
    cuts = [rows * part // parts for part in range(parts + 1)]
    return [slice(*cut) for cut in pairwise(cuts)]


def _whole(size: int, part: int) -> int:
    """Up to a whole number of parts."""
    return -(-size // part) * part


def _work_floats(network: CompiledNetwork, padded: int, room: int) -> int:
    """How much an evaluation writes to."""
    config, size, panel = network.config, network.config.transformer, network.panel
    qkv = (size.heads + 2 * size.kv_heads) * (size.dim // size.heads)
    widest = max(size.dim, size.ffn, patch_inputs(config))
    rows = (padded + PANEL_ROWS) * (2 * size.dim + qkv + 2 * size.ffn)
    return rows + panel.width * widest + PANEL_ROWS * (room + panel.lanes)


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
