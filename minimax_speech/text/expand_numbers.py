"""Figures to words: telephone numbers, ranges, fractions, years, plain numbers, and the order of
all rules that read figures.

Each rule takes the text and a language's table and returns the text with what it understood
replaced by words. The order matters: specific readings come before general ones.
"""

import re
import unicodedata

from minimax_speech.text.expand_dates import (
    any_of,
    calendar_names,
    compiled,
    dates_without_year,
    numeric_dates,
    times,
    worded_dates,
)
from minimax_speech.text.expand_measures import (
    FRACTION,
    lengths,
    money,
    positions,
    say_fraction,
    units,
)
from minimax_speech.text.numbers import NumberReader
from minimax_speech.text.spoken_forms import SpokenForms

_VULGAR = "[¼-¾⅐-⅞]"

_PHONE = re.compile(
    r"(?<![\w.,$€£+-])(?:"
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}"
    r"|(?:1[ .-])?\(\d{3}\) ?\d{3}[ .-]?\d{4}"
    r"|(?:\d[ .-])?\d{3}([ .-])\d{3}\1\d{4}"
    r"|\d{3}-\d{4}"
    r"|\d{3}-\d{2}-\d{4}"
    r"|\d{4}(?:[ -]\d{4}){3}"
    r"|(?:\d+-){3,}\d+"
    r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}"
    r")(?![\w-]|[.,]\d)"
)


def expand_numbers(text: str, forms: SpokenForms) -> str:
    """Puts every figure of the text into the words of the table's language."""
    text = calendar_names(text, forms)
    if not re.search(rf"[\d²³]|{_VULGAR}", text):
        return text
    text = _vulgar_fractions(_separators(text))
    for rule in _RULES:
        text = rule(text, forms)
    return text


def read_plain_numbers(text: str, reader: NumberReader) -> str:
    """Words for free-standing numbers only: for a language without a table of its own."""
    return compiled(rf"(?<![\w.,:/+-]){reader.pattern}(?![\w:/%°+-]|[.,]\d)").sub(
        lambda match: reader.read(match[0]), text
    )


def _separators(text: str) -> str:
    """Numerals of other countries as ours: 1,5 and 1.000.000 and 1 000 000 and 1'000'000."""
    text = re.sub(r"(?<=\d)_(?=\d{3})", "", text)
    groups = r"(?:\.\d{3}){2,}|(?: \d{3}){2,}|(?:'\d{3})+|(?:\.\d{3})+(?=,\d\d?\b)"
    text = re.sub(
        rf"(?<![\d.,'])\d{{1,3}}(?:{groups})(?!\d|['.]\d| \d)",
        lambda match: re.sub(r"\D", "", match[0]),
        text,
    )
    return re.sub(r"(?<![\d.,])(\d+),(\d{1,2})(?![\d,]|\.\d)", r"\1.\2", text)


def _part_from_letters(text: str, forms: SpokenForms) -> str:
    """COVID-19, H2O, Q1-Q2, R2D2: a number after a letter is read by itself; USD20 is money."""
    codes = any_of(key for key in forms.currencies if key.isalpha())
    text = compiled(rf"(?<!\w)({codes})(?=\d)").sub(r"\1 ", text)
    text = re.sub(r"\b([A-Z])(\d+)-(?=\1\d)", rf"\1\2 {forms.to} ", text)
    text = re.sub(
        r"(?<![\w.])(?=[A-Z\d]*(?:[A-Z]\d+[A-Z]|\d[A-Z]+\d))[A-Z\d]{3,}\b",
        lambda match: " ".join(
            forms.reader.read(part) if part.isdigit() else part
            for part in re.findall(r"\d+|[A-Z]", match[0])
        ),
        text,
    )
    text = re.sub(r"(?<![\w°-])([^\W\d_]+\d*)-(?=\d)", r"\1 ", text)
    return re.sub(r"(?<=[^\W\d_])(?=\d)", " ", text)


def _vulgar_fractions(text: str) -> str:
    """2½ and 2-1/2 as 2 1/2."""
    text = re.sub(rf"(?<=\d)[ -]?(?={_VULGAR})", " ", text)
    text = re.sub(r"(?<![\d/.,-])(\d{1,2})-(?=[1-9]/[2-9](?![\d/-]))", r"\1 ", text)
    return re.sub(
        _VULGAR, lambda match: unicodedata.normalize("NFKC", match[0]).replace("⁄", "/"), text
    )


def _phone_numbers(text: str, forms: SpokenForms) -> str:
    def say(match: re.Match[str]) -> str:
        groups = ", ".join(forms.reader.digits(group) for group in re.findall(r"\d+", match[0]))
        return (forms.symbols["+"] + " " if match[0].startswith("+") else "") + groups

    return _PHONE.sub(say, text)


def _short_numbers(text: str, forms: SpokenForms) -> str:
    """Dial 911; Room 101, error 404, 1080p: digit by digit or in pairs."""
    dialled = rf"(?<!\w)({any_of(forms.dialling)}) ({any_of(forms.dialled)})(?![\w-]|[.,]\d)"
    text = compiled(dialled).sub(lambda match: f"{match[1]} {forms.dialled[match[2]]}", text)
    text = compiled(rf"\b({any_of(forms.numbered)}) (\d{{3,4}})(?![\w-]|[.,]\d)").sub(
        lambda match: f"{match[1]} {_in_pairs(match[2], forms)}", text
    )
    text = compiled(rf"\b({any_of(forms.numbered)}) (\d+)([A-Z])\b").sub(r"\1 \2 \3", text)
    return re.sub(
        r"(?<![\w.,-])(\d{3,4})([pi])\b",
        lambda match: f"{_in_pairs(match[1], forms)} {match[2].upper()}",
        text,
    )


def _in_pairs(digits: str, forms: SpokenForms) -> str:
    """101 as one oh one, 747 as seven forty-seven, 1204 as twelve oh four, 500 as five hundred."""
    reader = forms.reader
    first, second = int(digits[:-2]), int(digits[-2:])
    if digits[0] == "0":
        return reader.digits(digits)
    if first % 10 == 0 and second < 10:
        return reader.cardinal(int(digits))
    rest = reader.cardinal(second) if second > 9 else f"{forms.oh} {reader.cardinal(second)}"
    return f"{reader.cardinal(first)} {rest if second else forms.hundred}"


def _versions(text: str, forms: SpokenForms) -> str:
    """1.2.3 and 192.168.0.1 are no single number: each part is read alone."""

    def say(match: re.Match[str]) -> str:
        return f" {forms.reader.point} ".join(
            forms.reader.read(part) for part in match[1].split(".")
        ) + (f" {forms.web[':']} {forms.reader.read(match[2])}" if match[2] else "")

    return re.sub(r"(?<![\d.])(\d+(?:\.\d+){2,})(?::(\d+))?(?!\d)", say, text)


def _ranges(text: str, forms: SpokenForms) -> str:
    """5-10, $3-5m, 10%-20%, 1/2-3/4, 5 km - 10 km."""
    signs = any_of(forms.currencies)
    number = rf"(?:{signs})?(?:{FRACTION}|\d[\d.,]*)"
    # The sign of "$3-5m" belongs to the second number, unless the first has its own scale.
    scale = any_of(forms.magnitudes)
    bare = r"\d[\d.,]*"
    second = rf"({bare}(?:{scale})?)(?![\w-]|[.,]?\d)"
    signed = rf"(?<![\w.,])({signs})({bare})((?:{scale})?) ?- ?{second}"
    text = compiled(signed).sub(
        lambda match: (
            f"{match[1] if match[3] else ''}{match[2]}{match[3]} {forms.to} {match[1]}{match[4]}"
        ),
        text,
    )
    tail = rf" ?(?:{any_of([*forms.units, *forms.magnitudes])})"
    ranged = rf"(?<![-\w.,/])({number}(?:{tail})?)-(?={number}(?!\d|-\d))(?!0\d)"
    text = compiled(ranged).sub(rf"\1 {forms.to} ", text)
    money = rf"(?:{signs})\d[\d.,]*"
    spaced = rf"(?<![-\w.,/])({number}{tail}) - (?={number}{tail}(?!\w))|({money}) - (?={money})"
    return compiled(spaced).sub(lambda match: f"{match[1] or match[2]} {forms.to} ", text)


def _ratios(text: str, forms: SpokenForms) -> str:
    """16:9; what is a time of day has been read before."""
    return re.sub(r"(?<![\w:.,])(\d{1,3}):(?=\d{1,3}(?![\w:]|[.,]\d))", rf"\1 {forms.to} ", text)


def _marks(text: str, forms: SpokenForms) -> str:
    """Scored 7/10, 4.5/5."""
    text = re.sub(r"(?<![\w./])(\d\.\d)/(?=(?:5|10)(?![\w/]))", rf"\1 {forms.out_of} ", text)
    given = rf"\b(?i:{any_of(forms.marks)})(?: \w+)? \d{{1,3}}"
    return compiled(rf"({given})/(?=\d{{1,3}}(?![\w/]))").sub(rf"\1 {forms.out_of} ", text)


def _scales(text: str, forms: SpokenForms) -> str:
    """10k, 5M: a scale that touches a number which is neither money nor a measure."""
    letters = any_of(forms.bare_magnitudes)
    # 221B Baker Street
    short = r"\d{1,3}(?:\.\d+)?"
    return compiled(rf"(?<![\w.,])({short})({letters})\b(?!(?<=B) [A-Z])").sub(
        lambda match: f"{forms.reader.read(match[1])} {forms.magnitudes[match[2]]}", text
    )


def _ordinals(text: str, forms: SpokenForms) -> str:
    return compiled(rf"(?<![\w.])(\d[\d,]{{0,8}})(?i:{any_of(forms.ordinal_suffixes)})\b").sub(
        lambda match: forms.reader.ordinal(int(match[1].replace(",", ""))), text
    )


def _fractions(text: str, forms: SpokenForms) -> str:
    return re.sub(
        rf"(?<![\w./]){FRACTION}(?![\w/]|\.\d)", lambda match: say_fraction(match[0], forms), text
    )


def _seasons(text: str, forms: SpokenForms) -> str:
    """2025/26."""
    return re.sub(
        r"(?<![\w.,/+-])((?:19|20)\d\d)/(\d\d)(?![\w/-])",
        lambda match: f"{forms.reader.year(int(match[1]))} {_year_alone(match[2], forms)}",
        text,
    )


def _decades(text: str, forms: SpokenForms) -> str:
    def say(match: re.Match[str]) -> str:
        words = forms.reader.year(int(match[1]))
        ending, plural = next(pair for pair in forms.decades if words.endswith(pair[0]))
        return words.removesuffix(ending) + plural

    return re.sub(r"(?<![\w.,-])'?((?:1\d|20)\d0|[2-9]0)'?s\b", say, text)


def _years(text: str, forms: SpokenForms) -> str:
    """1984, '69."""
    text = re.sub(
        r"(?<![\w'])'(\d\d)\b(?!['\d]|[.,]\d)", lambda match: _year_alone(match[1], forms), text
    )
    return re.sub(
        r"(?<![\w.,+-])(1[1-9]\d\d|20\d\d)(?!\w|[.,]\d)",
        lambda match: forms.reader.year(int(match[1])),
        text,
    )


def _year_alone(digits: str, forms: SpokenForms) -> str:
    start = f"{forms.oh} " if digits[0] == "0" else ""
    return start + forms.reader.cardinal(int(digits))


def _negatives(text: str, forms: SpokenForms) -> str:
    return re.sub(r"(?<![\w.)\"'-])-(?=\.?\d)", f"{forms.minus} ", text)


def _plain(text: str, forms: SpokenForms) -> str:
    text = compiled(rf"#(?={forms.reader.pattern})").sub(f"{forms.hash_number} ", text)
    text = compiled(rf"({forms.reader.pattern})(?=([^\W\d_])?)").sub(
        lambda match: forms.reader.read(match[1]) + (" " if match[2] else ""), text
    )
    for sign, words in zip("²³", forms.squared, strict=True):
        text = text.replace(sign, f" {words} ")
    return text


_RULES = (
    numeric_dates,
    worded_dates,
    _part_from_letters,
    dates_without_year,
    _phone_numbers,
    times,
    _short_numbers,
    _versions,
    _marks,
    positions,
    lengths,
    _ranges,
    _ratios,
    _seasons,
    _decades,
    money,
    _negatives,
    units,
    _scales,
    _ordinals,
    _fractions,
    _years,
    _plain,
)
