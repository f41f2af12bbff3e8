"""Figures that are no quantities to words: telephone numbers, numbers of rooms, versions."""

import re

from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import SpokenForms

_PHONE = re.compile(
    r"(?<![\w.,$€£+-])(?:"
    r"\+\d{1,3}(?:[ .-]?\(?\d{1,4}\)?){2,5}"
    r"|(?:1[ .-])?\(\d{3}\) ?\d{3}[ .-]?\d{4}"
    r"|\(\d{2,5}\) ?\d{3,5}[ .-]\d{3,4}"
    r"|(?:\d[ .-])?\d{3}([ .-])\d{3}\1\d{4}"
    r"|\d{3}-\d{4}"
    r"|\d{3}-\d{2}-\d{4}"
    r"|\d{4}(?:[ -]\d{4}){3}"
    r"|(?:\d+-){3,}\d+"
    r"|0\d([ .-])\d\d(?:\2\d\d){3}"
    r"|\d{2,3}(?: \d{2,3}){2} \d\d"
    r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}"
    r"|0\d{1,4}[ /-]\d{6,8}"
    r")(?![\w-]|[.,]\d)"
)


def announced_numbers(text: str, forms: SpokenForms) -> str:
    """Tel. 912 345 678: after such a word it is no quantity."""
    return compiled(
        rf"(?i)(?<!\w)((?:{any_of(forms.phone_leads)}):? )(\+?\d(?:[ /.-]?\d){{4,}})"
    ).sub(lambda match: match[1] + _say_groups(match[2], forms), text)


def phone_numbers(text: str, forms: SpokenForms) -> str:
    """555-1234, +49 30 123456, 01 23 45 67 89."""
    return _PHONE.sub(lambda match: _say_groups(match[0], forms), text)


def _say_groups(number: str, forms: SpokenForms) -> str:
    plus = forms.symbols.get("+", "") + " " if number.startswith("+") else ""
    return plus + ", ".join(_say_group(group, forms) for group in re.findall(r"\d+", number))


def _say_group(digits: str, forms: SpokenForms) -> str:
    """Digits of a telephone number that are written together."""
    if forms.digit_pairs and len(digits) == 2 and digits[0] != "0":
        return forms.reader.cardinal(int(digits))
    return forms.reader.digits(digits)


def short_numbers(text: str, forms: SpokenForms) -> str:
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
    if not forms.oh or (first % 10 == 0 and second < 10):
        return reader.cardinal(int(digits))
    rest = reader.cardinal(second) if second > 9 else f"{forms.oh} {reader.cardinal(second)}"
    return f"{reader.cardinal(first)} {rest if second else forms.hundred}"


def versions(text: str, forms: SpokenForms) -> str:
    """1.2.3 and 192.168.0.1 are no single number: each part is read alone."""
    point = f" {forms.version_point or forms.web.get('.', '')} "

    def say(match: re.Match[str]) -> str:
        parts = point.join(map(forms.reader.read, match[1].split(".")))
        port = f" {forms.web.get(':', '')} {forms.reader.read(match[2])}" if match[2] else ""
        return parts + port

    return re.sub(r"(?<![\d.])(\d+(?:\.\d+){2,})(?::(\d+))?(?!\d)", say, text)
