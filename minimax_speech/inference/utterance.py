"""One line of one request on its way from text to sound."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch

from minimax_speech.errors import excerpt
from minimax_speech.inference.acoustics import TokenLine
from minimax_speech.inference.durations import token_limits
from minimax_speech.inference.request import Listener, Request
from minimax_speech.inference.script import Line
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.takes import Take
from minimax_speech.models.lora import Adapter
from minimax_speech.voice import Voice


@dataclass
class Utterance:
    """One line of one request on its way."""

    line: Line
    language: str
    text_ids: list[int]
    voice: Voice
    seeds: tuple[int, int]  # request, line
    emotion: tuple[Adapter | None, float]
    listener: Listener | None
    tokens: list[int] = field(default_factory=list)  # of the latest attempt
    ended: bool = False
    take: Take | None = None  # the best so far

    def request(self, settings: Settings, attempt: int = 0) -> Request:
        """What the engine is asked for in an attempt at it."""
        fewest, most = token_limits(self.line.text)
        return Request(
            self.text_ids,
            torch.from_numpy(self.voice.timbre),
            self.seed(attempt, purpose=0),
            most,
            fewest,
            self._spoken_prompt_tokens,
            settings,
            *self.emotion,
            self.listener,
        )

    @property
    def token_line(self) -> TokenLine:
        """What is to be made audible of the latest attempt."""
        return TokenLine(self.voice, self.tokens, self.seed(0, purpose=1))

    @property
    def _spoken_prompt_tokens(self) -> list[int]:
        """What the language model goes on from: it must know the words."""
        prompt = self.voice.prompt
        return prompt.tokens.tolist() if prompt and prompt.text is not None else []

    def forget_sound(self) -> None:
        """Keep of the take only what can be told about it."""
        if self.take is not None:
            self.take = self.take.without_sound()

    def seed(self, attempt: int, purpose: int) -> int:
        """A seed for one attempt at the tokens (purpose 0) or for the latents (1)."""
        sequence = np.random.SeedSequence((*self.seeds, attempt, purpose))
        return int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))


def warn_of_faults(script: Sequence[Utterance]) -> None:
    """Say once which of the lines went wrong in every attempt, if any did."""
    failed = [utterance for utterance in script if utterance.take and utterance.take.fault]
    if not failed:
        return
    first = min(failed, key=lambda utterance: utterance.seeds)
    shown, fault = excerpt(first.line.text), first.take and first.take.fault
    prompt = first.voice.prompt
    count = len(script)
    what = shown if count == 1 else f"{len(failed)} of {count} pieces, such as {shown},"
    mend = " or leave out the reference text" if prompt and prompt.text else ""
    logging.getLogger(__name__).warning(
        "%s came out wrong (%s): try another seed%s", what, fault, mend
    )
