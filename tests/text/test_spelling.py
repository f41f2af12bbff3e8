import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.text.languages import LANGUAGES, script
from minimax_speech.text.spelling import (
    READ_ALPHABET,
    alphabet_of,
    spelled,
    spelled_words,
    symbols_of,
)
from minimax_speech.text.written_words import spoken_words

SAMPLES = {
    "ar": "ذهب الولد إلى المدرسة، ثم عاد.",
    "de": "Schöne Grüße aus Köln!",
    "hi": "मेरा नाम राम है।",
    "ja": "東京は今日も晴れですか？NHKのニュースを見た。",
    "ko": "한국어로 TV를 봤다.",
    "ru": "Мой ёж, твой йод.",
    "th": "สวัสดีครับ ผมชอบกินข้าว",
    "vi": "Tiếng Việt rất đẹp.",
    "yue": "如果佢喺ABC公司，我唔去。",
    "zh": "银行行长还没还钱，Hello！",
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "It's five o’clock.", "it's five o'clock"),
        ("zh", "你好，世界。", "ni2hao3shi4jie4"),
        ("ja", "東京は晴れ。", "トーキョーワハレ"),
        ("ru", "Мой ёж.", "мой ёж"),
        ("vi", "Việt", "vie\u0323\u0302t"),
        ("ko", "값싼 TV", "ㄱㅏㅄㅆㅏㄴ tv"),
    ],
)
def test_what_is_spelled_of_a_reading(language: str, text: str, expected: str) -> None:
    assert spelled(text, language, "read") == expected


def test_what_is_written_is_spelled_as_it_stands() -> None:
    assert spelled("你好，Việt!", "zh", "written") == "你好 việt"
    assert [word.spelling for word in spelled_words("Hi there.", "en", "written")] == [
        " hi",
        " there",
    ]


def test_the_alphabet_of_written_texts_is_theirs_and_that_of_readings_fixed() -> None:
    assert alphabet_of([("Cab", "en"), ("a b!", "en")], "written") == " abc"
    assert alphabet_of([("Cab", "en")], "read") == READ_ALPHABET
    assert len(set(READ_ALPHABET)) == len(READ_ALPHABET)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_words_are_those_that_are_spoken_and_spell_the_whole(language: str) -> None:
    text = SAMPLES[language]
    words = spelled_words(text, language, "read")
    assert [word.word for word in words] == spoken_words(text)
    assert "".join(word.spelling for word in words).strip() == spelled(text, language, "read")
    assert all(word.spelling.strip() for word in words)


def test_each_ideograph_has_its_part_of_the_reading() -> None:
    words = spelled_words("東京タワー", "ja", "read")
    assert [(word.word, word.spelling) for word in words] == [
        ("東", "トー"),
        ("京", "キョー"),
        ("タワー", "タワー"),
    ]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(LANGUAGES)), st.text(max_size=20), st.sampled_from(list(SAMPLES)))
def test_any_text_can_be_spelled(language: str, strange: str, known: str) -> None:
    text = f"{strange} {SAMPLES[known]}"
    assert set(spelled(text, language, "read")) <= set(READ_ALPHABET)
    assert [word.word for word in spelled_words(text, language, "read")] == spoken_words(text)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_readings_are_spelled_with_the_symbols_of_their_language(language: str) -> None:
    symbols = symbols_of(language)
    assert symbols < set(READ_ALPHABET)
    foreign = set(spelled(SAMPLES.get(language, ""), language, "read")) - symbols
    assert all(script(letter) == "LATIN" for letter in foreign)  # of "TV" and the like


def test_languages_of_different_scripts_share_no_letters() -> None:
    letters = [
        {s for s in symbols_of(code) if s.isalpha()} for code in ("en", "el", "ru", "ja", "ar")
    ]
    assert sum(map(len, letters)) == len(set().union(*letters))
    assert "3" in symbols_of("zh")
    assert "3" not in symbols_of("de")
