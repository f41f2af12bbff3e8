"""Audio tokenizer: mel spectrogram -> 25 discrete tokens per second that keep what is said.

Encoder, quantiser, decoder over mel frames, with CTC supervision (MiniMax-Speech, arXiv 2505.07916,
section 3). The decoder is told the timbre by a vector of *another* clip, so that the tokens need
not carry it. Only the encoder, the quantiser and the CTC head are needed after training.

Shapes: B batch, N tokens (25 Hz), mel frames 4N (100 Hz), CTC frames 2N (50 Hz).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.distributed.nn.functional import all_reduce

from minimax_speech.models.fsq import FSQ
from minimax_speech.models.layers import ConvNeXtStack, Downsample, Upsample, length_mask
from minimax_speech.models.weights import load_model
from minimax_speech.text.readings import Form

MEL_FRAMES_PER_TOKEN = 4
KIND = "audio_tokenizer"


@dataclass
class AudioTokenizerConfig:
    """Size of the tokenizer.

    Attributes:
        n_mels: mel bands.
        channels: width of all layers.
        layers: ConvNeXt blocks of the encoder at 100, 50 and 25 Hz.
        ctc_layers: blocks of the CTC head.
        decoder_layers: blocks of the mel decoder at 25, 50 and 100 Hz.
        levels: quantisation levels per FSQ channel; their product is the number of tokens.
        alphabet: characters that the CTC head knows; class 0 is the blank.
        form: what it spells of a text: what is written, or what is read of it.
        timbre_dim: width of the vector that tells the decoder the timbre.
        dropout: in the encoder and the CTC head.
    """

    n_mels: int = 80
    channels: int = 256
    layers: list[int] = field(default_factory=lambda: [2, 3, 5])
    ctc_layers: int = 2
    decoder_layers: list[int] = field(default_factory=lambda: [3, 2, 2])
    levels: list[int] = field(default_factory=lambda: [8, 5, 5, 5])
    alphabet: str = ""
    form: Form = "written"
    timbre_dim: int = 256
    dropout: float = 0.0

    def __post_init__(self) -> None:
        for name in ("layers", "decoder_layers"):
            if len(getattr(self, name)) != 3:
                raise ValueError(
                    f"{name} is {getattr(self, name)}: give three numbers, one per frame rate"
                )


def _over_ranks(x: Tensor) -> Tensor:
    """Sum over the ranks of a distributed training, with gradient."""
    if dist.is_available() and dist.is_initialized():
        return all_reduce(x)
    return x


class MaskedBatchNorm(nn.Module):
    """Batch normalisation without affine part over the real frames only: (B, T, C) -> (B, T, C).

    The statistics are those of the batch of all ranks together.
    In front of the quantiser it keeps every level in use; without it most codes die.
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, channels: int, momentum: float = 0.02) -> None:
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x.float()
        if not self.training:
            return (x - self.mean) * torch.rsqrt(self.variance + 1e-5)
        real = mask[..., None]
        count = _over_ranks(mask.sum().float())
        mean = _over_ranks((x * real).sum((0, 1))) / count
        variance = _over_ranks(((x - mean).square() * real).sum((0, 1))) / count
        with torch.no_grad():
            self.mean.lerp_(mean, self.momentum)
            self.variance.lerp_(variance, self.momentum)
        return (x - mean) * torch.rsqrt(variance + 1e-5)


@dataclass
class TokenizerOutput:
    """What the tokenizer says of a batch of mel spectrograms."""

    tokens: Tensor  # (B, N) int64
    quantised: Tensor  # (B, N, len(levels)) in [-1, 1]
    ctc_logits: Tensor  # (B, 2N, 1 + len(alphabet))


class AudioTokenizer(nn.Module):
    """Encoder, quantiser and CTC head."""

    def __init__(self, config: AudioTokenizerConfig) -> None:
        super().__init__()
        self.config = config
        width = config.channels
        self.stem = nn.Linear(config.n_mels, width)
        self.stacks = nn.ModuleList(
            ConvNeXtStack(width, layers, config.dropout) for layers in config.layers
        )
        self.downsamples = nn.ModuleList(Downsample(width, width) for _ in config.layers[1:])
        self.quantiser = FSQ(config.levels)
        self.to_codes = nn.Linear(width, self.quantiser.dim)
        self.norm = MaskedBatchNorm(self.quantiser.dim)
        self.from_codes = nn.Linear(self.quantiser.dim, width)
        self.ctc_stack = ConvNeXtStack(width, config.ctc_layers, config.dropout)
        self.ctc_head = Upsample(width, 1 + len(config.alphabet))

    @property
    def codebook_size(self) -> int:
        """Number of different tokens."""
        return self.quantiser.codebook_size

    def forward(self, mel: Tensor, lengths: Tensor) -> TokenizerOutput:
        """Mel (B, 4N, n_mels) with ``lengths`` (B,) in tokens -> tokens and CTC logits."""
        x = self.stem(mel)
        for level, stack in enumerate(self.stacks):
            if level:
                x = self.downsamples[level - 1](x)
            rate = MEL_FRAMES_PER_TOKEN >> level
            x = stack(x, length_mask(lengths * rate, x.shape[1]))
        mask = length_mask(lengths, x.shape[1])
        quantised, tokens = self.quantiser(self.norm(self.to_codes(x), mask))
        return TokenizerOutput(tokens, quantised, self._ctc(quantised, mask))

    def encode(self, mel: Tensor, lengths: Tensor) -> Tensor:
        """Tokens (B, N) of mel (B, 4N, n_mels)."""
        return self(mel, lengths).tokens

    def ctc_logits(self, tokens: Tensor, lengths: Tensor) -> Tensor:
        """CTC logits (B, 2N, 1 + len(alphabet)) of tokens (B, N): what the tokens say."""
        mask = length_mask(lengths, tokens.shape[1])
        return self._ctc(self.quantiser.values(tokens), mask)

    def _ctc(self, quantised: Tensor, mask: Tensor) -> Tensor:
        x = self.from_codes(quantised.to(self.from_codes.weight.dtype))
        return self.ctc_head(self.ctc_stack(x, mask))

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Load from a file. Raises InputError in one line where the file does not fit."""
        return load_model(path, cls, AudioTokenizerConfig, KIND, device)


class MelDecoder(nn.Module):
    """Quantised codes and a timbre vector of another clip -> mel. Used in training only."""

    def __init__(self, config: AudioTokenizerConfig) -> None:
        super().__init__()
        width = config.channels
        self.from_codes = nn.Linear(len(config.levels), width)
        self.timbre = nn.Linear(config.timbre_dim, width)
        self.stacks = nn.ModuleList(
            ConvNeXtStack(width, layers) for layers in config.decoder_layers
        )
        self.upsamples = nn.ModuleList(Upsample(width, width) for _ in config.decoder_layers[1:])
        self.out = nn.Linear(width, config.n_mels)

    def forward(self, quantised: Tensor, timbre: Tensor, lengths: Tensor) -> Tensor:
        """(B, N, len(levels)) and (B, timbre_dim) -> mel (B, 4N, n_mels)."""
        x = self.from_codes(quantised.to(self.from_codes.weight.dtype))
        x = x + self.timbre(timbre)[:, None]
        for level, stack in enumerate(self.stacks):
            if level:
                x = self.upsamples[level - 1](x)
            x = stack(x, length_mask(lengths << level, x.shape[1]))
        return self.out(x)
