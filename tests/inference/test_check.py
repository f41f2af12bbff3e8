"""Skips, repeats and early ends are told from clear speech."""

import pytest
from ctc_signals import ALPHABET, spelled

from minimax_speech.inference.check import Check, compare, heard

TEXT = "the old clock struck seven times today"
SPELLED = [f" {word}" for word in TEXT.split()]


def fault(said: str) -> str | None:
    return compare(spelled(said, spacing=3), SPELLED, ALPHABET).fault


def test_what_is_said_as_written_has_no_fault() -> None:
    found = compare(spelled(TEXT, spacing=3), SPELLED, ALPHABET)
    assert found.fault is None
    assert found.heard == found.characters == len(TEXT)
    assert found.lost == pytest.approx(0, abs=0.1)


def test_a_letter_or_two_may_be_misheard() -> None:
    assert fault("the olt clock strock seven times today") is None
    assert fault("the old clok struck sefen times todai") is None


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("the old clock seven times today", "leaves out"),
        ("clock struck seven times today", "leaves out"),
        ("the old clock struck seven times", "stops before the end"),
        ("the old clock struck", "stops before the end"),
        ("the old clock struck struck seven times today", "more than"),
        ("the old clock struck seven times today seven times", "more than"),
        ("the old clock struck nobody seven times today", "more than"),
    ],
)
def test_skips_repeats_and_early_ends_are_told(said: str, part: str) -> None:
    found = fault(said)
    assert found is not None
    assert part in found


def test_it_is_known_when_all_has_been_said() -> None:
    for said, all_said in [
        (TEXT, True),
        (f"{TEXT} seven times today", True),
        ("the old clock struck seven times", False),
        ("the old clock", False),
        ("the old clock struck struck", False),
    ]:
        assert compare(spelled(said, spacing=3), SPELLED, ALPHABET).all_said is all_said


def test_what_is_heard_is_counted_over_all_lines() -> None:
    checks = [Check(30, 30, 0.0, 0, True), Check(10, 0, 90.0, -9, False)]
    assert heard(checks) == 0.75
    assert heard([None]) is None
    assert heard([]) is None
