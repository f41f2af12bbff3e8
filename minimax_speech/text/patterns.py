"""Regular expressions built out of a language's table."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

# Letters with case, of all the scripts that have it.
_CASED = [chr(code) for code in (*range(0x0590), *range(0x1E00, 0x2000))]
UPPER = "".join(filter(str.isupper, _CASED))
LOWER = "".join(filter(str.islower, _CASED))

# Ranges of the letters of scripts in which figures may touch words.
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"

_Value = TypeVar("_Value")


@lru_cache(maxsize=2048)
def compiled(pattern: str) -> re.Pattern[str]:
    """A compiled pattern that was built from a table: the built-in cache is small."""
    return re.compile(pattern)


def any_of(keys: Iterable[str]) -> str:
    """Alternation of literal keys, the longest first; without keys it matches nothing."""
    return _alternation(tuple(keys))


@lru_cache(maxsize=512)
def _alternation(keys: tuple[str, ...]) -> str:
    return "|".join(re.escape(key) for key in sorted(keys, key=len, reverse=True)) or "(?!)"


def shortened(keys: Iterable[str]) -> str:
    """Pattern of abbreviations: the stop of "mar." must be written, that of "Nov" may be."""
    keys = tuple(keys)
    bare = any_of(key for key in keys if not key.endswith("."))
    return rf"(?:(?:{bare})\b\.?|(?:{any_of(key for key in keys if key.endswith('.'))}))"


def long_form(abbreviations: Mapping[str, _Value], written: str) -> _Value:
    """What an abbreviation that `shortened` matched stands for."""
    return abbreviations.get(written) or abbreviations[written.rstrip(".")]


def sentence_stop(match: re.Match[str]) -> str:
    """The stop of an abbreviation is also the sentence's at the text's end or before a capital."""
    rest = match.string[match.end() :]
    return "." if compiled(rf"[\"')\s]*$|[\"')]*\s[\"'(]*[{UPPER}]").match(rest) else ""


def text_after(match: re.Match[str]) -> str:
    """What follows a match in its text."""
    return match.string[match.end() :]
