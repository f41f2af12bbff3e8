"""What the tables of Russian and Ukrainian share: cases of number words, fractions, years."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from minimax_speech.text.numbers import NUMERAL, Endings, Noun, NumberReader, changed
from minimax_speech.text.patterns import any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import Currency

Rule = Callable[[str], str]

_CASES = ("gen", "dat", "ins", "prep")


def declined(table: str) -> dict[str, Endings]:
    """Changes of number words to each case: declined("два двух двум двумя двух, три трёх …").

    A row is the nominative and what it becomes. The changes are made in the order of the rows, so
    a word that others become is changed before them.
    """
    rows = [row.split() for row in table.split(",")]
    return {
        case: tuple((rf"(?<![\w']){row[0]}(?![\w'])", row[column]) for row in rows)
        for column, case in enumerate(_CASES, 1)
    }


@dataclass(frozen=True)
class EastSlavicReader(NumberReader):
    """Reads 2,5 as "two wholes, five tenths", and years as ordinals in the genitive.

    Attributes:
        whole: the noun for the wholes of a decimal fraction.
        fractions: the nouns for its tenths, hundredths and thousandths; longer ones are digits.
    """

    whole: Noun = field(default=Noun("{}"))
    fractions: tuple[Noun, ...] = ()

    def year(self, number: int) -> str:
        return self.ordinal(number, "gen")

    def decimals(self, whole: str, fraction: str) -> str:
        if len(fraction) > len(self.fractions):
            return super().decimals(whole, fraction)
        parts = self.fractions[len(fraction) - 1]
        return f"{self._feminine(whole, self.whole)} {self._feminine(fraction, parts)}"

    def _feminine(self, digits: str, noun: Noun) -> str:
        number = int(digits)
        return f"{self.cardinal(number, 'f')} {noun.name(self.plural(str(number)))}"


def years(
    reader: NumberReader,
    marks: Mapping[str, str],
    short: Mapping[str, Mapping[str, str]],
    months: str,
    towards: frozenset[str] = frozenset(),
) -> Rule:
    """A rule for years with the word for "year" after them, and for those after a month.

    Args:
        reader: of the numbers.
        marks: forms of the word "year" to the forms of the ordinals before them.
        short: abbreviations of it to its form after a preposition; "" is for all other words.
        months: pattern of names of months, in any case.
        towards: prepositions after which a form that is prepositional elsewhere is dative.
    """
    year = r"(?:1\d{3}|2[01]\d\d)"
    plain = next(iter(short.values()))[""]

    def say(match: re.Match[str]) -> str:
        lead, first, last, shortened, mark = match.groups()
        before = (lead or "").lower()
        if shortened:
            mark = short[shortened].get(before, short[shortened][""])
        form = "dat" if marks[mark] == "prep" and before in towards else marks[mark]
        said = [reader.ordinal(int(number), form) for number in (first, last) if number]
        stop = sentence_stop(match) if shortened else ""
        return f"{lead + ' ' if lead else ''}{' - '.join(said)} {mark}{stop}"

    def say_after_month(match: re.Match[str]) -> str:
        return f"{match[1]} {reader.year(int(match[2]))} {plain}"

    def say_in_date(match: re.Match[str]) -> str:
        return match[1] + sentence_stop(match)

    # The year of a numeric date is said with the word.
    in_date = rf"(?<=\d\.\d\d\.)(\d{{4}}) ?(?:{any_of(short)})"
    marked = (
        rf"(?:\b([^\W\d_]+) )?(?<![\w.,:/-])({year})(?: ?- ?({year}))? ?"
        rf"(?:({any_of(short)})|({any_of(marks)}))(?!\w)"
    )
    after_month = rf"\b({months}) ({year})(?![\w:/-]|[.,]\d)"

    def apply(text: str) -> str:
        text = compiled(in_date).sub(say_in_date, text)
        return compiled(after_month).sub(say_after_month, compiled(marked).sub(say, text))

    return apply


def days(
    reader: NumberReader, since: str, until: str, leads: Iterable[str], months: Iterable[str]
) -> Rule:
    """A rule for days of a month that are not in the genitive of other dates: "на 5 мая".

    Args:
        reader: of the numbers.
        since, until: the words of "с 1 по 5 мая".
        leads: words before a day that is named, in the neuter.
        months: their names in the genitive.
    """
    day, name = r"(\d{1,2})", any_of(months)
    since_until = rf"(?<!\w)((?i:{since})) {day}(?= {until} \d{{1,2}} (?:{name})\b)"
    named = rf"(?<!\w)((?i:{any_of(leads)})) {day}(?= (?:{name})\b)"

    def say(match: re.Match[str]) -> str:
        return f"{match[1]} {reader.ordinal(int(match[2]), 'n')}"

    def say_first(match: re.Match[str]) -> str:
        return f"{match[1]} {reader.ordinal(int(match[2]), 'gen')}"

    return lambda text: compiled(named).sub(say, compiled(since_until).sub(say_first, text))


def compounds(reader: NumberReader, glued: Endings) -> Rule:
    """A rule for 5-комнатная and 25-летний: genitives joined; `glued` has those that are not."""
    return lambda text: re.sub(
        r"(?<![\w.,-])(\d{1,3})-(?=[^\W\d_A-Za-z]{4})",
        lambda match: changed(reader.cardinal(int(match[1]), "gen"), (*glued, (" ", ""))),
        text,
    )


def genitives(
    reader: NumberReader,
    prepositions: str,
    nouns: Mapping[str, Noun],
    currencies: Mapping[str, Currency],
    months: str,
) -> Rule:
    """A rule for numbers after prepositions that ask for the genitive: "до 5 км", "до 18:30".

    Args:
        reader: of the numbers.
        prepositions: pattern of those.
        nouns: units and magnitudes by their signs.
        currencies: by their signs.
        months: pattern of names of months, before which a number is a day.
    """
    signs = {**nouns, **{sign: currency.unit for sign, currency in currencies.items()}}
    genders = {name: noun.gender for noun in signs.values() for name in noun.names}
    genitive = reader.agreement["gen"]

    def say(match: re.Match[str]) -> str:
        lead, number, sign, coin, word = match.groups()
        if sign:
            noun = signs[sign]
            plural = reader.plural(number)
            name = noun.name(plural if "." in number else "other" if plural == "one" else "many")
            after = f" {name} {currencies[coin].unit.name('many')}" if coin else f" {name}"
            after += sentence_stop(match) if match[0].endswith(".") else ""
        else:
            noun, after = Noun("{}", gender=genders.get(word or "", "")), ""
        gender = "f" if word and word.endswith(("и", "ы", "ї")) else noun.gender
        return f"{lead} {changed(reader.read(number, gender), genitive)}{after}"

    def say_time(match: re.Match[str]) -> str:
        hour, minute = int(match[2]), int(match[3])
        said = changed(reader.cardinal(hour, "hour"), genitive)
        if minute:
            low = f"{changed(reader.cardinal(0), genitive)} " if minute < 10 else ""
            said += f" {low}{changed(reader.cardinal(minute, 'hour'), genitive)}"
        else:
            hours = nouns["h"]
            said += " " + hours.name("other" if reader.plural(match[2]) == "one" else "many")
        return f"{match[1]} {said}"

    lead = rf"(?<!\w)((?i:{prepositions}))"
    counted = (
        rf"{lead} ({NUMERAL})(?![\d:/]|[.,-] ?\d|-\w|²|³)(?! (?:{months})\b)"
        rf"(?: ?({any_of(signs)})(?: ({any_of(currencies)}))?(?![\w/²³])|(?= ([^\W\d_]+))|)"
    )
    timed = rf"{lead} ([01]?\d|2[0-4]):([0-5]\d)(?![\w:])"
    return lambda text: compiled(counted).sub(say, compiled(timed).sub(say_time, text))
