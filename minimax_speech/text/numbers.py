"""Numerals to words, and words to count things by.

Numerals come in one form, whatever the language: 1,234,567.89 (see `unified`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

# Beyond this many digits nobody hears a quantity: the digits are read one by one.
LONGEST_QUANTITY = 15

NUMERAL = r"(?:(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?|(?<!\w)\.[0-9]+)"
"""Regular expression of an unsigned numeral: 7, 1984, 1,234,567, 3.14, .5"""

_LONGEST_DECIMALS = 2  # that are read as a number: 3,14 as trois virgule quatorze

_CATEGORIES = ("zero", "one", "two", "few", "many", "other")

Endings = Sequence[tuple[str, str]]
"""Patterns and what replaces them, in order."""


@dataclass(frozen=True)
class Noun:
    """What is counted: a form for each plural category of the CLDR, "{}" standing for the number.

    A form without "{}" says the number itself, as Arabic duals do. Categories without a form of
    their own have the one of `other`. gender: the form of the number words before it, one of the
    reader's `agreement`.
    """

    other: str
    one: str = ""
    two: str = ""
    few: str = ""
    many: str = ""
    zero: str = ""
    gender: str = ""

    @classmethod
    def of(
        cls, one: str, other: str = "", gender: str = "", few: str = "", many: str = ""
    ) -> "Noun":
        """A noun that follows its number and a space; give the forms without them.

        Without `other`, the singular is the only form.
        """
        forms = {"one": one, "other": other or one, "few": few, "many": many}
        return cls(**{key: f"{{}} {name}" for key, name in forms.items() if name}, gender=gender)

    def form(self, category: str) -> str:
        return getattr(self, category) or self.other

    def name(self, category: str = "one") -> str:
        """The noun without its number."""
        return self.form(category).replace("{}", "").strip()

    def changed(self, change: Callable[[str], str]) -> "Noun":
        """The noun with its names changed."""
        forms = {category: form for category in _CATEGORIES if (form := getattr(self, category))}
        names = {category: form.replace("{}", "").strip() for category, form in forms.items()}
        return replace(
            self,
            **{key: form.replace(names[key], change(names[key])) for key, form in forms.items()},
        )

    @property
    def names(self) -> frozenset[str]:
        """All its forms without the number."""
        return frozenset(map(self.name, _CATEGORIES))


@dataclass(frozen=True)
class NumberReader:
    """Reads numerals of one language. Where a language needs more than this, its table derives.

    Attributes:
        locale: babel's name of the language; it gives the plural categories.
        library: num2words' name of it.
        thousands: what parts them in its numerals; the decimal separator is the other one.
        point: the word for the decimal separator.
        decimals_together: up to two decimals are read as one number, not digit by digit.
        years: years are read otherwise than numbers ("nineteen eighty-four").
        repairs: what is wrong in num2words' words.
        link: pattern of number words, and the word between them and a noun: un million *de* livres.
        agreement: of cardinals with what they count: the changes for each form, such as "f";
            form "" is for numbers that count nothing.
        ordinal_agreement: the same for ordinals.
    """

    locale: str
    library: str = ""
    thousands: str = ","
    point: str = ""
    decimals_together: bool = False
    years: bool = False
    repairs: Endings = ()
    link: tuple[str, str] = ("(?!)", "")
    agreement: Mapping[str, Endings] = field(default_factory=dict)
    ordinal_agreement: Mapping[str, Endings] = field(default_factory=dict)

    def words(self, number: int, kind: str) -> str:
        """A number in words; kind: cardinal, ordinal, or year (where `years`)."""
        return changed(_num2words(self.library or self.locale, number, kind), self.repairs)

    def cardinal(self, number: int, form: str = "") -> str:
        return changed(self.words(number, "cardinal"), self.agreement.get(form, ()))

    def ordinal(self, number: int, form: str = "") -> str:
        return changed(self.words(number, "ordinal"), self.ordinal_agreement.get(form, ()))

    def year(self, number: int) -> str:
        return self.words(number, "year") if self.years else self.cardinal(number)

    def decimals(self, whole: str, fraction: str) -> str:
        """A number with decimals: both parts are digits."""
        together = self.decimals_together and len(fraction) <= _LONGEST_DECIMALS
        zeros = len(fraction) - len(fraction.lstrip("0"))
        said = [self.cardinal(int(whole)), self.point]
        if together and zeros < len(fraction):
            said += [self.digits(fraction[:zeros]), self.cardinal(int(fraction))]
        else:
            said.append(self.digits(fraction))
        return " ".join(filter(None, said))

    def value(self, numeral: str) -> Decimal:
        """The number that a `NUMERAL` stands for."""
        return Decimal(numeral.replace(",", ""))

    def read(self, numeral: str, form: str = "") -> str:
        """Words of a `NUMERAL`: a quantity, or digit by digit if it is none."""
        digits = numeral.replace(",", "")
        whole, mark, fraction = digits.partition(".")
        if len(whole) > LONGEST_QUANTITY or (len(whole) > 1 and whole[0] == "0"):
            return self.digits(digits)
        if mark:
            return self.decimals(whole or "0", fraction)
        return self.cardinal(int(whole), form)

    def digits(self, numeral: str) -> str:
        """Each digit by itself; anything else in the numeral is skipped."""
        return " ".join(self.cardinal(int(digit)) for digit in numeral if digit in "0123456789")

    def dialled(self, digits: str) -> str:
        """Digits of a telephone number that are written together."""
        return self.digits(digits)

    def count(self, numeral: str, noun: Noun) -> str:
        """So many of a noun: "two miles"."""
        form = noun.form(self.plural(numeral))
        said = self.read(numeral, noun.gender)
        before, number, after = form.partition("{}")
        if number and after.startswith(" "):
            return self.joined(before + said, after.strip())
        return form.replace("{}", said)

    def plural(self, numeral: str) -> str:
        """The plural category of the CLDR that a `NUMERAL` asks for."""
        return _plural_rule(self.locale)(self.value(numeral))

    def joined(self, number: str, noun: str) -> str:
        """A number in words and the noun after it."""
        pattern, link = self.link
        return f"{number} {link} {noun}" if re.search(pattern, number) else f"{number} {noun}"


def unified(text: str, reader: NumberReader) -> str:
    """The text with its numerals as 1,234.56: those of its language, and those of others.

    1.234,56 and 1 234,56 and 1'234.56; also 1,5 and 1.000.000 where the comma parts thousands, and
    12,34,567.
    """
    text = re.sub(r"(?<=\d)_(?=\d{3})", "", text)
    indian = r"(?<![\d.,])\d{1,2}(?:,\d\d)+,\d{3}(?![\d]|,\d)"
    text = re.sub(indian, lambda match: match[0].replace(",", ""), text)
    if reader.thousands != ",":
        group = re.escape(reader.thousands)
        grouped = rf"[1-9]\d{{0,2}}(?:{group}\d{{3}})+"
        telephone = r"(?<!\+(?=\d{1,3}(?: \d{3}){3}(?!\d)))"  # +420 777 123 456
        start = rf"(?<![\d.,'])(?<!\d ){telephone}"
        text = re.sub(
            rf"{start}({grouped}|\d+),(\d+)(?!\d|,\d|\.\d)",
            lambda match: f"{_regrouped(match[1], reader.thousands)}.{match[2]}",
            text,
        )
        text = re.sub(
            rf"{start}{grouped}(?!\d|[.,']\d| \d)",
            lambda match: _regrouped(match[0], reader.thousands),
            text,
        )
    groups = r"(?:\.\d{3}){2,}|(?: \d{3}){2,}|(?:'\d{3})+|(?:\.\d{3})+(?=,\d\d?\b)"
    calling_code = r"(?<!\+\d )(?<!\+\d\d )(?<!\+\d{3} )"
    text = re.sub(
        rf"(?<![\d.,'+]){calling_code}\d{{1,3}}(?:{groups})(?!\d|['.]\d| \d)",
        lambda match: re.sub(r"\D", "", match[0]),
        text,
    )
    return re.sub(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,]|\.\d)", r"\1.\2", text)


def _regrouped(numeral: str, thousands: str) -> str:
    return numeral.replace(thousands, ",")


def changed(words: str, endings: Endings) -> str:
    """The words with the endings' changes made, one after another."""
    for pattern, replacement in endings:
        words = re.sub(pattern, replacement, words)
    return words


@lru_cache(maxsize=4096)
def _num2words(language: str, number: int, kind: str) -> str:
    from num2words import num2words  # slow to import

    try:
        words = num2words(number, lang=language, to=kind)
    except (NotImplementedError, LookupError):  # no ordinals, or not of 0
        words = num2words(number, lang=language)
    # A comma inside one number would be heard as a pause.
    return str(words).replace(",", "")


@lru_cache
def _plural_rule(locale: str) -> Callable[[Decimal], str]:
    from babel import Locale  # slow to import

    return Locale.parse(locale).plural_form
