"""A row that has said all ends where it pauses or might have ended, wherever the host looks."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
import torch

from minimax_speech.inference.ending import MOST_LEAD, PATIENCE
from minimax_speech.inference.pausing import PAUSE_TOKENS, first_pause, without_pause
from minimax_speech.inference.request import Generated, Request
from minimax_speech.inference.session import Progress, Session

END = 99
SPEECH = list(range(40))
SILENCE = [50, 51, 50, 52, 50] * 40


class ScriptedRows:
    """Rows whose tokens, and leads where they are small, are known beforehand."""

    def __init__(self, script: list[int], leads: Mapping[int, float]) -> None:
        self._script, self._leads = script, leads
        self._place = 0

    def enter(self, requests: Sequence[Request], spare: int) -> None:
        """One request enters."""
        assert len(requests) == 1

    def leave(self, place: int) -> None:
        """It leaves."""
        assert place == 0

    def take_back(self, place: int, steps: int, tokens: list[int]) -> None:
        """What comes after the first end now comes instead of it."""
        self._script = [*tokens, *self._script[self._script.index(END) + 1 :]]
        assert self._place - steps == len(tokens)
        self._place -= steps

    def advance(self, steps: int) -> "ScriptedRows":
        """Some more tokens, to be read."""
        self._place += steps
        drawn = ScriptedRows(self._script, self._leads)
        drawn._place, drawn._steps = self._place, steps  # type: ignore[attr-defined]
        return drawn

    def read(self) -> list[tuple[list[int], list[float]]]:
        """Tokens and leads of the one row."""
        places = range(self._place - self._steps, self._place)  # type: ignore[attr-defined]
        script = self._script[places.start : places.stop]
        return [(script, [self._leads.get(place, 15.0) for place in places])]


class Listener:
    """Hears all after so many tokens, or never."""

    def __init__(self, all_said: int | None, enough: int = 0) -> None:
        self._all_said, self._enough = all_said, enough
        self.asked: list[int] = []

    def all_said(self, tokens: Sequence[int]) -> bool:
        """Whether there are so many; it is known then that it has been asked."""
        self.asked.append(len(tokens))
        return self._all_said is not None and len(tokens) >= self._all_said

    def stops_early(self, tokens: Sequence[int]) -> bool:
        """Whether there are fewer than enough."""
        return len(tokens) < self._enough


def spoken(
    script: list[int],
    all_said: int | None,
    stride: int,
    ahead: int,
    leads: Mapping[int, float] = {},
    fewest: int = 0,
    enough: int = 0,
) -> tuple[Generated, list[int], list[int]]:
    """What comes of a script, its tokens as they came, and after how many it was asked."""
    listener = Listener(all_said, enough)
    request = Request([1], torch.zeros(1), 0, 200, fewest, listener=listener)
    rows = ScriptedRows(script, leads)
    session = Session(rows, END, 1, stride, ahead)  # type: ignore[arg-type]
    key, tokens = session.add(request), []
    while True:
        progress = session.step().get(key, Progress([], None))
        tokens += progress.tokens
        if progress.result:
            return progress.result, tokens, listener.asked


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


def with_end(length: int) -> list[int]:
    """Speech of so many tokens without a pause, its end, and what is drawn in vain."""
    return [*(number % 45 for number in range(length)), END, *SPEECH]


@pytest.mark.parametrize("stride", [1, 3, 8])
@pytest.mark.parametrize("ahead", [0, 1])
def test_a_row_that_says_more_ends_where_it_might_have(stride: int, ahead: int) -> None:
    script = with_end(100)
    leads = {50: MOST_LEAD, 53: 1.0, 54: 2.0}
    result, tokens, asked = spoken(script, 45, stride, ahead, leads)
    assert result == Generated(script[:53], True)
    assert tokens == result.tokens  # what came after it had not been given out
    assert asked == [53]


@pytest.mark.parametrize("stride", [1, 8])
def test_a_row_that_ends_soon_after_is_not_asked(stride: int) -> None:
    script = with_end(50 + PATIENCE - 1)
    result, tokens, asked = spoken(script, 0, stride, 1, {50: 3.0})
    assert result == Generated(script[:57], True)
    assert tokens == result.tokens
    assert asked == []


@pytest.mark.parametrize("stride", [1, 8])
def test_a_row_that_only_might_have_ended_goes_on(stride: int) -> None:
    script = with_end(100)
    leads = {9: 0.5, 30: 2.0, 50: 4.0, 90: MOST_LEAD + 0.1}
    result, tokens, asked = spoken(script, None, stride, 1, leads, fewest=20)
    assert result == Generated(script[:100], True)
    assert tokens == result.tokens
    assert asked == [30, 50]


@pytest.mark.parametrize("stride", [1, 3, 8])
@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_a_row_that_stops_early_goes_on(stride: int, ahead: int) -> None:
    script = [*SPEECH, END, *range(20), END, *SPEECH]
    result, tokens, _ = spoken(script, None, stride, ahead, enough=50)
    assert result == Generated([*SPEECH, *range(20)], True)
    assert tokens == result.tokens
    once, _, _ = spoken(script, None, stride, ahead, enough=100)  # it is not asked for ever
    assert once == result


def test_what_may_be_too_much_is_held_back() -> None:
    request = Request([1], torch.zeros(1), 0, 200, listener=Listener(None))
    rows = ScriptedRows(with_end(100), {10: 2.0})
    session = Session(rows, END, 1, 1)  # type: ignore[arg-type]
    key, told = session.add(request), [0]
    for _ in range(25):
        told.append(told[-1] + len(session.step()[key].tokens))
    assert told[10:20] == [10] * PATIENCE + [18, 19]


def test_speech_has_no_pause() -> None:
    assert first_pause([*SPEECH, *SILENCE[:8], *SPEECH], 0) is None
    assert first_pause([], 0) is None
    assert without_pause(SPEECH) == SPEECH
