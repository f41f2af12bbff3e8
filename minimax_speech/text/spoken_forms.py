"""What a language says for figures and signs: the form of its table.

A language joins by a `SpokenForms` of its own in `tables`; without one, only its plain numbers are
put into words (see `normalise`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from minimax_speech.text.numbers import NumberReader


@dataclass(frozen=True)
class Currency:
    """Names of a currency's unit and of its hundredth (empty where there is none)."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True)
class SpokenForms:
    """The table of one language. Templates are `str.format` strings over the named parts."""

    reader: NumberReader
    currencies: Mapping[str, Currency]  # by sign or ISO code
    magnitudes: Mapping[str, str]  # "bn" -> "billion"
    bare_magnitudes: tuple[str, ...]  # those that also follow a number that is no money
    units: Mapping[str, tuple[str, str]]  # after a number: singular, plural
    hot: tuple[str, str]  # signs of temperature that may touch a number without °
    rates: Mapping[str, str]  # after "/", besides the units: "mo" -> "month"
    feet_inches: tuple[tuple[str, str], tuple[str, str]]  # 5'10"
    arc: tuple[str, str]  # 40°42′46″: minutes, seconds
    measured: frozenset[str]  # five feet *tall*, but a five foot ladder
    compass: Mapping[str, str]  # N -> north
    months: tuple[str, ...]
    month_abbreviations: Mapping[str, int]  # "Nov" -> 11, without the stop
    weekdays: Mapping[str, str]  # "Mon" -> "Monday"
    month_first: bool  # 3/4/2025 is the fourth of March
    date_leads: frozenset[str]  # words before a date without a year: "on 3/4"
    loose_date_leads: frozenset[str]  # those that stand before a fraction as well: "by 6/15"
    date: str  # {day} (ordinal) {month} {year}
    month_day: str
    day_month: str
    ordinal_suffixes: tuple[str, ...]
    whole_hour: str  # {hour} up to 12
    late_hour: str  # {hour} from 13
    low_minute: str  # 5:07; {minute}
    halves: tuple[str, str]  # of a fraction: singular, plural
    quarters: tuple[str, str]
    out_of: str  # 7/10 as a mark
    marks: frozenset[str]  # words before a mark: "scored 7/10"
    numbered: frozenset[str]  # words whose numbers are read in pairs: "Room 101"
    hundred: str
    oh: str  # 0 in such a pair
    dialled: Mapping[str, str]  # short numbers after one of `dialling`
    dialling: frozenset[str]
    phrases: Mapping[str, str]
    leading: Mapping[str, str]  # abbreviations that never end a sentence, as written
    abbreviations: Mapping[str, str]  # those that may end one
    before_number: Mapping[str, str]  # abbreviations only where a number follows
    street_or_saint: Mapping[str, tuple[str, str]]  # after a name, before a name
    after_street: frozenset[str]  # capitalised words that follow a street, besides openers
    streets: frozenset[str]  # words that may be followed by one of these:
    directions: Mapping[str, str]  # "NW" -> "Northwest"
    states: Mapping[str, str]  # before a postal code
    symbols: Mapping[str, str]
    operators: Mapping[str, str]  # signs between two operands
    named_letters: Mapping[str, str]  # letters of another script that have a name: "π"
    kept_letters: str  # besides a to z; all other Latin letters lose their marks
    letter_words: frozenset[str]  # capitals that are read as a word
    spelt_words: frozenset[str]  # capitals that are spelt though they look like a word
    vowels: str  # a small word without one is spelt
    unvowelled: frozenset[str]  # but for these
    sentence_openers: frozenset[str]  # capitalised words that are no surname
    regnal_names: frozenset[str]
    parts: frozenset[str]  # words before a Roman numeral of one letter: "Part I"
    decades: tuple[tuple[str, str], ...]  # endings of a number word, and of its plural
    web: Mapping[str, str]  # signs inside an address
    spelt_domains: frozenset[str]
    file_endings: frozenset[str]
    hash_number: str  # "#" before a number
    minus: str
    to: str
    and_: str
    a_: str  # two and a half
    of_: str  # one half of a kilometer
    over: str  # between the two halves of an unusual fraction
    per: str
    squared: tuple[str, str]  # ² and ³ after a letter or figure
    square: tuple[str, str]  # ² and ³ after a unit
    regnal: str  # {ordinal}
    power: str  # 10^6
    by: str  # 3x5 cm
    times: str
    about: str  # ~50

    @cached_property
    def named_letter(self) -> str:
        """Pattern of a named letter that is no part of a word in its script."""
        other = r"[^\W\d_a-zA-Z]"
        return f"(?<!{other})[{''.join(self.named_letters)}](?!{other})"
