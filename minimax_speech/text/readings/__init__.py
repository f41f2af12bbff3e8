"""How a text is read aloud, where its writing does not tell: pinyin, Jyutping, kana, jamo …

    reading("你好，世界。", "zh")
    'ni2 hao3, shi4 jie4.'

A text comes in spoken form (`normalise`). Letters of other scripts in it, such as Latin words, stay
as they are; so do all texts of languages whose letters do tell.
"""

import re
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Literal

from minimax_speech.text import languages
from minimax_speech.text.readings.unit import Unit

__all__ = ["READ_OTHERWISE", "Form", "Unit", "join", "reading", "units"]

Form = Literal["written", "read"]
"""What a model is given of a text: what is written, or what is read of it."""

# Imported where they are needed: each brings a library with its dictionary.
_MODULES = {
    "ar": "arabic",
    "ja": "japanese",
    "ko": "korean",
    "th": "thai",
    "yue": "cantonese",
    "zh": "mandarin",
}
READ_OTHERWISE = frozenset(_MODULES)
"""Codes of the languages that are not read as they are written."""

_MARKS = str.maketrans(
    {
        **dict.fromkeys("。．", ". "),
        **dict.fromkeys("，、،", ", "),
        **dict.fromkeys("；؛", "; "),
        "：": ": ",
        "！": "! ",
        **dict.fromkeys("？؟", "? "),
    }
)


def units(text: str, language: str) -> list[Unit]:
    """A text in pieces with their readings; what is written of them joins to the text.

    Raises:
        InputError: an unknown language.
    """
    code = languages.get(language).code
    if code not in READ_OTHERWISE:
        return [Unit(text, text)]
    read: Callable[[str], list[Unit]] = import_module(f"{__name__}.{_MODULES[code]}").units
    return read(text)


def reading(text: str, language: str) -> str:
    """What is read of a text: one line, single spaces, marks as ASCII has them.

    Raises:
        InputError: an unknown language.
    """
    return join(units(text, language))


def join(read: Sequence[Unit]) -> str:
    """The readings of some units as one line, with single spaces."""
    line = " ".join("".join(unit.read for unit in read).translate(_MARKS).split())
    return re.sub(r" +(?=[,;:!?.)])", "", line)
