"""Limits and the sieve."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.data.manifest import Utterance
from minimax_speech.evaluation.cleaning.sieve import Limit, Sieve

FINITE = st.floats(-1e6, 1e6)


def utterances(*names: str) -> list[Utterance]:
    return [Utterance(Path(f"{n}.wav"), None, "me", "en", duration=36.0, id=n) for n in names]


@given(low=FINITE, above=st.floats(0, 1e6), value=FINITE)
def test_the_limits_themselves_are_kept(low: float, above: float, value: float) -> None:
    both = Limit(low, low + above)
    assert both.keeps(low)
    assert both.keeps(low + above)
    assert both.keeps(value) == (
        Limit(low=low).keeps(value) and Limit(high=low + above).keeps(value)
    )
    assert Limit().keeps(value)


def test_each_criterion_drops_what_lies_outside_and_says_why() -> None:
    sieve = Sieve(utterances("a", "b", "c", "d"), {"snr": Limit(low=15), "cer": Limit(high=20)})
    snr = {"a": 15.0, "b": 14.99999, "c": 40.0, "d": 10.0}
    sieve.apply({"snr": snr, "cer": {"a": 20.0, "c": 20.01, "d": 90.0}, "rate": {"a": 9.0}})
    assert [utterance.id for utterance in sieve.left] == ["a"]
    assert sieve.dropped == {
        "b": {"snr": 15.0},
        "d": {"snr": 10.0, "cer": 90.0},
        "c": {"cer": 20.01},
    }
    assert list(sieve.verdicts) == ["snr", "cer"]  # rate has no limit
    verdict = sieve.verdicts["cer"]
    assert (verdict.judged, verdict.dropped, verdict.hours) == (3, 2, pytest.approx(0.02))
    assert verdict.percentiles[1] == 20.01


def test_what_one_stage_drops_the_next_does_not_see() -> None:
    sieve = Sieve(utterances("a", "b", "c"), {"snr": Limit(low=15), "copies": Limit(high=0)})
    sieve.drop({"a": "it is damaged"}, "unreadable")
    sieve.apply({"snr": {"b": 1.0, "c": 20.0}})
    sieve.apply({"copies": {"b": 3.0, "c": 0.0}})
    assert sieve.dropped == {"a": {"unreadable": "it is damaged"}, "b": {"snr": 1.0}}
    assert sieve.verdicts["copies"].judged == 1


def test_a_criterion_that_saw_nothing_has_no_verdict() -> None:
    sieve = Sieve(utterances("a"), {"cer": Limit(high=20)})
    sieve.apply({"cer": {}})
    assert sieve.verdicts == {}
    assert len(sieve.left) == 1
