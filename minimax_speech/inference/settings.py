"""What can be chosen about how speech is generated; wrong values are refused in one line."""

import math
from dataclasses import dataclass, fields
from numbers import Integral, Real
from typing import get_args

from minimax_speech.errors import InputError
from minimax_speech.models.flow_integration import Solver


@dataclass(frozen=True)
class Sampling:
    """How audio tokens are drawn.

    Attributes:
        temperature: randomness; 0 always takes the likeliest token.
        top_k: draw from the likeliest ``top_k`` tokens only; 0 means all.
        top_p: draw from the likeliest tokens that together have this probability only.
        repetition_penalty: above 1 makes recent tokens less likely (Keskar et al. 2019,
            arXiv 1909.05858).
    """

    temperature: float = 0.3
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, whole = getattr(self, setting.name), setting.type is int
            if setting.type not in (int, float):
                continue
            if not isinstance(value, Integral if whole else Real):
                kind = "a whole number" if whole else "a number"
                raise InputError(f"{setting.name} is {value!r}: use {kind}")
        _check("temperature", self.temperature, 0 <= self.temperature <= 10, "0 to 10")
        _check("top_k", self.top_k, self.top_k >= 0, "0 (all) or more")
        _check("top_p", self.top_p, 0 < self.top_p <= 1, "above 0, up to 1")
        penalty = self.repetition_penalty
        _check("repetition_penalty", penalty, 0.1 <= penalty <= 10, "0.1 to 10; 1 is none")


@dataclass(frozen=True)
class Settings(Sampling):
    """How speech is generated.

    Attributes:
        steps: of flow matching.
        cfg_scale: strength of guidance in flow matching; 0 is none.
        solver: of flow matching; the midpoint solver evaluates the network twice in each step.
        check: compare what is said with the text, and try again where words are missing or too
            many.
    """

    steps: int = 4
    cfg_scale: float = 1.0
    solver: Solver = "euler"
    check: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        _check("steps", self.steps, 1 <= self.steps <= 100, "1 to 100")
        _check("cfg_scale", self.cfg_scale, 0 <= self.cfg_scale <= 20, "0 to 20")
        if not isinstance(self.check, bool):
            raise InputError(f"check is {self.check!r}: use True or False")
        solvers = get_args(Solver)
        if self.solver not in solvers:
            raise InputError(f"solver is {self.solver!r}: use {' or '.join(solvers)}")


def _check(name: str, value: float, valid: bool, accepted: str) -> None:
    if not valid or not math.isfinite(value):
        raise InputError(f"{name} is {value}: use {accepted}")
