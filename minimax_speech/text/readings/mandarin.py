"""Mandarin as pinyin: syllables with the digits of their tones, 5 for the neutral one."""

from minimax_speech.text import languages
from minimax_speech.text.readings.unit import Unit


def units(text: str) -> list[Unit]:
    """Every character, ideographs with the syllable that fits the words around them,
    tones as they change in context.

    An ideograph that the dictionary lacks is not read.
    """
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(
        text,
        style=Style.TONE3,
        neutral_tone_with_five=True,
        tone_sandhi=True,
        errors=list,  # type: ignore[arg-type]  # what it does not know: characters one by one
    )
    return [
        Unit(character, _set_off(character, syllable))
        for character, syllable in zip(text, syllables, strict=True)
    ]


def _set_off(character: str, syllable: str) -> str:
    if syllable != character:
        return f" {syllable} "
    if character == "ü":  # of a respelling in pinyin
        return "v"
    return " " if languages.script(character) == "CJK" else character
