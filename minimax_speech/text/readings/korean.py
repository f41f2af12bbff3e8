"""Korean as its letters: syllable blocks taken apart.

The letters are those that Unicode has for compatibility: it puts the others together again.
"""

from minimax_speech.text.readings.unit import Unit

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_FIRST, _LAST = 0xAC00, 0xD7A3


def units(text: str) -> list[Unit]:
    """Every character; Hangul syllables with two or three letters."""
    return [Unit(character, _letters(character)) for character in text]


def _letters(character: str) -> str:
    if not _FIRST <= ord(character) <= _LAST:
        return character
    # The order of the blocks: by initial, by vowel, by final (Unicode, 3.12).
    syllable, final = divmod(ord(character) - _FIRST, len(_FINALS))
    initial, vowel = divmod(syllable, len(_VOWELS))
    return (_INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]).rstrip()
