"""What eSpeak NG gets to read, and that it reads it as it should."""

import re

import pytest

from minimax_speech.data.engines import available
from minimax_speech.data.engines.espeak_reading import VOICE_OF_LANGUAGE, espeak_reading
from minimax_speech.text.languages import LANGUAGES


def test_most_languages_are_read_as_they_are_written() -> None:
    assert espeak_reading("Ça va? Naïve.", "fr") == "Ça va? Naïve."


def test_ideographs_become_what_the_voices_read() -> None:
    assert espeak_reading("银行行长，你好。", "zh") == "yin2 hang2 hang2 zhang3, ni2 hao3."
    assert espeak_reading("唔該晒", "yue") == "m4 goi1 saai3"
    assert espeak_reading("東京は、晴れですか？", "ja") == "トーキョーワ, ハレデスカ?"


def test_thai_becomes_phonemes_between_brackets() -> None:
    words = espeak_reading("สวัสดีครับ คุณ", "th").split()
    assert words == ["[[s'a2|w'a2t[|d'i:1]]", "[[khr'a5p]]", "[[kh'u1n]]"]


def test_arabic_doubling_stands_before_its_vowel() -> None:
    read = espeak_reading("ثم عاد محمد إلى المدرسة في الصباح", "ar")
    assert not re.search("[\u064b-\u0650]\u0651", read)
    assert "الصَ" in read


def test_every_language_but_hebrew_is_spoken_where_espeak_is_installed() -> None:
    engine = available()["espeak"]
    if isinstance(engine, str):
        pytest.skip(engine)
    for code in sorted(set(LANGUAGES) - {"he"}):
        voices = engine.voices(code)
        assert voices, f"no espeak voice {VOICE_OF_LANGUAGE.get(code, code)}"
