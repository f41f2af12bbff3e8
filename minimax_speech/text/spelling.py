"""What CTC heads spell of a text: its letters as they are written, or those of its reading.

Readings are spelled with a fixed set of symbols for all languages, so that models compare. Letters
with marks are two symbols or more; languages without spaces between words have none here either.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from minimax_speech.text import languages
from minimax_speech.text.characters import spoken_characters
from minimax_speech.text.readings import READ_OTHERWISE, Form, reading, units
from minimax_speech.text.written_words import find_words, spoken_words

_COMPOSED = frozenset({"CYRILLIC", "KANA"})  # scripts in which a mark makes another letter

READ_ALPHABET = "".join(
    [
        " '0123456789abcdefghijklmnopqrstuvwxyz",
        "ßæøđłıœ",
        "ɛɔəɤɯ",  # of Thai
        # grave acute circumflex tilde macron breve dot diaeresis hook ring double-acute caron
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0309\u030a\u030b\u030c",
        # horn dot-below comma-below cedilla ogonek
        "\u031b\u0323\u0326\u0327\u0328",
        "αβγδεζηθικλμνξοπρςστυφχψω",
        "абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґ",
        "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
        "ءابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
        # fathatan dammatan kasratan fatha damma kasra shadda sukun madda, and hamza above and below
        "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0655",
        "अआइईउऊऋएऐऑओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसह",
        "\u0901\u0902\u0903\u093c\u093e\u093f\u0940\u0941\u0942\u0943\u0945\u0947\u0948",
        "\u0949\u094b\u094c\u094d",
        "ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトド",
        "ナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロワヲンヴー",
        "ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ",
        "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ",
    ]
)
"""Every symbol that readings are spelled with, digits being those of tones."""


_READ_IN = {"th": "LATIN", "yue": "LATIN", "zh": "LATIN"}
"""Scripts of readings that are not the language's own; they have tones, which are digits."""
_WITH_MARKS = frozenset({"GREEK", "LATIN"})  # whose letters with marks are two symbols or more


class SpelledWord(NamedTuple):
    """A spoken word and what is spelled of it, with the space before it where there is one."""

    word: str
    spelling: str


def alphabet_of(texts: Iterable[tuple[str, str]], form: Form) -> str:
    """The symbols for some texts, given with their languages; for readings, always the same."""
    if form == "read":
        return READ_ALPHABET
    return "".join(sorted({symbol for text, code in texts for symbol in spelled(text, code, form)}))


@lru_cache(maxsize=64)
def symbols_of(language: str) -> frozenset[str]:
    """The symbols that readings of a language may be spelled with: those of its script.

    Raises:
        InputError: an unknown language.
    """
    known = languages.get(language)
    script = _READ_IN.get(known.code, known.script)
    kinds = {script, "APOSTROPHE", "SPACE"}
    kinds |= {"DIGIT"} if known.code in _READ_IN else set()
    kinds |= {"COMBINING"} if script in _WITH_MARKS else set()
    return frozenset(symbol for symbol in READ_ALPHABET if _kind(symbol) in kinds)


def spelled(text: str, language: str, form: Form) -> str:
    """What is spelled of a text in spoken form.

    Raises:
        InputError: an unknown language.
    """
    if form == "written":
        return spoken_characters(text)
    spelling = _symbols(reading(text, language))
    return spelling if languages.get(language).spaced else spelling.replace(" ", "")


def spelled_words(text: str, language: str, form: Form) -> list[SpelledWord]:
    """The `spoken_words` of a text and what is spelled of each; together what is spelled of it.

    Raises:
        InputError: an unknown language.
    """
    known = languages.get(language)
    if form == "written" or known.code not in READ_OTHERWISE:
        return [
            SpelledWord(word, " " + (word if form == "written" else _symbols(word)))
            for word in spoken_words(text)
        ]
    spoken = [pair for unit in units(_even(text), language) for pair in _shared(*unit)]
    letters = "".join(letter for letter, _ in spoken)
    before = " " if known.spaced else ""
    return [
        SpelledWord(
            letters[word.start() : word.end()],
            before + "".join(share for _, share in spoken[word.start() : word.end()]),
        )
        for word in find_words(letters)
    ]


def _shared(written: str, read: str) -> Iterator[tuple[str, str]]:
    """The characters of a unit, marks being spaces, each with its share of the reading."""
    letters = [spoken_characters(character) or " " for character in written]
    symbols = _symbols(read).replace(" ", "")
    own: list[str] = []  # at the end: kana that are read as they stand, after ideographs
    while letters[len(own) :] and symbols and _is_kana_of(letters[-1 - len(own)], symbols[-1]):
        own.append(symbols[-1])
        symbols = symbols[:-1]
    rest = letters[: len(letters) - len(own)]
    count, given = sum(letter != " " for letter in rest), 0
    for letter in rest:
        before = given * len(symbols) // max(1, count)
        given += letter != " "
        yield letter, symbols[before : given * len(symbols) // max(1, count)]
    yield from zip(letters[len(rest) :], reversed(own), strict=True)


def _is_kana_of(letter: str, symbol: str) -> bool:
    """Whether a letter is a kana, and is spelled with that katakana."""
    return languages.script(symbol) == "KANA" and symbol in (letter, chr(ord(letter) + 0x60))


def _even(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower().replace("’", "'"))


def _kind(symbol: str) -> str:
    """The script of a letter or of a mark of one script; the first word of another's name."""
    return languages.script(symbol) or unicodedata.name(symbol).split(" ")[0]


def _symbols(read: str) -> str:
    """The symbols of a reading, with single spaces."""
    return "".join(map(_decomposed, spoken_characters(read)))


@lru_cache(maxsize=4096)
def _decomposed(letter: str) -> str:
    """A letter and its marks, as far as the alphabet has them."""
    whole = languages.script(letter) in _COMPOSED
    parts = letter if whole else unicodedata.normalize("NFD", letter)
    return "".join(part for part in parts if part in READ_ALPHABET)
