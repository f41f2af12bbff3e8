"""What eSpeak NG is given to read where it cannot read a language's own writing well.

Pinyin, Jyutping and kana where it would guess or spell ideographs, Arabic with its vowels, and
Thai, which it reads wrong, as phonemes of its Vietnamese voice, with the tones that come nearest.
"""

import re
from collections.abc import Callable

from minimax_speech.text.readings import reading
from minimax_speech.text.readings.japanese import FALL
from minimax_speech.text.readings.thai import Syllable, words

# Where a language's code is not the name of the espeak voice wanted. "en-gb" fails with variants.
VOICE_OF_LANGUAGE = {
    "en": "en-us",
    "pt": "pt-br",
    "th": "vi",
    "yue": "yue-latn-jyutping",
    "zh": "cmn-latn-pinyin",
}
UNREADABLE = {"he": "espeak reads Hebrew without its vowels"}
"""Languages that it has a voice for and cannot read, and why."""

_VOWEL, _DOUBLED = "[\u064b-\u0650]", "\u0651"

# Thai in broad IPA to the mnemonics of espeak's phonemes for Vietnamese.
_THAI_ONSETS = {
    "ʔ": "?",
    "kʰ": "kh",
    "pʰ": "ph",
    "t": "t[",
    "tʰ": "t",
    "tɕ": "tS",
    "tɕʰ": "tSh",
    "ŋ": "N",
}
_THAI_VOWELS = {
    "ɯ": "y",
    "ɛ": "E",
    "ɔ": "O",
    "ɤ": "@",
    "iə": "i@",
    "ɯə": "y@",
    "uə": "u@",
}
_THAI_CODAS = {"ŋ": "N", "p\u031a": "p", "t\u031a": "t[", "k\u031a": "k"}
# Level, falling low, falling with a break, rising high, rising from low.
_THAI_TONES = {"1": "1", "2": "2", "3": "6", "4": "5", "5": "3"}


def espeak_reading(text: str, language: str) -> str:
    """What a voice of `VOICE_OF_LANGUAGE` is to read for a text in spoken form."""
    read = _READINGS.get(language)
    return read(text) if read else text


def _arabic(text: str) -> str:
    # A consonant's doubling before its vowel, and not after an article, whose l takes its sound.
    text = re.sub(f"({_VOWEL}){_DOUBLED}", rf"{_DOUBLED}\1", reading(text, "ar"))
    return re.sub(rf"(?<!\w)(ال(?!ل)\w){_DOUBLED}", r"\1", text)


def _japanese(text: str) -> str:
    return reading(text, "ja").replace(FALL, "")


def _thai(text: str) -> str:
    return " ".join(
        f"[[{'|'.join(map(_phonemes, word.syllables))}]]" if word.syllables else word.written
        for word in words(text)
    )


def _phonemes(syllable: Syllable) -> str:
    onset = "".join(_THAI_ONSETS.get(consonant, consonant) for consonant in syllable.onset)
    vowel = _THAI_VOWELS.get(syllable.vowel, syllable.vowel)
    long = ":" if syllable.long and len(syllable.vowel) == 1 else ""
    coda = _THAI_CODAS.get(syllable.coda, syllable.coda)
    return f"{onset}'{vowel}{long}{_THAI_TONES[syllable.tone]}{coda}"


_READINGS: dict[str, Callable[[str], str]] = {
    "ar": _arabic,
    "ja": _japanese,
    "th": _thai,
    "yue": lambda text: reading(text, "yue"),
    "zh": lambda text: reading(text, "zh"),
}
