"""What Mandarin and Cantonese share: their numerals, and how figures stand in Chinese text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader, changed
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, SpokenForms
from minimax_speech.text.tables.east_asian import commas, ranges, scaled_money, stopped_dates

PAIR = "pair"
"""The form of 2 before a measure word: 两."""


@dataclass(frozen=True)
class ChineseReader(NumberReader):
    """Attributes beside those of `NumberReader`:

    figures: the digits' words, from 0 on.
    myriads: the words for 10^4 and 10^8.
    zero: in the digits of a year.
    one: in those of a telephone number.
    tenth: a tenth of the currency's unit, where the currency's cent is a hundredth.
    """

    figures: str = "零一二三四五六七八九"
    myriads: str = "万亿"
    zero: str = "零"
    one: str = "一"
    tenth: str = ""

    def words(self, number: int, kind: str) -> str:
        said = changed(re.sub("^一十", "十", self._quantity(number)), self.repairs)
        return f"第{said}" if kind == "ordinal" else said

    def year(self, number: int) -> str:
        return self.digits(str(number)).replace(self.figures[0], self.zero)

    def digits(self, numeral: str) -> str:
        return "".join(self.figures[int(digit)] for digit in numeral if digit in "0123456789")

    def dialled(self, digits: str) -> str:
        return self.digits(digits).replace("一", self.one)

    def count(self, numeral: str, noun: Noun) -> str:
        if not (self.tenth and noun.gender == self.tenth):
            return super().count(numeral, noun)
        tenths, hundredths = divmod(int(numeral), 10)
        said = f"{self.figures[tenths]}{self.tenth}" if tenths else self.figures[0]
        return said + (f"{self.figures[hundredths]}{noun.name()}" if hundredths else "")

    def _quantity(self, number: int) -> str:
        """Sections of four digits; a gap of zeros inside is one zero."""
        for power, word in ((8, self.myriads[1]), (4, self.myriads[0])):
            if number >= 10**power:
                high, low = divmod(number, 10**power)
                gap = self.figures[0] if 0 < low < 10 ** (power - 1) else ""
                return self._quantity(high) + word + gap + (self._quantity(low) if low else "")
        if number == 0:
            return self.figures[0]
        digits = f"{number:04}"
        named = "".join(
            self.figures[int(digit)] + (unit if digit != "0" else "")
            for digit, unit in zip(digits, ("千", "百", "十", ""), strict=True)
        )
        zero = self.figures[0]
        return re.sub(f"{zero}+", zero, named.strip(zero))


def spoken_forms(code: str, reader: ChineseReader) -> SpokenForms:
    """What the CLDR knows, without the spaces and the names that nobody says."""
    forms = cldr.spoken_forms(languages.get(code), gender=PAIR)
    bytes_ = {name: Noun(f"{{}} {' '.join(name)}", gender=PAIR) for name in ("MB", "GB", "TB")}
    return replace(
        forms,
        reader=reader,
        units={
            **{sign: noun for sign, noun in forms.units.items() if "/" not in noun.other},
            **bytes_,
            "KB": Noun("{} K B", gender=PAIR),
            "kB": Noun("{} K B", gender=PAIR),
            "dpi": Noun("{} D P I"),
            "ppm": Noun(f"百{reader.myriads[0]}分之{{}}"),
            "%": Noun("百分之{}"),
            "‰": Noun("千分之{}"),
        },
        denominators={
            bottom: Noun(f"{reader.cardinal(bottom)}分之{{}}") for bottom in range(2, 101)
        },
        fraction="{bottom}分之{top}",
        mixed="{whole}又{part}",
        part_of="{part}{unit}",
        date="{year}年{month}{number}日",
        day_month="{month}{number}日",
        month_abbreviations={},
        weekdays={},
        half_day_first=True,
        second="{second}秒",
        price="{units}{cents}",
        repairs=(commas("，"),),
    )


def measured(measures: str) -> Callable[[str], str | None]:
    """The form of a number before a word that begins with one of some measure words."""
    pattern = re.compile(measures)
    return lambda following: PAIR if pattern.match(following) else None


def rules(
    reader: ChineseReader,
    to: str,
    measures: str,
    phones: str,
    currencies: Mapping[str, Currency],
) -> tuple[Callable[[str], str], ...]:
    """What only Chinese writes.

    Args:
        reader: of the language.
        to: the word of a range.
        measures: pattern of the measure words before which 2 has a form of its own.
        phones: pattern of the words before a telephone number.
        currencies: of the language's table.
    """
    return (
        partial(stopped_dates, names="年月日"),
        partial(_telephones, reader=reader, leads=phones, measures=measures),
        partial(ranges, to=to),
        _percentages,
        partial(_pairs, reader=reader, to=to, measures=measures),
        partial(_temperatures, to=to),
        partial(_years, reader=reader),
        partial(_codes, reader=reader),
        partial(_ordinals, reader=reader),
        partial(scaled_money, signs=any_of(sign for sign in currencies if not sign.isalpha())),
    )


def _telephones(text: str, reader: ChineseReader, leads: str, measures: str) -> str:
    """13812345678, 电话是 62345678: in groups of four from the end; 手机卖 10000 元 is a price."""

    def say(digits: str) -> str:
        groups = re.findall(r"\d{3}(?=\d{8}$)|\d{4}(?=(?:\d{4})*$)|\d+", digits)
        return "，".join(map(reader.dialled, groups))

    text = re.sub(r"(?<![\w.+-])1[3-9]\d{9}(?![\w-])", lambda match: say(match[0]), text)
    announced = (
        rf"((?:{leads})[^\d,.，。]{{0,4}})(\d{{4}} \d{{4}}|\d{{5,12}})(?![\w.-]| (?:{measures}))"
    )
    text = re.sub(announced, lambda match: match[1] + say(match[2].replace(" ", "")), text)
    dialled = r"((?:拨打|撥打|致电|致電|打去|打給|打给) ?)(\d{3,5})(?![\w.-])"
    return re.sub(dialled, lambda match: match[1] + reader.dialled(match[2]), text)


def _percentages(text: str) -> str:
    """10-20% as 10%-20%: the name comes before."""
    return re.sub(r"(?<![\w.,-])(\d[\d.]*)-(?=\d[\d.]*%)", r"\1%-", text)


def _pairs(text: str, reader: ChineseReader, to: str, measures: str) -> str:
    """2-3 个: both numbers count."""
    said = reader.cardinal(2, PAIR)
    return re.sub(rf"(?<![\w.,-])2-(?=\d+ ?(?:{measures}))", f"{said}{to} ", text)


def _temperatures(text: str, to: str) -> str:
    """-5 °C, -5 度, -5~3 °C."""
    degree = r"\d[\d.]* ?[°度]"
    ranged = rf"(?<![\w.-])(-\d+|\d+(?=~))[-~](?=-?{degree})"
    text = re.sub(ranged, rf"\1 {to} ", text)
    return re.sub(rf"(?<!\w)-(?={degree}|\d+ {to} -?{degree})", "零下 ", text)


def _years(text: str, reader: ChineseReader) -> str:
    """2025 年, 公元前 221 年, 98 年 5 月, 2008 奥运; but 1000 年前 is a span of time."""
    span = r"(?<=00) ?年(?:前|来|來|间|間|以|的[历歷]史|[历歷]史)"
    known = rf"[12]\d{{3}}(?= ?(?:年|届|屆|奥|奧|世博|世界|赛季|賽季))(?!{span})"
    early = r"(?:(?<=公元 )|(?<=公元前 ))\d{3}(?= ?年)"
    short = r"\d\d(?= ?年 ?\d{1,2} ?月)"
    return re.sub(
        rf"(?<![\w.,-])(?:{known}|{early}|{short})", lambda match: reader.year(int(match[0])), text
    )


def _codes(text: str, reader: ChineseReader) -> str:
    """CA1234, C919, 302 室: digit by digit."""
    text = re.sub(r"(?<=[A-Z])\d{3,4}(?![\w.])", lambda match: f" {reader.digits(match[0])}", text)
    room = r"(?<![\w.,-])\d{3,4}(?= ?(?:室|房(?![间間])))"
    return re.sub(room, lambda match: reader.dialled(match[0]), text)


def _ordinals(text: str, reader: ChineseReader) -> str:
    """第 2 个: an ordinal has no form for what it counts."""
    return re.sub(r"第 ?(\d+)(?![\d.,-])", lambda match: reader.ordinal(int(match[1])), text)
