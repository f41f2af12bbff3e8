"""A small CTC recogniser, trained apart from the speech system, that judges what it says.

Shapes: B batch, T mel frames (100 Hz), CTC frames T / 2 (50 Hz).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn

from minimax_speech.models.layers import ConvNeXtStack, Downsample, length_mask
from minimax_speech.models.transformer import Transformer, TransformerConfig
from minimax_speech.models.weights import load_model
from minimax_speech.text.characters import CharacterSet
from minimax_speech.text.readings import Form
from minimax_speech.text.spelling import symbols_of
from speaker_encoder.features import LogMel

KIND = "recogniser"


@dataclass
class RecogniserConfig:
    """Size of the recogniser.

    Attributes:
        n_mels: mel bands.
        layers: ConvNeXt blocks in front of the Transformer.
        transformer: bidirectional backbone at 50 Hz.
        alphabet: characters; class 0 is the blank.
        form: what is spelled of a text: what is written, or what is read of it.
        languages: codes of those that it can be told; none where it hears sounds alone. The same
            sounds are spelled otherwise in each language, and voices must not tell which it is.
    """

    n_mels: int = 80
    layers: int = 2
    transformer: TransformerConfig = field(default_factory=TransformerConfig)
    alphabet: str = ""
    form: Form = "written"
    languages: list[str] = field(default_factory=list)


class Recogniser(nn.Module):
    """Mel spectrogram -> characters by CTC (Graves et al. 2006)."""

    def __init__(self, config: RecogniserConfig) -> None:
        super().__init__()
        self.config = config
        dim = config.transformer.dim
        self.stem = Downsample(config.n_mels, dim)
        self.convolutions = ConvNeXtStack(dim, config.layers, config.transformer.dropout)
        self.transformer = Transformer(config.transformer)
        self.head = nn.Linear(dim, 1 + len(config.alphabet))
        if config.languages:
            self.language = nn.Embedding(1 + len(config.languages), dim)  # 0: it is not told
            nn.init.normal_(self.language.weight, std=0.02)

    def forward(self, mel: Tensor, lengths: Tensor, spoken: Tensor | None = None) -> Tensor:
        """CTC logits (B, T / 2, classes).

        Args:
            mel: (B, T, n_mels), T even.
            lengths: (B,) in CTC frames.
            spoken: (B,) the languages as `language_ids` has them; None where they are not told.
        """
        x = self.stem(mel)
        mask = length_mask(lengths, x.shape[1])
        x = self.convolutions(x, mask)
        if self.config.languages:
            x = x + self.language(torch.zeros_like(lengths) if spoken is None else spoken)[:, None]
        return self.head(self.transformer(x, mask=mask[:, None, None]))

    def language_ids(self, codes: Sequence[str]) -> Tensor:
        """(B,) of the languages; 0 for those that it cannot be told."""
        ids = {code: number for number, code in enumerate(self.config.languages, 1)}
        return torch.tensor([ids.get(code, 0) for code in codes])

    @torch.inference_mode()
    def transcribe(
        self, waveforms: Sequence[Tensor], languages: Sequence[str] | None = None
    ) -> list[str]:
        """Greedy transcripts of 24 kHz waveforms (samples,), each as if it were alone.

        It is told the ``languages``, a code for each waveform, as far as it knows them; where it
        spells readings, it then writes nothing that those of the language are not spelled with.
        """
        device = self.head.weight.device
        hop = 2 * 240
        lengths = torch.tensor([max(1, -(-len(wave) // hop)) for wave in waveforms])
        batch = torch.zeros(len(waveforms), int(lengths.max()) * hop)
        for row, wave in zip(batch, waveforms, strict=True):
            row[: len(wave)] = wave
        mel = LogMel().to(device)(batch.to(device))
        spoken = None if languages is None else self.language_ids(languages).to(device)
        logits = self(mel, lengths.to(device), spoken)
        characters = CharacterSet(self.config.alphabet)
        if languages is not None and self.config.form == "read":
            known = torch.tensor([characters.among(symbols_of(code)) for code in languages])
            logits = logits.masked_fill(~known[:, None].to(device), float("-inf"))
        classes = logits.argmax(-1).cpu()
        return [
            characters.decode_ctc(row[:length].tolist())
            for row, length in zip(classes, lengths.tolist(), strict=True)
        ]

    @classmethod
    def load(cls, path: Path, device: str = "cpu") -> Self:
        """Load from a file. Raises InputError in one line where the file does not fit."""
        return load_model(path, cls, RecogniserConfig, KIND, device)
