"""The registry and detection by script."""

import pytest

from minimax_speech.errors import InputError
from minimax_speech.text import languages
from minimax_speech.text.tables import spoken_forms


def test_there_are_32_and_each_reads_numbers_where_num2words_does() -> None:
    assert len(languages.LANGUAGES) == 32
    for language in languages.LANGUAGES.values():
        forms = spoken_forms(language.code)
        assert (forms is not None) or language.num2words is None
        assert forms is None or not any(map(str.isdigit, forms.reader.read("21")))


@pytest.mark.parametrize(
    ("written", "code"), [("en", "en"), ("en-US", "en"), ("PT_br", "pt"), ("zh-HK", "yue")]
)
def test_get_accepts_region_forms(written: str, code: str) -> None:
    assert languages.get(written).code == code


def test_get_lists_the_codes() -> None:
    with pytest.raises(InputError, match=r"'tlh'.*zh, yue, en.*hr, hu"):
        languages.get("tlh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hello there", "en"),
        ("你好吗", "zh"),
        ("佢哋喺邊度", "yue"),
        ("これは日本語です", "ja"),
        ("안녕하세요", "ko"),
        ("Мы были здесь", "ru"),
        ("Її місто", "uk"),
        ("Γειά σου", "el"),
        ("שלום", "he"),
        ("नमस्ते", "hi"),
        ("สวัสดี", "th"),
        ("مرحبا", "ar"),
    ],
)
def test_detect(text: str, code: str) -> None:
    assert languages.detect(text, ["en", *languages.LANGUAGES]) == code


def test_detect_stays_among_the_models_languages() -> None:
    assert languages.detect("Guten Tag", ["de", "en"]) == "de"
    assert languages.detect("你好", ["en", "de"]) == "en"
    assert languages.detect("123", ["fr"]) == "fr"
    assert languages.detect("東京", ["en", "ja"]) == "ja"
