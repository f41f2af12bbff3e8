"""Spoken forms in any language, and what holds for every text."""

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.normalise import normalise
from minimax_speech.text.scripts import admit
from minimax_speech.text.splitting import split_sentences


@pytest.mark.parametrize("text", ["", "  ", "😀🎉", "...", "?!", "\u200b", "—", "()"])
@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_nothing_to_say_is_the_empty_string(text: str, language: str) -> None:
    assert normalise(text, language) == ""


def test_units_and_brackets_of_other_languages_are_read() -> None:
    assert normalise("21 km kostar 5 €", "sv") == "tjugoett kilometer kostar fem euro"
    assert normalise("「3個」", "ja") == '"三個"'


def test_words_in_other_letters_are_read_in_their_own_language() -> None:
    among = ["zh", "en", "ru"]
    assert normalise("我有MP3 & 2 CDs。", "zh", among) == "我有M P three and two C D's。"
    assert normalise("5 % у CDs in 3D", "ru", among) == "пять процентов у C D's in three D"
    assert normalise("The word мир, 3", "en", ["en"]) == "The word мир, three"


def test_region_codes_and_unknown_languages() -> None:
    assert normalise("5", "en-GB") == "five"
    with pytest.raises(InputError, match=r"unknown language 'xx'.*zh, yue, en"):
        normalise("5", "xx")


FRAGMENTS = (
    r"5 12 1984 Mr. St. Dr , . - – $ € % km °C / : pm a.m. U.S. NASA USB No. etc. II Henry Nov May "
    r"""½ ² ' " # @ www. http:// .com A I b The & + _ ( ) … 1,000 3.14 k M th st m 😀 ٣ ５ * ** """
    r"""^ < > ~ ` [ ] | \ <b> &lt; - ₂ ⁻ π μ ¢ x e × − → Mon Ave. NW ft. in. ext. .pdf é ł ß ñ """
    r"""ı ø = { } ; ! ? 1. a) º"""
)
TEXTS = st.lists(st.sampled_from([*FRAGMENTS.split(" "), " ", " ", "\n"]), max_size=12).map(
    "".join
) | st.text(max_size=30)
LANGUAGES = st.sampled_from(["en", "en", "en", "de", "fr", "zh", "ar", "ru"])
PRONOUNCEABLE = set(string.ascii_letters + "éÉ" + " !\"'(),-.:;?")


@settings(max_examples=250, deadline=None)
@given(TEXTS, LANGUAGES)
def test_idempotent_and_clean(text: str, language: str) -> None:
    spoken = normalise(text, language)
    assert normalise(spoken, language) == spoken
    assert unicodedata.is_normalized("NFC", spoken)
    assert spoken == " ".join(spoken.split())


@settings(max_examples=250, deadline=None)
@given(TEXTS)
def test_english_comes_down_to_letters_that_can_be_read(text: str) -> None:
    try:
        text = admit(text, ["en"])
    except InputError:  # another script
        return
    assert set(normalise(text, "en")) <= PRONOUNCEABLE


@settings(max_examples=250, deadline=None)
@given(TEXTS, LANGUAGES)
def test_what_holds_a_word_or_a_figure_is_not_silent(text: str, language: str) -> None:
    # Parted from the rest: an address without its scheme, or "<b>", holds nothing.
    assert normalise(f"{text} \n\n7 cats", language).endswith("cats")
    assert normalise(f"Two birds \n\n{text}", language).startswith("Two birds")


@settings(max_examples=300, deadline=None)
@given(st.text(string.ascii_letters + string.digits + "éßłñøıþ½²₂", min_size=1, max_size=12))
def test_a_word_is_never_silent(text: str) -> None:
    assert normalise(text, "en")


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(10, 60))
def test_splitting_loses_no_word(text: str, limit: int) -> None:
    spoken = normalise(text, "en")
    pieces = split_sentences(spoken, "en", limit)
    assert "".join("".join(pieces).split()) == "".join(spoken.split())
