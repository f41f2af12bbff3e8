"""Integrating the flow from noise to latents, whatever evaluates the network.

Classifier-free guidance (Ho & Salimans 2022, arXiv 2207.12598) sharpens the condition: it costs a
second evaluation, unless the network is distilled.

Shapes: B rows, N tokens or patches, S patches so far, latents (B, 2N, D).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, Literal, Protocol, TypeVar

import torch
from torch import Tensor

from minimax_speech.models.flow_matching import FlowMatching
from minimax_speech.models.flow_network import FULL_BANDWIDTH_HZ, FlowTime
from minimax_speech.models.layers import length_mask

History = TypeVar("History")
History_co = TypeVar("History_co", covariant=True)
Solver = Literal["euler", "midpoint"]


@dataclass(frozen=True)
class FlowSettings:
    """How the flow is integrated.

    Attributes:
        steps: of the solver; the midpoint solver evaluates the network twice in each.
        guidance: strength; 0 follows the condition alone.
        solver: Euler or midpoint.
    """

    steps: int
    guidance: float
    solver: Solver = "euler"


@dataclass(frozen=True)
class FlowPart:
    """What is to be made next of the rows of a batch.

    Attributes:
        tokens: (B, M) of the patches to make and of their neighbours, of which the model sees
            ``look_ahead`` before and after; ``lengths`` (B,) of them are real.
        lengths: as above.
        timbre: (B, timbre_dim).
        noise: (B, 2N, D) standard normal.
        first: place of the first of the N patches in ``tokens``.
    """

    tokens: Tensor
    lengths: Tensor
    timbre: Tensor
    noise: Tensor
    first: int = 0


@dataclass(frozen=True)
class FlowPatches:
    """What all evaluations for some new patches share; rows count each copy.

    Attributes:
        words: (B, N, C) what the tokens say.
        modulations: (evaluations, B, 8, C).
        blocks: (N,) which patches are made together: numbers that do not fall.
        made: (B,) of the patches are real.
    """

    words: Tensor
    modulations: Tensor
    blocks: Tensor
    made: Tensor


class Evaluator(Protocol[History_co]):
    """Evaluates the network for some new patches, once in each evaluation."""

    def velocity(self, number: int, x: Tensor) -> Tensor:
        """Velocity (B, 2N, D) of latents on their way in the evaluation of this number."""
        ...

    def longer(self) -> History_co:
        """The history after all evaluations."""
        ...


class FlowIntegrator(ABC, Generic[History]):
    """Integrates the flow of one model with the same settings for all rows.

    What it is told of the network, and what it remembers, is for the heirs to say.
    """

    def __init__(self, model: FlowMatching, settings: FlowSettings) -> None:
        self.model = model
        self.settings = settings
        # With guidance, a network that is not distilled needs a second row without condition.
        self.copies = 2 if settings.guidance and not model.config.network.distilled else 1
        times = torch.linspace(0, 1, settings.steps + 1).tolist()
        self._steps = [
            [(start, stop - start)]
            if settings.solver == "euler"
            else [(start, 0.0), ((start + stop) / 2, 0.0)]
            for start, stop in pairwise(times)
        ]
        """For each step of the solver the time and the interval of its evaluations."""
        self.evaluations = sum(len(step) for step in self._steps)

    @abstractmethod
    def begin(self, rows: int) -> History:
        """The history of rows that nothing has been made of."""

    @abstractmethod
    def prime(self, tokens: Tensor, latents: Tensor, timbre: Tensor) -> History:
        """The history of one row that begins with a prompt, which depends on the voice alone.

        Args:
            tokens: (N,) of the prompt.
            latents: (2N, D) of the prompt.
            timbre: (timbre_dim,).
        """

    @abstractmethod
    def stack(self, histories: Sequence[History]) -> History:
        """Histories of single rows as one batch."""

    @abstractmethod
    def extend_all(
        self, histories: Sequence[History], wanted: FlowPart, blocks: Tensor
    ) -> tuple[Tensor, list[History]]:
        """As `extend`, for histories of single rows, which become longer each by itself."""

    @abstractmethod
    def evaluator(self, history: History, patches: FlowPatches, grows: bool) -> Evaluator[History]:
        """What evaluates the network for new patches, and remembers them if it ``grows``."""

    @torch.inference_mode()
    def extend(self, history: History, wanted: FlowPart, blocks: Tensor) -> tuple[Tensor, History]:
        """More latents (B, 2N, D) of the Flow-VAE, full band, and the longer history.

        Args:
            history: of the rows.
            wanted: what to make.
            blocks: (N,) which patches are made together: numbers that do not fall.
        """
        evaluator = self.evaluator(history, self._patches(wanted, blocks), grows=True)
        return self._integrate(wanted.noise, evaluator), evaluator.longer()

    @torch.inference_mode()
    def finish(self, history: History, wanted: FlowPart, blocks: Tensor) -> Tensor:
        """The last latents of the rows: as `extend`, in less memory, since nothing follows."""
        evaluator = self.evaluator(history, self._patches(wanted, blocks), grows=False)
        return self._integrate(wanted.noise, evaluator)

    def prompt(self, tokens: Tensor, timbre: Tensor) -> FlowPatches:
        """What is shared by all evaluations of a prompt, which is one row; as in `prime`."""
        keep, lengths = self._drop(1)[:1], torch.full((1,), len(tokens), device=tokens.device)
        return FlowPatches(
            self.model.network.embed_stretch(tokens[None], keep, length_mask(lengths, len(tokens))),
            self._modulations(timbre[None], keep),
            torch.zeros_like(tokens),
            lengths,
        )

    def _patches(self, wanted: FlowPart, blocks: Tensor) -> FlowPatches:
        count, first, drop = len(blocks), wanted.first, self._drop(len(wanted.tokens))
        tokens, lengths, timbre = (
            value.repeat_interleave(self.copies, 0)
            for value in (wanted.tokens, wanted.lengths, wanted.timbre)
        )
        real = length_mask(lengths, tokens.shape[1])
        words = self.model.network.embed_stretch(tokens, drop, real)
        return FlowPatches(
            words[:, first : first + count],
            self._modulations(timbre, drop),
            blocks,
            (lengths - first).clamp(max=count),
        )

    def _integrate(self, noise: Tensor, evaluator: Evaluator[History]) -> Tensor:
        """Latents (B, 2N, D) of noise."""
        x, numbers = noise, iter(range(self.evaluations))
        for step in self._steps:
            velocity = self._velocity(x, next(numbers), evaluator)
            if len(step) == 2:
                half = x + velocity / (2 * len(self._steps))
                velocity = self._velocity(half, next(numbers), evaluator)
            x = x + velocity / len(self._steps)
        return self.model.restore_scale(x)

    def _velocity(self, x: Tensor, number: int, evaluator: Evaluator[History]) -> Tensor:
        """Velocity (B, 2N, D) in an evaluation, guided."""
        velocity = evaluator.velocity(number, x.repeat_interleave(self.copies, 0))
        if self.copies == 1:
            return velocity
        with_condition, without = velocity[0::2], velocity[1::2]
        return with_condition + self.settings.guidance * (with_condition - without)

    def _modulations(self, timbre: Tensor, drop: Tensor) -> Tensor:
        """(evaluations, B, 8, C)."""
        rows = len(drop)
        evaluations = [evaluation for step in self._steps for evaluation in step]
        t, interval = torch.tensor(evaluations, device=drop.device).repeat_interleave(rows, 0).T
        guidance = torch.full_like(t, self.settings.guidance)
        band = torch.full_like(t, FULL_BANDWIDTH_HZ)
        timbre, drop = timbre.repeat(self.evaluations, 1), drop.repeat(self.evaluations)
        modulation = self.model.network.modulate(
            FlowTime(t, interval, guidance), timbre, band, drop
        )
        return modulation.unflatten(0, (-1, rows))

    def _drop(self, rows: int) -> Tensor:
        """(rows * copies,) True where the condition is withheld: of each pair the second."""
        pair = torch.tensor([False, True][: self.copies], device=self.model.latent_mean.device)
        return pair.repeat(rows)
