"""What a language says for figures and signs: the form of its table.

Only the reader of numbers is required: what a table leaves out is not read, and its signs are left
to other rules. Templates are `str.format` strings over the parts that are named beside them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from minimax_speech.text.numbers import Endings, Noun, NumberReader

Words = frozenset[str]
_NO_WORDS: Words = frozenset()


def words(text: str) -> Words:
    """The words of a text, as a set."""
    return frozenset(text.split())


def series(text: str) -> tuple[str, ...]:
    """The words of a text, in their order."""
    return tuple(text.split())


def pairs(text: str) -> dict[str, str]:
    """Words to what is said for them: pairs("ca. circa, d.h. das heißt")."""
    items = (item.split() for item in text.split(","))
    return {short: " ".join(long) for short, *long in items}


def by_form(**forms: str) -> dict[str, str]:
    """Words to the form of what is said with them: by_form(f="Ana Isabel", m="Juan")."""
    return {word: form for form, text in forms.items() for word in text.split()}


def parts(text: str, gender: str = "") -> dict[int, Noun]:
    """Names of fractions by their denominators: parts("2 half halves, 3 third thirds")."""
    items = (item.split() for item in text.split(","))
    return {int(bottom): Noun.of(names[0], names[-1], gender) for bottom, *names in items}


def spaced(abbreviations: Mapping[str, str]) -> dict[str, str]:
    """Abbreviations, and those of several stops with a space after each: z.B. and z. B."""
    apart = {
        short[:-1].replace(".", ". ") + short[-1]: long for short, long in abbreviations.items()
    }
    return {**abbreviations, **apart}


def _none() -> Any:
    return field(default_factory=dict)


@dataclass(frozen=True)
class Currency:
    """A currency's unit and its hundredth."""

    unit: Noun
    cent: Noun | None = None


@dataclass(frozen=True)
class SpokenForms:
    """The table of one language."""

    reader: NumberReader
    rules: tuple[Callable[[str], str], ...] = ()
    """The language's own for figures, which come before those of all languages."""
    agrees_with: Callable[[str], str | None] | None = None
    """The form of a cardinal, one of the reader's, before a word; None: it does not count it."""
    particles: Words = _NO_WORDS
    """What stays attached to a figure or Latin letters though it is no part of them."""
    repairs: Endings = ()
    """Of what figures became: elisions and the like."""

    # Between numbers
    minus: str = ""
    less: str = ""  # 7 - 4; without it, `minus`
    to: str = ""
    ratio: str = ""  # 16:9; without it, `to`
    over: str = ""  # between the two halves of an unusual fraction
    fraction: str = "{top} {over} {bottom}"  # an unusual one
    out_of: str = ""  # 7/10 as a mark
    marks: Words = _NO_WORDS  # words before a mark: "scored 7/10"
    per: str = ""
    by: str = ""  # 3x5 cm
    times: str = ""
    about: str = ""  # ~50
    power: str = ""  # 10^6; {power}, or it comes after
    squared: tuple[str, str] = ("", "")  # ² and ³ after a letter or figure
    square: tuple[str, str] = ("", "")  # ² and ³ of a unit, {unit}; without them, `squared`
    operators: Mapping[str, str] = _none()  # signs between two operands
    hash_number: str = ""  # "#" before a number

    # Fractions
    denominators: Mapping[int, Noun] = _none()
    mixed: str = "{whole} {part}"  # 2 3/4
    mixed_half: str = ""  # 2 1/2, {whole}; without it, `mixed`
    a_: str = ""  # two and *a* quarter
    part_of: str = "{part} {unit}"  # 3/4 km; {units}: the plural

    # Ordinals
    ordinal_suffixes: Mapping[str, str] = _none()  # "3rd": to forms
    ordinal_after: Mapping[str, str] = _none()  # words before "3.": to forms
    ordinal_before: Mapping[str, str] = _none()  # words after it

    # Money and measures
    currencies: Mapping[str, Currency] = _none()  # by sign or ISO code
    price: str = "{units} {cents}"  # with cents; {number}: the cents without their name
    magnitudes: Mapping[str, Noun] = _none()  # "bn" -> billion
    bare_magnitudes: tuple[str, ...] = ()  # those that also follow a number that is no money
    units: Mapping[str, Noun] = _none()
    hot: tuple[str, ...] = ()  # signs of temperature that may touch a number without °
    rates: Mapping[str, str] = _none()  # after "/", besides the units: "mo" -> "per month"
    feet_inches: tuple[Noun, Noun] | None = None  # 5'10"
    measured: Words = _NO_WORDS  # five feet *tall*, but a five foot ladder
    arc: tuple[str, str] = ("", "")  # 40°42′46″: minutes, seconds
    compass: Mapping[str, str] = _none()  # N -> north

    # Dates. An abbreviation without a stop may have one: "Nov"; "mar." must have it.
    months: tuple[str, ...] = ()
    month_abbreviations: Mapping[str, int] = _none()  # "Nov" -> 11
    weekdays: Mapping[str, str] = _none()  # "Mon" -> "Monday"
    month_first: bool = False  # 3/4/2025 is the fourth of March
    date: str = "{number} {month} {year}"  # {day}: the ordinal
    day_month: str = "{number} {month}"
    month_day: str = ""  # written with the month first; without it, `day_month`
    first_day: str = ""  # {number} of the first of a month
    day_article: str = ""  # what may stand before the day, and `day_month` says
    day_form: str = ""  # of {day}, but where `ordinal_after` has the word before it
    date_joints: Words = _NO_WORDS  # words inside a date: 3 *de* abril
    year_marks: Words = _NO_WORDS  # words after the year that `date` says: 2025 *г.*
    date_leads: Words = _NO_WORDS  # words before a date without a year: "on 3/4"
    loose_date_leads: Words = _NO_WORDS  # those that stand before a fraction as well: "by 6/15"
    weekday_follows: Words = _NO_WORDS  # words after a shortened weekday: Mon *at*
    no_date_follows: Words = _NO_WORDS  # words after a fraction: 3/4 *of*
    decades: tuple[str, tuple[tuple[str, str], ...]] = ("", ())
    """The mark of "1980s", and endings of a year's words with what they become."""

    # Times
    hours: Noun | None = None
    minutes: Noun | None = None
    clock: str = "{hour} {minute}"  # {hours}, {minutes}: counted by `hours`, `minutes`
    whole_hour: str = "{hour}"
    late_hour: str = ""  # from 13; without it, `whole_hour`
    low_minute: str = "{minute}"  # 5:07
    minute_form: str = ""  # of {minute}
    second: str = " {second}"  # 8:30:15
    half_days: tuple[str, str] = ("A M", "P M")
    half_day_first: bool = False
    hour_letter: str = ""  # 17h30
    clock_marks: Words = _NO_WORDS  # words after a time that it is read with: 17.30 *Uhr*
    clock_leads: Words = _NO_WORDS  # words before a time with a stop: *um* 17.30

    # Digit by digit
    dialled: Mapping[str, str] = _none()  # short numbers after one of `dialling`
    dialling: Words = _NO_WORDS
    phone_leads: Words = _NO_WORDS  # words before a telephone number of any form
    digit_pairs: bool = False  # two digits of a telephone number are read as one number
    numbered: Words = _NO_WORDS  # words whose numbers are read in pairs: "Room 101"
    hundred: str = ""  # 00 in such a pair
    oh: str = ""  # 0 in such a pair

    version_point: str = ""  # in 1.2.3; without it, the stop of `web`

    # Abbreviations
    phrases: Mapping[str, str] = _none()
    leading: Mapping[str, str] = _none()  # those that never end a sentence, as written
    titles: Mapping[str, str] = _none()  # only before a capital
    abbreviations: Mapping[str, str] = _none()  # those that may end one
    before_number: Mapping[str, str] = _none()  # only there; without the stop, but with a °
    street_or_saint: Mapping[str, tuple[str, str]] = _none()  # after a name, before a name
    after_street: Words = _NO_WORDS  # capitalised words that follow a street, besides openers
    streets: Words = _NO_WORDS  # words that may be followed by one of these:
    directions: Mapping[str, str] = _none()  # "NW" -> "Northwest"
    states: Mapping[str, str] = _none()  # before a postal code
    sentence_openers: Words = _NO_WORDS  # capitalised words that are no surname

    # Roman numerals
    regnal_names: Mapping[str, str] = _none()  # to forms
    regnal: Mapping[str, str] = _none()  # by form; {ordinal} or {cardinal}
    last_regnal_ordinal: int = 50  # {ordinal} is the cardinal beyond
    regnal_follows: Words = _NO_WORDS  # words after "Henry V", besides marks
    parts: Words = _NO_WORDS  # words before a Roman numeral of one letter: "Part I"
    part_follows: Words = _NO_WORDS  # words after "Part I"
    roman_suffixes: Mapping[str, str] = _none()  # of an ordinal, to forms: XXe
    roman_before: Mapping[str, str] = _none()  # words after an ordinal, to forms: XX secolo

    # Letters
    kept: str | None = None
    """Besides ASCII, what is kept as written; other Latin letters lose their marks. None: all."""
    named_letters: Mapping[str, str] = _none()  # letters of another script that have a name: "π"
    letter_words: Words = _NO_WORDS  # capitals that are read as a word
    spelt_words: Words = _NO_WORDS  # capitals that are spelt though they look like a word
    capital_vowels: str = "AEIOUY"  # longer capitals without one are spelt
    acronym_plural: str = "s"  # after the letters of "CDs"
    colon_endings: bool = False  # an ending after a colon belongs to the acronym: EU:n
    elisions: Words = _NO_WORDS  # words before an apostrophe and an acronym: *l*'UE
    vowels: str = ""  # a small word without one is spelt; without them, none
    unvowelled: Words = _NO_WORDS  # but for these

    # Signs
    symbols: Mapping[str, str] = _none()
    web: Mapping[str, str] = _none()  # signs inside an address

    @cached_property
    def named_letter(self) -> str:
        """Pattern of a named letter that is no part of a word in its script."""
        other = r"[^\W\d_a-zA-Z]"
        letters = "".join(self.named_letters)
        return f"(?<!{other})[{letters}](?!{other})" if letters else "(?!)"

    @cached_property
    def stops_inside(self) -> Words:
        """Abbreviations such as "Dott.ssa", with their last stop and without."""
        known = [*self.titles, *self.leading, *self.abbreviations]
        return frozenset(form for short in known for form in (short, short.rstrip(".")))

    @cached_property
    def never_last(self) -> Words:
        """Abbreviations with a stop that ends no sentence."""
        months = (short.rstrip(".") + "." for short in self.month_abbreviations)
        return frozenset([*self.leading, *self.titles, *self.magnitudes, *months])

    @cached_property
    def abbreviation_halves(self) -> list[tuple[str, str]]:
        """Those of several words, parted at each of their spaces."""
        known = [*self.leading, *self.titles, *self.abbreviations]
        return [
            (" ".join(parts[:at]), " ".join(parts[at:]))
            for parts in map(str.split, known)
            for at in range(1, len(parts))
        ]

    @property
    def stop_ordinals(self) -> bool:
        """Whether a stop after a number makes an ordinal of it: 3."""
        return bool(self.ordinal_after or self.ordinal_before)

    @cached_property
    def genders(self) -> dict[str, str]:
        """Names of currencies, units and magnitudes to their genders, where numbers agree."""
        if not self.reader.agreement:
            return {}
        coins = (c for pair in self.currencies.values() for c in (pair.unit, pair.cent) if c)
        nouns = [*self.units.values(), *self.magnitudes.values(), *coins]
        return {name: noun.gender for noun in nouns for name in noun.names}

    @cached_property
    def month_numbers(self) -> dict[str, int]:
        """Names of months, also with a capital, to their numbers."""
        numbered = {name: number for number, name in enumerate(self.months, 1)}
        return {**numbered, **{name.capitalize(): number for name, number in numbered.items()}}
