"""The stage that learns an emotion: low-rank adapters (peft) of a language model that stays."""

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from torch import Tensor, nn

from minimax_speech.data.corpus import Corpus
from minimax_speech.data.manifest import Utterance
from minimax_speech.data.sampler import Draw
from minimax_speech.emotion import Emotion
from minimax_speech.inference.bundle import Bundle
from minimax_speech.models.lora import MATRICES
from minimax_speech.models.speech_lm import IGNORE
from minimax_speech.text.normalise import normalise
from minimax_speech.training.arithmetic import Load, speech_lm_cost
from minimax_speech.training.emotion.examples import Triplets
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.sources import Split
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    StepLoss,
    Task,
    Work,
)
from minimax_speech.training.tasks.batching import round_up, stack_arrays

VALID_SHARE = 0.1
SEQUENCE_STEP = 16


@dataclass
class EmotionStage:
    """Settings of the stage.

    Attributes:
        rank: of the adapter.
        alpha: the adapter counts alpha / rank times.
        dropout: of what goes into the adapter.
        text_dropout: BPE dropout of the text.
    """

    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.05
    text_dropout: float = 0.1


class EmotionTask(Task):
    """Next-token loss on the tokens of emotional speech, with the timbre of a neutral clip."""

    model_config = EmotionStage
    parts: ClassVar[Parts] = {}
    optimizers: ClassVar[Optimizers] = {"model": ("speech_lm",)}
    averaged = ("speech_lm",)
    shardable = False

    def __init__(self, run: RunConfig, name: str, triplets: Triplets, bundle: Bundle) -> None:
        self.name, self.triplets, self.bundle = name, triplets, bundle
        super().__init__(run, _split(triplets.targets, run.seed))

    def build(self) -> None:
        self.plain, self.text = self.bundle.speech_lm, self.bundle.text_tokenizer
        self.lm_cost = speech_lm_cost(self.plain.config)
        layers = range(self.plain.config.transformer.layers)
        config = LoraConfig(
            r=self.model.rank,
            lora_alpha=self.model.alpha,
            lora_dropout=self.model.dropout,
            target_modules=[f"transformer.blocks.{n}.{name}" for n in layers for name in MATRICES],
        )
        self.networks = {"speech_lm": get_peft_model(deepcopy(self.plain), config)}

    def lengths(self) -> np.ndarray:
        heard = self.triplets.heard
        return np.array([len(heard[item.id].tokens) for item in self.data.train.utterances])

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        corpus = self.data.valid if valid else self.data.train
        rows, timbres = [], []
        for index, draw in draws:
            item, rng = corpus.utterances[index], np.random.default_rng(draw)
            own = self.triplets.references[item.speaker]
            timbres.append(self.triplets.heard[own[int(rng.integers(len(own)))]].timbre)
            bits = random.Random(int(rng.integers(2**62)))
            dropout = 0.0 if valid else self.model.text_dropout
            spoken = normalise(item.text or "", item.language)
            text = self.text.encode(spoken, item.language, dropout, bits)
            tokens = self.triplets.heard[item.id].tokens.tolist()
            language = self.text.language_id(item.language)
            rows.append(self.plain.layout([language, *text], tokens, ended=True))
        lengths = torch.tensor([len(row) for row in rows])
        ids = stack_arrays(rows, round_up(int(lengths.max()), SEQUENCE_STEP), torch.long)
        targets = self.plain.targets(ids, lengths)
        return {
            "ids": ids,
            "targets": targets,
            "spoken": (targets != IGNORE).sum().float(),
            "positions": lengths + 1,
            "timbre": torch.from_numpy(np.stack(timbres)),
        }

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        value = self._loss(networks, batch)
        yield StepLoss("model", value, batch["spoken"], {"tokens": value.detach()})

    @staticmethod
    def _loss(networks: Networks, batch: Batch) -> Tensor:
        logits = networks["speech_lm"](batch["ids"], batch["timbre"])
        return F.cross_entropy(
            logits.flatten(0, 1), batch["targets"].flatten(), ignore_index=IGNORE
        )

    def work(self, batch: Batch) -> Work:
        return Work(float(batch["spoken"]), [Load(self.lm_cost, batch["positions"])])

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        return {"tokens": self._loss(networks, batch)}

    def emotion(self, network: nn.Module, metadata: dict[str, Any]) -> Emotion:
        """The emotion that a trained network has learnt."""
        return Emotion(
            self.name,
            {name: t.cpu() for name, t in get_peft_model_state_dict(network).items()},
            self.model.alpha / self.model.rank,
            self.bundle.lm_fingerprint,
            self.triplets.pitch,
            self.triplets.tilt,
            self.triplets.breath,
            metadata,
        )

    def export(self, networks: Networks, folder: Path) -> None:
        seconds = sum(item.duration for item in self.triplets.targets)
        facts = {"utterances": len(self.triplets.targets), "seconds": round(seconds, 1)}
        path = folder / f"{self.name}.safetensors"
        self.emotion(networks["speech_lm"], facts).save(path)

    def restore(self, folder: Path) -> None:
        raise NotImplementedError("an emotion starts from nothing")


def _split(targets: list[Utterance], seed: int) -> Split:
    """Training and validation utterances that share no text, where there are several texts."""
    texts = sorted({item.text or "" for item in targets})
    random.Random(seed).shuffle(texts)
    held = set(texts[: round(VALID_SHARE * len(texts))])
    valid = [item for item in targets if item.text in held]
    train = [item for item in targets if item.text not in held]
    if not valid:  # then one that is learnt from is looked at, too
        valid = train[:1]
    return Split(Corpus(train), Corpus(valid), {"all": [*range(len(valid))]}, np.ones(len(train)))
