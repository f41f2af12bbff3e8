"""The network behind flow matching: a block-causal Transformer over patches of latents.

Two 50 Hz latent frames make one patch, so that the Transformer runs at the tokens' 25 Hz and every
audio token meets exactly the latents it stands for. Patches come in blocks: a patch sees its own
block and all earlier ones, so that latents can be made block by block while tokens are still being
generated. Of the future only some tokens are seen, by the convolutions over them.

Shapes: B batch, N tokens or patches (25 Hz), S patches seen, latents (B, 2N, D), C model width.
"""

from dataclasses import dataclass, field

import torch
from einops import rearrange
from torch import Tensor, nn

from minimax_speech.models.attention import DecodeState
from minimax_speech.models.layers import (
    CONVNEXT_KERNEL,
    ConvNeXtStack,
    Embedding,
    TimestepEmbedding,
    length_mask,
)
from minimax_speech.models.transformer import Transformer, TransformerConfig

LATENTS_PER_TOKEN = 2
FULL_BANDWIDTH_HZ = 12_000.0
PROMPT_BLOCK = 0
_MODULATIONS = 8


@dataclass
class FlowNetworkConfig:
    """Size of the flow-matching network.

    Attributes:
        latent_dim: channels of a Flow-VAE latent frame.
        audio_vocab: number of audio tokens.
        timbre_dim: width of the timbre vector.
        token_layers: ConvNeXt blocks over the embedded tokens; each looks 3 tokens ahead.
        transformer: the backbone.
        distilled: whether the network is told how far a step goes, and the guidance.
    """

    latent_dim: int = 64
    audio_vocab: int = 1000
    timbre_dim: int = 256
    token_layers: int = 3
    transformer: TransformerConfig = field(default_factory=TransformerConfig)
    distilled: bool = False


@dataclass
class FlowTime:
    """Where on the flow, and for a distilled network how far to go and how."""

    t: Tensor  # (B,) in [0, 1]; noise is at 0
    interval: Tensor  # (B,) length of the step that the velocity is to be the average of; 0: at t
    guidance: Tensor  # (B,) strength


class FlowNetwork(nn.Module):
    """Velocity of the flow, given tokens, timbre, bandwidth and known latents."""

    def __init__(self, config: FlowNetworkConfig) -> None:
        super().__init__()
        self.config = config
        dim, patch = config.transformer.dim, LATENTS_PER_TOKEN * config.latent_dim
        self.tokens = Embedding(config.audio_vocab + 1, dim)  # the last stands for "withheld"
        self.token_stack = ConvNeXtStack(dim, config.token_layers)
        self.input = nn.Linear(patch + LATENTS_PER_TOKEN, dim)
        self.time = TimestepEmbedding(dim)
        self.interval = TimestepEmbedding(dim) if config.distilled else None
        self.guidance = nn.Linear(1, dim) if config.distilled else None
        self.timbre = nn.Linear(config.timbre_dim, dim)
        self.no_timbre = nn.Parameter(torch.zeros(dim))
        self.bandwidth = nn.Linear(1, dim)
        self.modulation = nn.Linear(dim, _MODULATIONS * dim)
        self.transformer = Transformer(config.transformer, adaptive=True)
        self.output = nn.Linear(dim, patch)
        self.init_weights()

    def init_weights(self) -> None:
        """Token embedding N(0, 1); the final projection zero, so that velocity starts from zero.

        The shared modulation starts near zero except the gates of the residual branches: they start
        at one, as the blocks' zero output projections already hold them shut. What only a distilled
        network has starts at zero, so that it starts as the network it is distilled from.
        """
        nn.init.normal_(self.tokens.weight)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        nn.init.normal_(self.modulation.weight, std=0.02)
        gates = torch.tensor([0.0, 0, 1, 0, 0, 1, 0, 0])
        with torch.no_grad():
            self.modulation.bias.copy_(gates.repeat_interleave(self.config.transformer.dim))
        if self.interval is not None and self.guidance is not None:
            for parameter in (*self.interval.mlp[-1].parameters(), *self.guidance.parameters()):
                nn.init.zeros_(parameter)

    @property
    def look_ahead(self) -> int:
        """Tokens after a patch that it depends on (as many before it, besides the history)."""
        return self.token_stack.context

    def embed_tokens(
        self, tokens: Tensor, drop: Tensor, prompts: Tensor, lengths: Tensor
    ) -> Tensor:
        """What the tokens (B, N) say at each patch: (B, N, C).

        Args:
            tokens: those of the prompt first; ``prompts`` (B,) of them. The convolutions do not
                cross from one into the other, so that a prompt is the same before any text.
            drop: (B,) True where tokens are withheld.
            prompts: as above.
            lengths: (B,) tokens in all.
        """
        rows, count = tokens.shape
        # A gap between them, as wide as a convolution reaches, which takes it for nothing.
        gap = CONVNEXT_KERNEL // 2
        place = torch.arange(count, device=tokens.device).expand(rows, -1)
        place = place + gap * (place >= prompts[:, None])
        apart = tokens.new_zeros(rows, count + gap).scatter(1, place, tokens)
        real = torch.zeros_like(apart, dtype=torch.bool)
        real = real.scatter(1, place, length_mask(lengths, count))
        words = self.embed_stretch(apart, drop, real)
        return words.gather(1, place[..., None].expand(-1, -1, words.shape[-1]))

    def embed_stretch(self, tokens: Tensor, drop: Tensor, real: Tensor) -> Tensor:
        """As `embed_tokens`, where all ``real`` (B, N) tokens are in one stretch."""
        embedded = self.tokens(torch.where(drop[:, None], self.config.audio_vocab, tokens))
        return self.token_stack(embedded, real)

    def modulate(self, time: FlowTime, timbre: Tensor, bandwidth: Tensor, drop: Tensor) -> Tensor:
        """What shifts, scales and gates the layers: (B, 8, C).

        Args:
            time: where on the flow.
            timbre: (B, timbre_dim).
            bandwidth: (B,) Hz, the highest frequency that the recording carries.
            drop: (B,) True where the timbre is withheld.
        """
        voice = torch.where(drop[:, None], self.no_timbre, self.timbre(timbre))
        vector = self.time(time.t) + voice
        vector = vector + self.bandwidth(bandwidth[:, None].float() / FULL_BANDWIDTH_HZ)
        if self.interval is not None and self.guidance is not None:
            vector = vector + self.interval(time.interval) + self.guidance(time.guidance[:, None])
        modulation = self.modulation(nn.functional.silu(vector))
        return rearrange(modulation, "b (m d) -> b m d", m=_MODULATIONS)

    def forward(
        self,
        x: Tensor,
        known: Tensor,
        words: Tensor,
        modulation: Tensor,
        mask: Tensor,
        positions: Tensor | None = None,
        state: DecodeState | None = None,
    ) -> Tensor:
        """Velocity (B, 2N, D).

        Args:
            x: (B, 2N, D) latents on their way, normalised; the final ones where they are known.
            known: (B, 2N) True where the latents are known: a prompt.
            words: (B, N, C) from `embed_tokens`.
            modulation: (B, 8, C) from `modulate`.
            mask: (B or 1, 1, N, S) True where a patch sees another, or what attention adds.
            positions: (B or 1, N) of the patches; default 0 ... N-1.
            state: holds the keys and values of earlier patches.
        """
        frames = torch.cat((x, known[..., None]), dim=-1)
        patches = rearrange(frames, "b (n p) d -> b n (p d)", p=LATENTS_PER_TOKEN)
        hidden = self.input(patches.to(words.dtype)) + words
        hidden = self.transformer(hidden, positions, mask, state, modulation[:, :6])
        shift, scale = modulation[:, 6:, None].unbind(1)
        velocity = self.output(hidden * (1 + scale) + shift)
        return rearrange(velocity, "b n (p d) -> b (n p) d", p=LATENTS_PER_TOKEN)


def block_mask(blocks: Tensor, lengths: Tensor) -> Tensor:
    """Mask (B, 1, N, N), True where a patch sees another, for the blocks (B, N) of the patches.

    Only the first ``lengths`` (B,) patches are seen. A patch behind them sees what the last does.
    """
    real = length_mask(lengths, blocks.shape[1])
    return ((blocks[:, None] <= blocks[:, :, None]) & real[:, None])[:, None]
