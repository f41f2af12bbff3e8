"""Stage ``voice-designer``: descriptions to attributes, and attributes to voices of a base model.

Descriptions are made up while it trains; voices come from ``tts prepare voices``.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from minimax_speech.data.corpus import Corpus
from minimax_speech.data.descriptions import describe, random_attributes
from minimax_speech.data.sampler import Draw
from minimax_speech.inference.bundle import Bundle
from minimax_speech.models import voice_designer
from minimax_speech.models.voice_designer import (
    GROUPS,
    QUANTILES,
    TRAITS,
    VoiceDesigner,
    VoiceDesignerConfig,
)
from minimax_speech.models.weights import restore_model, save_model
from minimax_speech.text.voice_attributes import ATTRIBUTES, MOST_WORDS
from minimax_speech.training.arithmetic import Cost, Load
from minimax_speech.training.tasks.base import (
    Batch,
    Networks,
    Optimizers,
    Parts,
    StepLoss,
    Task,
    Work,
)
from minimax_speech.training.voice_features import TRAITS as TRAITS_FEATURE
from minimax_speech.training.voice_features import timbre_feature

SURE = 0.95
"""How likely a gender must be that is told by the traits of a voice."""


@dataclass
class VoiceDesignerStage:
    """Settings of the stage.

    Attributes:
        designer: the model; base, timbre_dim and, where there are few voices, components follow
            from the data.
        base: the model whose voices they are, by name or folder.
        batch: voices, and as many descriptions, in a batch.
    """

    designer: VoiceDesignerConfig = field(default_factory=VoiceDesignerConfig)
    base: str = "small"
    batch: int = 64


class VoiceDesignerTask(Task):
    """Reading of made-up descriptions, and flow matching over voices."""

    model_config = VoiceDesignerStage
    parts: ClassVar[Parts] = {"designer": ("voice_designer", voice_designer.KIND)}
    optimizers: ClassVar[Optimizers] = {"model": ("designer",)}
    averaged = ("designer",)
    length_step = 1
    shardable = False

    @cached_property
    def fingerprint(self) -> str:
        """Of the model whose voices they are."""
        return Bundle.load(self.model.base).config.fingerprint

    def features(self) -> tuple[str, ...]:
        return (timbre_feature(self.fingerprint), TRAITS_FEATURE)

    def build(self) -> None:
        config: VoiceDesignerConfig = self.model.designer
        timbre, traits = self._voices(self.data.train)
        fill_genders(traits)
        self.traits = {
            item.id: row for item, row in zip(self.data.train.utterances, traits, strict=False)
        }
        config.base, config.timbre_dim = self.fingerprint, timbre.shape[1]
        config.components = min(config.components, len(timbre) - 1, config.timbre_dim)
        self.designer = VoiceDesigner(config)
        fit_statistics(self.designer, timbre, traits)
        self.networks = {"designer": self.designer}
        self.cost = _cost(config)

    def _voices(self, corpus: Corpus) -> tuple[NDArray, NDArray]:
        """Timbre vectors (voices, timbre_dim) and traits (voices, T), NaN where not known."""
        name = timbre_feature(self.fingerprint)
        items = corpus.utterances[: len(corpus)]
        timbre = np.concatenate([corpus.features[name][item.id] for item in items])
        measured = np.concatenate([corpus.features[TRAITS_FEATURE][item.id] for item in items])
        gender = [{"female": 1.0, "male": -1.0}.get(item.gender or "", np.nan) for item in items]
        return timbre, np.column_stack((gender, measured)).astype(np.float32)

    def lengths(self) -> NDArray:
        return np.ones(len(self.data.train))

    def batch_budget(self) -> float:
        return self.model.batch

    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        corpus = self.data.valid if valid else self.data.train
        indices = [index for index, _ in draws]
        items = [corpus.utterances[index] for index in indices]
        name = timbre_feature(self.fingerprint)
        timbre = np.concatenate([corpus.features[name][item.id] for item in items])
        if valid:
            measured = np.concatenate([corpus.features[TRAITS_FEATURE][i.id] for i in items])
            traits = np.column_stack((np.full(len(items), np.nan), measured)).astype(np.float32)
        else:
            traits = np.stack([self.traits[item.id] for item in items])
        descriptions, said = zip(*(_example(draw) for _, draw in draws), strict=True)
        return {
            "pieces": self.designer.reader.encode(descriptions),
            "said": torch.tensor(said),
            "timbre": torch.from_numpy(timbre.astype(np.float32)),
            "traits": torch.from_numpy(np.nan_to_num(traits)),
            "known": torch.from_numpy(np.isfinite(traits)),
        }

    def losses(
        self,
        networks: Networks,
        batch: Batch,
        share: float,  # noqa: ARG002
    ) -> Iterator[StepLoss]:
        reading, drawing = networks["designer"](*batch.values())
        metrics = {"reading": reading.detach(), "drawing": drawing.detach()}
        yield StepLoss("model", reading + drawing, float(len(batch["said"])), metrics)

    def work(self, batch: Batch) -> Work:
        rows = len(batch["said"])
        words = (batch["pieces"] > 0).any(2).sum(1)
        return Work(rows, [Load(self.cost, words)])

    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        """Losses, and the share of the descriptions of which every attribute is read as meant."""
        reading, drawing = networks["designer"](*batch.values())
        designer = networks["designer"]
        assert isinstance(designer, VoiceDesigner)
        logits = designer.reader(batch["pieces"])
        picks = torch.stack([row.argmax(-1) for row in logits], dim=-1)
        right = (picks == batch["said"]).all(-1).float().mean()
        return {"reading": reading, "drawing": drawing, "read": right}

    def export(self, networks: Networks, folder: Path) -> None:
        path = folder / "voice_designer.safetensors"
        # As small as it is bundled: it is put beside a finished model, which is not assembled anew.
        save_model(path, networks["designer"], self.model.designer, voice_designer.KIND, True)

    def restore(self, folder: Path) -> None:
        restore_model(self.designer, folder / "voice_designer.safetensors", voice_designer.KIND)


def _example(draw: int) -> tuple[str, list[int]]:
    """A description, and the numbers of the values that it says, 0 for none."""
    rng = random.Random(draw)
    wanted = random_attributes(rng)
    said = [
        1 + values.index(wanted[name]) if name in wanted else 0
        for name, values in ATTRIBUTES.items()
    ]
    return describe(wanted, rng), said


def fill_genders(traits: NDArray) -> None:
    """Tell genders that are not known by the other traits (voices, T), where they tell it surely.

    By logistic regression on the voices whose gender is known, in place.
    """
    gender, rest = traits[:, 0], _as_differences(traits[:, 1:])
    rest = (rest - rest.mean(0)) / (rest.std(0) + 1e-6)
    known = np.isfinite(gender)
    if not (known.any() and {1.0, -1.0} <= set(gender[known].tolist())):
        return
    x = np.column_stack((rest, np.ones(len(rest))))
    weights = np.zeros(x.shape[1])
    for _ in range(20):  # Newton's steps, with a ridge
        p = 1 / (1 + np.exp(-x[known] @ weights))
        gradient = x[known].T @ (p - (gender[known] > 0)) + weights
        hessian = (x[known].T * (p * (1 - p))) @ x[known] + np.eye(len(weights))
        weights -= np.linalg.solve(hessian, gradient)
    likely = 1 / (1 + np.exp(-x @ weights))
    traits[~known & (likely > SURE), 0] = 1.0
    traits[~known & (likely < 1 - SURE), 0] = -1.0


def _as_differences(measured: NDArray) -> NDArray:
    """Measured traits (voices, T - 1) with logarithms of those that differ by ratios."""
    return np.where(_LOGARITHMIC, np.log(np.maximum(measured, 1e-6)), measured)


_LOGARITHMIC = np.array([name in voice_designer.RATIOS for name in TRAITS[1:]])


def fit_statistics(designer: VoiceDesigner, timbre: NDArray, traits: NDArray) -> None:
    """Set a designer's components, and the spread of traits, by the voices that there are.

    Args:
        designer: takes them.
        timbre: (voices, timbre_dim).
        traits: (voices, T), NaN where not known.
    """
    count = designer.config.components
    mean = timbre.mean(0)
    _, spread, rows = np.linalg.svd(timbre - mean, full_matrices=False)
    basis = rows[:count] * (spread[:count, None] / np.sqrt(len(timbre)))
    measured = _as_differences(traits[:, 1:])
    values = {
        "mean": mean,
        "basis": basis,
        "trait_mean": [0.0, *measured.mean(0)],  # genders are 1 and -1 as they are
        "trait_std": [1.0, *(measured.std(0) + 1e-6)],
        "quantiles": _quantiles(traits),
    }
    for name, value in values.items():
        getattr(designer, name).copy_(torch.from_numpy(np.asarray(value, np.float32)))


def _quantiles(traits: NDArray) -> NDArray:
    """(groups, T, `QUANTILES`) of all voices, of female and of male ones; of genders, zeros."""
    shares = np.linspace(0, 1, QUANTILES)
    members = {"any": traits[:, 1] > 0, "female": traits[:, 0] > 0, "male": traits[:, 0] < 0}
    quantiles = np.zeros((len(GROUPS), len(TRAITS), QUANTILES))
    for number, name in enumerate(GROUPS):
        group = traits[members[name], 1:]
        if len(group):
            quantiles[number, 1:] = np.quantile(group, shares, axis=0).T
    return quantiles


def _cost(config: VoiceDesignerConfig) -> Cost:
    """Of the designer; positions are words, at each of which a part of a voice is drawn, too."""

    def run(designer: VoiceDesigner, rows: int) -> None:
        designer(
            torch.ones(rows, MOST_WORDS, voice_designer.MOST_PIECES, dtype=torch.long),
            torch.zeros(rows, len(ATTRIBUTES), dtype=torch.long),
            torch.zeros(rows, config.timbre_dim),
            torch.zeros(rows, len(TRAITS)),
            torch.ones(rows, len(TRAITS), dtype=torch.bool),
        )

    return Cost(lambda: VoiceDesigner(config), run, MOST_WORDS)
