"""How figures stand in Chinese, Japanese and Korean text."""

import re

from minimax_speech.text.numbers import NUMERAL

_LETTER = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"

_UNIT = "[\u30a0-\u30ff\u3400-\u9fff]"
_AND = "和与與及或到至同跟"


def commas(mark: str) -> tuple[str, str]:
    """The repair that puts the script's own comma between words."""
    return f"(?<={_LETTER}), ?(?={_LETTER})", mark


def stopped_dates(text: str) -> str:
    """2025.3.5 and 2025. 3. 5. as 2025-3-5."""
    month, day = r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
    return re.sub(
        rf"(?<![\w.])([12]\d{{3}})\. ?{month}\. ?{day}(?:\.(?!\w))?(?![\d.])", r"\1-\2-\3", text
    )


def ranges(text: str, to: str) -> str:
    """3 月-5 月, 8 時~10 時, but not 3 個と-5 個; to: the word of a range."""
    unit = rf"{_UNIT}{{1,4}}(?<![{_AND}])"
    return re.sub(rf"(\d ?{unit})(?: ?~ ?| -)(?=\d)", rf"\1{to} ", text)


def scaled_money(text: str, signs: str) -> str:
    """$3.5 亿 as 3.5 亿$: the scale belongs to the number."""
    return re.sub(rf"({signs}) ?({NUMERAL}) ?(万亿|[百千]?[万萬]|[亿億兆])", r"\2 \3\1", text)
