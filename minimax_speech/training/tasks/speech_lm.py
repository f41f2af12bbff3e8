"""Stage ``speech-lm``: the autoregressive Transformer with its speaker encoder, and flow matching.

The speaker encoder is learned from what the speech model and flow matching need of it. Utterances
without transcript have no part in the language-model loss, but train the encoder through flow
matching.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.data.corpus import Corpus
from minimax_speech.data.sampler import Draw, shared_seed
from minimax_speech.errors import InputError
from minimax_speech.models import flow_matching as flows
from minimax_speech.models import speech_lm as language_models
from minimax_speech.models.flow_matching import FlowMatching, FlowMatchingConfig
from minimax_speech.models.speech_lm import IGNORE, SpeechLM, SpeechLMConfig
from minimax_speech.models.weights import Tensors, restore_model, save_model
from minimax_speech.text.bpe import TextTokenizer
from minimax_speech.training.arithmetic import Load, flow_cost, speech_lm_cost
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    StepLoss,
    Work,
)
from minimax_speech.training.tasks.batching import round_up, stack_arrays
from minimax_speech.training.tasks.speech import SpeechTask, has_part
from speaker_encoder import model as encoders
from speaker_encoder.model import SpeakerEncoder, SpeakerEncoderConfig

SEQUENCE_STEP = 64


@dataclass
class SpeechLMStage:
    """Settings of the stage.

    Attributes:
        speech_lm: the language model; its text vocabulary is the tokenizer's.
        speaker_encoder: learned with it.
        flow_matching: learned beside it on the same batches, so that the speaker encoder serves
            both; null trains the language model and the encoder alone.
        flow_weight: weight of the flow-matching loss.
        reference_seconds: shortest and longest reference.
        bandlimit_share: share of the references cut to telephone or 16 kHz bandwidth.
        warp_share: share of the rows whose flow matching is given the tokens of a warped recording.
        one_shot_share: share of the batches with another utterance of each speaker in front.
        text_dropout: BPE dropout of the text.
        freeze_speaker_encoder: keep it as it is in ``init_from``: a few voices cannot teach it
            more, and voices made with it stay valid.
        timbre_swap: share of the rows whose language model is given another row's timbre. It learns
            to say the words in any voice, also in those of speakers that have no transcripts.
    """

    speech_lm: SpeechLMConfig = field(default_factory=SpeechLMConfig)
    speaker_encoder: SpeakerEncoderConfig = field(default_factory=SpeakerEncoderConfig)
    flow_matching: FlowMatchingConfig | None = field(default_factory=FlowMatchingConfig)
    flow_weight: float = 1.0
    reference_seconds: tuple[float, float] = (1.5, 4.0)
    bandlimit_share: float = 0.3
    warp_share: float = 0.75
    one_shot_share: float = 0.15
    text_dropout: float = 0.1
    timbre_swap: float = 0.1
    freeze_speaker_encoder: bool = False


class SpeechLMTask(SpeechTask):
    """Next-token loss on audio tokens plus flow matching, through one speaker encoder."""

    model_config = SpeechLMStage
    parts: ClassVar[Parts] = {
        "speech_lm": ("speech_lm", language_models.KIND),
        "speaker_encoder": ("speaker_encoder", encoders.KIND),
        "flow_matching": ("flow_matching", flows.KIND),
    }
    optimizers: ClassVar[Optimizers] = {"model": ("speaker_encoder", "speech_lm", "flow_matching")}
    averaged = ("speaker_encoder", "speech_lm", "flow_matching")

    def features(self) -> tuple[str, ...]:
        return super().features() if self.model.flow_matching else ("tokens",)

    def build(self) -> None:
        if self.run.data.tokenizer is None:
            raise InputError("data.tokenizer is missing: name the tokenizer.json to read text with")
        self.text = TextTokenizer.load(Path(self.run.data.tokenizer))
        for language in {item.language for item in self.data.train.utterances}:
            self.text.language_id(language)  # refuses a language that the tokenizer does not know
        self.model.speech_lm.text_vocab = self.text.vocab_size
        self.model.speech_lm.timbre_dim = self.model.speaker_encoder.timbre_dim
        self.check_tokens(self.model.speech_lm.audio_vocab, "model.speech_lm.audio_vocab")
        self.speech_lm = SpeechLM(self.model.speech_lm)
        flow_config = self.model.flow_matching
        self.lm_cost = speech_lm_cost(self.model.speech_lm)
        self.flow_cost = flow_cost(flow_config) if flow_config else None
        self.networks = {
            "speaker_encoder": SpeakerEncoder(self.model.speaker_encoder),
            "speech_lm": self.speech_lm,
        }
        if self.model.freeze_speaker_encoder:
            if self.run.init_from is None:
                raise InputError(
                    "model.freeze_speaker_encoder needs a speaker encoder that is trained already: "
                    "name its folder in init_from"
                )
            self.networks["speaker_encoder"].requires_grad_(False)
        if self.model.flow_matching:
            if self.model.flow_matching.network.distilled:
                raise InputError(
                    f"flow matching in {self.run.init_from} is distilled: leave it out "
                    "(model.flow_matching=null) and train it on with the stage flow-distillation"
                )
            self.model.flow_matching.network.timbre_dim = self.model.speaker_encoder.timbre_dim
            flow = FlowMatching(self.model.flow_matching)
            vocab = flow.config.network.audio_vocab
            self.check_tokens(vocab, "model.flow_matching.network.audio_vocab")
            self.measure_latents(flow)
            self.networks["flow_matching"] = flow

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        batch = super().collate(draws, valid)
        corpus = self.data.valid if valid else self.data.train
        # Whole batches are one-shot: a few long rows would make all others pay for their padding.
        drawn = np.random.default_rng((shared_seed(draws), 2))
        one_shot = not valid and drawn.random() < self.model.one_shot_share
        # What stands in front is about as long in all rows, for the same reason.
        front = int(drawn.choice(corpus.tokens)) if one_shot else None
        rows = []
        for (index, draw), length in zip(draws, batch["lengths"].tolist(), strict=True):
            rng = np.random.default_rng((draw, 1))
            dropout = 0.0 if valid else self.model.text_dropout
            rows.append(self._sequence(corpus, index, length, rng, dropout, front))
        # Compiled code takes any size; what records its steps wants few of them.
        step = self.length_step if self.run.train.compile else SEQUENCE_STEP
        # The timbre vector stands in front, and makes the size a whole multiple.
        size = round_up(max(map(len, rows)) + 1, step) - 1
        ids = stack_arrays(rows, size, torch.long)
        targets = self.speech_lm.targets(ids, torch.tensor([len(row) for row in rows]))
        batch["ids"] = ids
        batch["targets"] = targets
        batch["spoken"] = (targets != IGNORE).sum().float()
        batch["positions"] = torch.tensor([len(row) + 1 if row else 0 for row in rows])
        return batch

    def _sequence(
        self,
        corpus: Corpus,
        index: int,
        length: int,
        rng: np.random.Generator,
        dropout: float,
        front: int | None,
    ) -> list[int]:
        """Ids of one row, or an empty row where the text does not apply.

        With ``front`` another utterance of about so many tokens stands in front.
        """
        item = corpus.utterances[index]
        tokens = corpus.features["tokens"][item.id]
        if not item.text or length != len(tokens):
            return []
        bits = random.Random(int(rng.integers(2**62)))
        text = self.text.encode(item.text, item.language, dropout, bits)
        other = None if front is None else corpus.another_near(index, front, rng)
        if other is not None:
            prompt = corpus.utterances[other]
            before = corpus.features["tokens"][prompt.id]
            if prompt.text and (len(before) + len(tokens)) / 25 <= self.run.data.max_seconds:
                text = self.text.encode(prompt.text, prompt.language, dropout, bits) + text
                tokens = np.concatenate((before, tokens))
        language = self.text.language_id(item.language)
        return self.speech_lm.layout([language, *text], tokens.tolist(), ended=True)

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        value, metrics = self._loss(networks, batch, augment=True)
        yield StepLoss("model", value, batch["spoken"], metrics)

    def _loss(
        self, networks: Networks, batch: Batch, augment: bool
    ) -> tuple[Tensor, dict[str, Tensor]]:
        timbre = self.timbre(networks, batch, augment)
        heard = timbre
        if augment and self.model.timbre_swap:
            rows = torch.rand(len(timbre), device=timbre.device).argsort()
            swap = torch.rand(len(timbre), 1, device=timbre.device) < self.model.timbre_swap
            heard = torch.where(swap, timbre[rows].detach(), timbre)
        logits = networks["speech_lm"](batch["ids"], heard)
        loss = F.cross_entropy(
            logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=IGNORE, reduction="sum"
        ) / batch["spoken"].clamp(min=1)
        metrics = {"tokens": loss.detach()}
        if "flow_matching" in networks:
            flow = self.flow_loss(networks, batch, timbre)
            loss = loss + self.model.flow_weight * flow
            metrics["flow"] = flow.detach()
        return loss, metrics

    def work(self, batch: Batch) -> Work:
        positions = batch["positions"]
        loads = [
            Load(
                self.encoder_cost,
                batch["reference_lengths"],
                backward=float(not self.model.freeze_speaker_encoder),
            ),
            Load(self.lm_cost, positions[positions > 0]),
        ]
        if self.flow_cost:
            loads.append(Load(self.flow_cost, batch["lengths"]))
        return Work(float(batch["lengths"].sum()), loads)

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        value, metrics = self._loss(networks, batch, augment=False)
        return {"loss": value, **metrics}

    def _parts(self, networks: Networks) -> dict[str, tuple[torch.nn.Module, object, str]]:
        parts: dict[str, tuple[torch.nn.Module, object, str]] = {
            "speaker_encoder": (
                networks["speaker_encoder"],
                self.model.speaker_encoder,
                encoders.KIND,
            ),
            "speech_lm": (networks["speech_lm"], self.model.speech_lm, language_models.KIND),
        }
        if "flow_matching" in networks:
            parts["flow_matching"] = (
                networks["flow_matching"],
                self.model.flow_matching,
                flows.KIND,
            )
        return parts

    def export(self, networks: Networks, folder: Path) -> None:
        for name, (part, config, kind) in self._parts(networks).items():
            save_model(folder / f"{name}.safetensors", part, config, kind)

    def restore(self, folder: Path) -> None:
        for name, (part, _, kind) in self._parts(self.networks).items():
            if name == "speech_lm" or has_part(folder, name):
                adapt = partial(self._carry_text_over, folder) if name == "speech_lm" else None
                restore_model(part, folder / f"{name}.safetensors", kind, adapt)

    def _carry_text_over(self, folder: Path, tensors: Tensors) -> None:
        """Give each text token the embedding that it had in a model with another tokenizer.

        Tokens that are new there stay as they were drawn; new languages begin as the mean of the
        known ones.
        """
        path = folder / "tokenizer.json"
        if not path.is_file():
            return
        before, now = TextTokenizer.load(path), self.text
        old, new = tensors["embedding.weight"], self.speech_lm.embedding.weight.detach().clone()
        if old[before.vocab_size :].shape != new[now.vocab_size :].shape:
            return  # a model of another size, which is refused
        new[now.vocab_size :] = old[before.vocab_size :]
        ids = {token: index for index, token in enumerate(before.tokens)}
        known = [before.language_id(code) for code in before.languages]
        for code in now.languages:
            new[now.language_id(code)] = old[known].mean(0)
        for index, token in enumerate(now.tokens):
            if token in ids:
                new[index] = old[ids[token]]
        tensors["embedding.weight"] = new
