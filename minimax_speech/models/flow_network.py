"""The network behind flow matching: a bidirectional Transformer over patches of latents.

Two 50 Hz latent frames make one patch, so that the Transformer runs at the tokens' 25 Hz and every
audio token meets exactly the latents it stands for.

Shapes: B batch, N tokens or patches (25 Hz), latents (B, 2N, D).
"""

from dataclasses import dataclass, field

import torch
from einops import rearrange
from torch import Tensor, nn

from minimax_speech.models.layers import ConvNeXtStack, TimestepEmbedding, length_mask
from minimax_speech.models.transformer import Transformer, TransformerConfig

LATENTS_PER_TOKEN = 2
FULL_BANDWIDTH_HZ = 12_000.0


@dataclass
class FlowNetworkConfig:
    """Size of the flow-matching network.

    Attributes:
        latent_dim: channels of a Flow-VAE latent frame.
        audio_vocab: number of audio tokens.
        timbre_dim: width of the timbre vector.
        token_layers: ConvNeXt blocks over the embedded tokens.
        transformer: the backbone.
    """

    latent_dim: int = 64
    audio_vocab: int = 1000
    timbre_dim: int = 256
    token_layers: int = 3
    transformer: TransformerConfig = field(default_factory=TransformerConfig)


@dataclass
class FlowCondition:
    """What the latents are to be: words, timbre, bandwidth and, after a prompt, their beginning."""

    tokens: Tensor  # (B, N) int64
    lengths: Tensor  # (B,) in tokens
    timbre: Tensor  # (B, timbre_dim)
    bandwidth: Tensor  # (B,) Hz, the highest frequency the recording carries
    prompt: Tensor  # (B, 2N, D) normalised latents where known, anything elsewhere
    prompt_mask: Tensor  # (B, 2N) True where the latents are known
    drop: Tensor  # (B,) True where tokens, timbre and prompt are withheld (for guidance)


class FlowNetwork(nn.Module):
    """Velocity of the flow at time t, given the condition."""

    def __init__(self, config: FlowNetworkConfig) -> None:
        super().__init__()
        self.config = config
        dim, patch = config.transformer.dim, LATENTS_PER_TOKEN * config.latent_dim
        self.tokens = nn.Embedding(config.audio_vocab + 1, dim)  # the last stands for "withheld"
        self.token_stack = ConvNeXtStack(dim, config.token_layers)
        self.input = nn.Linear(2 * patch + LATENTS_PER_TOKEN, dim)
        self.time = TimestepEmbedding(dim)
        self.timbre = nn.Linear(config.timbre_dim, dim)
        self.no_timbre = nn.Parameter(torch.zeros(dim))
        self.bandwidth = nn.Linear(1, dim)
        self.modulation = nn.Linear(dim, 8 * dim)
        self.transformer = Transformer(config.transformer, adaptive=True)
        self.output = nn.Linear(dim, patch)
        self.init_weights()

    def init_weights(self) -> None:
        """Token embedding N(0, 1); the final projection zero, so that velocity starts from zero.

        The shared modulation starts near zero except the gates of the residual branches: they start
        at one, as the blocks' zero output projections already hold them shut.
        """
        nn.init.normal_(self.tokens.weight)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        nn.init.normal_(self.modulation.weight, std=0.02)
        gates = torch.tensor([0.0, 0, 1, 0, 0, 1, 0, 0])
        with torch.no_grad():
            self.modulation.bias.copy_(gates.repeat_interleave(self.config.transformer.dim))

    def forward(self, x: Tensor, t: Tensor, condition: FlowCondition) -> Tensor:
        """Velocity (B, 2N, D) at noisy latents ``x`` (B, 2N, D) and time ``t`` (B,)."""
        keep = ~condition.drop
        mask = length_mask(condition.lengths, condition.tokens.shape[1])
        known = condition.prompt_mask & keep[:, None]
        frames = torch.cat((x, condition.prompt * known[..., None], known[..., None]), dim=-1)
        patches = rearrange(frames, "b (n p) d -> b n (p d)", p=LATENTS_PER_TOKEN)

        withheld = self.config.audio_vocab
        tokens = torch.where(keep[:, None], condition.tokens, withheld)
        words = self.token_stack(self.tokens(tokens), mask)
        hidden = self.input(patches.to(words.dtype)) + words

        timbre = torch.where(keep[:, None], self.timbre(condition.timbre), self.no_timbre)
        width = self.bandwidth(condition.bandwidth[:, None].float() / FULL_BANDWIDTH_HZ)
        vector = nn.functional.silu(self.time(t) + timbre + width)
        modulation = rearrange(self.modulation(vector), "b (m d) -> b m d", m=8)

        hidden = self.transformer(hidden, mask=mask[:, None, None], condition=modulation[:, :6])
        shift, scale = modulation[:, 6:, None].unbind(1)
        velocity = self.output(hidden * (1 + scale) + shift)
        return rearrange(velocity, "b n (p d) -> b (n p) d", p=LATENTS_PER_TOKEN)
