"""Speech language model: an autoregressive Transformer from text and timbre to audio tokens.

One sequence, one embedding table::

    zero-shot   timbre | language, text | begin | audio tokens | end
    one-shot    timbre | language, prompt text, text | begin | prompt tokens, audio tokens | end

Ids: text 0 … text_vocab-1, then audio tokens, then end, begin and the mask that stands in for
dropped audio tokens in training. Position 0 holds the timbre vector (MiniMax-Speech, arXiv
2505.07916).

Shapes: B batch, T sequence, N audio tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from minimax_speech.models.attention import DecodeState
from minimax_speech.models.layers import Embedding, length_mask
from minimax_speech.models.transformer import Transformer, TransformerConfig
from minimax_speech.models.weights import load_model

KIND = "speech_lm"
IGNORE = -100
"""The target where nothing is to be predicted, as cross entropy knows it."""
ALIGNED = 8
"""Training computes so many classes, or a multiple, and drops those that there are not."""


@dataclass
class SpeechLMConfig:
    """Size of the speech language model.

    Attributes:
        text_vocab: number of text ids.
        audio_vocab: number of audio tokens.
        timbre_dim: width of the timbre vector.
        transformer: the backbone.
        token_dropout: share of the audio tokens hidden from the model's input in training, so that
            it reads the text instead of continuing what it hears.
    """

    text_vocab: int = 1024
    audio_vocab: int = 1000
    timbre_dim: int = 256
    transformer: TransformerConfig = field(default_factory=TransformerConfig)
    token_dropout: float = 0.0


class SpeechLM(nn.Module):
    """Decoder-only Transformer over text ids and audio tokens, started by a timbre vector."""

    def __init__(self, config: SpeechLMConfig) -> None:
        super().__init__()
        self.config = config
        dim = config.transformer.dim
        self.audio_offset = config.text_vocab
        self.end = config.audio_vocab  # as a class of the output
        self.begin_id = self.audio_offset + config.audio_vocab + 1
        self.mask_id = self.begin_id + 1
        self.embedding = Embedding(self.mask_id + 1, dim)
        self.timbre = nn.Linear(config.timbre_dim, dim)
        self.transformer = Transformer(config.transformer, causal=True)
        self.head = nn.Linear(dim, config.audio_vocab + 1, bias=False)
        nn.init.normal_(self.embedding.weight, std=0.02)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids: Tensor, timbre: Tensor) -> Tensor:
        """Logits (B, T + 1, audio_vocab + 1) of the token after each position.

        Args:
            ids: (B, T) as laid out by :meth:`layout`, right-padded with any id.
            timbre: (B, timbre_dim).
        """
        if self.training and self.config.token_dropout:
            audio = (ids >= self.audio_offset) & (ids < self.audio_offset + self.end)
            drop = torch.rand(ids.shape, device=ids.device) < self.config.token_dropout
            ids = ids.masked_fill(audio & drop, self.mask_id)
        x = torch.cat((self.timbre(timbre)[:, None], self.embedding(ids)), dim=1)
        return self.logits(self.transformer(x))

    def prefill(self, ids: Tensor, timbre: Tensor, state: DecodeState) -> Tensor:
        """Hidden states (B, T + 1, C) of a right-padded prompt.

        Its keys and values go into the empty ``state``. Padding stands to the right of what is
        real, so no real position sees it.
        """
        x = torch.cat((self.timbre(timbre)[:, None], self.embedding(ids)), dim=1)
        return self.transformer(x, state=state)

    def logits(self, hidden: Tensor) -> Tensor:
        """Logits of hidden states, in single precision: training and sampling must agree."""
        weight = self.head.weight.float()
        classes = len(weight)
        if self.training:
            # GPUs multiply rows of an odd size several times as slowly, above all their gradients.
            weight = F.pad(weight, (0, 0, 0, -classes % ALIGNED))
        with torch.autocast(hidden.device.type, enabled=False):
            return F.linear(hidden.float(), weight)[..., :classes]

    def layout(self, text: Sequence[int], audio: Sequence[int], ended: bool) -> list[int]:
        """Ids without the timbre slot: text, begin, audio and, if ``ended``, the end."""
        ids = [*text, self.begin_id, *(self.audio_offset + token for token in audio)]
        return [*ids, self.audio_offset + self.end] if ended else ids

    def targets(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """Classes (B, T + 1) that :meth:`forward` is to predict: audio tokens and the end.

        Everywhere else, also behind the ``lengths`` (B,) of the ids (B, T), it is `IGNORE`.
        """
        classes = ids - self.audio_offset
        spoken = length_mask(lengths, ids.shape[1]) & (classes >= 0) & (classes <= self.end)
        return F.pad(torch.where(spoken, classes, IGNORE), (0, 1), value=IGNORE)

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Load from a file. Raises InputError in one line where the file does not fit."""
        return load_model(path, cls, SpeechLMConfig, KIND, device)
