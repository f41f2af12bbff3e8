"""How long a text takes to say: rough, but enough to see that an utterance has gone wrong."""

import unicodedata
from functools import lru_cache

from minimax_speech.text import languages

TOKENS_PER_SECOND = 25

_START_SECONDS = 0.4
_LETTER_SECONDS = 0.07
_SCRIPT_SECONDS = {
    "ARABIC": 0.105,  # most vowels are not written
    "CJK": 0.21,  # a syllable, or two in Japanese
    "HANGUL": 0.18,  # a syllable
    "HEBREW": 0.1,
    "KANA": 0.13,
}
_SPOKEN_MARKS = frozenset({"Mc", "Mn"})  # vowels, in Devanagari

SHORTEST, LONGEST = 0.55, 2.0
"""Bounds of a plausible utterance, in multiples of what is expected. Sentences read in English and
German lie between 0.55 and 1.8."""


def expected_tokens(text: str) -> float:
    """Audio tokens that a text in spoken form takes at an ordinary pace."""
    return TOKENS_PER_SECOND * (_START_SECONDS + sum(map(_seconds, text)))


@lru_cache(maxsize=4096)
def _seconds(character: str) -> float:
    category = unicodedata.category(character)
    if category[0] in "LN":
        return _SCRIPT_SECONDS.get(languages.script(character), _LETTER_SECONDS)
    devanagari = "\u0900" <= character <= "\u097f" and category in _SPOKEN_MARKS
    return _LETTER_SECONDS if devanagari else 0.0


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
