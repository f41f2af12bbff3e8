"""The loop that moves a timbre to where recordings want it.

The vector stays among those that the speaker encoder can give: of mean 0 and variance 1. What is
kept is the best of the vectors that were tried on recordings which the loop does not learn from;
the start is one of them, so that no voice becomes worse by this measure. Each step seeds itself:
a run that was interrupted ends where it would have ended.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor, nn

from minimax_speech.files import replacing
from minimax_speech.training.pvc.examples import Example
from minimax_speech.training.pvc.objective import Objective

EVERY = 20
"""Steps between two looks at the recordings that are held out."""
PATIENCE = 3
"""So many looks in a row without a better vector end the loop."""
LOOKS = 2
"""Draws of stretch, time and noise for each recording that is held out, the same at every look."""
_HELD_OUT_SEED = 2**31
_BETAS = (0.9, 0.99)
_ADAM = "adam."


@dataclass(frozen=True)
class TuningSettings:
    """How a voice is tuned.

    Attributes:
        steps: at most.
        lr: learning rate of Adam, for a vector of variance 1; it falls to a tenth.
        batch: recordings of a step for flow matching.
        lm_batch: of these, so many for the language model.
        lm_weight: of the language model's loss beside that of flow matching.
        prompt_share: share of the steps in which the voice's prompt stands in front, as when the
            voice speaks. Mixtures have none.
        seed: of all that is drawn.
    """

    steps: int = 80
    lr: float = 0.05
    batch: int = 4
    lm_batch: int = 2
    lm_weight: float = 0.1
    prompt_share: float = 0.5
    seed: int = 0


class Tuning:
    """Where the loop stands.

    Attributes:
        vector: that is moved, (timbre_dim,).
        optimizer: Adam (Kingma & Ba 2015, arXiv 1412.6980).
        best: the best timbre, (timbre_dim,).
        losses: on what is held out, of each look; the first is that of the start.
        step: steps done.
    """

    def __init__(self, start: Tensor, loss: float) -> None:
        self.vector = nn.Parameter(start.clone())
        self.optimizer = torch.optim.Adam([self.vector], betas=_BETAS)
        self.best = start.clone()
        self.losses = [loss]
        self.step = 0

    @property
    def looks_since_best(self) -> int:
        """Looks after the one at the best timbre."""
        return len(self.losses) - 1 - self.losses.index(min(self.losses))

    def save(self, path: Path) -> None:
        """Write it to a safetensors file, which appears whole or not at all."""
        tensors = {
            "vector": self.vector.detach(),
            "best": self.best,
            "losses": torch.tensor(self.losses, dtype=torch.float64),
            "step": torch.tensor(self.step),
            **{_ADAM + name: value for name, value in self.optimizer.state[self.vector].items()},
        }
        with replacing(path) as part:
            part.write_bytes(save(tensors))

    @classmethod
    def load(cls, path: Path) -> "Tuning | None":
        """What was saved; None where nothing was, or it is damaged: then it is to be done again."""
        try:
            tensors = load_file(path)
            tuning = cls(tensors["vector"], 0.0)
            tuning.best, tuning.step = tensors["best"], int(tensors["step"])
            tuning.losses = tensors["losses"].tolist()
        except (OSError, SafetensorError, KeyError):
            return None
        tuning.optimizer.state[tuning.vector] = {
            name.removeprefix(_ADAM): value
            for name, value in tensors.items()
            if name.startswith(_ADAM)
        }
        return tuning


Report = Callable[[int, float], None]
"""Told the number of steps done, and the latest loss on what is held out."""


def tune(
    objective: Objective,
    start: Tensor,
    examples: Sequence[Example],
    held_out: Sequence[Example],
    settings: TuningSettings,
    state: Path,
    report: Report,
) -> Tuning:
    """Tune a timbre (timbre_dim,) until its steps are done, or it becomes no better.

    Args:
        objective: its losses.
        start: where it begins.
        examples: recordings to learn from.
        held_out: recordings by which the best vector is chosen.
        settings: how.
        state: file that keeps where the loop stands; a loop that finds it goes on from there.
        report: called after each step.
    """
    tuning = Tuning.load(state)
    if tuning is None:
        tuning = Tuning(start, _held_out_loss(objective, start, held_out, settings))
    while tuning.step < settings.steps and tuning.looks_since_best < PATIENCE:
        _advance(tuning, objective, examples, settings)
        if tuning.step % EVERY == 0 or tuning.step == settings.steps:
            timbre = normalised(tuning.vector.detach())
            loss = _held_out_loss(objective, timbre, held_out, settings)
            if loss < min(tuning.losses):
                tuning.best = timbre
            tuning.losses.append(loss)
            tuning.save(state)
        report(tuning.step, tuning.losses[-1])
    return tuning


def normalised(vector: Tensor) -> Tensor:
    """A vector (timbre_dim,) with mean 0 and variance 1, as the speaker encoder leaves its own."""
    return F.layer_norm(vector, vector.shape)


def _advance(
    tuning: Tuning, objective: Objective, examples: Sequence[Example], settings: TuningSettings
) -> None:
    """One step, on the vector alone."""
    lr = settings.lr * (1 - 0.9 * tuning.step / settings.steps)
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed + tuning.step)
        picks = torch.randperm(len(examples))[: settings.batch].tolist()
        batch = [examples[pick] for pick in picks]
        prompted = float(torch.rand(())) < settings.prompt_share
        timbre = normalised(tuning.vector)
        loss = objective.flow_loss(timbre, batch, prompted)
    if settings.lm_weight:
        loss = loss + settings.lm_weight * objective.lm_loss(timbre, batch[: settings.lm_batch])
    # Not backward(): the models' own parameters are to have no gradients.
    (tuning.vector.grad,) = torch.autograd.grad(loss, tuning.vector)
    tuning.optimizer.param_groups[0]["lr"] = lr
    tuning.optimizer.step()
    tuning.step += 1


@torch.no_grad()
def _held_out_loss(
    objective: Objective, timbre: Tensor, held_out: Sequence[Example], settings: TuningSettings
) -> float:
    """The loss of a timbre on what is held out, as the voice will speak: with its prompt."""
    with torch.random.fork_rng():
        torch.manual_seed(_HELD_OUT_SEED + settings.seed)
        flow = [objective.flow_loss(timbre, held_out, prompted=True) for _ in range(LOOKS)]
    loss = torch.stack(flow).mean()
    if settings.lm_weight:
        loss = loss + settings.lm_weight * objective.lm_loss(timbre, held_out)
    return float(loss)
