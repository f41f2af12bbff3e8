"""How figures stand in Chinese, Japanese and Korean text, and telephone numbers in Thai, too."""

import re

from minimax_speech.text.numbers import NUMERAL, NumberReader

_LETTER = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"

_UNIT = "[\u30a0-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_AND = "和与與及或到至同跟와과"


def commas(mark: str) -> tuple[str, str]:
    """The repair that puts the script's own comma between words."""
    return f"(?<={_LETTER}), ?(?={_LETTER})", mark


def stopped_dates(text: str, names: str) -> str:
    """2025.3.5 and 2025. 3. 5.; names: of year, month and day."""
    month, day = r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
    return re.sub(
        rf"(?<![\w.])([12]\d{{3}})\. ?{month}\. ?{day}(?:\.(?!\d))?(?![\d.])",
        lambda match: " ".join(
            f"{int(part)} {name}" for part, name in zip(match.groups(), names, strict=True)
        ),
        text,
    )


def ranges(text: str, to: str) -> str:
    """3 月-5 月, 8 時~10 時, but not 3 個と-5 個; to: the word of a range."""
    unit = rf"{_UNIT}{{1,4}}(?<![{_AND}])"
    return re.sub(rf"(\d ?{unit})(?: ?~ ?| -)(?=\d)", rf"\1{to} ", text)


def telephones(text: str, reader: NumberReader) -> str:
    """03-1234-5678, 1588-1234, 0312345678."""
    parted = r"(?<![\w.-])(?:0\d{1,4}-\d{1,4}-\d{3,4}|1[568]\d\d-\d{4})(?![\w-])"
    text = re.sub(parted, lambda match: ", ".join(map(reader.dialled, match[0].split("-"))), text)
    return re.sub(r"(?<![\w.,-])0\d{8,10}(?!\w)", lambda match: reader.dialled(match[0]), text)


def scaled_money(text: str, signs: str) -> str:
    """$3.5 亿 as 3.5 亿$: the scale belongs to the number."""
    return re.sub(
        rf"({signs}) ?({NUMERAL}) ?(万亿|[百千백천]?[万萬만]|[亿億兆억조])", r"\2 \3\1", text
    )
