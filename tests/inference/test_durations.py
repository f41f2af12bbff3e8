"""How long texts take, roughly, in any script."""

import pytest

from minimax_speech.inference.durations import (
    TOKENS_PER_SECOND,
    characters_within,
    expected_tokens,
    token_limits,
)


@pytest.mark.parametrize(
    ("text", "syllables"),
    [
        ("Good evening, everybody.", 7),
        ("大家晚上好，今天我们去公园。", 12),
        ("今日は公園で遊びます。", 12),
        ("모두 안녕하세요, 반갑습니다.", 12),
        ("ذهب الولد إلى المدرسة في الصباح.", 14),
        ("मेरा नाम राम है और मैं दिल्ली में रहता हूँ।", 16),
        ("สวัสดีครับทุกคน", 6),
        ("Доброе утро, дорогие друзья.", 10),
    ],
)
def test_a_syllable_takes_an_eighth_to_a_third_of_a_second(text: str, syllables: int) -> None:
    seconds = expected_tokens(text) / TOKENS_PER_SECOND - 0.4
    assert 1 / 8 < seconds / syllables < 1 / 3


def test_marks_and_spaces_take_no_time() -> None:
    assert expected_tokens("a") == expected_tokens(' "a ..." ')
    assert expected_tokens("สวัสดี") == expected_tokens("สวสด")


def test_limits_lie_around_what_is_expected() -> None:
    text = "It was a cold day in the north."
    fewest, most = token_limits(text)
    assert fewest < expected_tokens(text) < most
    assert characters_within(text * 10, expected_tokens(text * 10) / TOKENS_PER_SECOND) == 310
