"""Thai as phonemes: words between spaces, syllables with the digits of their tones.

    สวัสดีครับ  ->  sa2wat2dii1 khrap4

Tones: 1 mid, 2 low, 3 falling, 4 high, 5 rising. Long vowels are written twice, aspirated
consonants with an h. Words are found by the longest match (newmm), their phonemes by thaiphon.
"""

import re
from functools import lru_cache
from typing import Any, NamedTuple

from minimax_speech.text.readings.unit import Unit

_THAI = re.compile("[\u0e00-\u0e7f]")
_AGAIN = "ๆ"  # the word before it is said twice
_TONES = {"MID": "1", "LOW": "2", "FALLING": "3", "HIGH": "4", "RISING": "5"}
# Stems with an r that is not said, as they would be written without.
_SILENT_R = {
    "จริง": "จิง",
    "สร้าง": "ส้าง",
    "สร้อย": "ส้อย",
    "สระ": "สะ",
    "เสริม": "เสิม",
    "เศร้า": "เส้า",
    "ทราบ": "ซาบ",
    "ศรี": "สี",
}
_SPELLINGS = {"ʔ": "", "ʰ": "h", "tɕ": "c", "ŋ": "ng", "j": "y", "\u031a": ""}


class Syllable(NamedTuple):
    """A syllable in broad IPA.

    Attributes:
        onset: one or two consonants; none where the vowel comes first.
        vowel: one vowel, or a diphthong.
        long: whether it is.
        coda: a consonant, or empty.
        tone: 1 mid, 2 low, 3 falling, 4 high, 5 rising.
    """

    onset: tuple[str, ...]
    vowel: str
    long: bool
    coda: str
    tone: str


class Word(NamedTuple):
    """What stands in a text, and the syllables that it is said with; none for what is not Thai."""

    written: str
    syllables: tuple[Syllable, ...]


def units(text: str) -> list[Unit]:
    """The words of a text and what lies between them."""
    return [
        Unit(
            word.written,
            f" {''.join(map(_spelled, word.syllables))} "
            if word.syllables
            else _THAI.sub("", word.written),
        )
        for word in words(text)
    ]


def words(text: str) -> list[Word]:
    """The words of a text and what lies between them; they join to the text."""
    from newmm_tokenizer.tokenizer import word_tokenize

    found: list[Word] = []
    # The dictionary has the sign of repetition in some of its words.
    for piece in re.split(f"({_AGAIN})", text):
        if piece != _AGAIN:
            found += [Word(word, _syllables(word)) for word in word_tokenize(piece)]
            continue
        before = next((word.syllables for word in reversed(found) if word.syllables), ())
        found.append(Word(piece, before))
    return found


@lru_cache(maxsize=1 << 16)
def _syllables(word: str) -> tuple[Syllable, ...]:
    """The syllables of a Thai word; none of what cannot be one."""
    import thaiphon
    from thaiphon.errors import ThaiphonError

    if not _THAI.search(word):
        return ()
    for stem, said in _SILENT_R.items():
        word = word.replace(stem, said)
    try:
        best = thaiphon.analyze_word(word).best
    except ThaiphonError:
        return ()
    return tuple(_syllable(syllable) for syllable in best.syllables)


def _syllable(found: Any) -> Syllable:
    onset = found.onset
    consonants = (onset.first, onset.second) if hasattr(onset, "first") else (onset,)
    return Syllable(
        tuple(consonant.symbol for consonant in consonants if consonant is not None),
        found.vowel.symbol,
        found.vowel_length.name == "LONG",
        found.coda.symbol if found.coda is not None else "",
        _TONES[found.tone.name],
    )


def _spelled(syllable: Syllable) -> str:
    vowel = syllable.vowel * 2 if syllable.long and len(syllable.vowel) == 1 else syllable.vowel
    spelling = "".join(syllable.onset) + vowel + syllable.coda
    for symbol, letters in _SPELLINGS.items():
        spelling = spelling.replace(symbol, letters)
    return spelling + syllable.tone
