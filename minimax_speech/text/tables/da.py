"""The Danish table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, series, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("da"),
    gender="c",
    n="mass- duration-second duration-minute duration-milli duration-micro duration-nano",
)

_SMALL = series(
    "nul et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten "
    "atten nitten"
)
_TENS = series("tyve tredive fyrre halvtreds tres halvfjerds firs halvfems")
_ORDINALS = series(
    "nulte første anden tredje fjerde femte sjette syvende ottende niende tiende ellevte tolvte "
    "trettende fjortende femtende sekstende syttende attende nittende"
)
_TENTHS = series(
    "tyvende tredivte fyrretyvende halvtredsindstyvende tresindstyvende halvfjerdsindstyvende "
    "firsindstyvende halvfemsindstyvende"
)
_LARGE = ((10**12, "billion"), (10**9, "milliard"), (10**6, "million"))


def _below_hundred(number: int, small: tuple[str, ...], tens: tuple[str, ...]) -> str:
    if number < 20:
        return small[number]
    ten, one = divmod(number, 10)
    return (f"{'en' if one == 1 else _SMALL[one]}og" if one else "") + tens[ten - 2]


def _cardinal(number: int) -> str:
    for size, name in _LARGE:
        many, rest = divmod(number, size)
        if many:
            said = f"en {name}" if many == 1 else f"{_cardinal(many)} {name}er"
            return said + (f" {'og ' * (rest < 100)}{_cardinal(rest)}" if rest else "")
    for size, name in ((1000, "tusind"), (100, "hundrede")):
        many, rest = divmod(number, size)
        if many:
            said = name if many == 1 else f"{_cardinal(many)} {name}"
            return said + (f" {'og ' * (rest < 100)}{_cardinal(rest)}" if rest else "")
    return _below_hundred(number, _SMALL, _TENS)


def _ordinal(number: int) -> str:
    rest = number % 100
    if not rest and number:
        return _cardinal(number).removesuffix("e") + "ende"
    start = f"{_cardinal(number - rest)} og " if number > rest else ""
    return start + _below_hundred(rest, _ORDINALS, _TENTHS)


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Numbers with spaces, as they are spoken; years to 1999 are counted in hundreds."""

    def words(self, number: int, kind: str) -> str:
        return _ordinal(number) if kind == "ordinal" else _cardinal(number)

    def year(self, number: int) -> str:
        hundreds, rest = divmod(number, 100)
        if not 1100 <= number < 2000:
            return self.cardinal(number)
        return f"{_SMALL[hundreds]} hundrede" + (f" og {_cardinal(rest)}" if rest else "")


_READER = _Reader(
    "da",
    thousands=".",
    point="komma",
    decimals_together=True,
    years=True,
    agreement={"c": ((r"\bet$", "en"),), "n": ()},
    ordinal_agreement={"n": ((r"anden$", "andet"),)},
)

_ORE = Noun.of("øre", gender="c")
_CENT = Noun.of("cent", gender="c")
_KRONE = Currency(Noun.of("krone", "kroner", "c"), _ORE)
_EURO = Currency(Noun.of("euro", gender="c"), _CENT)
_DOLLAR = Currency(Noun.of("dollar", gender="c"), _CENT)
_POUND = Currency(Noun.of("pund", gender="n"), Noun.of("penny", "pence", "c"))

_MAGNITUDES = {
    "tusind": Noun.of("tusind", gender="n"),
    **dict.fromkeys(("mio.", "mio", "million", "millioner"), Noun.of("million", "millioner", "c")),
    **dict.fromkeys(
        ("mia.", "mia", "milliard", "milliarder"), Noun.of("milliard", "milliarder", "c")
    ),
    **dict.fromkeys(("billion", "billioner"), Noun.of("billion", "billioner", "c")),
}

_FUNCTION_WORDS = words("""
    og eller er var har til fra af på i ved med som for om at ikke men så den det de kan skal
    bliver blev mod end over under efter før mellem gange procent plus minus
""")
_NEUTER = words("""
    år barn hus mål land rum liv ord skridt kilo gram ton point kvarter døgn æble æg par bord brev
    fald glas kort navn nummer problem program forsøg spil stykke svar træ valg kapitel vindue
    besøg sted sæt billede menneske æsel dyr
""")


def _gender(following: str) -> str | None:
    """Of a word that is counted; "et" stays before those of function."""
    if following in _FUNCTION_WORDS:
        return None
    return "n" if following in _NEUTER or following.endswith(("ment", "um")) else "c"


_KINGS = (
    "Christian Frederik Erik Valdemar Knud Svend Harald Oluf Hans Gustav Karl Carl Ludvig Henrik "
    "Filip Georg Edvard Jakob Richard Wilhelm Napoleon Peter Nikolaj Alexander Leopold Pius "
    "Benedikt Gregor Johannes Paul Elizabeth Elisabeth Katarina Kristina Margrethe"
)
_REIGN = re.compile(rf"\b({_KINGS.replace(' ', '|')}) (\d{{1,2}})\.( [A-ZÆØÅ]|$)?")


def _reigns(text: str) -> str:
    """Christian 4. byggede: Danish counts its kings in figures."""
    return _REIGN.sub(
        lambda match: (
            f"{match[1]} den {_READER.ordinal(int(match[2]))}"
            + ("" if match[3] is None else f".{match[3]}")
        ),
        text,
    )


def _prices(text: str) -> str:
    """Kr. 50,-"""
    return re.sub(r"(?<=\bkr)(\.? ?\d[\d.]*),-+(?!\w)", r"\1", text, flags=re.IGNORECASE)


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_reigns, _prices),
    agrees_with=_gender,
    repairs=((r"\ben og en halv\b", "halvanden"),),
    minus="minus",
    to="til",
    over="divideret med",
    out_of="ud af",
    per="per",
    by="gange",
    times="gange",
    about="cirka",
    power="i",
    squared=("i anden", "i tredje"),
    operators={">": "større end", "<": "mindre end"},
    hash_number="nummer",
    denominators=parts(
        """
        2 halv halve, 3 tredjedel tredjedele, 4 fjerdedel fjerdedele, 5 femtedel femtedele,
        6 sjettedel sjettedele, 7 syvendedel syvendedele, 8 ottendedel ottendedele,
        9 niendedel niendedele, 10 tiendedel tiendedele
    """,
        "c",
    ),
    mixed="{whole} og {part}",
    mixed_half="{whole} og en halv",
    ordinal_after=dict.fromkeys(words("den de min din hans hendes vores hver denne"), "")
    | {"det": "n", "i det": "n", "dette": "n"},
    ordinal_before=by_form(
        n="århundrede årti kapitel år barn kvartal semester minut sekund bind afsnit sted møde",
    )
    | dict.fromkeys(
        words(
            "plads gang dag etage sal klasse del verdenskrig runde division udgave sæson måned uge "
            "time fødselsdag"
        ),
        "",
    ),
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("kr.", "kr", "Kr.", ",-", "DKK", "krone", "kroner"), _KRONE),
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dollar"), _DOLLAR),
        **dict.fromkeys(("£", "GBP", "pund"), _POUND),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen", gender="c"))),
        "øre": Currency(_ORE),
    },
    price="{units} og {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units={
        **_CLDR.units,
        **dict.fromkeys(("km/t", "km/t."), _CLDR.units["km/h"]),
        "m/s²": Noun.of("meter per sekund i anden", gender="c"),
        "l/100 km": Noun.of("liter per hundrede kilometer", gender="c"),
        "kWh": Noun.of("kilowatttime", "kilowatttimer", "c"),
        "mph": Noun.of("mil i timen", gender="c"),
        "yd": Noun.of("yard", gender="c"),
        "mm²": Noun.of("kvadratmillimeter", gender="c"),
        "stk.": Noun.of("styk", "styk", "n"),
        "stk": Noun.of("styk", "styk", "n"),
        "år": Noun.of("år", gender="n"),
        "dB": Noun.of("decibel", gender="c"),
    },
    rates=pairs("""
        t per time, time per time, dag per dag, døgn per døgn, uge per uge, md per måned,
        måned per måned, år per år, person per person
    """),
    date="{day} {month} {year}",
    day_month="{day} {month}",
    month_abbreviations={**_CLDR.month_abbreviations, "sept.": 9},
    date_leads=words("den"),
    clock="{hour} {minute}",
    low_minute="nul {minute}",
    clock_leads=words("klokken"),
    phone_leads=words("telefon telefonnummer mobil nummer fax ring"),
    digit_pairs=True,
    version_point="punktum",
    phrases={
        "24/7": "fireogtyve syv",
        "50/50": "halvtreds-halvtreds",
        "og/eller": "og eller",
        "C#": "C sharp",
    },
    titles=pairs("fr. fru, Fr. Fru, Skt. Sankt, Sct. Sankt"),
    leading=spaced(
        pairs("""
            f.eks. for eksempel, fx for eksempel, bl.a. blandt andet, dvs. det vil sige,
            d.v.s. det vil sige, pga. på grund af, p.g.a. på grund af, mht. med hensyn til,
            vha. ved hjælp af, ift. i forhold til, iflg. ifølge, jf. jævnfør, ca. cirka,
            kl. klokken, Kl. Klokken, nr. nummer, Nr. Nummer, tlf. telefon, Tlf. Telefon,
            hhv. henholdsvis, evt. eventuelt, inkl. inklusive, ekskl. eksklusive,
            maks. maksimalt, min. minimum, prof. professor, Prof. Professor, dr. doktor,
            Dr. Doktor, hr. hr, Hr. Hr, pr. per, pct. procent, afd. afdeling, ang. angående,
            kap. kapitel
        """)
    ),
    abbreviations=spaced(
        pairs("""
            osv. og så videre, o.s.v. og så videre, m.m. med mere, m.fl. med flere,
            mv. med videre, m.v. med videre, o.l. og lignende, etc. et cetera,
            f.Kr. før Kristus, e.Kr. efter Kristus, jr. junior, sr. senior
        """)
    ),
    before_number=pairs("s side, S Side, fig figur, tab tabel, art artikel"),
    sentence_openers=words("""
        Den Det De En Et Jeg Du Han Hun Vi I Man Og Men Eller For Så Når Om At Som På Af Til Med
        Fra Ved Hvad Hvem Hvor Hvorfor Hvordan Nej Ja Min Mit Din Sin Hans Hendes Ikke Kun Også Nu
        Her Der Alle Mange Efter Under Over Denne Dette Disse Siden Da Hvis
    """),
    regnal={"": "den {ordinal}"},
    regnal_names=dict.fromkeys(words(_KINGS), ""),
    regnal_follows=words("af og var er blev døde i"),
    parts=words("Kapitel kapitel Del del Bog bog Akt akt Bind Fase fase Type type Klasse klasse"),
    part_follows=words("af og i er var"),
    kept="æøåÆØÅéèêëáàâäöüíóôúçñÉÜÄÖ",
    letter_words=words("""
        OK SAS NATO DONG PIN SIM ZIP GIF RAM DEN DET DE EN ET JEG DU HAN HUN VI OG MEN OM AT SOM I
        PÅ AF TIL MED NEJ JA NU HER DER ER VAR HAR FOR SÅ UD IND OP NED NY NYE
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYÆØÅ",
    vowels="aeiouyæøåéöäü",
    unvowelled=words("hm hmm mm mmm pst psst sh shh brr grr"),
    symbols=pairs("""
        & og, @ snabel-a, + plus, = lig med, % procent, ‰ promille, # hashtag, / skråstreg,
        × gange, ÷ divideret med, − minus, ± plus minus, √ kvadratroden af, ∞ uendelig,
        ≈ cirka, ≠ forskellig fra, ≤ mindre end eller lig med, ≥ større end eller lig med,
        ° grader, € euro, £ pund, $ dollar, ¥ yen, §§ paragrafferne, § paragraf, © copyright
    """),
    web=pairs(r"""
        . punktum, / skråstreg, \ omvendt skråstreg, ~ tilde, - bindestreg, _ understreg,
        @ snabel-a, : kolon, & og, + plus, # havelåge, % procent
    """),
)
