"""The Hungarian table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader, changed
from minimax_speech.text.patterns import LOWER, any_of, sentence_stop
from minimax_speech.text.spoken_forms import Currency, pairs, series, spaced, words

_CLDR = cldr.spoken_forms(languages.get("hu"), gender="n")  # két, not kettő

_PARTS = dict(
    enumerate(series("ketted harmad negyed ötöd hatod heted nyolcad kilenced tized"), start=2)
)
_DECIMALS = series("tized század ezred")


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Decimals are so many tenths or hundredths."""

    def decimals(self, whole: str, fraction: str) -> str:
        start = f"{self.cardinal(int(whole))} {self.point} "
        if len(fraction) > len(_DECIMALS) or not int(fraction):
            return start + self.digits(fraction)
        return f"{start}{self.cardinal(int(fraction), 'n')} {_DECIMALS[len(fraction) - 1]}"


_READER = _Reader(
    "hu",
    "hu",
    " ",
    point="egész",
    agreement={"n": (("kettő$", "két"),)},
    ordinal_agreement={
        "day": (("első$", "elseje"), (r"([ao]d)ik$", r"\1ika"), (r"([eö]d)ik$", r"\1ike")),
        "on": (("első$", "elsőn"), (r"([ao]d)ik$", r"\1ikon"), (r"([eö]d)ik$", r"\1iken")),
    },
)

_MONTHS = {name: number for number, name in enumerate(_CLDR.months, 1)}
_MONTH_NUMBERS = {**_MONTHS, **_CLDR.month_abbreviations}
_MONTH = any_of(_MONTH_NUMBERS)
_ENDINGS = any_of(words("n tól től ig ra re hoz hez"))
_DAY = rf"(3[01]|[12]\d|0?[1-9])(?:\.(?!\w)|-(?:j?[áé]?({_ENDINGS})|j?[ae]?(i?))(?!\w))"
_DATE = re.compile(
    rf"(?<![\w.,])(?:(\d{{4}})\. ?(?:({_MONTH}) |(0?[1-9]|1[0-2])\. ?)|({_MONTH}) ){_DAY}"
)
_YEAR = re.compile(rf"(?<![\w.,])(\d{{4}})\. ?(?={_MONTH})")


def _dates(text: str) -> str:
    """2025. április 3., 2025. 04. 03-án, május 1-jétől: the day is in the possessive."""

    def say(match: re.Match[str]) -> str:
        year, name, number, bare, day, ending, adjective = match.groups()
        month = int(number) if number else _MONTH_NUMBERS[name or bare]
        said = _READER.ordinal(int(day), "day")
        if ending:
            said = said[:-1] + ("á" if said[-1] == "a" else "é") + ending
        said = f"{_CLDR.months[month - 1]} {said}{adjective or ''}"
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return (f"{_READER.cardinal(int(year))} " if year else "") + said + stop

    text = _DATE.sub(say, text)
    return _YEAR.sub(lambda match: f"{_READER.cardinal(int(match[1]))} ", text)


# Stems before an ending that begins with a vowel: hármas, hetet, húszas but huszat.
_SHORTENED = (
    ("három$", "hárm"),
    ("hét$", "het"),
    ("húsz$", "husz"),
    ("ezer$", "ezr"),
    ("kettő$", "kett"),
)
_ENDING = re.compile(rf"(?<![\w.,:-])(\d+)-([{LOWER}]+)(?!\w)")


def _endings(text: str) -> str:
    """5-ös, 3-at, 1984-ben: the ending belongs to the word."""

    def say(match: re.Match[str]) -> str:
        number, ending = _READER.cardinal(int(match[1])), match[2]
        if re.match("[aeoö][stn]", ending):
            number = changed(number, _SHORTENED)
        return number + ending

    return _ENDING.sub(say, text)


_BACK = r"(?:három|hat|nyolc|húsz|hatvan|nyolcvan|száz|harminc|nulla|millió|milliárd)$"


def _multiples(text: str) -> str:
    """3 x 4: háromszor; 2x as kétszer; 10^6 as the sixth."""

    def say(match: re.Match[str]) -> str:
        number = _READER.cardinal(int(match[1]), "n")
        ending = "szor" if re.search(_BACK, number) else "szer"
        return number + ("ször" if number.endswith("öt") else ending)

    text = re.sub(r"(?<![\w.,])(\d+) ?(?:szorozva|×)(?= ?\w)", say, text)
    return re.sub(
        r"(?<=\d) hatványon (mínusz )?(\d+)(?!\d)",
        lambda match: f" a {match[1] or ''}{_READER.ordinal(int(match[2]), 'on')}",
        text,
    )


def _clock(text: str) -> str:
    """17.30-kor, 17.30 óra."""
    return re.sub(r"(?<![\w.,])(\d{1,2})\.([0-5]\d)(?=-kor| ?óra)", r"\1:\2", text)


_FORINT = Currency(Noun.of("forint", gender="n"), Noun.of("fillér", gender="n"))
_CENT = Noun.of("cent", gender="n")
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("Ft", "HUF", "forint"), _FORINT),
    **dict.fromkeys(("€", "EUR", "euró"), Currency(Noun.of("euró", gender="n"), _CENT)),
    **dict.fromkeys(("$", "US$", "USD", "dollár"), Currency(Noun.of("dollár", gender="n"), _CENT)),
    **dict.fromkeys(
        ("£", "GBP", "font"),
        Currency(Noun.of("font", gender="n"), Noun.of("penny", gender="n")),
    ),
    **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("jen", gender="n"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("ezer", "e"), Noun.of("ezer", gender="n")),
    **dict.fromkeys(("millió", "M", "mó"), Noun.of("millió", gender="n")),
    **dict.fromkeys(("milliárd", "Mrd", "mrd"), Noun.of("milliárd", gender="n")),
    "billió": Noun.of("billió", gender="n"),
}
_UNITS = {
    **_CLDR.units,
    "t": Noun.of("tonna", gender="n"),
    "MP": Noun.of("megapixel", gender="n"),
    "ppm": Noun.of("milliomod rész", gender="n"),
    "l/100 km": Noun.of("liter száz kilométeren", gender="n"),
    "mm²": Noun.of("négyzetmilliméter", gender="n"),
    "db": Noun.of("darab", gender="n"),
    "dB": Noun.of("decibel", gender="n"),
    "ó": Noun.of("óra", gender="n"),
    "p": Noun.of("perc", gender="n"),
}
_COUNTED = any_of(
    {name for noun in _UNITS.values() for name in noun.names}
    | {name for pair in _CURRENCIES.values() for name in pair.unit.names}
)

_FUNCTION_WORDS = words("""
    és vagy meg az a ez is de hogy mert van volt lesz nem plusz mínusz egész egyenlő szorozva
    osztva per százalék
""")


def _form(following: str) -> str | None:
    """ "két" before what is counted, "kettő" elsewhere."""
    return None if following in _FUNCTION_WORDS else "n"


_KINGS = words("""
    István Béla András László Géza Imre Lajos Károly Mátyás Ulászló Ferenc József Ferdinánd Lipót
    Miksa Rudolf Zsigmond Albert Henrik György Edward Eduárd Vilmos Jakab Frigyes Ottó Konrád
    Fülöp Péter Katalin Miklós Sándor Pál Pius Benedek Gergely Ince János Leó Napóleon Gusztáv
    Erzsébet Mária Margit Rákóczi Richárd Szulejmán Ramszesz
""")

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_clock, _dates, _endings, _multiples),
    agrees_with=_form,
    repairs=((rf"\b({_COUNTED})-(?=[{LOWER}])", r"\1"),),
    minus="mínusz",
    to="-",
    ratio="az",
    over="per",
    out_of="per",
    per="per",
    by="szorozva",
    times="szorozva",
    about="körülbelül",
    power="hatványon",
    squared=("a négyzeten", "a köbön"),
    square=("négyzet{unit}", "köb{unit}"),
    operators={">": "nagyobb, mint", "<": "kisebb, mint"},
    hash_number="szám",
    denominators={bottom: Noun("{}" + name, gender="n") for bottom, name in _PARTS.items()}
    | {2: Noun("{} ketted", one="fél", gender="n")},
    mixed="{whole} egész {part}",
    mixed_half="{whole} és fél",
    ordinal_after=dict.fromkeys(words("a az ez e minden"), ""),
    ordinal_before=dict.fromkeys(
        words(
            "emelet kerület fejezet század évforduló helyezett hely osztály rész kötet szám oldal "
            "sor nap hét hónap év világháború születésnap forduló alkalom perc"
        ),
        "",
    ),
    currencies=_CURRENCIES,
    magnitudes=_MAGNITUDES,
    bare_magnitudes=("millió", "milliárd", "billió", "ezer", "Mrd", "mrd"),
    units=_UNITS,
    rates=pairs("""
        fő per fő, db per darab, nap per nap, hét per hét, hó per hónap, hónap per hónap, év per év,
        óra per óra
    """),
    weekdays={},
    date="{year} {month} {day}",
    day_month="{month} {day}",
    day_form="day",
    month_first=True,
    hours=Noun.of("óra", gender="n"),
    clock="{hours} {minute} perc",
    whole_hour="{hours}",
    phone_leads=words("telefon Telefon telefonszám tel Tel mobil fax hívja"),
    version_point="pont",
    phrases={
        "24/7": "huszonnégy hét",
        "50/50": "ötven-ötven",
        "és/vagy": "és vagy",
        "C#": "C sharp",
        "Kr. e.": "Krisztus előtt",
        "Kr. u.": "Krisztus után",
        "i. e.": "időszámításunk előtt",
        "i. sz.": "időszámításunk szerint",
    },
    leading=spaced(
        pairs("""
            pl. például, Pl. Például, kb. körülbelül, Kb. Körülbelül, ill. illetve,
            ún. úgynevezett, u.n. úgynevezett, dr. doktor, Dr. Doktor, ifj. ifjabb, id. idősebb,
            özv. özvegy, Özv. Özvegy, Ifj. Ifjabb, Id. Idősebb, prof. professzor,
            Prof. Professzor, ld. lásd, vö. vesd össze, tel. telefon, Tel. Telefon,
            max. maximum, min. minimum, Szt. Szent, szül. született, ti. tudniillik,
            vki. valaki, vmi. valami
        """)
    ),
    abbreviations=spaced(
        pairs("""
            stb. és a többi, Kft. káefté, Bt. bété, Zrt. zéerté, Nyrt. enyerté, Rt. erté,
            u. utca, krt. körút, ker. kerület, em. emelet, fsz. földszint, hrsz. helyrajzi szám,
            o. oldal, old. oldal
        """)
    ),
    sentence_openers=words("""
        A Az Egy Én Te Ő Mi Ti Ők És De Vagy Ha Hogy Mert Ez Ezek Azok Nem Igen Ki Mit Hol Mikor
        Miért Hogyan Van Volt Lesz Csak Most Itt Ott Akkor Aztán Így Úgy Minden Sok Már Még Is
        Amikor Ezért Majd Végül Ma Tegnap Holnap Mindenki
    """),
    roman_before=dict.fromkeys(
        _KINGS
        | words("század kerület fejezet emelet világháború évezred kötet rész felvonás osztály"),
        "",
    ),
    parts=words("Fejezet Rész Kötet"),
    kept="áéíóöőúüűÁÉÍÓÖŐÚÜŰäëâàèêçñß",
    letter_words=words("""
        OK MÁV NATO PIN SIM ZIP GIF RAM AZ EGY ÉN TE MI TI ÉS DE HA HOGY MERT EZ NEM IGEN KI MIT
        VAN ÚJ LE FEL BE KI ÁR MA MÉG MÁR
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUÁÉÍÓÖŐÚÜŰ",
    vowels="aeiouyáéíóöőúüűäë",
    unvowelled=words("hm hmm s pszt brr grr"),
    symbols=pairs("""
        & és, @ kukac, + plusz, = egyenlő, % százalék, ‰ ezrelék, # hashtag, / per,
        × szorozva, ÷ osztva, − mínusz, ± plusz mínusz, √ gyök, ∞ végtelen, ≈ körülbelül,
        ≠ nem egyenlő, ≤ kisebb vagy egyenlő, ≥ nagyobb vagy egyenlő, ° fok, € euró, £ font,
        $ dollár, ¥ jen, § paragrafus, © copyright
    """),
    web=pairs(r"""
        . pont, / per, \ fordított per, ~ hullámvonal, - kötőjel, _ alulvonás, @ kukac,
        : kettőspont, & és, + plusz, # kettőskereszt, % százalék
    """),
)
