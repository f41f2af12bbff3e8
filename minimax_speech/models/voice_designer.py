"""Text to voice: a reader of descriptions, and flow matching over the voices that there are.

The reader finds the attributes that a description says. Flow matching (Lipman et al. 2022, arXiv
2210.02747) goes from noise to the principal components of a speaker encoder's timbre vectors, told
some of a voice's traits: of one description come many voices. Both are trained together and lie in
one file, which belongs to one speaker encoder.

Shapes: B batch, W words, G pieces of a word, K components, D timbre values, T traits.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from minimax_speech.audio.traits import NAMES
from minimax_speech.models.layers import TimestepEmbedding
from minimax_speech.models.transformer import Transformer, TransformerConfig
from minimax_speech.models.weights import load_model
from minimax_speech.text.voice_attributes import ATTRIBUTES, words_of

KIND = "voice_designer"
TRAITS = ("gender", *NAMES)
"""What flow matching can be told: the gender (1 female, -1 male), and what is measured."""
RATIOS = ("pitch", "tract")
"""Traits that differ by ratios."""
QUANTILES = 21
"""Of each trait, from its least to its most."""
GROUPS = ("any", "female", "male")
"""Of voices, whose quantiles are known."""
MOST_PIECES = 24


@dataclass
class VoiceDesignerConfig:
    """Sizes of the designer, and whose voices it knows.

    Attributes:
        base: fingerprint of the model whose speaker encoder made the voices.
        timbre_dim: values of a timbre vector.
        components: principal components that voices are made of.
        buckets: into so many the pieces of words are hashed.
        reader: the Transformer over words.
        width, layers: of the network behind flow matching.
        condition_dropout: share of the voices that it is told nothing of, for guidance.
        trait_share: how often it is told a trait of the others.
    """

    base: str = ""
    timbre_dim: int = 256
    components: int = 32
    buckets: int = 4096
    reader: TransformerConfig = field(default_factory=lambda: TransformerConfig(64, 2, 4, 4, 160))
    width: int = 128
    layers: int = 4
    condition_dropout: float = 0.1
    trait_share: float = 0.5


class Reader(nn.Module):
    """Words → for each attribute, logits of "not said" and its values.

    A word is the mean of its hashed pieces (Bojanowski et al. 2017, arXiv 1607.04606), so that
    unknown forms of known words are read as well.
    """

    def __init__(self, config: VoiceDesignerConfig) -> None:
        super().__init__()
        dim = config.reader.dim
        self.buckets = config.buckets
        self.pieces = nn.EmbeddingBag(config.buckets, dim, mode="mean", padding_idx=0)
        self.transformer = Transformer(config.reader)
        self.query = nn.Linear(dim, len(ATTRIBUTES))
        self.heads = nn.ModuleList(
            nn.Linear(dim, 1 + len(values)) for values in ATTRIBUTES.values()
        )
        nn.init.normal_(self.pieces.weight, std=0.3)
        with torch.no_grad():
            self.pieces.weight[0] = 0.0

    def forward(self, pieces: Tensor) -> list[Tensor]:
        """Ids of pieces (B, W, G), 0 where there is none, → of each attribute (B, 1 + values)."""
        words = self.pieces(pieces.flatten(0, 1)).unflatten(0, pieces.shape[:2])
        mask = (pieces > 0).any(2)
        mask[:, 0] = True  # attention of an empty description would have nothing to see
        x = self.transformer(words, mask=mask[:, None, None])
        scores = self.query(x).masked_fill(~mask[..., None], float("-inf"))
        looks = torch.einsum("bwa,bwc->bac", scores.softmax(1), x)
        return [head(looks[:, number]) for number, head in enumerate(self.heads)]

    def encode(self, descriptions: Sequence[str]) -> Tensor:
        """Ids of the pieces of each description's words, (B, W, G)."""
        rows = [
            [word_pieces(word, self.buckets) for word in words_of(description)]
            for description in descriptions
        ]
        ids = torch.zeros(len(rows), max(1, *map(len, rows)), MOST_PIECES, dtype=torch.long)
        for row, words in zip(ids, rows, strict=True):
            for place, pieces in zip(row, words, strict=False):
                place[: len(pieces)] = torch.tensor(pieces)
        return ids


@lru_cache(maxsize=1 << 16)
def word_pieces(word: str, buckets: int) -> list[int]:
    """Hashes (1 … buckets - 1) of a word and of its stretches of 3 to 5 letters."""
    marked = f"<{word}>"
    stretches = [
        marked[start : start + size]
        for size in (3, 4, 5)
        for start in range(len(marked) - size + 1)
        if size < len(marked)
    ]
    return [1 + zlib.crc32(p.encode()) % (buckets - 1) for p in [marked, *stretches]][:MOST_PIECES]


class _Layer(nn.Module):
    """A residual layer that is shifted, scaled and gated from outside (adaLN)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.modulate = nn.Linear(width, 3 * width)
        self.inner = nn.Linear(width, 2 * width)
        self.outer = nn.Linear(2 * width, width)
        nn.init.zeros_(self.modulate.weight)
        nn.init.zeros_(self.modulate.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        shift, scale, gate = self.modulate(condition).chunk(3, dim=-1)
        y = self.norm(x) * (1 + scale) + shift
        return x + gate * self.outer(F.silu(self.inner(y)))


class VoiceFlow(nn.Module):
    """Velocity of components on their way from noise, given traits."""

    def __init__(self, config: VoiceDesignerConfig) -> None:
        super().__init__()
        width = config.width
        self.input = nn.Linear(config.components, width)
        self.time = TimestepEmbedding(width, features=64)
        self.traits = nn.Sequential(
            nn.Linear(2 * len(TRAITS), width), nn.SiLU(), nn.Linear(width, width)
        )
        self.layers = nn.ModuleList(_Layer(width) for _ in range(config.layers))
        self.output = nn.Linear(width, config.components)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)

    def forward(self, x: Tensor, time: Tensor, traits: Tensor, told: Tensor) -> Tensor:
        """Velocity (B, K).

        Args:
            x: (B, K) on the way.
            time: (B,) 0 noise … 1 voice.
            traits: (B, T), scaled.
            told: (B, T) which of them it is told.
        """
        condition = self.traits(torch.cat([traits * told, told.to(traits.dtype)], dim=-1))
        condition = F.silu(condition + self.time(time))
        h = self.input(x)
        for layer in self.layers:
            h = layer(h, condition)
        return self.output(h)


class VoiceDesigner(nn.Module):
    """Reader and flow, with the statistics of the voices that they were trained on."""

    mean: Tensor
    basis: Tensor
    trait_mean: Tensor
    trait_std: Tensor
    quantiles: Tensor

    def __init__(self, config: VoiceDesignerConfig) -> None:
        super().__init__()
        self.config = config
        self.reader = Reader(config)
        self.flow = VoiceFlow(config)
        traits = len(TRAITS)
        self.register_buffer("mean", torch.zeros(config.timbre_dim))
        self.register_buffer("basis", torch.zeros(config.components, config.timbre_dim))
        """Rows as long as voices spread along them, so that components have unit deviation."""
        self.register_buffer("trait_mean", torch.zeros(traits))
        self.register_buffer("trait_std", torch.ones(traits))
        self.register_buffer("quantiles", torch.zeros(len(GROUPS), traits, QUANTILES))
        """Of the measured traits as they are, group by group."""

    def components(self, timbre: Tensor) -> Tensor:
        """Timbre vectors (B, D) → components (B, K) of unit deviation."""
        scale = self.basis.square().sum(1)
        return (timbre - self.mean) @ self.basis.T / scale

    def timbre(self, components: Tensor) -> Tensor:
        """The nearest to an inverse: (B, K) → (B, D) of mean 0 and variance 1."""
        return F.layer_norm(self.mean + components @ self.basis, (self.config.timbre_dim,))

    def scaled(self, traits: Tensor) -> Tensor:
        """Traits (B, T) as they are, pitch in Hz → as the flow is told them."""
        return (_spread(traits) - self.trait_mean) / self.trait_std

    def forward(
        self, pieces: Tensor, said: Tensor, timbre: Tensor, traits: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Losses of reading and of drawing voices, which have nothing to do with each other.

        Args:
            pieces: (B, W, G) of descriptions.
            said: (B, attributes) numbers of the values that they say, 0 for none.
            timbre, traits, known: of voices, as for `flow_loss`.
        """
        logits = self.reader(pieces)
        reading = [F.cross_entropy(row.float(), said[:, n]) for n, row in enumerate(logits)]
        return torch.stack(reading).mean(), self.flow_loss(timbre, traits, known)

    def flow_loss(self, timbre: Tensor, traits: Tensor, known: Tensor) -> Tensor:
        """Mean squared error of the velocity.

        Args:
            timbre: (B, D).
            traits: (B, T) as they are.
            known: (B, T) which of them are known.
        """
        data, rows = self.components(timbre), len(timbre)
        noise = torch.randn_like(data)
        time = torch.sigmoid(torch.randn(rows, device=data.device))
        told = known & (torch.rand(known.shape, device=data.device) < self.config.trait_share)
        told &= torch.rand(rows, 1, device=data.device) >= self.config.condition_dropout
        x = torch.lerp(noise, data, time[:, None])
        velocity = self.flow(x, time, self.scaled(traits), told)
        return (velocity.float() - (data - noise)).square().mean()

    @torch.no_grad()
    def draw(
        self, noise: Tensor, traits: Tensor, told: Tensor, guidance: float, steps: int = 16
    ) -> Tensor:
        """Timbre vectors (B, D) of noise (B, K), by Heun's method.

        Args:
            noise: standard normal.
            traits: (B, T) as they are; what is not ``told`` (B, T) may be anything finite.
            guidance: classifier-free guidance (Ho and Salimans 2022, arXiv 2207.12598); 1 is none.
            steps: from noise to voice.
        """
        scaled, x = self.scaled(traits), noise

        def velocity(x: Tensor, time: float) -> Tensor:
            at = x.new_full((len(x),), time)
            free = self.flow(x, at, scaled, torch.zeros_like(told))
            return free + guidance * (self.flow(x, at, scaled, told) - free)

        for step in range(steps):
            now, then = step / steps, (step + 1) / steps
            first = velocity(x, now)
            second = velocity(x + first / steps, then)
            x = x + (first + second) / (2 * steps)
        return self.timbre(x)

    @torch.no_grad()
    def read(self, description: str) -> dict[str, str]:
        """The attributes that a description says, and their values."""
        logits = self.reader(self.reader.encode([description]).to(self.mean.device))
        picks = {name: int(row[0].argmax()) for name, row in zip(ATTRIBUTES, logits, strict=True)}
        return {name: ATTRIBUTES[name][pick - 1] for name, pick in picks.items() if pick}

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Load from a file. Raises InputError in one line where the file does not fit."""
        return load_model(path, cls, VoiceDesignerConfig, KIND, device)


def _spread(traits: Tensor) -> Tensor:
    """Traits with logarithms of those that differ by ratios."""
    logarithmic = torch.tensor([name in RATIOS for name in TRAITS])
    return torch.where(logarithmic.to(traits.device), traits.clamp(min=1e-6).log(), traits)
