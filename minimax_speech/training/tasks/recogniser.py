"""Stage ``recogniser``: the separate CTC recogniser that judges intelligibility."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from minimax_speech.data.corpus import SAMPLES_PER_TOKEN
from minimax_speech.data.sampler import Draw
from minimax_speech.models import recogniser as recognisers
from minimax_speech.models.recogniser import Recogniser, RecogniserConfig
from minimax_speech.models.weights import restore_model, save_model
from minimax_speech.text.characters import CharacterSet
from minimax_speech.text.spelling import alphabet_of, spelled
from minimax_speech.training.arithmetic import ROW, Load, TransformerCost, matrix_weights
from minimax_speech.training.tasks.augment import limit_bandwidth
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    StepLoss,
    Task,
    Work,
)
from minimax_speech.training.tasks.batching import error_rate, stack_arrays, stack_audio
from minimax_speech.training.tasks.ctc import ctc_loss, greedy
from speaker_encoder.features import LogMel

CTC_FRAMES_PER_TOKEN = 2
UNTOLD_SHARE = 0.1


@dataclass
class RecogniserStage:
    """Settings of the stage.

    Attributes:
        recogniser: the model; an empty alphabet is filled with the transcripts' characters, or with
            those of all readings.
        tell_languages: tell it the languages of the data, but for one row in ten.
        bandlimit_share: share of the rows cut to telephone or 16 kHz bandwidth.
        noise_share: share of the rows with added noise.
        time_masks: stretches of mel set to their mean (SpecAugment, Park et al. 2019).
        frequency_masks: bands of mel set to their mean.
    """

    recogniser: RecogniserConfig = field(default_factory=RecogniserConfig)
    tell_languages: bool = False
    bandlimit_share: float = 0.3
    noise_share: float = 0.3
    time_masks: int = 2
    frequency_masks: int = 2


class RecogniserTask(Task):
    """Characters from mel by CTC, on varied audio."""

    model_config = RecogniserStage
    parts: ClassVar[Parts] = {"recogniser": ("recogniser", recognisers.KIND)}
    needs_text = True
    optimizers: ClassVar[Optimizers] = {"model": ("recogniser",)}
    averaged = ("recogniser",)

    def build(self) -> None:
        config: RecogniserConfig = self.model.recogniser
        if not config.alphabet:
            config.alphabet = alphabet_of(
                ((item.text or "", item.language) for item in self.data.train.utterances),
                config.form,
            )
        if self.model.tell_languages and not config.languages:
            config.languages = sorted({item.language for item in self.data.train.utterances})
        self.characters = CharacterSet(config.alphabet)
        self.recogniser = Recogniser(config)
        self.networks = {"recogniser": self.recogniser}
        self.cost = _cost(config)
        self.log_mel = LogMel()

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        corpus = self.data.valid if valid else self.data.train
        audio = []
        for index, draw in draws:
            clip = corpus.padded(index)
            rng = np.random.default_rng(draw)
            if not valid and rng.random() < self.model.noise_share:
                level = np.sqrt(np.mean(clip**2)) * 10 ** (-rng.uniform(10, 40) / 20)
                clip = clip + level * rng.standard_normal(len(clip), dtype=np.float32)
            audio.append(clip.astype(np.float32))
        form = self.model.recogniser.form
        items = [corpus.utterances[index] for index, _ in draws]
        texts = [
            self.characters.encode(spelled(item.text or "", item.language, form)) for item in items
        ]
        lengths = corpus.tokens[[index for index, _ in draws]] * CTC_FRAMES_PER_TOKEN
        spoken = self.recogniser.language_ids([item.language for item in items])
        if not valid:
            chances = [np.random.default_rng((draw, 1)).random() for _, draw in draws]
            spoken *= torch.tensor(chances) >= UNTOLD_SHARE
        return {
            "spoken": spoken,
            "audio": stack_audio(audio, self.padded_tokens(corpus, draws) * SAMPLES_PER_TOKEN),
            "lengths": torch.from_numpy(lengths),
            "texts": stack_arrays(texts, max(1, *map(len, texts)), torch.long),
            "text_lengths": [len(text) for text in texts],
            "ctc_lengths": lengths.tolist(),
        }

    def _loss(self, networks: Networks, batch: Batch, augment: bool) -> tuple[Tensor, Tensor]:
        mel = self.log_mel.to(batch["audio"].device)(batch["audio"])
        if augment:
            mel = limit_bandwidth(mel, self.model.bandlimit_share)
            mel = self._mask(mel)
        logits = networks["recogniser"](mel, batch["lengths"], batch["spoken"])
        lengths = torch.tensor(batch["ctc_lengths"])
        return ctc_loss(logits, lengths, batch["texts"], batch["text_lengths"]), logits

    def _mask(self, mel: Tensor) -> Tensor:
        """Set random stretches of time (up to 0.4 s) and bands (up to 15) to the mean."""
        rows, frames, bands = mel.shape
        mean = mel.mean((1, 2), keepdim=True)
        for count, size, widest, shape in (
            (self.model.time_masks, frames, 40, (rows, frames, 1)),
            (self.model.frequency_masks, bands, 15, (rows, 1, bands)),
        ):
            position = torch.arange(size, device=mel.device)[None]
            for _ in range(count):
                width = widest * torch.rand(rows, 1, device=mel.device)
                start = size * torch.rand(rows, 1, device=mel.device)
                hidden = (position >= start) & (position < start + width)
                mel = torch.where(hidden.view(shape), mean, mel)
        return mel

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        value, _ = self._loss(networks, batch, augment=True)
        yield StepLoss("model", value, float(sum(batch["text_lengths"])))

    def work(self, batch: Batch) -> Work:
        frames = batch["lengths"]
        return Work(float(frames.sum()) / CTC_FRAMES_PER_TOKEN, [Load(self.cost, frames)])

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        value, logits = self._loss(networks, batch, augment=False)
        written = [
            row[:length].tolist()
            for row, length in zip(batch["texts"], batch["text_lengths"], strict=True)
        ]
        cer = error_rate(greedy(logits, batch["ctc_lengths"]), written)
        return {"loss": value, "cer": torch.tensor(cer)}

    def export(self, networks: Networks, folder: Path) -> None:
        save_model(
            folder / "recogniser.safetensors",
            networks["recogniser"],
            self.model.recogniser,
            recognisers.KIND,
        )

    def restore(self, folder: Path) -> None:
        restore_model(
            self.networks["recogniser"], folder / "recogniser.safetensors", recognisers.KIND
        )


def _cost(config: RecogniserConfig) -> TransformerCost:
    """Of the recogniser; positions are CTC frames."""
    plain = replace(config, transformer=replace(config.transformer, dropout=0.0))
    with torch.device("meta"):
        weights = matrix_weights(Recogniser(plain))

    def run(recogniser: Recogniser, rows: int) -> None:
        recogniser(torch.zeros(rows, 2 * ROW, config.n_mels), torch.full((rows,), ROW))

    return TransformerCost(config.transformer, weights, 0, False, lambda: Recogniser(plain), run)
