"""What the tables of the Slavic languages in Latin letters share: number words, days, genitives."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from minimax_speech.text.numbers import NUMERAL, Noun, NumberReader, changed
from minimax_speech.text.patterns import LOWER, any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import Currency, series

Rule = Callable[[str], str]


def numbered(small: str, tens: str, hundreds: str, **more: str) -> dict[int, str]:
    """Words of numbers: of 0 to 19, of 20 to 90, of 100 to 900, and n1000="tisíc".

    "_" stands for a space inside one of them.
    """
    named = {
        **dict(enumerate(series(small))),
        **{10 * number: word for number, word in enumerate(series(tens), 2)},
        **{100 * number: word for number, word in enumerate(series(hundreds), 1)},
        **{int(key[1:]): word for key, word in more.items()},
    }
    return {number: word.replace("_", " ") for number, word in named.items()}


def counted(one: str, few: str, many: str, gender: str = "m", part: str = "") -> Noun:
    """A noun of Czech or Slovak: 1, 2 to 4, 5; part: of a part of it, as in 1,5."""
    return Noun.of(one, many, gender, few=few, many=part or few)


@dataclass(frozen=True)
class SlavicReader(NumberReader):
    """Number words out of tables.

    Attributes:
        names: of 0 to 19, tens, hundreds, and others that are not composed.
        scales: nouns by what they count, the largest first.
        ordinals: as `names`, and of each of the `scales`.
        declined: the largest size that is an ordinal before another: 100 in "stý dvacátý pátý",
            10 in "sto dwudziesty piąty", 1 in "sto dvadeset peti".
        whole: what the whole number of a decimal fraction counts: "dvě celé pět".
    """

    names: Mapping[int, str] = field(default_factory=dict)
    scales: Mapping[int, Noun] = field(default_factory=dict)
    ordinals: Mapping[int, str] = field(default_factory=dict)
    declined: int = 1
    whole: Noun | None = None

    def words(self, number: int, kind: str) -> str:
        parts = list(self._parts(number))
        if kind != "ordinal":
            said = [self._name(*part) for part in parts]
        else:
            said = [
                self._ordinal(*part)
                if part == parts[-1] or part[1] <= self.declined
                else self._name(*part)
                for part in parts
            ]
        return changed(" ".join(said), self.repairs)

    def decimals(self, whole: str, fraction: str) -> str:
        said = super().decimals(whole, fraction)
        if not self.whole:
            return said
        # One says "nula celá", whatever is counted by nought.
        name = self.whole.name(self.plural(whole) if int(whole) else "one")
        _, _, rest = said.partition(f" {self.point} ")
        return f"{self.cardinal(int(whole), self.whole.gender)} {name} {rest}"

    def _parts(self, number: int) -> Iterable[tuple[int, int]]:
        """2025 as 2 times 1000, 2 times 10, 5 times 1."""
        if not number:
            yield 0, 1
        for size in (*self.scales, 100, 10, 1):
            if size == 10 and number < 20:
                continue
            count, number = divmod(number, size)
            if count:
                yield count, size

    def _name(self, count: int, size: int) -> str:
        return self.names.get(count * size) or self.count(str(count), self.scales[size])

    def _ordinal(self, count: int, size: int) -> str:
        known = self.ordinals.get(count * size)
        return known or f"{self.cardinal(count)} {self.ordinals[size]}"


def day_ranges(reader: NumberReader, to: str, months: Iterable[str], form: str) -> Rule:
    """A rule for 1-5 maja, 1. až 5. května: both days are ordinals in the form."""
    day = r"(0?[1-9]|[12]\d|3[01])\.?"
    pattern = compiled(
        rf"(?<![\w.,/-]){day}(?: ?- ?| (do|až|a|i) ){day}(?= (?:{any_of(months)})\b)"
    )

    def say(match: re.Match[str]) -> str:
        first, last = (reader.ordinal(int(match[number]), form) for number in (1, 3))
        return f"{first} {match[2] or to} {last}"

    return lambda text: pattern.sub(say, text)


def genitives(
    reader: NumberReader,
    prepositions: Iterable[str],
    nouns: Mapping[str, Noun],
    currencies: Mapping[str, Currency],
    months: Iterable[str],
) -> Rule:
    """A rule for numbers after prepositions that ask for the genitive: "do 5 km", "od 2 do 4".

    Args:
        reader: of the numbers; its agreement "gen" gives their genitive.
        prepositions: those, in lower case.
        nouns: units and magnitudes by their signs; their form for fractions is the genitive
            singular, that for nought the genitive plural.
        currencies: by their signs.
        months: names of months, before which a number is a day.
    """
    genitive = reader.agreement["gen"]
    nouns = {**nouns, **{sign: currency.unit for sign, currency in currencies.items()}}

    def say(match: re.Match[str]) -> str:
        lead, number, sign, coin, word = match.groups()
        whole = "." not in number
        one = whole and reader.plural(number) == "one"
        noun = nouns[sign] if sign else Noun("{}", gender="f" if _feminine(word) else "")
        said = reader.read(number, noun.gender)
        after = f" {noun.name(reader.plural('1.5' if one or not whole else '0'))}" if sign else ""
        after += f" {currencies[coin].unit.name(reader.plural('0'))}" if coin else ""
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return f"{lead} {changed(said, genitive) if whole else said}{after}{stop}"

    pattern = compiled(
        rf"(?<!\w)((?i:{any_of(prepositions)})) ({NUMERAL})"
        rf"(?![\d:/]|[.,-] ?\d|-\w|[²³]|\. ?[{LOWER}])(?! (?:{any_of(months)})\b)"
        rf"(?: ?({any_of(nouns)})(?: ({any_of(currencies)}))?(?![\w/²³])|(?= ([^\W\d_]+))|)"
    )
    return lambda text: pattern.sub(say, text)


def _feminine(word: str | None) -> bool:
    """Whether a genitive is likely feminine: do 1 godziny."""
    return bool(word) and str(word).endswith(("y", "i"))


def hours_after(
    reader: NumberReader, leads: Iterable[str], stopped: Iterable[str], form: str, low: str
) -> Rule:
    """A rule for hours that are ordinals after some words: "o 17:30" is "o siedemnastej ...".

    Args:
        reader: of the numbers.
        leads: those words.
        stopped: those after which also 17.30 is a time.
        form: of the ordinal.
        low: what stands before a minute under 10.
    """

    def say(match: re.Match[str]) -> str:
        hour, minute = int(match[2]), int(match[3])
        said = f"{match[1]} {reader.ordinal(hour, form)}"
        if not minute:
            return said
        return f"{said} {low + ' ' if minute < 10 else ''}{reader.cardinal(minute)}"

    stop = compiled(rf"(?<!\w)((?i:{any_of(stopped)}) \d{{1,2}})\.(?=[0-5]\d(?!\w))")
    pattern = compiled(
        rf"(?<!\w)((?i:{any_of([*leads, *stopped])})) ([01]?\d|2[0-4]):([0-5]\d)(?![\w:]|\.\d)"
    )
    return lambda text: pattern.sub(say, stop.sub(r"\1:", text))
