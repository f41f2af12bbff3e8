"""How long a text takes to say: rough, but enough to see that an utterance has gone wrong."""

import unicodedata

TOKENS_PER_SECOND = 25

_START_SECONDS = 0.4
_LETTER_SECONDS = 0.07
_WIDE_SECONDS = 0.16  # a syllable: Chinese characters, kana, hangul

SHORTEST, LONGEST = 0.55, 2.0
"""Bounds of a plausible utterance, in multiples of what is expected. Sentences read in English and
German lie between 0.55 and 1.8."""


def expected_tokens(text: str) -> float:
    """Audio tokens that a text in spoken form takes at an ordinary pace."""
    seconds = _START_SECONDS
    for character in text:
        if unicodedata.category(character)[0] in "LN":
            wide = unicodedata.east_asian_width(character) in "WF"
            seconds += _WIDE_SECONDS if wide else _LETTER_SECONDS
    return TOKENS_PER_SECOND * seconds


def characters_within(text: str, seconds: float) -> int:
    """How many characters of a text take about this long to say."""
    return int(seconds * TOKENS_PER_SECOND * len(text) / expected_tokens(text))


def token_limits(text: str) -> tuple[int, int]:
    """Fewest and most audio tokens that a text may take at all; generous on both sides."""
    expected = expected_tokens(text)
    return int(0.4 * SHORTEST * expected), int(LONGEST * expected) + TOKENS_PER_SECOND


def is_plausible(text: str, tokens: float) -> bool:
    """Whether this many tokens can be all of the text, not a beginning."""
    return tokens >= SHORTEST * expected_tokens(text)
