"""From noise to latents: integrating the flow, whole or block by block with the same result.

A block of patches is made by a few evaluations of the network, each of which sees the keys and
values that earlier blocks had in the same evaluation. What has been made once never changes.

Classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598) sharpens the condition: it costs a
second evaluation, unless the network is distilled.

Shapes: B rows, N tokens or patches, S patches so far, latents (B, 2N, D).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import (
    FULL_BANDWIDTH_HZ,
    FlowTime,
    block_mask,
)
from minimax_speech.models.layers import length_mask

Solver = Literal["euler", "midpoint"]
FIRST_BLOCK, BLOCK = 14, 25
"""Tokens of a block. The first is waited for: it is as short as can be heard, as speech begins some
0.2 s late and the decoder sees 0.3 s ahead."""


@dataclass(frozen=True)
class FlowSettings:
    """How the flow is integrated.

    Attributes:
        steps: of the solver; the midpoint solver evaluates the network twice in each.
        guidance: strength; 0 follows the condition alone.
        solver: Euler or midpoint.
    """

    steps: int
    guidance: float
    solver: Solver = "euler"


class _Memory:
    """Keys and values of one evaluation, layer by layer: a decode state of attention.

    Without ``grows`` it stays as it is: what is added is seen once and forgotten.
    """

    def __init__(self, layers: Sequence[tuple[Tensor, Tensor]], grows: bool = True) -> None:
        self.layers = list(layers)
        self._grows = grows

    def update(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        if layer < len(self.layers):
            past = self.layers[layer]
            keys, values = torch.cat((past[0], keys), 2), torch.cat((past[1], values), 2)
            if self._grows:
                self.layers[layer] = keys, values
        else:
            self.layers.append((keys, values))
        return keys, values


@dataclass
class FlowHistory:
    """What is remembered of the patches made so far, for rows of one batch.

    Attributes:
        evaluations: per evaluation and layer keys and values, each (B, heads, S, head_dim).
        seen: (B, S) True where a patch is real.
        positions: (B,) patches so far in each row.
    """

    evaluations: list[list[tuple[Tensor, Tensor]]]
    seen: Tensor
    positions: Tensor

    @classmethod
    def stack(cls, histories: Sequence["FlowHistory"]) -> "FlowHistory":
        """Histories of single rows as one batch, padded to the longest."""
        size = max(history.seen.shape[1] for history in histories)

        def padded(tensors: Sequence[Tensor]) -> Tensor:
            return torch.cat([F.pad(x, (0, 0, 0, size - x.shape[2])) for x in tensors])

        evaluations = [
            [
                (padded([keys for keys, _ in rows]), padded([values for _, values in rows]))
                for rows in zip(*layers, strict=True)
            ]
            for layers in zip(*(history.evaluations for history in histories), strict=True)
        ]
        seen = torch.cat([F.pad(h.seen, (0, size - h.seen.shape[1])) for h in histories])
        return cls(evaluations, seen, torch.cat([h.positions for h in histories]))


@dataclass(frozen=True)
class FlowPart:
    """What is to be made next of the rows of a batch.

    Attributes:
        tokens: (B, M) of the patches to make and of their neighbours, of which the model sees
            ``look_ahead`` before and after; ``lengths`` (B,) of them are real.
        lengths: as above.
        timbre: (B, timbre_dim).
        noise: (B, 2N, D) standard normal.
        first: place of the first of the N patches in ``tokens``.
    """

    tokens: Tensor
    lengths: Tensor
    timbre: Tensor
    noise: Tensor
    first: int = 0


@dataclass(frozen=True)
class _Pass:
    """What all evaluations for some new patches share."""

    words: Tensor
    timbre: Tensor
    drop: Tensor
    mask: Tensor
    positions: Tensor
    memories: list[_Memory]


class FlowSampler:
    """Integrates the flow of one model with the same settings for all rows."""

    def __init__(self, model: FlowMatching, settings: FlowSettings) -> None:
        self.model = model
        self.settings = settings
        self._distilled = model.config.network.distilled
        # With guidance, a network that is not distilled needs a second row without condition.
        self._copies = 2 if settings.guidance and not self._distilled else 1
        times = torch.linspace(0, 1, settings.steps + 1).tolist()
        self._steps = [
            [(start, stop - start)]
            if settings.solver == "euler"
            else [(start, 0.0), ((start + stop) / 2, 0.0)]
            for start, stop in pairwise(times)
        ]
        """For each step of the solver the time and the interval of its evaluations."""

    @property
    def _evaluations(self) -> list[tuple[float, float]]:
        return [evaluation for step in self._steps for evaluation in step]

    def begin(self, rows: int) -> FlowHistory:
        """The history of rows that nothing has been made of."""
        rows, device = rows * self._copies, self.model.latent_mean.device
        size = self.model.config.network.transformer
        nothing = torch.zeros(rows, size.kv_heads, 0, size.dim // size.heads, device=device)
        return FlowHistory(
            [[(nothing, nothing)] * size.layers for _ in self._evaluations],
            torch.zeros(rows, 0, dtype=torch.bool, device=device),
            torch.zeros(rows, dtype=torch.long, device=device),
        )

    @torch.inference_mode()
    def prime(self, tokens: Tensor, latents: Tensor, timbre: Tensor) -> FlowHistory:
        """The history of one row that begins with a prompt, which depends on the voice alone.

        Args:
            tokens: (N,) of the prompt.
            latents: (2N, D) of the prompt.
            timbre: (timbre_dim,).
        """
        # The rows are the evaluations: the prompt is the same in all, and time is not.
        rows, count, device = len(self._evaluations), len(tokens), tokens.device
        keep = torch.zeros(rows, dtype=torch.bool, device=device)
        prompts = torch.full((1,), count, device=device)
        network, memory = self.model.network, _Memory([])
        t, interval = torch.tensor(self._evaluations, device=device).T
        x = self.model.normalise(latents).expand(rows, -1, -1)
        network(
            x,
            torch.ones(x.shape[:2], dtype=torch.bool, device=device),
            network.embed_tokens(tokens[None], keep[:1], prompts, prompts),
            self._modulation(t, interval, timbre.expand(rows, -1), keep),
            torch.ones(1, 1, 1, count, dtype=torch.bool, device=device),
            state=memory,
        )
        # A row without condition sees no prompt.
        seen = ~self._drop(1)[:, None].expand(-1, count)
        evaluations = [
            [
                (
                    keys[row].expand(self._copies, *keys.shape[1:]),
                    values[row].expand(self._copies, *values.shape[1:]),
                )
                for keys, values in memory.layers
            ]
            for row in range(rows)
        ]
        return FlowHistory(evaluations, seen, prompts.repeat(self._copies))

    @torch.inference_mode()
    def extend(
        self, history: FlowHistory, wanted: FlowPart, blocks: Tensor
    ) -> tuple[Tensor, FlowHistory]:
        """More latents (B, 2N, D) of the Flow-VAE, full band, and the longer history.

        Args:
            history: of the rows.
            wanted: what to make.
            blocks: (N,) which patches are made together: numbers that do not fall.
        """
        shared = self._shared(history, wanted, blocks, grows=True)
        latents = self._integrate(wanted.noise, shared)
        made = (wanted.lengths - wanted.first).clamp(max=len(blocks))
        made = made.repeat_interleave(self._copies, 0)
        longer = FlowHistory(
            [memory.layers for memory in shared.memories],
            torch.cat((history.seen, length_mask(made, len(blocks))), dim=1),
            history.positions + made,
        )
        return latents, longer

    @torch.inference_mode()
    def finish(self, history: FlowHistory, wanted: FlowPart, blocks: Tensor) -> Tensor:
        """The last latents of the rows: as `extend`, in less memory, since nothing follows."""
        return self._integrate(wanted.noise, self._shared(history, wanted, blocks, grows=False))

    def _shared(self, history: FlowHistory, wanted: FlowPart, blocks: Tensor, grows: bool) -> _Pass:
        count, first, drop = len(blocks), wanted.first, self._drop(len(wanted.tokens))
        tokens, lengths, timbre = (
            value.repeat_interleave(self._copies, 0)
            for value in (wanted.tokens, wanted.lengths, wanted.timbre)
        )
        network, nothing = self.model.network, torch.zeros_like(lengths)
        words = network.embed_tokens(tokens, drop, nothing, lengths)[:, first : first + count]
        made = (lengths - first).clamp(max=count)
        past = history.seen[:, None, None].expand(-1, -1, count, -1)
        return _Pass(
            words,
            timbre,
            drop,
            torch.cat((past, block_mask(blocks.expand(len(tokens), -1), made)), dim=-1),
            history.positions[:, None] + torch.arange(count, device=tokens.device),
            [_Memory(layers, grows) for layers in history.evaluations],
        )

    def _integrate(self, noise: Tensor, shared: _Pass) -> Tensor:
        """Latents (B, 2N, D) of noise."""
        x, numbers = noise, iter(range(len(shared.memories)))
        for step in self._steps:
            velocity = self._velocity(x, next(numbers), shared)
            if len(step) == 2:
                half = x + velocity / (2 * len(self._steps))
                velocity = self._velocity(half, next(numbers), shared)
            x = x + velocity / len(self._steps)
        return self.model.restore_scale(x)

    def _velocity(self, x: Tensor, number: int, shared: _Pass) -> Tensor:
        """Velocity (B, 2N, D) in an evaluation, guided."""
        rows = len(shared.drop)
        t, interval = (x.new_full((rows,), value) for value in self._evaluations[number])
        x = x.repeat_interleave(self._copies, 0)
        velocity = self.model.network(
            x,
            torch.zeros(x.shape[:2], dtype=torch.bool, device=x.device),
            shared.words,
            self._modulation(t, interval, shared.timbre, shared.drop),
            shared.mask,
            shared.positions,
            shared.memories[number],
        )
        if self._copies == 1:
            return velocity
        with_condition, without = velocity[0::2], velocity[1::2]
        return with_condition + self.settings.guidance * (with_condition - without)

    def _modulation(self, t: Tensor, interval: Tensor, timbre: Tensor, drop: Tensor) -> Tensor:
        guidance = torch.full_like(t, self.settings.guidance)
        band = torch.full_like(t, FULL_BANDWIDTH_HZ)
        return self.model.network.modulate(FlowTime(t, interval, guidance), timbre, band, drop)

    def _drop(self, rows: int) -> Tensor:
        """(rows * copies,) True where the condition is withheld: of each pair the second."""
        pair = torch.tensor([False, True][: self._copies], device=self.model.latent_mean.device)
        return pair.repeat(rows)


def block_schedule(tokens: int) -> Tensor:
    """The block (tokens,) of each patch of an utterance."""
    place = torch.arange(tokens)
    return place // BLOCK + (place >= FIRST_BLOCK)


def block_stop(start: int) -> int:
    """Where the block ends that begins at the token ``start``."""
    return FIRST_BLOCK if start < FIRST_BLOCK else (start // BLOCK + 1) * BLOCK


def sample(
    model: FlowMatching,
    tokens: Tensor,
    lengths: Tensor,
    timbre: Tensor,
    noise: Tensor,
    settings: FlowSettings,
) -> Tensor:
    """Latents (B, 2N, D) of whole utterances without prompts; arguments as in `FlowPart`."""
    sampler = FlowSampler(model, settings)
    blocks = block_schedule(tokens.shape[1]).to(tokens.device)
    part = FlowPart(tokens, lengths, timbre, noise)
    return sampler.finish(sampler.begin(len(tokens)), part, blocks)
