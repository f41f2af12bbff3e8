"""What the training loop asks of a stage."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from minimax_speech import config as configs
from minimax_speech.data.corpus import Corpus
from minimax_speech.data.sampler import Draw
from minimax_speech.training.arithmetic import Load
from minimax_speech.training.run_config import RunConfig
from minimax_speech.training.sources import Split, load_split
from minimax_speech.training.tasks.batching import round_up

Batch = dict[str, Any]
"""Tensors that move to the device; lists and numbers that stay with the CPU."""
Networks = Mapping[str, nn.Module]
Optimizers = Mapping[str, tuple[str, ...]]
Parts = Mapping[str, tuple[str, str]]


@dataclass
class StepLoss:
    """One loss to be minimised by one optimizer.

    ``value`` is a mean over ``weight`` units (frames, tokens, rows); with several ranks the loop
    weighs them so that the result is the mean over all.
    """

    optimizer: str
    value: Tensor
    weight: Tensor | float
    metrics: dict[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """What a batch gives and takes.

    Attributes:
        tokens: 25ths of a second of speech that there is to learn from, without padding.
        loads: what the networks are given.
    """

    tokens: float
    loads: Sequence[Load]

    @property
    def flops(self) -> float:
        """Operations, as :mod:`minimax_speech.training.arithmetic` counts them."""
        return sum(load.flops for load in self.loads)


@dataclass
class Sample:
    """Something to hear or to see in the log: audio (samples,), or features (features, frames)."""

    audio: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    images: dict[str, NDArray[np.float32]] = field(default_factory=dict)


class Task(ABC):
    """A stage of training: networks, optimizers, data, losses, and the files it makes.

    Subclasses set ``model_config`` (the dataclass of the recipe's ``model`` section) and ``parts``,
    and build ``networks`` in :meth:`build`.
    """

    model_config: ClassVar[type]
    #: key of the model section -> name and kind of the exported part whose size it says
    parts: ClassVar[Parts]
    needs_text: ClassVar[bool] = False
    #: optimizer name -> names of the networks whose parameters it steps
    optimizers: ClassVar[Optimizers]
    #: networks that are averaged over the steps, if averaging is on
    averaged: ClassVar[tuple[str, ...]] = ()
    #: examples are padded to multiples of so many tokens
    length_step: ClassVar[int] = 16
    #: whether all training batches have the same shape
    fixed_shapes: ClassVar[bool] = False
    #: whether a step on batches of the same shapes is always the same work, and its batches hold
    #: nothing but tensors: then whole steps can be recorded and replayed, else networks only
    recordable: ClassVar[bool] = False
    #: whether FSDP can share the networks out: those that are trained return a tensor, and each is
    #: called once for a loss
    shardable: ClassVar[bool] = True

    def __init__(self, run: RunConfig, data: Split | None = None) -> None:
        self.run = run
        self.model: Any = configs.build(self.model_config, run.model)
        self.data = data or load_split(run.data, self.features(), self.needs_text)
        self.networks: dict[str, nn.Module] = {}
        self.build()

    def features(self) -> tuple[str, ...]:
        """Names of the precomputed features that the stage reads."""
        return ()

    @abstractmethod
    def build(self) -> None:
        """Fill ``networks``; may complete the model's config from the data."""

    @abstractmethod
    def losses(self, networks: Networks, batch: Batch, share: float) -> Iterator[StepLoss]:
        """Losses of a batch, one after the other; each is differentiated before the next is asked.

        ``networks`` may be wrapped for distribution; ``share`` is the elapsed share of the run.
        """

    @abstractmethod
    def collate(self, draws: Sequence[Draw], valid: bool = False) -> Batch:
        """Read and stack a batch of training or validation examples. Runs in loader processes."""

    @abstractmethod
    def work(self, batch: Batch) -> Work:
        """What a training batch, as collated, gives and takes."""

    @abstractmethod
    def validate(self, networks: Networks, batch: Batch) -> dict[str, Tensor]:
        """Named scalars of a validation batch, in evaluation mode without gradient."""

    @abstractmethod
    def export(self, networks: Networks, folder: Path) -> None:
        """Write the trained parts, each to its own safetensors file."""

    @abstractmethod
    def restore(self, folder: Path) -> None:
        """Start from the parts that ``folder`` holds."""

    def phase(self, share: float) -> int:  # noqa: ARG002
        """Which of the stage's kinds of step comes after a share of the run, where they differ."""
        return 0

    def lengths(self) -> NDArray:
        """Length of every training example in tokens, for batching."""
        return self.data.train.tokens

    def padded_tokens(self, corpus: Corpus, draws: Sequence[Draw]) -> int:
        """The size in tokens to which a batch is padded: the one that the sampler planned with."""
        return round_up(max(int(corpus.tokens[index]) for index, _ in draws), self.length_step)

    def batch_budget(self) -> float:
        """Padded tokens of a global batch."""
        return self.run.data.batch_seconds * 25

    def sample(self, networks: Networks, batch: Batch) -> Sample:  # noqa: ARG002
        """Audio and pictures for the log, from a validation batch."""
        return Sample()
