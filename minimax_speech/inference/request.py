"""What is asked of the engine and what it answers: tokens only, no text and no audio."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor

from minimax_speech.inference.settings import Sampling
from minimax_speech.models.lora import Adapter


class Listener(Protocol):
    """Hears how much of a text tokens say."""

    def all_said(self, tokens: Sequence[int]) -> bool:
        """Whether it is certain that these tokens say all of it."""
        ...

    def stops_early(self, tokens: Sequence[int]) -> bool:
        """Whether it is certain that they lack its last words."""
        ...


@dataclass(frozen=True)
class Request:
    """One utterance to generate.

    Attributes:
        text: text ids, the language's id first; with a prompt, the prompt's text before the text.
        timbre: (timbre_dim,).
        seed: of the row's random numbers.
        max_tokens: the row stops here at the latest.
        min_tokens: the row does not end before.
        prompt: audio tokens that stand before those to generate (one-shot cloning).
        sampling: how tokens are drawn.
        adapter: changes the model for this row; None is the model as it is.
        strength: of the adapter.
        listener: who is asked how much has been said, as `ending` explains, if there is anyone.
    """

    text: Sequence[int]
    timbre: Tensor
    seed: int
    max_tokens: int
    min_tokens: int = 0
    prompt: Sequence[int] = ()
    sampling: Sampling = field(default_factory=Sampling)
    adapter: Adapter | None = None
    strength: float = 1.0
    listener: Listener | None = None


@dataclass(frozen=True)
class Generated:
    """What one request came to.

    Attributes:
        tokens: audio tokens, without the prompt's; there may be a pause at their end.
        ended: False where the limit cut them off.
    """

    tokens: list[int]
    ended: bool
