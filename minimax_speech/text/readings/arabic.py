"""Arabic with its short vowels, which are rarely written.

Before a pause words lose their endings, as they do when read aloud: "kitābun." is "kitāb."
"""

import os
import re
import unicodedata
from functools import cache
from typing import Any

from minimax_speech.text.readings.unit import Unit

_FATHA, _FATHATAN = "\u064e", "\u064b"
_ENDING = "[\u064b-\u0650]"  # short vowels, and the signs of a vowel with n
_PAUSES = ".,:;!?،؛؟"


def units(text: str) -> list[Unit]:
    """Words with their vowels, and the spaces between them.

    Where the vowels cannot be told, a text is read as it stands.
    """
    pieces = [piece for piece in re.split(r"(\s+)", text) if piece]
    words = [piece for piece in pieces if not piece.isspace()]
    vowelled = _vowelled(" ".join(words)).split()
    if len(vowelled) != len(words):
        vowelled = words
    ends = [word[-1] in _PAUSES for word in words[:-1]] + [True]
    read = iter(_pausal(word) if end else word for word, end in zip(vowelled, ends, strict=False))
    return [Unit(piece, piece if piece.isspace() else next(read)) for piece in pieces]


def _pausal(word: str) -> str:
    word = re.sub(rf"{_FATHATAN}(?=[اى]\W*$)", _FATHA, word)
    return re.sub(rf"{_ENDING}(?=\u0651?[^\w\u0651]*$)|(?<=ا){_FATHATAN}", "", word)


def _vowelled(text: str) -> str:
    return unicodedata.normalize("NFC", _diacritizer().diacritize(text)) if text else ""


@cache
def _diacritizer() -> Any:
    from text2tashkeel import Diacritizer

    # A sentence takes milliseconds; corpora are read by as many processes as there are cores.
    os.environ.setdefault("TT_ORT_THREADS", "1")
    return Diacritizer()
