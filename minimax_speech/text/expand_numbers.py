"""Figures to words: telephone numbers, ranges, fractions, years, plain numbers, and the order of
all rules that read figures.

Each rule takes the text and a language's table and returns the text with what it understood
replaced by words. The order matters: specific readings come before general ones.
"""

import re
import unicodedata

from minimax_speech.text.expand_dates import (
    calendar_names,
    dates_without_year,
    form_after,
    numeric_dates,
    times,
    worded_dates,
)
from minimax_speech.text.expand_digits import (
    announced_numbers,
    phone_numbers,
    short_numbers,
    versions,
)
from minimax_speech.text.expand_measures import (
    FRACTION,
    counted,
    lengths,
    money,
    positions,
    say_fraction,
    units,
)
from minimax_speech.text.numbers import NUMERAL, changed, unified
from minimax_speech.text.patterns import LOWER, any_of, compiled, text_after
from minimax_speech.text.spoken_forms import SpokenForms

_VULGAR = "[¼-¾⅐-⅞]"


def expand_numbers(text: str, forms: SpokenForms) -> str:
    """Puts every figure of the text into the words of the table's language."""
    text = announced_numbers(calendar_names(text, forms), forms)
    text = _vulgar_fractions(unified(text, forms.reader))
    for own_rule in forms.rules:
        text = own_rule(text)
    if not re.search(r"[\d²³]", text):
        return changed(text, forms.repairs)
    for rule in _RULES:
        text = rule(text, forms)
    return changed(text, forms.repairs)


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
    text = re.sub(r"(?<![\w°-])(?<!\d )([^\W\d_]+\d*)-(?=\d)", r"\1 ", text)
    return re.sub(r"(?<=[^\W\d_])(?=\d)", " ", text)


def _vulgar_fractions(text: str) -> str:
    """2½ and 2-1/2 as 2 1/2."""
    text = re.sub(rf"(?<=\d)[ -]?(?={_VULGAR})", " ", text)
    text = re.sub(r"(?<![\d/.,-])(\d{1,2})-(?=[1-9]/[2-9](?![\d/-]))", r"\1 ", text)
    return re.sub(
        _VULGAR, lambda match: unicodedata.normalize("NFKC", match[0]).replace("⁄", "/"), text
    )


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
    ratio = r"(?<![\w:.,])(\d{1,3}):(?=\d{1,3}(?![\w:]|[.,]\d))"
    return re.sub(ratio, rf"\1 {forms.ratio or forms.to} ", text)


def _marks(text: str, forms: SpokenForms) -> str:
    """Scored 7/10, 4.5/5."""
    text = re.sub(r"(?<![\w./])(\d\.\d)/(?=(?:5|10)(?![\w/]))", rf"\1 {forms.out_of} ", text)
    given = rf"\b(?i:{any_of(forms.marks)})(?: \w+)? \d{{1,3}}"
    return compiled(rf"({given})/(?=\d{{1,3}}(?![\w/]))").sub(rf"\1 {forms.out_of} ", text)


def _scales(text: str, forms: SpokenForms) -> str:
    """10k, 5M, 3 Mio.: a scale after a number which is neither money nor a measure."""
    touching = any_of(key for key in forms.bare_magnitudes if len(key) < 3)
    worded = any_of(key for key in forms.bare_magnitudes if len(key) > 2)
    # 221B Baker Street
    short = r"\d{1,3}(?:\.\d+)?"
    scale = rf"(?:(?P<touching>{touching})\b(?!(?<=B) [A-Z])| ?(?P<worded>{worded})(?!\w))"

    def say(match: re.Match[str]) -> str:
        noun = forms.magnitudes[match["touching"] or match["worded"]]
        ends = match[0].endswith(".") and not text_after(match).strip()
        return forms.reader.count(match[1], noun) + ("." if ends else "")

    return compiled(rf"(?<![\w.,])({short}){scale}").sub(say, text)


def _ordinals(text: str, forms: SpokenForms) -> str:
    """3rd, 1er, 2.ª."""
    suffix = any_of(forms.ordinal_suffixes)

    def say(match: re.Match[str]) -> str:
        number = int(match[1].replace(",", ""))
        # "ſ" and "σ" match "s" and "ς", whose small letters they are not.
        return forms.reader.ordinal(number, forms.ordinal_suffixes.get(match[2].lower(), ""))

    return compiled(rf"(?<![\w.])(\d[\d,]{{0,8}})((?i:{suffix}))\b").sub(say, text)


def _stopped_ordinals(text: str, forms: SpokenForms) -> str:
    """Im 19. Jahrhundert, der 3. der Liste: a stop that makes an ordinal and ends no sentence."""
    if not forms.stop_ordinals:
        return text
    noun = rf"({any_of(forms.ordinal_before)})(?!\w)"

    def say(match: re.Match[str]) -> str:
        form = form_after(match.string[: match.start()], forms)
        if form is None:
            # "1. der Preis" at the start of a text is an item of a list.
            if not match[2] and not (match[3] and match.start()):
                return match[0]
            form = forms.ordinal_before.get(match[2] or "", "")
        return forms.reader.ordinal(int(match[1]), form)

    following = rf"(?= (?:{noun}|([{LOWER}])|\w))"
    return compiled(rf"(?<![\w.,])(\d{{1,4}})\.{following}").sub(say, text)


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
    """The 1980s, '90s, 80er."""
    mark, endings = forms.decades
    if not mark:
        return text

    def say(match: re.Match[str]) -> str:
        words = forms.reader.year(int(match[1]))
        ending, plural = next(pair for pair in endings if words.endswith(pair[0]))
        return words.removesuffix(ending) + plural

    return compiled(rf"(?<![\w.,-])'?((?:1\d|20)\d0|[2-9]0)'?{mark}\b").sub(say, text)


def _years(text: str, forms: SpokenForms) -> str:
    """1984, '69."""
    text = re.sub(
        r"(?<![\w'])'(\d\d)\b(?!['\d]|[.,]\d)", lambda match: _year_alone(match[1], forms), text
    )
    if not forms.reader.years:
        return text
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
    text = compiled(rf"#(?={NUMERAL})").sub(f"{forms.hash_number} ", text)

    def say(match: re.Match[str]) -> str:
        following = match[3] and forms.agrees_with and forms.agrees_with(match[3])
        if following is None:
            return forms.reader.read(match[1]) + (match[2] or (" " if match[4] else ""))
        return forms.reader.joined(forms.reader.read(match[1], following), "")

    word = r"(?:( )(?=([^\W\d_]+))|(?=([^\W\d_]))|)"
    text = compiled(rf"({NUMERAL}){word}").sub(say, text)
    for number, (sign, words) in enumerate(zip("²³", forms.squared, strict=True), 2):
        text = text.replace(sign, f" {words or forms.reader.cardinal(number)} ")
    return text


_RULES = (
    numeric_dates,
    worded_dates,
    _part_from_letters,
    dates_without_year,
    phone_numbers,
    times,
    short_numbers,
    versions,
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
    counted,
    _scales,
    _ordinals,
    _stopped_ordinals,
    _fractions,
    _years,
    _plain,
)
