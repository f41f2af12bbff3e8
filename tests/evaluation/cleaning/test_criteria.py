"""Rates, agreement, likeness and copies."""

from pathlib import Path

import numpy as np
import pytest

from minimax_speech.data.manifest import Utterance
from minimax_speech.evaluation.cleaning.criteria import (
    copies,
    disagreement,
    likeness,
    speaking_rates,
)


def utterance(name: str, text: str | None = None, speaker: str = "me", language: str = "en"):
    return Utterance(Path(f"{name}.wav"), text, speaker, language, duration=2.0, id=name)


def test_rates_are_those_of_the_language() -> None:
    clips = [
        utterance("a", "ten letters"),
        utterance("b", "ten letters"),
        utterance("c", "ten letters and more of them, too"),
        utterance("d", "zehn Zeichen", language="de"),
        utterance("untold"),
        utterance("silent", "ten letters"),
    ]
    seconds = {"a": 1.0, "b": 2.0, "c": 1.0, "d": 5.0, "untold": 1.0, "silent": 0.0}
    rates = speaking_rates(clips, seconds)
    assert rates == {"a": 1.0, "b": 0.5, "c": pytest.approx(32 / 11), "d": 1.0}


def test_one_recogniser_that_agrees_confirms_a_transcript() -> None:
    clips = [utterance("right", "Good day."), utterance("wrong", "Good day.")]
    heard = {
        "one": {"right": "good day", "wrong": "what is it"},
        "other": {"right": "could say", "wrong": "what is this"},
    }
    rates = disagreement(clips, heard, {})
    assert rates["right"] == 0
    assert rates["wrong"] > 80
    assert disagreement(clips, {"other": heard["other"]}, {})["right"] > 0


def test_nobody_confirms_what_it_wrote_itself() -> None:
    clips = [utterance("a", "good day"), utterance("b", "good day")]
    heard = {"one": dict.fromkeys("ab", "good day"), "other": dict.fromkeys("ab", "goo day")}
    rates = disagreement(clips, heard, {"a": "one"})
    assert rates == {"a": pytest.approx(100 / 8), "b": 0.0}
    assert disagreement(clips, {"one": heard["one"]}, {"a": "one"}) == {"b": 0.0}


def test_without_a_transcript_recognisers_judge_one_another() -> None:
    clips = [utterance("a")]
    heard = {"one": {"a": "good day"}, "other": {"a": "goo day"}}
    assert disagreement(clips, heard, {}) == {"a": pytest.approx(100 / 8)}
    assert disagreement(clips, {"one": {"a": "good day"}}, {}) == {}


def test_a_transcript_of_no_words_agrees_with_nothing() -> None:
    assert disagreement([utterance("a", "…")], {"one": {"a": ""}}, {}) == {"a": 100.0}


def test_the_stranger_is_the_least_alike_and_does_not_count_for_itself() -> None:
    clips = [utterance(name) for name in ("a", "b", "c", "stranger")]
    vectors = {"a": [1, 0, 0], "b": [2, 0.2, 0], "c": [3, 0, 0.3], "stranger": [0, 5, 0]}
    cosines = likeness(clips, {k: np.array(v, np.float32) for k, v in vectors.items()})
    others = np.mean([np.array(v) / np.linalg.norm(v) for v in list(vectors.values())[:3]], axis=0)
    assert cosines["stranger"] == pytest.approx(others[1] / np.linalg.norm(others), abs=1e-6)
    assert min(cosines["a"], cosines["b"], cosines["c"]) > 0.8


def test_likeness_needs_three_clips_in_which_somebody_speaks() -> None:
    clips = [utterance(n, speaker=s) for n, s in zip("abcde", "xxxyy", strict=True)]
    vectors = {name: np.ones(4, np.float32) for name in "abcde"} | {"c": np.zeros(1, np.float32)}
    assert likeness(clips, vectors) == {}
    vectors["c"] = np.ones(4, np.float32)
    assert likeness(clips, vectors) == dict.fromkeys("abc", pytest.approx(1))


def test_the_first_of_several_copies_is_none() -> None:
    clips = [utterance(name) for name in "abcd"]
    assert copies(clips, {"a": "1", "b": "2", "c": "1", "d": "1"}) == {
        "a": 0,
        "b": 0,
        "c": 1,
        "d": 2,
    }
