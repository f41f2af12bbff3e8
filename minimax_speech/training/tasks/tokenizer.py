"""Stage ``tokenizer``: audio tokenizer with mel reconstruction and CTC supervision."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from minimax_speech.data.corpus import SAMPLE_RATE, SAMPLES_PER_TOKEN
from minimax_speech.data.manifest import Utterance
from minimax_speech.data.sampler import Draw
from minimax_speech.models import audio_tokenizer as tokenizers
from minimax_speech.models.audio_tokenizer import (
    AudioTokenizer,
    AudioTokenizerConfig,
    MelDecoder,
    TokenizerOutput,
)
from minimax_speech.models.layers import length_mask
from minimax_speech.models.weights import restore_model, save_model
from minimax_speech.text.characters import CharacterSet
from minimax_speech.text.spelling import alphabet_of, spelled
from minimax_speech.training.arithmetic import ROW, Cost, Load, encoder_cost
from minimax_speech.training.tasks.augment import (
    limit_bandwidth,
    random_warps,
    warp_frequencies,
)
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    Sample,
    StepLoss,
    Task,
    Work,
)
from minimax_speech.training.tasks.batching import error_rate, stack_arrays, stack_audio
from minimax_speech.training.tasks.ctc import ctc_loss, greedy
from speaker_encoder import model as encoders
from speaker_encoder.features import LogMel
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig

CTC_FRAMES_PER_TOKEN = 2


def timbre_of_other_clip() -> SpeakerEncoderConfig:
    """Size of the small encoder that tells the mel decoder the timbre, in training only."""
    return SpeakerEncoderConfig(channels=128, layers=3)


@dataclass
class TokenizerStage:
    """Settings of the stage.

    Attributes:
        tokenizer: the model; an empty alphabet is filled with the transcripts' characters, or with
            those of all readings.
        timbre: the encoder of the reference clip, used in training only.
        ctc_weight: weight of the CTC loss beside mel reconstruction.
        reference_seconds: length of the reference clip.
        bandlimit_share: share of the rows whose input is cut to telephone or 16 kHz bandwidth.
        warp_share: share of the rows whose input is warped to another voice, while the decoder is
            to give the original: tokens cannot tell it the timbre then.
    """

    tokenizer: AudioTokenizerConfig = field(default_factory=AudioTokenizerConfig)
    timbre: SpeakerEncoderConfig = field(default_factory=timbre_of_other_clip)
    ctc_weight: float = 0.3
    reference_seconds: float = 2.5
    bandlimit_share: float = 0.2
    warp_share: float = 0.75


@dataclass
class _Result:
    """What the networks make of a batch."""

    loss: Tensor
    metrics: dict[str, Tensor]
    output: TokenizerOutput
    decoded: Tensor  # mel (batch, frames, n_mels)
    target: Tensor  # mel of the same shape


class TokenizerTask(Task):
    """Reconstruct mel from tokens and another clip's timbre, and spell the words by CTC."""

    model_config = TokenizerStage
    parts: ClassVar[Parts] = {
        "tokenizer": ("audio_tokenizer", tokenizers.KIND),
        "timbre": ("tokenizer_timbre", encoders.KIND),
    }
    optimizers: ClassVar[Optimizers] = {"model": ("tokenizer", "mel_decoder", "timbre")}
    shardable = False
    # Not averaged: the running statistics belong to the weights that they were measured with.

    def build(self) -> None:
        config: AudioTokenizerConfig = self.model.tokenizer
        if not config.alphabet:
            config.alphabet = alphabet_of(
                ((item.text, item.language) for item in self.data.train.utterances if item.text),
                config.form,
            )
        config.timbre_dim = self.model.timbre.timbre_dim
        self.characters = CharacterSet(config.alphabet)
        self.networks = {
            "tokenizer": AudioTokenizer(config),
            "mel_decoder": MelDecoder(config),
            "timbre": SpeakerEncoder(self.model.timbre),
        }
        self.log_mel = LogMel()
        self.coding_cost, self.decoding_cost = self._costs()
        self.timbre_cost = encoder_cost(self.model.timbre)

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        corpus = self.data.valid if valid else self.data.train
        examples = []
        audio, texts = [], []
        for index, draw in draws:
            rng = np.random.default_rng(draw)
            example = corpus.example(index, self.model.reference_seconds, rng)
            examples.append(example)
            audio.append(
                corpus.audio(
                    index, example.start * SAMPLES_PER_TOKEN, example.stop * SAMPLES_PER_TOKEN
                )
            )
            texts.append(self._spelled(example.utterance) if example.whole else [])
        lengths = torch.tensor([example.stop - example.start for example in examples])
        return {
            "audio": stack_audio(audio, self.padded_tokens(corpus, draws) * SAMPLES_PER_TOKEN),
            "lengths": lengths,
            "reference": stack_audio(
                [example.reference for example in examples],
                round(self.model.reference_seconds * SAMPLE_RATE),
            ),
            "reference_lengths": torch.tensor([max(1, len(e.reference) // 240) for e in examples]),
            "texts": stack_arrays(texts, max(1, *map(len, texts)), torch.long),
            "text_lengths": [len(text) for text in texts],
            "ctc_lengths": (lengths * CTC_FRAMES_PER_TOKEN).tolist(),
        }

    def _spelled(self, utterance: Utterance) -> list[int]:
        """Classes of what the utterance says; none where that is not known."""
        form = self.model.tokenizer.form
        return self.characters.encode(spelled(utterance.text or "", utterance.language, form))

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        result = self._run(networks, batch, disguised=True)
        yield StepLoss("model", result.loss, batch["lengths"].sum(), result.metrics)

    def _run(self, networks: Networks, batch: Batch, disguised: bool) -> _Result:
        log_mel = self.log_mel.to(batch["audio"].device)
        target = log_mel(batch["audio"])
        reference = log_mel(batch["reference"])
        mel = target
        if disguised:
            warps = random_warps(len(mel), self.model.warp_share, mel.device)
            mel = limit_bandwidth(warp_frequencies(mel, warps), self.model.bandlimit_share)
        out = networks["tokenizer"](mel, batch["lengths"])
        timbre = networks["timbre"](reference, batch["reference_lengths"])
        decoded = networks["mel_decoder"](out.quantised, timbre, batch["lengths"]).float()
        mask = length_mask(batch["lengths"] * tokenizers.MEL_FRAMES_PER_TOKEN, target.shape[1])
        error = (decoded - target) / 3  # log-mel spans about three units of deviation
        mel_loss = ((error.abs() + error.square()).mean(-1) * mask).sum() / mask.sum()
        ctc = ctc_loss(
            out.ctc_logits,
            torch.tensor(batch["ctc_lengths"]),
            batch["texts"],
            batch["text_lengths"],
        )
        metrics = {"mel": mel_loss.detach(), "ctc": ctc.detach()}
        return _Result(mel_loss + self.model.ctc_weight * ctc, metrics, out, decoded, target)

    def work(self, batch: Batch) -> Work:
        loads = [
            Load(self.coding_cost, batch["lengths"]),
            Load(self.decoding_cost, batch["lengths"]),
            Load(self.timbre_cost, batch["reference_lengths"]),
        ]
        return Work(float(batch["lengths"].sum()), loads)

    def _costs(self) -> tuple[Cost, Cost]:
        """Of the tokenizer and the mel decoder; positions are tokens."""
        config: AudioTokenizerConfig = self.model.tokenizer
        frames = tokenizers.MEL_FRAMES_PER_TOKEN * ROW

        def encode(tokenizer: AudioTokenizer, rows: int) -> None:
            # In evaluation mode no statistics are exchanged between ranks.
            tokenizer.eval()(torch.zeros(rows, frames, config.n_mels), torch.full((rows,), ROW))

        def decode(decoder: MelDecoder, rows: int) -> None:
            codes = torch.zeros(rows, ROW, len(config.levels))
            decoder(codes, torch.zeros(rows, config.timbre_dim), torch.full((rows,), ROW))

        return Cost(lambda: AudioTokenizer(config), encode), Cost(
            lambda: MelDecoder(config), decode
        )

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        result = self._run(networks, batch, disguised=False)
        rows = [i for i, length in enumerate(batch["text_lengths"]) if length]
        spoken = greedy(result.output.ctc_logits, batch["ctc_lengths"])
        written = [batch["texts"][i, : batch["text_lengths"][i]].tolist() for i in rows]
        cer = error_rate([spoken[i] for i in rows], written)
        tokens = result.output.tokens
        used = tokens[length_mask(batch["lengths"], tokens.shape[1])].unique()
        codes = torch.tensor(len(used))
        return {"loss": result.loss, **result.metrics, "cer": torch.tensor(cer), "codes": codes}

    def sample(self, networks: Networks, batch: Batch) -> Sample:
        result = self._run(networks, batch, disguised=False)
        images = {"mel/decoded": result.decoded[0].T, "mel/target": result.target[0].T}
        return Sample(images={name: image.cpu().numpy() for name, image in images.items()})

    def export(self, networks: Networks, folder: Path) -> None:
        save_model(
            folder / "audio_tokenizer.safetensors",
            networks["tokenizer"],
            self.model.tokenizer,
            tokenizers.KIND,
        )
        save_model(
            folder / "mel_decoder.safetensors",
            networks["mel_decoder"],
            self.model.tokenizer,
            "mel_decoder",
        )
        save_model(
            folder / "tokenizer_timbre.safetensors",
            networks["timbre"],
            self.model.timbre,
            encoders.KIND,
        )

    def restore(self, folder: Path) -> None:
        restore_model(
            self.networks["tokenizer"], folder / "audio_tokenizer.safetensors", tokenizers.KIND
        )
        restore_model(
            self.networks["mel_decoder"], folder / "mel_decoder.safetensors", "mel_decoder"
        )
        restore_model(
            self.networks["timbre"], folder / "tokenizer_timbre.safetensors", encoders.KIND
        )
