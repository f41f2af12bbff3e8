"""Powers, comparisons, operators and Greek letters to words; their figures are left to others."""

import re

from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import SpokenForms

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_OPERAND = r"[\w)°%]"


def maths(text: str, forms: SpokenForms) -> str:
    """Puts into words what is no number: 10^6, x² ≥ y, 3 * 4, 2x, ~50, π."""
    text = _named_letters(text, forms)
    if not re.search(r"[*^<>~×²³¹⁰⁴-⁹⁺⁻−-]|\dx| x |m[23]|\d[eE][+-]?\d", text):
        return text
    text = _powers(text, forms)
    text = _multiples(text, forms)
    text = _comparisons(text, forms)
    text = re.sub(rf"(?<={_OPERAND})\s?\*\s?(?=[\w(])", f" {forms.times} ", text)
    # "7 - 4 = 3" is a sum, "7 - 4" may be anything.
    text = re.sub(r"(?<=[\d)]) - (?=[\d(][^.!?]*=)", f" {forms.minus} ", text)
    text = re.sub(rf"(?<={_OPERAND}) ?− ?(?=[\w(])", f" {forms.minus} ", text)
    text = re.sub(r"(?<!\w)−(?=[\d.$€£])", "-", text)
    return re.sub(r"(?<![\w/])~ ?(?=[$€£]?\d)", f"{forms.about} ", text)


def _named_letters(text: str, forms: SpokenForms) -> str:
    """π, Δt, α-particles; but "5 μs" is a measure."""
    if text.isascii():
        return text
    units = any_of(unit for unit in forms.units if unit.isalpha() and not unit.isascii())

    def say(match: re.Match[str]) -> str:
        if match[1]:
            return match[1]
        before = " " if match.string[: match.start()][-1:].isalnum() else ""
        after = " " if match.string[match.end() :][:1].isalnum() else ""
        return before + forms.named_letters[match[0]] + after

    return compiled(rf"((?<=[\d /])(?:{units})(?!\w))|{forms.named_letter}").sub(say, text)


def _powers(text: str, forms: SpokenForms) -> str:
    """10^6, 10⁻³, x², 2**3, 1.5e-3; a raised figure after a word is a footnote's, and dropped."""
    text = re.sub(r"(?<=\d)[eE]([+-]?\d{1,2})\b(?!\.\d)", rf" {forms.times} 10^\1", text)
    text = re.sub(r"(?<=[\w)])\*\*(?=[\w(-])", "^", text)
    text = re.sub(r"(?<=[^\W\d_])\^([23])(?!\w)", lambda match: "²³"[int(match[1]) - 2], text)
    text = re.sub(r"(?<=\d)( ?[kdcm]?m)([23])(?!\w)", _squared_length, text)
    ion = {"⁺": forms.symbols.get("+", ""), "⁻": forms.minus}
    text = re.sub(
        r"(?<=[^\W\d_])([²³⁴]?)([⁺⁻])(?!\w)",
        lambda match: f" {match[1].translate(_RAISED)} {ion[match[2]]}",
        text,
    )
    unit = compiled(rf"(?<=[\d /])(?:{any_of(filter(str.isalpha, forms.units))})$")

    def say(match: re.Match[str]) -> str:
        power = match[0].translate(_RAISED).strip("^() ")
        before = match.string[: match.start()]
        if match[0] in ("²", "³") and unit.search(before):
            return match[0]  # squares and cubes of units are read before them
        if match[0][0] != "^" and re.search(r"[^\W\d_]{3}$", before):
            return ""
        if power in ("2", "3"):
            return f" {forms.squared[int(power) - 2]} "
        sign = f"{forms.minus} " if power[0] == "-" else ""
        return f" {forms.power} {sign}{power.lstrip('+-')} "

    raised = r"[⁻⁺]?[⁰¹²³⁴-⁹]+"
    text = re.sub(rf"(?<=[\w)])(?:\^ ?(?:\(-?\w+\)|-?\w+)|{raised})", say, text)
    return re.sub(rf"(?<=[^\w\s]){raised}", "", text)


def _squared_length(match: re.Match[str]) -> str:
    """20 m2 as 20 m²."""
    return match[1] + "²³"[int(match[2]) - 2]


def _multiples(text: str, forms: SpokenForms) -> str:
    """1920x1080, 3 x 5 inches, 3 x 4 = 12, 2x faster, 5×10^6."""
    text = re.sub(r"(?<=[\d\"'])(?<!\b0)x(?=\d)", f" {forms.by} ", text)
    text = re.sub(r"(?<=\d) x (?=\d[^.!?]*=)", f" {forms.times} ", text)
    text = re.sub(r"(?<=[\d\"'½¼¾]) x (?=\d)", f" {forms.by} ", text)
    measure = rf"[\d.]+ ?(?:{any_of(filter(str.isalpha, forms.units))})\b"
    text = compiled(rf"(?<=\d) ?× ?(?=(?:[\d.]+ ?× ?)?{measure})").sub(f" {forms.by} ", text)
    return re.sub(r"(?<=\d)[x×](?!\w| ?[-+=*/^)])", f" {forms.times}", text)


def _comparisons(text: str, forms: SpokenForms) -> str:
    """5 > 3 and x < y; between words (Settings > Privacy) the sign is a mere pause."""
    for sign in {"<", ">"}.intersection(text, forms.operators):
        words = f" {forms.operators[sign]} "
        left = rf"(?<!\S)(\w|\S*\d\S*) ?(?<![-=]){sign}(?!=) ?(?=[\w(.-])"
        text = re.sub(left, rf"\1{words}", text)
        text = re.sub(rf"(?<=[\w)]) {sign} ?(?=[-$€£]?\.?\d|\w\b)", words, text)
        text = re.sub(rf"(?<![\w)] )(?<!\S){sign} ?(?=[-$€£]?\.?\d)", words, text)
    return re.sub(r"(?<=\w) > (?=\w)", ", ", text)
