"""A row that pauses ends if all has been said, wherever the host looks."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
import torch

from minimax_speech.inference.pausing import PAUSE_TOKENS, first_pause, without_pause
from minimax_speech.inference.request import Generated, Request
from minimax_speech.inference.session import Session

END = 99
SPEECH = list(range(40))
SILENCE = [50, 51, 50, 52, 50] * 40


class ScriptedRows:
    """Rows whose tokens are known beforehand."""

    def __init__(self, script: list[int]) -> None:
        self._script = script
        self._place = 0

    def enter(self, requests: Sequence[Request], spare: int) -> None:
        """One request enters."""
        assert len(requests) == 1

    def leave(self, place: int) -> None:
        """It leaves."""
        assert place == 0

    def advance(self, steps: int) -> "ScriptedRows":
        """Some more tokens, to be read."""
        self._place += steps
        drawn = ScriptedRows(self._script)
        drawn._place, drawn._steps = self._place, steps  # type: ignore[attr-defined]
        return drawn

    def read(self) -> list[list[int]]:
        """The tokens of the one row."""
        return [self._script[self._place - self._steps : self._place]]  # type: ignore[attr-defined]


def spoken(
    script: list[int], all_said: int | None, stride: int, ahead: int
) -> tuple[Generated, list[int], list[int]]:
    """What comes of a script, its tokens as they came, and after how many it was asked."""
    asked = []

    def is_over(tokens: Sequence[int]) -> bool:
        asked.append(len(tokens))
        return all_said is not None and len(tokens) >= all_said

    request = Request([1], torch.zeros(1), 0, max_tokens=200, is_over=is_over)
    session = Session(ScriptedRows(script), END, 1, stride, ahead)  # type: ignore[arg-type]
    key, tokens = session.add(request), []
    while True:
        progress = session.step()[key]
        tokens += progress.tokens
        if progress.result:
            return progress.result, tokens, asked


@pytest.mark.parametrize("stride", [1, 3, 8])
@pytest.mark.parametrize("ahead", [0, 1])
def test_a_row_that_has_said_all_ends_where_it_pauses(stride: int, ahead: int) -> None:
    latest = len(SPEECH) + PAUSE_TOKENS
    # The token before the silence may stand among the few kinds, and so may some before it.
    first = first_pause(SPEECH + SILENCE, 0)
    assert first is not None
    assert latest - 2 <= first <= latest
    result, tokens, asked = spoken(SPEECH + SILENCE, 0, stride, ahead)
    assert result == Generated((SPEECH + SILENCE)[:first], True)
    assert tokens == result.tokens
    assert asked == [first]
    assert SPEECH[:38] == list(without_pause(result.tokens))[:38]
    assert len(without_pause(result.tokens)) <= len(SPEECH)


@pytest.mark.parametrize("stride", [1, 8])
def test_a_row_that_has_more_to_say_goes_on(stride: int) -> None:
    script = [*SPEECH, *SILENCE[:60], *SPEECH, END, *SILENCE]
    result, tokens, asked = spoken(script, None, stride, 1)
    assert result == Generated(script[: script.index(END)], True)
    assert tokens == result.tokens
    assert [later - before for before, later in pairwise(asked)] == [12] * 4
    late, _, asked_late = spoken(script, 80, stride, 1)
    assert len(late.tokens) == asked_late[-1] == next(at for at in asked if at >= 80)


def test_a_row_that_is_cut_off_has_not_ended() -> None:
    result, _, asked = spoken(SPEECH + SILENCE, None, 8, 1)
    assert (len(result.tokens), result.ended) == (200, False)
    assert len(asked) == 13


def test_speech_has_no_pause() -> None:
    assert first_pause([*SPEECH, *SILENCE[:8], *SPEECH], 0) is None
    assert first_pause([], 0) is None
    assert without_pause(SPEECH) == SPEECH
