"""Japanese as katakana: as it is said, in accent phrases, each with the mark of its fall in pitch.

    東京は今日も晴れですか？
    トーキョーワ キョꜜーモ ハꜜレデスカ?

A phrase is high from its second mora to the one before the mark (its nucleus); without a mark it
stays high.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from minimax_speech.text import languages
from minimax_speech.text.readings.unit import Unit

FALL = "ꜜ"

_MORA = re.compile(r"[ァ-ヴー][ァィゥェォャュョヮ]?")
_DEVOICED = "’"

Word = Mapping[str, Any]
"""What Open JTalk says of a word: its string, pronunciation, accent …"""


def units(text: str) -> list[Unit]:
    """Words as the dictionary has them, and what lies between them.

    What is read together as one accent phrase is read without spaces. Words that the dictionary
    lacks are not read.
    """
    import pyopenjtalk

    words = pyopenjtalk.run_frontend(text)
    read = [said for phrase in _phrases(words) for said in _said(phrase)]
    written = _as_written(text, [word["string"] for word in words])
    if written is None:  # it has changed the characters
        return [Unit(text, "".join(read))]
    return [Unit(*pair) for pair in zip(written, read, strict=True)]


def _phrases(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Words that are joined to the ones before them, together."""
    number = 0

    def phrase_of(word: Word) -> int:
        nonlocal number
        number += word["chain_flag"] != 1
        return number

    for _, phrase in groupby(words, phrase_of):
        yield list(phrase)


def _said(phrase: Sequence[Word]) -> Iterator[str]:
    """The reading of each word of a phrase, whose accent stands with the first one."""
    nucleus, position = phrase[0]["acc"], 0
    for index, word in enumerate(phrase):
        written = unicodedata.normalize("NFKC", word["string"])
        before = position
        position += word["mora_size"]
        if not word["mora_size"]:
            yield "" if languages.script(written[0]) else _mark(written)
        elif written.isascii():
            yield f" {written} "
        else:
            morae = _MORA.findall(word["pron"].replace(_DEVOICED, ""))
            if before < nucleus <= position:
                morae.insert(nucleus - before, FALL)
            yield " " * (index == 0) + "".join(morae)


def _mark(written: str) -> str:
    return " " if written == "・" else f"{written} "


def _as_written(text: str, strings: Sequence[str]) -> list[str] | None:
    """The text cut where the words end, or None where they are not those of the text."""
    written: list[str] = []
    position = start = 0
    for string in strings:
        for character in string:
            while position < len(text) and text[position].isspace():
                position += 1
            if position == len(text) or not _alike(text[position], character):
                return None
            position += 1
        written.append(text[start:position])
        start = position
    if written:
        written[-1] += text[position:]
    return written if not text[position:].strip() else None


def _alike(character: str, other: str) -> bool:
    """Whether both are the same letter or digit, wide or not, or both are marks."""
    plain = [unicodedata.normalize("NFKC", each) for each in (character, other)]
    return plain[0] == plain[1] or not any(map(str.isalnum, plain))
