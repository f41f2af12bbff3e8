"""Cantonese as Jyutping: syllables with the digits of their tones."""

from minimax_speech.text import languages
from minimax_speech.text.readings.unit import Unit


def units(text: str) -> list[Unit]:
    """Every character, ideographs with the syllable that fits the words around them.

    An ideograph that the dictionary lacks is not read.
    """
    import ToJyutping

    return [
        Unit(character, _set_off(character, syllable))
        for character, syllable in ToJyutping.get_jyutping_list(text)
    ]


def _set_off(character: str, syllable: str | None) -> str:
    if syllable:
        return f" {syllable} "
    return " " if languages.script(character) == "CJK" else character
