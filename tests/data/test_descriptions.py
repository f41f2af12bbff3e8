"""Descriptions say what they are to say, in many ways."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.data.descriptions import describe, random_attributes, words
from minimax_speech.text.voice_attributes import ATTRIBUTES, MOST_WORDS, words_of


@given(st.integers(0, 2**32))
def test_a_seed_gives_one_description(seed: int) -> None:
    rng = random.Random(seed)
    wanted = random_attributes(rng)
    assert all(value in ATTRIBUTES[name] for name, value in wanted.items())
    text = describe(wanted, random.Random(seed))
    assert text == describe(wanted, random.Random(seed))
    assert len(words_of(text)) <= MOST_WORDS
    assert "  " not in text


def test_wordings_differ() -> None:
    wanted = {"gender": "female", "pitch": "low"}
    texts = {describe(wanted, random.Random(seed)) for seed in range(200)}
    assert len(texts) > 180


def test_a_plain_noun_says_its_gender() -> None:
    read = words()
    for noun, says in read.nouns.items():
        assert all(value in ATTRIBUTES[name] for name, value in says.items()), noun
    assert read.nouns["woman"] == {"gender": "female"}


def test_every_value_but_languages_has_every_kind_of_phrase() -> None:
    read = words()
    for name, values in ATTRIBUTES.items():
        if name in ("language", "accent"):
            continue
        assert tuple(read.values[name]) == values
        for kinds in read.values[name].values():
            assert set(kinds) == {"adjective", "of", "verb"}
            assert all(
                phrase.strip() == phrase != "" for group in kinds.values() for phrase in group
            )


def test_what_is_denied_leaves_a_value() -> None:
    for name, denied in words().denied.items():
        for value, rest in denied.items():
            assert value != rest
            assert {value, rest} <= set(ATTRIBUTES[name])


@pytest.mark.parametrize(
    "name", [name for name in ATTRIBUTES if name not in ("language", "accent")]
)
def test_no_phrase_says_two_values(name: str) -> None:
    """The same words for two values would teach the reader nothing."""
    said: dict[str, str] = {}
    for value, kinds in words().values[name].items():
        for phrase in {phrase for group in kinds.values() for phrase in group}:
            assert said.setdefault(phrase, value) == value, phrase
