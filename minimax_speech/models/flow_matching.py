"""Conditional flow matching from noise to Flow-VAE latents (Lipman et al. 2022, arXiv 2210.02747).

The objective, apart from the network: the straight path x_t = (1 - t) noise + t data has velocity
data - noise; the network learns it. `flow_integration` integrates it from noise to latents.

Shapes: B batch, N tokens, latents (B, 2N, D).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn

from minimax_speech.models.flow_network import (
    LATENTS_PER_TOKEN,
    PROMPT_BLOCK,
    FlowNetwork,
    FlowNetworkConfig,
    FlowTime,
    block_mask,
)
from minimax_speech.models.layers import length_mask
from minimax_speech.models.weights import load_model

KIND = "flow_matching"
NOISE_BLOCK = 16  # numbers that torch draws at a time; part of a block would be drawn otherwise


@dataclass
class FlowMatchingConfig:
    """Objective and network.

    Attributes:
        network: size of the network.
        condition_dropout: share of the rows trained without condition, for guidance.
        prompt_share: share of the rows that are told the beginning of their latents (a prompt).
        block_tokens: shortest and longest block in training, in tokens; each row has its own.
        max_guidance: the most guidance that a distilled network has learnt.
    """

    network: FlowNetworkConfig = field(default_factory=FlowNetworkConfig)
    condition_dropout: float = 0.12
    prompt_share: float = 0.3
    block_tokens: tuple[int, int] = (5, 60)
    max_guidance: float = 2.0


@dataclass
class FlowCondition:
    """What the latents are to be."""

    tokens: Tensor  # (B, N) int64
    lengths: Tensor  # (B,) in tokens, the prompt's included
    timbre: Tensor  # (B, timbre_dim)
    bandwidth: Tensor  # (B,) Hz, the highest frequency the recording carries
    prompts: Tensor  # (B,) in tokens: so many stand in front whose latents are known
    blocks: Tensor  # (B, N) block of each patch


class FlowMatching(nn.Module):
    """Flow matching over latents normalised per channel by ``latent_mean`` and ``latent_std``."""

    latent_mean: Tensor
    latent_std: Tensor

    def __init__(self, config: FlowMatchingConfig) -> None:
        super().__init__()
        self.config = config
        self.network = FlowNetwork(config.network)
        self.register_buffer("latent_mean", torch.zeros(config.network.latent_dim))
        self.register_buffer("latent_std", torch.ones(config.network.latent_dim))

    def normalise(self, latents: Tensor) -> Tensor:
        """Latents (..., D) with zero mean and unit deviation per channel."""
        return (latents - self.latent_mean) / self.latent_std

    def restore_scale(self, latents: Tensor) -> Tensor:
        """The inverse of `normalise`."""
        return latents * self.latent_std + self.latent_mean

    def forward(
        self, latents: Tensor, tokens: Tensor, lengths: Tensor, timbre: Tensor, bandwidth: Tensor
    ) -> Tensor:
        """Mean squared error of the velocity over the real, unknown frames: a scalar.

        Args:
            latents: (B, 2N, D) of the Flow-VAE, not normalised.
            tokens: (B, N); ``lengths`` (B,) of them are real.
            timbre: (B, timbre_dim).
            bandwidth: (B,) Hz.
        """
        rows, device = len(tokens), tokens.device
        noise = torch.randn_like(latents, dtype=torch.float32)
        # Logit-normal: most steps in the middle.
        t = torch.sigmoid(torch.randn(rows, device=device))
        drop = torch.rand(rows, device=device) < self.config.condition_dropout
        condition = self.draw_condition(tokens, lengths, timbre, bandwidth, drop)
        return self.error(latents, noise, t, condition, drop)

    def error(
        self, latents: Tensor, noise: Tensor, t: Tensor, condition: FlowCondition, drop: Tensor
    ) -> Tensor:
        """Mean squared error of the velocity over the real, unknown frames: a scalar.

        Args:
            latents: (B, 2N, D) of the Flow-VAE, not normalised.
            noise: (B, 2N, D) that they come from.
            t: (B,) where on the way.
            condition: what the latents are to be.
            drop: (B,) True where tokens, timbre and prompt are withheld.
        """
        data = self.normalise(latents.float())
        known = condition.prompts * LATENTS_PER_TOKEN
        is_known = length_mask(known, data.shape[1])
        x = torch.where(is_known[..., None], data, torch.lerp(noise, data, t[:, None, None]))
        still = torch.zeros_like(t)
        velocity = self.velocity(x, FlowTime(t, still, still), condition, drop)
        weight = length_mask(condition.lengths * LATENTS_PER_TOKEN, data.shape[1]) & ~is_known
        error = (velocity.float() - (data - noise)).square().mean(-1)
        return (error * weight).sum() / weight.sum()

    def velocity(self, x: Tensor, time: FlowTime, condition: FlowCondition, drop: Tensor) -> Tensor:
        """Velocity (B, 2N, D) of whole utterances, without memory.

        Args:
            x: (B, 2N, D) on the way, normalised; the true latents where they are known.
            time: where on the way.
            condition: what the latents are to be.
            drop: (B,) True where tokens, timbre and prompt are withheld. The prompt is then not
                there at all.
        """
        c, network = condition, self.network
        in_prompt = length_mask(c.prompts, c.tokens.shape[1])
        # What belongs to a withheld prompt is seen by itself alone.
        hidden = drop[:, None, None] & in_prompt[:, None] & ~in_prompt[:, :, None]
        known = length_mask(c.prompts * LATENTS_PER_TOKEN, x.shape[1]) & ~drop[:, None]
        return network(
            x,
            known,
            network.embed_tokens(c.tokens, drop, c.prompts, c.lengths),
            network.modulate(time, c.timbre, c.bandwidth, drop),
            block_mask(c.blocks, c.lengths) & ~hidden[:, None],
        )

    def draw_condition(
        self, tokens: Tensor, lengths: Tensor, timbre: Tensor, bandwidth: Tensor, drop: Tensor
    ) -> FlowCondition:
        """Random prompts and blocks for training: some rows know up to a half of their latents."""
        rows, device = tokens.shape[0], tokens.device
        prompted = (torch.rand(rows, device=device) < self.config.prompt_share) & ~drop
        share = 0.5 * torch.rand(rows, device=device)
        prompts = (lengths * share * prompted).long()
        blocks = self.draw_blocks(tokens.shape[1], prompts)
        return FlowCondition(tokens, lengths, timbre, bandwidth, prompts, blocks)

    def draw_blocks(self, length: int, prompts: Tensor) -> Tensor:
        """Block (B, length) of each patch behind ``prompts`` (B,) tokens; each row of its size."""
        shortest, longest = (float(size) for size in self.config.block_tokens)
        draws = torch.rand(len(prompts), device=prompts.device)
        return _blocks(length, prompts, shortest * (longest / shortest) ** draws)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Load from a file. Raises InputError in one line where the file does not fit."""
        return load_model(path, cls, FlowMatchingConfig, KIND, device)


def _blocks(length: int, prompts: Tensor, size: Tensor) -> Tensor:
    """Block (B, length) of each patch: the prompt's, then blocks of ``size`` (B,) tokens."""
    after = torch.arange(length, device=prompts.device) - prompts[:, None]
    number = PROMPT_BLOCK + 1 + (after / size[:, None].round()).long()
    return torch.where(after < 0, PROMPT_BLOCK, number)


def frame_noise(seeds: Sequence[int], frames: int, dim: int) -> Tensor:
    """Standard normal noise (B, frames, dim), each row from its own seed and frame by frame.

    The noise of a frame depends on its row's seed and its index alone, never on the batch or on how
    long the utterance turns out.
    """
    count = -(-frames * dim // NOISE_BLOCK) * NOISE_BLOCK
    rows = [torch.randn(count, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(rows)[:, : frames * dim].view(len(rows), frames, dim)
