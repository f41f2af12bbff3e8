"""Abbreviations, acronyms, Roman numerals, and signs to words."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, partial

from minimax_speech.text.expand_dates import form_after
from minimax_speech.text.patterns import (
    LOWER,
    UNSPACED,
    UPPER,
    any_of,
    compiled,
    sentence_stop,
    text_after,
)
from minimax_speech.text.spoken_forms import SpokenForms

# In scripts without spaces the next word may touch a stop.
_SHORT_END = rf"(?:(?![\w/])|(?<=\.)(?=[{UNSPACED}])|(?<=[{UNSPACED}]\.)(?=\d))"
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def abbreviations(text: str, forms: SpokenForms) -> str:
    """Mr. St. etc. No. 5, and letters with stops (U.S., J. R. Smith)."""
    for phrase, words in forms.phrases.items():
        if phrase in text:
            alone = compiled(rf"(?<![\w/.,$€£-]){re.escape(phrase)}(?![\w/]|[.,]\d)")
            text = alone.sub(words, text)
    text = _postal_codes(text, forms)
    signs = [short for short in forms.before_number if short[-1] in "°º"]
    words = any_of(forms.before_number.keys() - signs)
    text = compiled(rf"(?<!\w)(?:({words})\.|({any_of(signs)})) ?(?=\d|[IVXL]+\b)").sub(
        lambda match: forms.before_number[match[1] or match[2]] + " ", text
    )
    # "-v." is an option.
    text = compiled(rf"(?<![\w./&])(?<!-(?=[a-z]))({any_of(forms.leading)}){_SHORT_END}").sub(
        lambda match: (
            forms.leading[match[1]]
            + (" " if text_after(match)[:1].isdigit() else "")
            + _stop_at_end(text_after(match), match[1])
        ),
        text,
    )
    text = _titles(text, forms)
    text = _street_or_saint(text, forms)
    # Not the "etc" of a path.
    path = f"(?<!{forms.web['/']} )" if "/" in forms.web else ""
    text = compiled(rf"(?<![\w./]){path}({any_of(forms.abbreviations)}){_SHORT_END}").sub(
        lambda match: (
            forms.abbreviations[match[1]] + (sentence_stop(match) if match[1][-1] == "." else "")
        ),
        text,
    )
    text = re.sub(
        # "5 p.m." is a time.
        r"(?<![\w.])(?!(?<=\d )[ap]\.m\.(?!\w))(?:[^\W\d_]\.){2,}",
        lambda match: (
            " ".join(match[0].replace(".", "").upper()) + _stop_at_end(text_after(match), ".")
        ),
        text,
    )
    return _initials(text, forms)


def _titles(text: str, forms: SpokenForms) -> str:
    """M. Dupont, D. Juan; but no initial after a name: T. S. Eliot, John D. Rockefeller.

    Nor a measure: 2025 г. Он ...
    """
    name = compiled(rf"(?<!\w)([{UPPER}][\w'-]*)\.? $")

    def say(match: re.Match[str]) -> str:
        before = name.search(match.string[: match.start()])
        if before and len(match[1]) == 2 and before[1] not in forms.sentence_openers:
            return match[0]
        return forms.titles[match[1]] + " "

    return compiled(rf"(?<![\w.])(?<!\d )({any_of(forms.titles)}) ?(?=[{UPPER}])").sub(say, text)


def _initials(text: str, forms: SpokenForms) -> str:
    """J. R. Smith, John F. Kennedy; but "Plan B. The …" ends a sentence."""
    openers = any_of(forms.sentence_openers)
    return compiled(
        rf"(?:^|(?<=[\"(])|(?<=[.!?] )|(?<=[{LOWER}] ))((?:[{UPPER}]\. ?)*(?!I\.)[{UPPER}]\.)"
        rf"(?= (?!(?:{openers})\b)[{UPPER}][{LOWER}])"
    ).sub(lambda match: match[1].replace(". ", ".").replace(".", " ").strip(), text)


def _stop_at_end(rest: str, written: str) -> str:
    """A stop that belongs to the abbreviation is also the sentence's where the text ends."""
    return "." if written.endswith(".") and not rest.strip("\"') ") else ""


def _street_or_saint(text: str, forms: SpokenForms) -> str:
    """St. Paul against Main St., Dr. Jones against Hill Dr., and both in St. John's St."""
    # After a street comes its direction, a new sentence, or what is written small.
    followed = any_of(forms.sentence_openers | forms.after_street)
    name = compiled(rf" (?!(?:{followed})\b)[{UPPER}]")
    suffixes = any_of(forms.ordinal_suffixes)

    def say(match: re.Match[str]) -> str:
        after_name, before_name = forms.street_or_saint[match[2]]
        if match[1] and not name.match(text_after(match)):
            stopped = match[0].endswith(".") and not starts_direction.match(text_after(match))
            return match[1] + after_name + (sentence_stop(match) if stopped else "")
        return (match[1] or "") + before_name

    starts_direction = compiled(rf" (?:{any_of(forms.after_street)})\b")
    text = compiled(
        rf"(?<![\w.])((?:[A-Z][\w'-]*|\d+(?:{suffixes})) )?\b({any_of(forms.street_or_saint)})\b\.?"
    ).sub(say, text)
    return _directions(text, forms)


def _directions(text: str, forms: SpokenForms) -> str:
    """Pennsylvania Ave. NW."""
    names = {name: name for name in forms.streets}
    for short, long in forms.abbreviations.items():
        if long in forms.streets:
            names |= {short: long, short.rstrip("."): long}

    def say(match: re.Match[str]) -> str:
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return f"{names[match[1]]} {forms.directions[match[2]]}{stop}"

    return compiled(rf"\b({any_of(names)}) ({any_of(forms.directions)})\b\.?").sub(say, text)


def _postal_codes(text: str, forms: SpokenForms) -> str:
    """New York, NY 10001."""
    return compiled(rf"\b({any_of(forms.states)}),? (\d{{5}}(?:-\d{{4}})?)(?![\w-])").sub(
        lambda match: f"{forms.states[match[1]]}, {forms.reader.digits(match[2])}", text
    )


def _value(numeral: str) -> int:
    values = [_ROMAN[letter] for letter in numeral]
    return sum(
        -one if one < following else one
        for one, following in zip(values, [*values[1:], 0], strict=True)
    )


def roman_numerals(text: str, forms: SpokenForms) -> str:
    """Henry VIII, Elizabeth I, World War II, Chapter IV; only after a capitalised word.

    Also after or before a word that counts: siglo XX, XX secolo, XXe.
    """
    numeral = r"(?:XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
    stop = rf"(?:\.(?! [{UPPER}]|$))?" if forms.stop_ordinals else ""

    def say(match: re.Match[str]) -> str:
        name, value = match[1], _value(match[2])
        if name not in forms.regnal_names:
            return f"{name} {forms.reader.cardinal(value)}"
        form = forms.regnal_names[name]
        cardinal = forms.reader.cardinal(value)
        few = value <= forms.last_regnal_ordinal
        ordinal = forms.reader.ordinal(value, form) if few else cardinal
        return f"{name} {forms.regnal[form].format(ordinal=ordinal, cardinal=cardinal)}"

    def say_ordinal(match: re.Match[str], ordinals: Mapping[str, str]) -> str:
        form = form_after(match.string[: match.start()], forms) or ordinals[match[2]]
        return forms.reader.ordinal(_value(match[1]), form)

    for ordinals, following in (
        (forms.roman_suffixes, rf"({any_of(forms.roman_suffixes)})\b"),
        (forms.roman_before, rf"\.?(?= ({any_of(forms.roman_before)})\b)"),
    ):
        text = compiled(rf"\b((?=[IVX]){numeral}){following}").sub(
            partial(say_ordinal, ordinals=ordinals), text
        )
    several = rf"((?=[IVXL]{{2}}){numeral}){stop}(?![\w'])"
    text = compiled(rf"\b([{UPPER}][{LOWER}]+) {several}").sub(say, text)
    text = re.sub(
        rf"^(?=[IVXL]{{2}})({numeral})(?=\. [A-Z])",
        lambda match: forms.reader.cardinal(_value(match[1])).capitalize(),
        text,
    )
    # "Part I of", but not "the Title I gave".
    goes_on = rf"(?=[\"')]*(?:$|[,.;:!?)-]| (?:{any_of(forms.part_follows)})\b| -))"
    parts = rf"\b({any_of(forms.parts)}) ((?=[IVXL]{{2}}){numeral}\b|[VX]\b|I\b{goes_on})"
    text = compiled(parts).sub(say, text)
    goes_on = rf"(?= (?:{any_of(forms.regnal_follows)})\b|[,.;:)]|$)"
    regnal = rf"\b({any_of(forms.regnal_names)}) ([IV]){stop}{goes_on}"
    return compiled(regnal).sub(say, text)


def acronyms(text: str, forms: SpokenForms) -> str:
    """Capitals that are spelt, letter by letter: USB is "U S B", FBI's is "F B I's".

    Spelt: up to three capitals, and longer ones without a vowel (HTML), but for the table's
    `letter_words`; also its `spelt_words`. Longer ones with a vowel (NASA) are read as a word.
    In a text that is mostly capitals, capitals mean nothing: all are words. Not so among letters
    without case.
    """
    words = re.findall(r"[^\W\d_]{2,}", text)
    caseless = any(unicodedata.category(letter) == "Lo" for letter in text)
    if not caseless and len(words) > 1 and sum(word.isupper() for word in words) > len(words) / 2:
        return text

    def say(match: re.Match[str]) -> str:
        letters, plural, ending = match[1], match[2] or "", match[3] or ""
        short = len(letters) <= 3 or not set(letters) & set(forms.capital_vowels)
        if letters not in forms.spelt_words and (letters in forms.letter_words or not short):
            return letters + plural + ending
        return " ".join(letters) + (forms.acronym_plural if plural else "") + ending

    elided = "".join(rf"|(?<=\b{word}')" for word in sorted(forms.elisions))
    inflected = rf":([{LOWER}]+)" if forms.colon_endings else "((?!))"
    return compiled(rf"(?:(?<![\w']){elided})([{UPPER}]{{2,}})(?:('?s)|{inflected})?(?!\w)").sub(
        say, text
    )


def small_acronyms(text: str, forms: SpokenForms) -> str:
    """html, npm: small words that nobody can pronounce are spelt; "hmm" is one that people can."""

    def say(match: re.Match[str]) -> str:
        return match[0] if match[0] in forms.unvowelled else " ".join(match[0].upper())

    if not forms.vowels:
        return text
    vowels = _with_marks(forms.vowels)
    return compiled(rf"(?<![\w'])(?=[a-z])[^\W\d_{vowels}A-Z]{{2,}}(?![\w'])").sub(say, text)


@cache
def _with_marks(vowels: str) -> str:
    """The vowels, and those with accents."""
    return vowels + "".join(
        letter for letter in LOWER if unicodedata.normalize("NFD", letter)[0] in vowels
    )


def signs(text: str, forms: SpokenForms) -> str:
    """The signs that stand alone: & @ + = / and their like; an arrow is a pause."""
    text = re.sub(r"[-=]>|[→⇒]", " , ", text)
    pattern = compiled(any_of(forms.symbols))
    return pattern.sub(lambda match: f" {forms.symbols[match[0]]} ", text)
