"""What a description can say, and how it is taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.voice_attributes import MOST_WORDS, check_attributes, words_of


def test_words() -> None:
    text = "A low-pitched woman’s voice, NOT high!"
    assert words_of(text) == ["a", "low", "pitched", "woman's", "voice", ",", "not", "high", "!"]


@given(st.text())
def test_any_text_has_words(text: str) -> None:
    words = words_of(text)
    assert len(words) <= MOST_WORDS
    assert all(words)


def test_values_are_taken_as_people_write_them() -> None:
    given = {"pitch": "Very-Low", "language": "german", "age": None}
    assert check_attributes(given) == {"pitch": "very low", "language": "de"}


@pytest.mark.parametrize(
    ("given", "part"),
    [
        ({"colour": "red"}, "'colour'"),
        ({"pitch": "highest"}, "very low, low, medium"),
        ({"gender": 1}, "female, male"),
    ],
)
def test_what_is_no_attribute_is_refused(given: dict, part: str) -> None:
    with pytest.raises(InputError, match=part):
        check_attributes(given)
