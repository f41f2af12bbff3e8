"""Figures to words: telephone numbers, money, quantities, fractions, years, plain numbers.

Each rule takes the text and a language's table and returns the text with what it understood
replaced by words. The order matters: specific readings come before general ones.
"""

import re
import unicodedata

from minimax_speech.text.expand_dates import any_of, compiled, numeric_dates, times, worded_dates
from minimax_speech.text.numbers import NumberReader
from minimax_speech.text.spoken_forms import Currency, SpokenForms

_VULGAR = "[¼-¾⅐-⅞]"

_PHONE = re.compile(
    r"(?<![\w.,$€£+-])(?:"
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}"
    r"|(?:1[ .-])?\(\d{3}\) ?\d{3}[ .-]?\d{4}"
    r"|(?:\d[ .-])?\d{3}([ .-])\d{3}\1\d{4}"
    r"|\d{3}-\d{4}"
    r"|\d{3}-\d{2}-\d{4}"
    r"|\d{4}(?:[ -]\d{4}){3}"
    r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}"
    r")(?![\w-]|[.,]\d)"
)

_LARGEST_ORDINAL_DENOMINATOR = 20


def expand_numbers(text: str, forms: SpokenForms) -> str:
    """Puts every figure of the text into the words of the table's language."""
    if not re.search(rf"[\d²³]|{_VULGAR}", text):
        return text
    text = _vulgar_fractions(_part_from_letters(text))
    for rule in _RULES:
        text = rule(text, forms)
    return text


def read_plain_numbers(text: str, reader: NumberReader) -> str:
    """Words for free-standing numbers only: for a language without a table of its own."""
    return compiled(rf"(?<![\w.,:/+-]){reader.pattern}(?![\w:/%°+-]|[.,]\d)").sub(
        lambda match: reader.read(match[0]), text
    )


def _part_from_letters(text: str) -> str:
    """COVID-19, H2O: a number after a letter is read by itself."""
    return re.sub(r"(?<=[^\W\d_])-?(?=\d)", " ", text)


def _vulgar_fractions(text: str) -> str:
    """2½ as 2 1/2."""
    text = re.sub(rf"(?<=\d)(?={_VULGAR})", " ", text)
    return re.sub(
        _VULGAR, lambda match: unicodedata.normalize("NFKC", match[0]).replace("⁄", "/"), text
    )


def _phone_numbers(text: str, forms: SpokenForms) -> str:
    def say(match: re.Match[str]) -> str:
        groups = ", ".join(forms.reader.digits(group) for group in re.findall(r"\d+", match[0]))
        return (forms.symbols["+"] + " " if match[0].startswith("+") else "") + groups

    return _PHONE.sub(say, text)


def _versions(text: str, forms: SpokenForms) -> str:
    """1.2.3 and 192.168.0.1 are no single number: each part is read alone."""

    def say(match: re.Match[str]) -> str:
        return f" {forms.reader.point} ".join(
            forms.reader.read(part) for part in match[0].split(".")
        )

    return re.sub(r"(?<![\d.])\d+(?:\.\d+){2,}(?!\d)", say, text)


def _ranges(text: str, forms: SpokenForms) -> str:
    signs = "".join(key for key in forms.currencies if len(key) == 1)
    return compiled(rf"(?<![-\d.,])(\d[\d.,]*)-(?=[{signs}]?\d[\d.,]*(?![\d.,]|-\d))").sub(
        rf"\1 {forms.to} ", text
    )


def _money(text: str, forms: SpokenForms) -> str:
    sign = any_of(forms.currencies)
    # A short scale must touch its number: "$5m", but "$5 m" is something else.
    worded = any_of(key for key in forms.magnitudes if len(key) > 1)
    scale = rf"(?: ?(?P<word>{worded})\b|(?P<letter>{any_of(forms.magnitudes)})\b)?"
    rate = r"(?:/(?P<rate>[a-z]+))?"
    number = rf"(?P<number>{forms.reader.pattern})"
    minus = r"(?P<minus>(?<!\w)-)?"
    before = rf"{minus}(?<!\w)(?P<sign>{sign}) ?{number}{scale}{rate}"
    after = rf"(?<![\w.,]){minus}{number}{scale} ?(?P<sign>{sign})(?![\w]){rate}"

    def say(match: re.Match[str]) -> str:
        scale_key = match["word"] or match["letter"]
        spoken = _say_money(forms, forms.currencies[match["sign"]], match["number"], scale_key)
        start = f"{forms.minus} " if match["minus"] else ""
        return start + spoken + (f" {forms.per} {match['rate']}" if match["rate"] else "")

    return compiled(after).sub(say, compiled(before).sub(say, text))


def _say_money(forms: SpokenForms, currency: Currency, number: str, scale: str | None) -> str:
    reader = forms.reader
    if scale:
        return f"{reader.read(number)} {forms.magnitudes[scale]} {currency.many}"
    value = reader.value(number)
    cents = number.partition(reader.decimal)[2]
    if len(cents) != 2 or not currency.cent:
        return f"{reader.read(number)} {currency.one if value == 1 else currency.many}"
    units = int(value)
    parts = []
    if units or not int(cents):
        parts.append(f"{reader.cardinal(units)} {currency.one if units == 1 else currency.many}")
    if int(cents):
        name = currency.cent if int(cents) == 1 else currency.cents
        parts.append(f"{reader.cardinal(int(cents))} {name}")
    return f" {forms.and_} ".join(parts)


def _units(text: str, forms: SpokenForms) -> str:
    amount = rf"(?:(?:\d+ )?\d+/\d+|{forms.reader.pattern})"
    unit = any_of(forms.units)

    def say(match: re.Match[str]) -> str:
        figure, name, power, rate = match.groups()
        one = "/" not in figure and forms.reader.value(figure) == 1
        # Half a kilometer, but one and a half kilometers.
        one = one or ("/" in figure and " " not in figure)
        spoken = forms.units[name][0 if one else 1]
        if power:
            spoken = f"{forms.square['²³'.index(power)]} {spoken}"
        if "/" in figure:
            figure = _say_fraction(figure, forms)
            spoken = f"{forms.of_} {spoken}" if one else spoken
        else:
            figure = forms.reader.read(figure)
        return f"{figure} {spoken}" + (f" {forms.per} {rate}" if rate else "")

    return compiled(rf"(?<![\w.,/])({amount}) ?({unit})([²³])?(?:/([a-z]+))?(?![\w²³])").sub(
        say, text
    )


def _scales(text: str, forms: SpokenForms) -> str:
    """10k, 5M: a scale that touches a number which is neither money nor a measure."""
    letters = any_of(key for key in forms.magnitudes if len(key) <= 2)
    return compiled(rf"(?<![\w.,])({forms.reader.pattern})({letters})\b").sub(
        lambda match: f"{forms.reader.read(match[1])} {forms.magnitudes[match[2]]}", text
    )


def _ordinals(text: str, forms: SpokenForms) -> str:
    return compiled(rf"(?<![\w.])(\d[\d,]{{0,8}})({any_of(forms.ordinal_suffixes)})\b").sub(
        lambda match: forms.reader.ordinal(int(match[1].replace(",", ""))), text
    )


def _fractions(text: str, forms: SpokenForms) -> str:
    return re.sub(
        r"(?<![\w./])(?:\d+ )?\d{1,4}/\d{1,4}(?![\w/]|\.\d)",
        lambda match: _say_fraction(match[0], forms),
        text,
    )


def _say_fraction(figure: str, forms: SpokenForms) -> str:
    """1/2, 2 3/4 in words."""
    whole, _, fraction = figure.rpartition(" ")
    top, bottom = map(int, fraction.split("/"))
    reader = forms.reader
    if not 0 < top < bottom <= _LARGEST_ORDINAL_DENOMINATOR and (top, bottom) != (1, 100):
        said = f"{reader.cardinal(top)} {forms.over} {reader.cardinal(bottom)}"
        return f"{reader.cardinal(int(whole))} {said}" if whole else said
    special = {2: forms.halves, 4: forms.quarters}.get(bottom)
    ordinal = reader.ordinal(bottom)
    one, many = special or (ordinal, ordinal + "s")
    if whole and top == 1:
        return f"{reader.cardinal(int(whole))} {forms.and_} {forms.a_} {one}"
    said = f"{reader.cardinal(top)} {one if top == 1 else many}"
    return f"{reader.cardinal(int(whole))} {forms.and_} {said}" if whole else said


def _decades(text: str, forms: SpokenForms) -> str:
    def say(match: re.Match[str]) -> str:
        words = forms.reader.year(int(match[1]))
        ending, plural = next(pair for pair in forms.decades if words.endswith(pair[0]))
        return words.removesuffix(ending) + plural

    return re.sub(r"(?<![\w.,-])'?((?:1\d|20)\d0|[2-9]0)'?s\b", say, text)


def _years(text: str, forms: SpokenForms) -> str:
    return re.sub(
        r"(?<![\w.,+-])(1[1-9]\d\d|20\d\d)(?!\w|[.,]\d)",
        lambda match: forms.reader.year(int(match[1])),
        text,
    )


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
    _phone_numbers,
    times,
    _versions,
    _ranges,
    _decades,
    _money,
    _negatives,
    _units,
    _scales,
    _ordinals,
    _fractions,
    _years,
    _plain,
)
