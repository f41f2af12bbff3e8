"""The Swedish table of spoken forms."""

from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(languages.get("sv"), gender="c", n="mass- area-hectare")

_ORE = Noun.of("öre", gender="n")
_CENT = Noun.of("cent", gender="c")
_KRONA = Currency(Noun.of("krona", "kronor", "c"), _ORE)
_EURO = Currency(Noun.of("euro", gender="c"), _CENT)
_DOLLAR = Currency(Noun.of("dollar", gender="c"), _CENT)
_POUND = Currency(Noun.of("pund", gender="n"), Noun.of("penny", "pence", "c"))

_MAGNITUDES = {
    "tusen": Noun.of("tusen", gender="n"),
    **dict.fromkeys(("mn", "milj.", "miljon", "miljoner"), Noun.of("miljon", "miljoner", "c")),
    **dict.fromkeys(("md", "mdr", "miljard", "miljarder"), Noun.of("miljard", "miljarder", "c")),
    **dict.fromkeys(("biljon", "biljoner"), Noun.of("biljon", "biljoner", "c")),
}

_FUNCTION_WORDS = words("""
    och eller är var har till från av på i vid med som för om att inte men så den det de kan ska
    blir blev mot än över under efter före mellan gånger procent plus minus
""")
_NEUTER = words("""
    år barn hus mål lag land rum liv ord steg kilo gram ton test poäng kvarter dygn äpple ägg
    paket exemplar par bord brev fall fel försök glas kort namn nummer problem program prov samtal
    set spel träd val kapitel fönster stycke svar avsnitt besök brott företag inlägg tal
""")


def _gender(following: str) -> str | None:
    """Of a word that is counted; "ett" stays before those of function."""
    if following in _FUNCTION_WORDS:
        return None
    return "n" if following in _NEUTER or following.endswith(("ment", "um")) else "c"


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Years are counted in hundreds, but for those of 2000 to 2009."""

    def year(self, number: int) -> str:
        hundreds, rest = divmod(number, 100)
        if number < 1100 or 2000 <= number < 2010:
            return self.cardinal(number)
        return f"{self.cardinal(hundreds)}hundra{self.cardinal(rest) if rest else ''}"


FORMS = replace(
    _CLDR,
    reader=_Reader(
        "sv",
        "sv",
        " ",
        point="komma",
        decimals_together=True,
        years=True,
        repairs=(
            (r"(mil|bil)(joner|jon|jarder|jard)(?!er|\b)", r"\1\2 "),
            (r"^ett(hundra|tusen)", r"\1"),
            ("ettt", "ett"),
            ("förtio", "fyrtio"),
        ),
        agreement={"c": ((r"^ett$", "en"),), "n": ()},
    ),
    agrees_with=_gender,
    minus="minus",
    to="till",
    over="genom",
    out_of="av",
    per="per",
    by="gånger",
    times="gånger",
    about="cirka",
    power="upphöjt till",
    squared=("i kvadrat", "i kubik"),
    operators={">": "större än", "<": "mindre än"},
    hash_number="nummer",
    denominators=parts(
        """
        2 halv halva, 3 tredjedel tredjedelar, 4 fjärdedel fjärdedelar, 5 femtedel femtedelar,
        6 sjättedel sjättedelar, 7 sjundedel sjundedelar, 8 åttondel åttondelar,
        9 niondel niondelar, 10 tiondel tiondelar
    """,
        "c",
    ),
    mixed="{whole} och {part}",
    mixed_half="{whole} och en halv",
    part_of="{part} {unit}",
    ordinal_suffixes=dict.fromkeys((":a", ":e"), ""),
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("kr", "kr.", ":-", "SEK", "krona", "kronor"), _KRONA),
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dollar"), _DOLLAR),
        **dict.fromkeys(("£", "GBP", "pund"), _POUND),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen", gender="c"))),
        "öre": Currency(_ORE),
    },
    price="{units} och {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units={
        **_CLDR.units,
        "mi": Noun.of("mile", "miles", "c"),
        "mph": Noun.of("mile i timmen", "miles i timmen", "c"),
        "mm²": Noun.of("kvadratmillimeter", gender="c"),
        "mil": Noun.of("mil", gender="c"),
        "st": Noun.of("styck", "stycken", "n"),
        "år": Noun.of("år", gender="n"),
        "dB": Noun.of("decibel", gender="c"),
    },
    rates=pairs("""
        tim per timme, timme per timme, dag per dag, dygn per dygn, vecka per vecka, mån per månad,
        månad per månad, år per år, person per person
    """),
    date="{day} {month} {year}",
    day_month="{day} {month}",
    month_first=False,
    month_abbreviations={**_CLDR.month_abbreviations, "jun.": 6, "jul.": 7, "sept.": 9},
    date_leads=words("den"),
    clock="{hour} {minute}",
    low_minute="noll {minute}",
    clock_leads=words("klockan"),
    phone_leads=words("telefon telefonnummer tel mobil mobilnummer nummer fax ring"),
    digit_pairs=True,
    version_point="punkt",
    phrases={
        "24/7": "tjugofyra sju",
        "50/50": "femtio-femtio",
        "och/eller": "och eller",
        "C#": "C sharp",
    },
    leading=spaced(
        pairs("""
            t.ex. till exempel, bl.a. bland annat, d.v.s. det vill säga, dvs. det vill säga,
            p.g.a. på grund av, s.k. så kallad, f.d. före detta, fr.o.m. från och med,
            t.o.m. till och med, m.a.o. med andra ord, o.dyl. och dylikt, jfr. jämför, jfr jämför,
            ca. cirka, ca cirka, c:a cirka, kl. klockan, kl klockan, nr. nummer, nr nummer,
            Nr Nummer, tel. telefon, Tel. Telefon, resp. respektive, ev. eventuellt,
            inkl. inklusive, exkl. exklusive, max. maximalt, min. minimalt, prof. professor,
            Prof. Professor, dr. doktor, Dr. Doktor, Dr Doktor, S:t Sankt, S:ta Sankta,
            St. Sankt, avd. avdelning, f.n. för närvarande, i.o.m. i och med, dr doktor,
            kap. kapitel
        """)
    )
    | {"t ex": "till exempel", "bl a": "bland annat", "dvs": "det vill säga"},
    abbreviations=spaced(
        pairs("""
            o.s.v. och så vidare, osv. och så vidare, m.m. med mera, m.fl. med flera,
            etc. et cetera, f.Kr. före Kristus, e.Kr. efter Kristus, jr. junior, sr. senior
        """)
    )
    | {"osv": "och så vidare", "m m": "med mera"},
    before_number=pairs("s sida, S Sida, sid sida, fig figur, tab tabell, vol volym, art artikel"),
    sentence_openers=words("""
        Den Det De En Ett Jag Du Han Hon Vi Ni Man Och Men Eller För Så När Om Att Som I På Av Till
        Med Från Vid Vad Vem Var Varför Hur Nej Ja Min Mitt Din Sin Hans Hennes Inte Bara Också Nu
        Här Där Alla Många Idag Sedan Efter Under Över Denna Detta Dessa
    """),
    regnal={"": "den {ordinal}"},
    regnal_names=dict.fromkeys(
        words(
            "Gustav Gustaf Karl Carl Oscar Oskar Erik Johan Fredrik Adolf Magnus Kristian "
            "Harald Olav Haakon Ludvig Henrik Filip Georg Edvard Jakob Rikard Vilhelm Napoleon "
            "Peter Nikolaus Alexander Leopold Pius Benedictus Gregorius Johannes Paulus Elisabet "
            "Elizabeth Christian Katarina Kristina Margareta Margrethe"
        ),
        "",
    ),
    regnal_follows=words("av och var är blev dog i"),
    parts=words("Kapitel kapitel Del del Bok bok Akt akt Band Fas fas Typ typ Klass klass"),
    part_follows=words("av och i är var"),
    kept="åäöÅÄÖéèêëáàâîïíóôúûüçñÉÜ",
    colon_endings=True,
    letter_words=words("""
        OK SAS NATO PIN SIM ZIP GIF RAM DEN DET DE EN ETT JAG DU HAN HON VI NI OCH MEN OM ATT SOM I
        PÅ AV TILL MED NEJ JA NU HÄR DÄR ÄR VAR HAR FÖR SÅ UT IN UPP NER NY NYA
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYÅÄÖ",
    vowels="aeiouyåäöéü",
    unvowelled=words("hm hmm mm mmm pst psst sch schh brr grr"),
    symbols=pairs("""
        & och, @ snabel-a, + plus, = lika med, % procent, ‰ promille, # hashtag, / snedstreck,
        × gånger, ÷ delat med, − minus, ± plus minus, √ roten ur, ∞ oändlighet, ≈ ungefär,
        ≠ skilt från, ≤ mindre än eller lika med, ≥ större än eller lika med, ° grader, € euro,
        £ pund, $ dollar, ¥ yen, §§ paragraferna, § paragraf, © copyright
    """),
    web=pairs(r"""
        . punkt, / snedstreck, \ omvänt snedstreck, ~ tilde, - bindestreck, _ understreck,
        @ snabel-a, : kolon, & och, + plus, # hashtag, % procent
    """),
)
