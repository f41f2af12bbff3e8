"""Conditional flow matching from noise to Flow-VAE latents (Lipman et al. 2022, arXiv 2210.02747).

The objective and the solver, apart from the network: the straight path x_t = (1 - t) noise + t data
has velocity data - noise; the network learns it, and integrating it from noise gives latents.
Classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598) sharpens the condition.

Shapes: B batch, N tokens, latents (B, 2N, D).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Literal, Self

import torch
from torch import Tensor, nn

from minimax_speech.models.flow_network import (
    FULL_BANDWIDTH_HZ,
    LATENTS_PER_TOKEN,
    FlowCondition,
    FlowNetwork,
    FlowNetworkConfig,
)
from minimax_speech.models.layers import length_mask
from minimax_speech.models.weights import load_model

KIND = "flow_matching"
NOISE_BLOCK = 16  # numbers that torch draws at a time; part of a block would be drawn otherwise
Solver = Literal["euler", "midpoint"]


@dataclass
class FlowMatchingConfig:
    """Objective and network.

    Attributes:
        network: size of the network.
        condition_dropout: share of the rows trained without condition, for guidance.
        prompt_share: share of the rows that are told the beginning of their latents (a prompt).
    """

    network: FlowNetworkConfig = field(default_factory=FlowNetworkConfig)
    condition_dropout: float = 0.12
    prompt_share: float = 0.3


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
        data = self.normalise(latents.float())
        noise = torch.randn_like(data)
        t = torch.sigmoid(
            torch.randn(rows, device=device)
        )  # logit-normal: most steps in the middle
        mixed = torch.lerp(noise, data, t[:, None, None])
        known = self._prompt_lengths(lengths)
        prompt_mask = length_mask(known * LATENTS_PER_TOKEN, data.shape[1])
        condition = FlowCondition(
            tokens,
            lengths,
            timbre,
            bandwidth,
            data,
            prompt_mask,
            torch.rand(rows, device=device) < self.config.condition_dropout,
        )
        velocity = self.network(mixed, t, condition)
        weight = length_mask(lengths * LATENTS_PER_TOKEN, data.shape[1]) & ~prompt_mask
        error = (velocity.float() - (data - noise)).square().mean(-1)
        return (error * weight).sum() / weight.sum()

    def _prompt_lengths(self, lengths: Tensor) -> Tensor:
        """Known tokens per row: for some rows a random beginning of up to a half, else none."""
        chosen = torch.rand(len(lengths), device=lengths.device) < self.config.prompt_share
        share = 0.5 * torch.rand(len(lengths), device=lengths.device)
        return (lengths * share * chosen).long()

    @torch.inference_mode()
    def sample(
        self,
        tokens: Tensor,
        lengths: Tensor,
        timbre: Tensor,
        noise: Tensor,
        steps: int,
        cfg_scale: float,
        prompt: Tensor | None = None,
        prompt_lengths: Tensor | None = None,
        solver: Solver = "euler",
    ) -> Tensor:
        """Latents (B, 2N, D) of the Flow-VAE, full band.

        Args:
            tokens: (B, N), prompt tokens first where there is a prompt; ``lengths`` (B,) are real.
            timbre: (B, timbre_dim).
            noise: (B, 2N, D) standard normal.
            steps: of the solver; the midpoint solver evaluates the network twice in each.
            cfg_scale: guidance; 0 follows the condition alone.
            prompt: (B, 2M, D) latents of the prompt; ``prompt_lengths`` (B,) in tokens.
            solver: Euler or midpoint.
        """
        known = torch.zeros_like(noise)
        known_mask = torch.zeros(noise.shape[:2], dtype=torch.bool, device=noise.device)
        if prompt is not None and prompt_lengths is not None:
            known[:, : prompt.shape[1]] = self.normalise(prompt)
            known_mask = length_mask(prompt_lengths * LATENTS_PER_TOKEN, noise.shape[1])
        band = torch.full((len(tokens),), FULL_BANDWIDTH_HZ, device=noise.device)
        keep = torch.zeros(len(tokens), dtype=torch.bool, device=noise.device)
        condition = FlowCondition(tokens, lengths, timbre, band, known, known_mask, keep)

        x = noise
        times = torch.linspace(0, 1, steps + 1).tolist()
        for start, stop in pairwise(times):
            velocity = self._guided(x, noise, start, condition, cfg_scale)
            if solver == "midpoint":
                half = x + velocity * (stop - start) / 2
                velocity = self._guided(half, noise, (start + stop) / 2, condition, cfg_scale)
            x = x + velocity * (stop - start)
        x = torch.where(known_mask[..., None], known, x)
        return x * self.latent_std + self.latent_mean

    def _guided(
        self, x: Tensor, noise: Tensor, t: float, condition: FlowCondition, scale: float
    ) -> Tensor:
        """Velocity with guidance, condition and no condition in one batch."""
        # What is known lies on its path from the noise, as in training.
        path = torch.lerp(noise, condition.prompt, t)
        x = torch.where(condition.prompt_mask[..., None], path, x)
        time = torch.full((len(x),), t, device=x.device)
        if not scale:
            return self.network(x, time, condition)
        both = {name: torch.cat((value, value)) for name, value in vars(condition).items()}
        both["drop"] = torch.cat((condition.drop, ~condition.drop))
        with_condition, without = self.network(
            torch.cat((x, x)), torch.cat((time, time)), replace(condition, **both)
        ).chunk(2)
        return with_condition + scale * (with_condition - without)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Load from a file. Raises InputError in one line where the file does not fit."""
        return load_model(path, cls, FlowMatchingConfig, KIND, device)


def frame_noise(seeds: Sequence[int], frames: int, dim: int) -> Tensor:
    """Standard normal noise (B, frames, dim), each row from its own seed and frame by frame.

    The noise of a frame depends on its row's seed and its index alone, never on the batch or on how
    long the utterance turns out.
    """
    count = -(-frames * dim // NOISE_BLOCK) * NOISE_BLOCK
    rows = [torch.randn(count, generator=torch.Generator().manual_seed(seed)) for seed in seeds]
    return torch.stack(rows)[:, : frames * dim].view(len(rows), frames, dim)
