"""From noise to latents: integrating the flow, whole or block by block with the same result.

A block of patches is made by a few evaluations of the network, each of which sees the keys and
values that earlier blocks had in the same evaluation. What has been made once never changes.

Classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598) sharpens the condition: it costs a
second evaluation, unless the network is distilled.

Shapes: B rows, N tokens or patches, S patches so far, latents (B, 2N, D).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Literal, Protocol, TypeVar

import torch
from torch import Tensor
from torch.nn import functional as F

from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import (
    FULL_BANDWIDTH_HZ,
    FlowNetwork,
    FlowTime,
    block_mask,
)
from minimax_speech.models.layers import length_mask

History = TypeVar("History")
History_co = TypeVar("History_co", covariant=True)
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
    """The decode state of one evaluation.

    Attributes:
        added: keys and values of new patches, (2, B, heads, N, head_dim), layer by layer; none
            where they are not kept.
    """

    def __init__(self, past: Tensor | None = None, keeps: bool = True) -> None:
        """``past`` holds those of patches before, (layers, 2, B, heads, S, head_dim)."""
        self.added: list[Tensor] = []
        self._past, self._keeps = past, keeps

    def update(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        new = torch.stack((keys, values))
        if self._keeps:
            self.added.append(new)
        if self._past is not None:
            keys, values = torch.cat((self._past[layer], new), -2)
        return keys, values


@dataclass
class FlowHistory:
    """What is remembered of the patches made so far, for rows of one batch.

    Attributes:
        memories: keys and values, (evaluations, layers, 2, B, heads, S, head_dim).
        seen: (B, S) True where a patch is real.
        positions: (B,) patches so far in each row.
    """

    memories: Tensor
    seen: Tensor
    positions: Tensor

    @classmethod
    def stack(cls, histories: Sequence["FlowHistory"]) -> "FlowHistory":
        """Histories of single rows as one batch, padded to the longest.

        Many may be the same object, which is padded once.
        """
        unique = {id(history): history for history in histories}
        size = max(history.seen.shape[1] for history in unique.values())

        def padded(history: "FlowHistory") -> FlowHistory:
            missing = size - history.seen.shape[1]
            memories = F.pad(history.memories, (0, 0, 0, missing))
            return cls(memories, F.pad(history.seen, (0, missing)), history.positions)

        longest = {key: padded(history) for key, history in unique.items()}
        rows = [longest[id(history)] for history in histories]
        return cls(
            torch.cat([row.memories for row in rows], 3),
            torch.cat([row.seen for row in rows]),
            torch.cat([row.positions for row in rows]),
        )

    def longer(self, added: Tensor, seen: Tensor) -> "FlowHistory":
        """With new patches.

        Args:
            added: their (evaluations, layers, 2, B, heads, N, head_dim).
            seen: (B, N) True where they are real.
        """
        return FlowHistory(
            torch.cat((self.memories, added), -2),
            torch.cat((self.seen, seen), 1),
            self.positions + seen.sum(1),
        )


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
class FlowPatches:
    """What all evaluations for some new patches share; rows count each copy.

    Attributes:
        words: (B, N, C) what the tokens say.
        modulations: (evaluations, B, 8, C).
        blocks: (N,) which patches are made together: numbers that do not fall.
        made: (B,) of the patches are real.
    """

    words: Tensor
    modulations: Tensor
    blocks: Tensor
    made: Tensor


class Evaluator(Protocol[History_co]):
    """Evaluates the network for some new patches, once in each evaluation."""

    def velocity(self, number: int, x: Tensor) -> Tensor:
        """Velocity (B, 2N, D) of latents on their way in the evaluation of this number."""
        ...

    def longer(self) -> History_co:
        """The history after all evaluations."""
        ...


class FlowIntegrator(ABC, Generic[History]):
    """Integrates the flow of one model with the same settings for all rows.

    What it is told of the network, and what it remembers, is for the heirs to say.
    """

    def __init__(self, model: FlowMatching, settings: FlowSettings) -> None:
        self.model = model
        self.settings = settings
        # With guidance, a network that is not distilled needs a second row without condition.
        self.copies = 2 if settings.guidance and not model.config.network.distilled else 1
        times = torch.linspace(0, 1, settings.steps + 1).tolist()
        self._steps = [
            [(start, stop - start)]
            if settings.solver == "euler"
            else [(start, 0.0), ((start + stop) / 2, 0.0)]
            for start, stop in pairwise(times)
        ]
        """For each step of the solver the time and the interval of its evaluations."""
        self.evaluations = sum(len(step) for step in self._steps)

    @abstractmethod
    def begin(self, rows: int) -> History:
        """The history of rows that nothing has been made of."""

    @abstractmethod
    def prime(self, tokens: Tensor, latents: Tensor, timbre: Tensor) -> History:
        """The history of one row that begins with a prompt, which depends on the voice alone.

        Args:
            tokens: (N,) of the prompt.
            latents: (2N, D) of the prompt.
            timbre: (timbre_dim,).
        """

    @abstractmethod
    def stack(self, histories: Sequence[History]) -> History:
        """Histories of single rows as one batch."""

    @abstractmethod
    def extend_all(
        self, histories: Sequence[History], wanted: FlowPart, blocks: Tensor
    ) -> tuple[Tensor, list[History]]:
        """As `extend`, for histories of single rows, which become longer each by itself."""

    @abstractmethod
    def evaluator(self, history: History, patches: FlowPatches, grows: bool) -> Evaluator[History]:
        """What evaluates the network for new patches, and remembers them if it ``grows``."""

    @torch.inference_mode()
    def extend(self, history: History, wanted: FlowPart, blocks: Tensor) -> tuple[Tensor, History]:
        """More latents (B, 2N, D) of the Flow-VAE, full band, and the longer history.

        Args:
            history: of the rows.
            wanted: what to make.
            blocks: (N,) which patches are made together: numbers that do not fall.
        """
        evaluator = self.evaluator(history, self._patches(wanted, blocks), grows=True)
        return self._integrate(wanted.noise, evaluator), evaluator.longer()

    @torch.inference_mode()
    def finish(self, history: History, wanted: FlowPart, blocks: Tensor) -> Tensor:
        """The last latents of the rows: as `extend`, in less memory, since nothing follows."""
        evaluator = self.evaluator(history, self._patches(wanted, blocks), grows=False)
        return self._integrate(wanted.noise, evaluator)

    def prompt(self, tokens: Tensor, timbre: Tensor) -> FlowPatches:
        """What is shared by all evaluations of a prompt, which is one row; as in `prime`."""
        keep, lengths = self._drop(1)[:1], torch.full((1,), len(tokens), device=tokens.device)
        return FlowPatches(
            self.model.network.embed_stretch(tokens[None], keep, length_mask(lengths, len(tokens))),
            self._modulations(timbre[None], keep),
            torch.zeros_like(tokens),
            lengths,
        )

    def _patches(self, wanted: FlowPart, blocks: Tensor) -> FlowPatches:
        count, first, drop = len(blocks), wanted.first, self._drop(len(wanted.tokens))
        tokens, lengths, timbre = (
            value.repeat_interleave(self.copies, 0)
            for value in (wanted.tokens, wanted.lengths, wanted.timbre)
        )
        real = length_mask(lengths, tokens.shape[1])
        words = self.model.network.embed_stretch(tokens, drop, real)
        return FlowPatches(
            words[:, first : first + count],
            self._modulations(timbre, drop),
            blocks,
            (lengths - first).clamp(max=count),
        )

    def _integrate(self, noise: Tensor, evaluator: Evaluator[History]) -> Tensor:
        """Latents (B, 2N, D) of noise."""
        x, numbers = noise, iter(range(self.evaluations))
        for step in self._steps:
            velocity = self._velocity(x, next(numbers), evaluator)
            if len(step) == 2:
                half = x + velocity / (2 * len(self._steps))
                velocity = self._velocity(half, next(numbers), evaluator)
            x = x + velocity / len(self._steps)
        return self.model.restore_scale(x)

    def _velocity(self, x: Tensor, number: int, evaluator: Evaluator[History]) -> Tensor:
        """Velocity (B, 2N, D) in an evaluation, guided."""
        velocity = evaluator.velocity(number, x.repeat_interleave(self.copies, 0))
        if self.copies == 1:
            return velocity
        with_condition, without = velocity[0::2], velocity[1::2]
        return with_condition + self.settings.guidance * (with_condition - without)

    def _modulations(self, timbre: Tensor, drop: Tensor) -> Tensor:
        """(evaluations, B, 8, C)."""
        rows = len(drop)
        evaluations = [evaluation for step in self._steps for evaluation in step]
        t, interval = torch.tensor(evaluations, device=drop.device).repeat_interleave(rows, 0).T
        guidance = torch.full_like(t, self.settings.guidance)
        band = torch.full_like(t, FULL_BANDWIDTH_HZ)
        timbre, drop = timbre.repeat(self.evaluations, 1), drop.repeat(self.evaluations)
        modulation = self.model.network.modulate(
            FlowTime(t, interval, guidance), timbre, band, drop
        )
        return modulation.unflatten(0, (-1, rows))

    def _drop(self, rows: int) -> Tensor:
        """(rows * copies,) True where the condition is withheld: of each pair the second."""
        pair = torch.tensor([False, True][: self.copies], device=self.model.latent_mean.device)
        return pair.repeat(rows)


class FlowSampler(FlowIntegrator[FlowHistory]):
    """Integrates with the network as it is."""

    def begin(self, rows: int) -> FlowHistory:
        """As `FlowIntegrator.begin`."""
        rows, device = rows * self.copies, self.model.latent_mean.device
        size = self.model.config.network.transformer
        shape = (self.evaluations, size.layers, 2, rows, size.kv_heads, 0, size.dim // size.heads)
        return FlowHistory(
            torch.zeros(shape, device=device),
            torch.zeros(rows, 0, dtype=torch.bool, device=device),
            torch.zeros(rows, dtype=torch.long, device=device),
        )

    @torch.inference_mode()
    def prime(self, tokens: Tensor, latents: Tensor, timbre: Tensor) -> FlowHistory:
        """As `FlowIntegrator.prime`."""
        # The rows are the evaluations: the prompt is the same in all, and time is not.
        rows, count, device = self.evaluations, len(tokens), tokens.device
        shared, memory = self.prompt(tokens, timbre), _Memory()
        x = self.model.normalise(latents).expand(rows, -1, -1)
        self.model.network(
            x,
            torch.ones(x.shape[:2], dtype=torch.bool, device=device),
            shared.words,
            shared.modulations[:, 0],
            torch.ones(1, 1, 1, count, dtype=torch.bool, device=device),
            state=memory,
        )
        # A row without condition sees no prompt.
        seen = ~self._drop(1)[:, None].expand(-1, count)
        memories = torch.stack(memory.added).movedim(2, 0)[:, :, :, None]
        memories = memories.expand(-1, -1, -1, self.copies, -1, -1, -1)
        return FlowHistory(memories, seen, shared.made.repeat(self.copies))

    def stack(self, histories: Sequence[FlowHistory]) -> FlowHistory:
        """As `FlowIntegrator.stack`."""
        return FlowHistory.stack(histories)

    @torch.inference_mode()
    def extend_all(
        self, histories: Sequence[FlowHistory], wanted: FlowPart, blocks: Tensor
    ) -> tuple[Tensor, list[FlowHistory]]:
        """As `FlowIntegrator.extend_all`."""
        patches = self._patches(wanted, blocks)
        evaluator = self.evaluator(self.stack(histories), patches, grows=True)
        latents = self._integrate(wanted.noise, evaluator)
        added = evaluator.added.split(self.copies, 3)
        seen = length_mask(patches.made, len(blocks)).split(self.copies)
        return latents, [
            history.longer(*new) for history, *new in zip(histories, added, seen, strict=True)
        ]

    def evaluator(self, history: FlowHistory, patches: FlowPatches, grows: bool) -> "_Evaluator":
        """As `FlowIntegrator.evaluator`."""
        return _Evaluator(self.model.network, history, patches, grows)


class _Evaluator:
    """The network's evaluations for new patches of the rows of a history."""

    def __init__(
        self, network: FlowNetwork, history: FlowHistory, patches: FlowPatches, grows: bool
    ) -> None:
        self._network, self._history, self._patches = network, history, patches
        rows, count = patches.words.shape[:2]
        past = history.seen[:, None, None].expand(-1, -1, count, -1)
        among = block_mask(patches.blocks.expand(rows, -1), patches.made)
        self._mask = _attention_bias(torch.cat((past, among), dim=-1), patches.words.dtype)
        places = torch.arange(count, device=patches.made.device)
        self._positions = history.positions[:, None] + places
        self._memories = [_Memory(past, grows) for past in history.memories]

    def velocity(self, number: int, x: Tensor) -> Tensor:
        """As `Evaluator.velocity`."""
        return self._network(
            x,
            torch.zeros(x.shape[:2], dtype=torch.bool, device=x.device),
            self._patches.words,
            self._patches.modulations[number],
            self._mask,
            self._positions,
            self._memories[number],
        )

    @property
    def added(self) -> Tensor:
        """Keys and values of the new patches, as a history holds them."""
        return torch.stack([torch.stack(memory.added) for memory in self._memories])

    def longer(self) -> FlowHistory:
        """As `Evaluator.longer`."""
        made = self._patches.made
        return self._history.longer(self.added, length_mask(made, len(self._patches.blocks)))


def _attention_bias(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """What is added to attention's logits: 0 where the mask (..., S) is True, else -inf.

    Attention makes the same of a mask, but anew in each call; it also wants rows of whole eights.
    """
    size = mask.shape[-1]
    hidden = F.pad(~mask, (0, -size % 8))
    bias = torch.zeros(hidden.shape, dtype=dtype, device=mask.device)
    return bias.masked_fill_(hidden, float("-inf"))[..., :size]


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
