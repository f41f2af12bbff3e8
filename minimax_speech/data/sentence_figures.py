"""Fillings that no table lists: figures of every sort, words, and letters."""

import random
from collections.abc import Callable, Sequence

Draw = Callable[[random.Random], str]


def figures(vocabulary: Sequence[str]) -> dict[str, Draw]:
    """The slots that languages share, by name; each draws from a random generator.

    Figures come as digits, to be put into words by `normalise`. Words come from `vocabulary`,
    each once before any comes again: a rare word is to be heard, not another one often.
    """
    deck: list[str] = []

    def word(draw: random.Random) -> str:
        if not deck:
            deck.extend(draw.sample(vocabulary, len(vocabulary)))
        return deck.pop()

    def spelt(draw: random.Random) -> str:
        chosen = word(draw)
        return f"{chosen}, {' '.join(chosen.upper())}"

    return {
        "number": _number,
        "small": lambda draw: str(draw.choice((draw.randint(2, 12), draw.randint(2, 99)))),
        "clock": lambda draw: str(draw.randint(1, 12)),
        "decimal": lambda draw: f"{draw.randrange(200)}.{draw.randint(1, 99)}",
        "percent": lambda draw: f"{draw.randint(1, 100)}{draw.choice(('', '.5'))}%",
        "fraction": lambda draw: draw.choice(("1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "7/8")),
        "year": lambda draw: str(draw.randint(1500, 2050)),
        "decade": lambda draw: f"{draw.choice((18, 19)) * 100 + draw.randrange(1, 10) * 10}s",
        "isodate": _iso_date,
        "monthdate": lambda draw: str(draw.randint(1, 28)),
        "time": _time,
        "money": _money,
        "bigmoney": _big_money,
        "ordinal": _ordinal,
        "house": lambda draw: str(draw.choice((draw.randint(1, 99), draw.randint(100, 1999)))),
        "phone": _phone,
        "code": lambda draw: " ".join(str(draw.randrange(10**9)).zfill(4)[-draw.randint(3, 6) :]),
        "letter": _letter,
        "initial": _letter,
        "word": word,
        "spelt": spelt,
    }


def _number(draw: random.Random) -> str:
    # Any length is as likely as any other, not any value: small numbers are the usual ones.
    return f"{draw.randrange(10 ** draw.choice((1, 2, 2, 3, 3, 4, 5, 6, 7))):,}"


def _time(draw: random.Random) -> str:
    minute = draw.choice((0, 15, 30, 45, draw.randrange(60), draw.randrange(60)))
    half = draw.choice((" am", " pm", " a.m.", "pm"))
    return f"{draw.randint(1, 12)}:{minute:02d}{draw.choice(('', half, half))}"


def _money(draw: random.Random) -> str:
    amount = draw.choice((draw.randint(1, 99), draw.randint(1, 999), draw.randint(100, 20_000)))
    cents = draw.choice(("", "", f".{draw.randint(1, 99):02d}"))
    return f"{draw.choice('$$€£')}{amount:,}{cents}"


def _big_money(draw: random.Random) -> str:
    return f"{draw.choice('$€£')}{draw.randint(2, 900)} {draw.choice(('million', 'billion'))}"


def _ordinal(draw: random.Random) -> str:
    value = draw.choice((draw.randint(1, 31), draw.randint(1, 120)))
    teen = 10 < value % 100 < 14
    return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _iso_date(draw: random.Random) -> str:
    return f"{draw.randint(1600, 2060)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"


def _phone(draw: random.Random) -> str:
    area = draw.randint(200, 999)
    local = f"{draw.randint(200, 999)}-{draw.randrange(10_000):04d}"
    return draw.choice((local, f"{area}-{local}", f"({area}) {local}"))


def _letter(draw: random.Random) -> str:
    return draw.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
