"""From noise to latents by the network as it is, whole or block by block with the same result.

A block of patches is made by a few evaluations of the network, each of which sees the keys and
values that earlier blocks had in the same evaluation. What has been made once never changes.

Shapes: B rows, N tokens or patches, S patches so far, latents (B, 2N, D).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from minimax_speech.models.flow_integration import (
    FlowIntegrator,
    FlowPart,
    FlowPatches,
    FlowSettings,
)
from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import FlowNetwork, block_mask
from minimax_speech.models.layers import length_mask

FIRST_BLOCK, BLOCK = 14, 25
"""Tokens of a block. The first is waited for: it is as short as can be heard, as speech begins some
0.2 s late and the decoder sees 0.3 s ahead."""


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
