"""Numerals to words, through num2words in the language's own locale."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from minimax_speech.text.languages import Language

# Beyond this many digits nobody hears a quantity: the digits are read one by one.
LONGEST_QUANTITY = 15


@dataclass(frozen=True)
class NumberReader:
    """Reads numerals as written in one language.

    locale: num2words' name of the language. decimal, thousands: the separators of its numerals.
    point: the word for the decimal separator; the decimals are then read digit by digit
    (num2words drops closing zeros), else as num2words has it.
    """

    locale: str
    decimal: str = "."
    thousands: str = ","
    point: str = ""

    @property
    def pattern(self) -> str:
        """Regular expression of an unsigned numeral: 7, 1984, 1,234,567, 3.14, .5"""
        decimal, thousands = re.escape(self.decimal), re.escape(self.thousands)
        grouped = rf"[0-9]{{1,3}}(?:{thousands}[0-9]{{3}})+(?![0-9])"
        return rf"(?:(?:{grouped}|[0-9]+)(?:{decimal}[0-9]+)?|(?<![0-9]){decimal}[0-9]+)"

    def value(self, numeral: str) -> Decimal:
        """The number that a numeral matched by `pattern` stands for."""
        return Decimal(numeral.replace(self.thousands, "").replace(self.decimal, "."))

    def read(self, numeral: str) -> str:
        """Words of a numeral matched by `pattern`: a quantity, or digit by digit if it is none."""
        digits = numeral.replace(self.thousands, "")
        whole = digits.split(self.decimal)[0]
        if len(whole) > LONGEST_QUANTITY or (len(whole) > 1 and whole[0] == "0"):
            return self.digits(digits)
        _, mark, fraction = digits.partition(self.decimal)
        if mark and self.point:
            return f"{_words(self.locale, whole or '0')} {self.point} {self.digits(fraction)}"
        if mark:
            return _words(self.locale, f"{whole or '0'}.{fraction}")
        return _words(self.locale, digits)

    def cardinal(self, number: int) -> str:
        return _words(self.locale, str(number))

    def ordinal(self, number: int) -> str:
        return _words(self.locale, str(number), "ordinal")

    def year(self, number: int) -> str:
        return _words(self.locale, str(number), "year")

    def digits(self, numeral: str) -> str:
        """Each digit by itself; anything else in the numeral is skipped."""
        return " ".join(_words(self.locale, digit) for digit in numeral if digit in "0123456789")


@cache
def plain_reader(language: Language) -> NumberReader | None:
    """The reader of a language's numerals by its locale, None if num2words lacks the language."""
    if language.num2words is None:
        return None
    from babel import numbers  # slow to import

    decimal = numbers.get_decimal_symbol(language.locale)
    thousands = numbers.get_group_symbol(language.locale)
    return NumberReader(language.num2words, decimal, " " if thousands.isspace() else thousands)


@lru_cache(maxsize=4096)
def _words(locale: str, number: str, form: str = "cardinal") -> str:
    from num2words import num2words  # slow to import

    value = Decimal(number) if "." in number else int(number)
    # A comma inside one number would be heard as a pause.
    return str(num2words(value, lang=locale, to=form)).replace(",", "")
