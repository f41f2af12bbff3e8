"""The Czech table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, spaced, words
from minimax_speech.text.tables.slavic import (
    SlavicReader,
    counted,
    day_ranges,
    genitives,
    numbered,
)

_CLDR = cldr.spoken_forms(
    languages.get("cs"),
    gender="m",
    without="mi mb kb",
    f="length-mile length-foot mass-pound mass-ounce mass-tonne duration- power-horsepower "
    "energy-kilowatt-hour energy-calorie energy-kilocalorie speed-mile",
    n="concentr-percent concentr-permille",
)

_THOUSAND = counted("tisíc", "tisíce", "tisíc", part="tisíce")
_MILLION = counted("milion", "miliony", "milionů", part="milionu")
_BILLION = counted("miliarda", "miliardy", "miliard", "f")
_TRILLION = counted("bilion", "biliony", "bilionů", part="bilionu")

_GENITIVES = (
    (r"^jed(?:en|no)$", "jednoho"),
    (r"^jedna$", "jedné"),
    (r"\bdvě stě\b", "dvou set"),
    (r"\b(tři|čtyři) sta\b", r"\1 set"),
    (r"\bsto\b", "sta"),
    (r"\bdv[aě]\b", "dvou"),
    (r"\btři\b", "tří"),
    (r"\bčtyři\b", "čtyř"),
    (r"\b(pět|šest|sedm|osm|deset|\w+náct|\w+cet|\w+sát)\b", r"\1i"),
    (r"\bdevět\b", "devíti"),
    (r"(?<= )tisíce\b", "tisíc"),
    (r"^tisíc\b", "tisíce"),
    (r"\bmiliony\b", "milionů"),
    (r"^milion\b", "milionu"),
    (r"(?<= )miliardy\b", "miliard"),
    (r"^miliarda\b", "miliardy"),
)
_ENDINGS = {  # of "první" and "třetí", and of all others
    "á": ("í", "á"),
    "é": ("í", "é"),
    "ého": ("ího", "ého"),
    "ém": ("ím", "ém"),
    "ou": ("í", "ou"),
    "ým": ("ím", "ým"),
    "ých": ("ích", "ých"),
}


@dataclass(frozen=True)
class _Reader(SlavicReader):
    """Years of the last centuries are counted by hundreds."""

    def year(self, number: int) -> str:
        if not 1100 <= number < 2000:
            return self.cardinal(number)
        rest = f" {self.cardinal(number % 100)}" if number % 100 else ""
        return f"{self.cardinal(number // 100)} set{rest}"


_READER = _Reader(
    "cs",
    thousands=" ",
    point="celá",
    decimals_together=True,
    names=numbered(
        """
        nula jedna dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct
        patnáct šestnáct sedmnáct osmnáct devatenáct
        """,
        "dvacet třicet čtyřicet padesát šedesát sedmdesát osmdesát devadesát",
        "sto dvě_stě tři_sta čtyři_sta pět_set šest_set sedm_set osm_set devět_set",
        n1000="tisíc",
        n1000000="milion",
        n1000000000="miliarda",
        n1000000000000="bilion",
    ),
    scales={10**12: _TRILLION, 10**9: _BILLION, 10**6: _MILLION, 1000: _THOUSAND},
    ordinals=numbered(
        """
        nultý první druhý třetí čtvrtý pátý šestý sedmý osmý devátý desátý jedenáctý dvanáctý
        třináctý čtrnáctý patnáctý šestnáctý sedmnáctý osmnáctý devatenáctý
        """,
        """
        dvacátý třicátý čtyřicátý padesátý šedesátý sedmdesátý osmdesátý devadesátý
        """,
        "stý dvoustý třístý čtyřstý pětistý šestistý sedmistý osmistý devítistý",
        n1000="tisící",
        n2000="dvoutisící",
        n3000="třítisící",
        n1000000="miliontý",
        n1000000000="miliardtý",
        n1000000000000="biliontý",
    ),
    declined=100,
    whole=counted("celá", "celé", "celých", "f"),
    agreement={
        "m": ((r"^jedna$", "jeden"),),
        "f": ((r"^dva$", "dvě"),),
        "n": ((r"^jedna$", "jedno"), (r"^dva$", "dvě")),
        "e": ((r"^jedna$", "jedno"),),  # jedno kuře, dva muže
        "u": ((r"^jedna$", "jednu"),),
        "gen": _GENITIVES,
    },
    ordinal_agreement={
        form: ((r"(?<=prvn|třet|isíc)í\b", soft), (r"ý\b", hard))
        for form, (soft, hard) in _ENDINGS.items()
    },
)

_CENT = counted("cent", "centy", "centů", part="centu")
_HELLER = counted("haléř", "haléře", "haléřů")
_KORUNA = Currency(counted("koruna", "koruny", "korun", "f"), _HELLER)
_EURO = Currency(counted("euro", "eura", "eur", "n"), _CENT)
_DOLLAR = Currency(counted("dolar", "dolary", "dolarů", part="dolaru"), _CENT)
_POUND = Currency(counted("libra", "libry", "liber", "f"), counted("pence", "pence", "pencí", "f"))
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("Kč", "CZK", "koruna", "koruny", "korun", "korunu"), _KORUNA),
    **dict.fromkeys(("€", "EUR", "euro", "eura", "eur"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dolar", "dolary", "dolarů"), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(counted("jen", "jeny", "jenů", part="jenu"))),
    "CHF": Currency(counted("frank", "franky", "franků", part="franku")),
    **dict.fromkeys(("zł", "PLN"), Currency(counted("zlotý", "zloté", "zlotých", part="zlotého"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("tis.", "tis", *_THOUSAND.names), _THOUSAND),
    **dict.fromkeys(("mil.", "mil", *_MILLION.names), _MILLION),
    **dict.fromkeys(("mld.", "mld", *_BILLION.names), _BILLION),
    **dict.fromkeys(("bil.", *_TRILLION.names), _TRILLION),
}
_UNITS = {
    **_CLDR.units,
    "mm²": counted(
        "milimetr čtvereční",
        "milimetry čtvereční",
        "milimetrů čtverečních",
        part="milimetru čtverečního",
    ),
    "min.": _CLDR.units["min"],
    "dB": counted("decibel", "decibely", "decibelů", part="decibelu"),
    **dict.fromkeys(("ks", "ks."), counted("kus", "kusy", "kusů", part="kusu")),
}

_FUNCTION_WORDS = words("""
    a i nebo ale na za s se z ze v ve do od o po u při nad pod před bez pro je jsou byl byla bylo
    byly že to či krát plus minus celá celé celých mínus tečka rovná až nula
""")
_FEMININE = words("""
    ženy dívky holky hodiny minuty sekundy vteřiny knihy stránky strany noci kávy sklenice lahve
    lžíce lžičky věci části dcery sestry koruny libry tuny firmy školy třídy skupiny ulice osoby
    neděle židle postele budovy cesty chyby hry kapitoly karty kočky lekce fotky otázky písně
    role rodiny ruce nohy oči uši řeky světové verze série kopie míle stopy tabulky úlohy vlny země
    zprávy noc věc část kost píseň
""")


def _agreement(following: str) -> str | None:
    """A guess at the form of a number by the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _FEMININE or word.endswith(("a", "á", "ost", "osti", "ice", "ace", "nce")):
        return "f"
    if word.endswith(("e", "ě", "é")):
        return "e"
    if word.endswith("u"):
        return "u"
    return "n" if word.endswith("o") else "m"


_YEAR = r"(1\d{3}|20\d\d)"
_MONTH_NAMES = (
    "leden ledna lednu únor února únoru březen března březnu duben dubna dubnu květen května "
    "květnu červen června červnu červenec července červenci srpen srpna srpnu září říjen října "
    "říjnu listopad listopadu prosinec prosince prosinci"
)
_BEFORE_YEAR = ["v roce", "roce", "roku", "rok", "letech", "léta", "let", *_MONTH_NAMES.split()]


def _years(text: str) -> str:
    """V roce 1984, v letech 1984-1989, duben 2025."""
    return compiled(
        rf"(?<!\w)((?i:{any_of(_BEFORE_YEAR)})) {_YEAR}(?: ?- ?{_YEAR})?(?![\w:/-]|[.,]\d)"
    ).sub(
        lambda match: (
            match[0]
            if re.search(r"\d\. ?$", match.string[: match.start()])
            else f"{match[1]} "
            + " až ".join(_READER.year(int(year)) for year in (match[2], match[3]) if year)
        ),
        text,
    )


def _centuries(text: str) -> str:
    """V 19. století, od 15. století: what stands before them tells the case."""
    return compiled(
        r"(?<!\w)((?i:(ve?|na|po)|z|ze|do|od|konce|konci|koncem|počátku|začátku|polovině|během)) "
        r"(\d{1,2})\. ?(?=století\b)"
    ).sub(
        lambda match: f"{match[1]} {_READER.ordinal(int(match[3]), 'ém' if match[2] else 'ého')} ",
        text,
    )


_DAYS = pairs("po pondělí, út úterý, st středa, čt čtvrtek, pá pátek, so sobota, ne neděle")


def _week(text: str) -> str:
    """Po-Pá: alone, such words are others."""
    day = rf"({any_of(_DAYS)})\.?"
    return compiled(rf"(?<!\w)(?i:{day} ?- ?{day})(?!\w)").sub(
        lambda match: f"{_DAYS[match[1].lower()]} až {_DAYS[match[2].lower()]}", text
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(
        _week,
        day_ranges(_READER, "až", _CLDR.months, "ého"),
        _years,
        _centuries,
        genitives(
            _READER,
            words("do od z ze bez u kolem okolo během kromě místo"),
            {**_UNITS, **_MAGNITUDES},
            _CURRENCIES,
            _CLDR.months,
        ),
    ),
    agrees_with=_agreement,
    minus="minus",
    to="až",
    ratio="ku",
    over="lomeno",
    out_of="z",
    per="za",
    by="krát",
    times="krát",
    about="asi",
    power="na",
    squared=("na druhou", "na třetí"),
    operators={">": "je větší než", "<": "je menší než"},
    hash_number="číslo",
    denominators={
        2: Noun("{} polovin", one="jedna polovina", few="{} poloviny", gender="m"),
        **{
            bottom: counted(f"{stem}ina", f"{stem}iny", f"{stem}in", "f")
            for bottom, stem in enumerate(
                ("třet", "čtvrt", "pět", "šest", "sedm", "osm", "devít", "deset"), 3
            )
        },
    },
    mixed="{whole} a {part}",
    mixed_half="{whole} a půl",
    part_of="{part} {unit}",
    ordinal_before=by_form(
        á="třída světová liga část kapitola etapa sezóna řada",
        é="místo patro století kolo výročí vydání nástupiště třídy světové války části kapitoly "
        "ligy sezóny třídě lize válce části patře",
        ého="místa patra století kola ročníku dílu",
        ém="místě století kole ročníku",
        ou="třídu válku část kapitolu ligu",
        ých="narozenin narozeninách",
    )
    | {"století": "é", "den": "", "ročník": "", "díl": "", "narozeniny": "é"},
    currencies=_CURRENCIES,
    price="{units} {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        h za hodinu, hod za hodinu, hodinu za hodinu, den za den, měsíc za měsíc, měs za měsíc,
        rok za rok, týden za týden, os za osobu, osobu za osobu, kg za kilogram, ks za kus,
        noc za noc, m² za metr čtvereční, l na litr
    """),
    month_abbreviations={},
    weekdays={},
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="ého",
    date_leads=words("dne do od"),
    hours=counted("hodina", "hodiny", "hodin", "f"),
    clock="{hour} {minute}",
    whole_hour="{hours}",
    low_minute="nula {minute}",
    clock_marks=words("h hod hodin"),
    clock_leads=words("v ve"),
    phone_leads=words("tel. tel Tel. Tel telefon Telefon telefonu číslo mobil Mobil fax Fax"),
    version_point="tečka",
    phrases={
        "24/7": "dvacet čtyři hodin denně",
        "50/50": "padesát na padesát",
        "a/nebo": "a nebo",
        "C#": "C sharp",
        "s. r. o.": "s ručením omezeným",
        "s.r.o.": "s ručením omezeným",
    },
    titles=pairs("sv. svatý, Sv. Svatý, p. pan"),
    leading=spaced(
        pairs("""
            např. například, Např. Například, tj. to jest, Tj. To jest, tzn. to znamená,
            Tzn. To znamená, tzv. takzvaný, mj. mimo jiné, cca. cirka, popř. popřípadě,
            příp. případně, resp. respektive, vč. včetně, Dr. Doktor, prof. profesor,
            Prof. Profesor, doc. docent, Doc. Docent, Ing. Inženýr, Mgr. Magistr, Bc. Bakalář,
            MUDr. Doktor, JUDr. Doktor, PhDr. Doktor, RNDr. Doktor, gen. generál, plk. plukovník,
            ul. ulice, nám. náměstí, tř. třída, tel. telefon, Tel. Telefon, max. maximálně,
            min. minimálně, pí. paní, sl. slečna, zn. značka, srov. srovnej, viz. viz, nar. narozen,
            zemř. zemřel, čes. česky, angl. anglicky, kr. krát, odd. oddělení,
            apod. a podobně
        """)
    )
    | {"cca": "cirka"},
    abbreviations=spaced(
        pairs("""
            atd. a tak dále, aj. a jiné, atp. a tak podobně, n.l. našeho letopočtu,
            a.s. akciová společnost, stol. století, hod. hodin, r. roku
        """)
    )
    | {
        "př. n. l.": "před naším letopočtem",
        "př.n.l.": "před naším letopočtem",
        "př. Kr.": "před Kristem",
        "po Kr.": "po Kristu",
    },
    before_number=pairs("""
        č číslo, Č Číslo, str strana, Str Strana, s strana, odst odstavec, čl článek, kap kapitola,
        obr obrázek, sv svazek, tab tabulka, čp číslo popisné
    """),
    sentence_openers=words("""
        A Aby Ale Ani Asi Ať Až Bude Budou Byl Byla Bylo Být Co Či Dnes Do Em I Já Jak Jaký Je Jeho
        Jen Její Jejich Jestli Ještě Jsem Jsme Jsou K Kam Kde Kdo Když Která Který Kvůli Mezi Můj My
        Na Nad Ne Nebo Není Než Nic Nikdo No O Od On Ona Oni Ono Pak Po Pod Podle Pokud Potom Proč
        Pro Protože Před Při S Se Si Tady Tak Také Tam Tato Te Ten Tento Teď To Toto Ty U Už V Ve
        Však Všechno Všichni Vy Z Za Ze Že Zítra Včera
    """),
    regnal={"": "{ordinal}", "á": "{ordinal}", "ého": "{ordinal}", "é": "{ordinal}"},
    regnal_names=by_form(
        á="Alžběta Kateřina Marie Anna Isabela",
        é="Alžběty Kateřiny",
        ého="Karla Václava Ferdinanda Františka Josefa Jana Pavla Přemysla Otakara Rudolfa "
        "Vladislava Ludvíka Jindřicha Filipa Viléma Fridricha Petra Mikuláše "
        "Alexandra Jiřího Napoleona",
    )
    | dict.fromkeys(
        words("""
            Karel Václav Ferdinand František Josef Jan Pavel Přemysl Otakar Rudolf Vladislav Ludvík
            Jindřich Filip Vilém Fridrich Petr Mikuláš Alexandr Jiří Napoleon Leopold Zikmund
            Matyáš Boleslav Břetislav Soběslav Pius Benedikt Řehoř Lev Richard Eduard Jakub Ramesse
        """),
        "",
    ),
    regnal_follows=words("a byl byla v z i se"),
    parts=words("Kapitola kapitola Část část Díl díl Svazek svazek Typ Fáze"),
    part_follows=words("a v je se"),
    roman_before=by_form(
        á="světová třída liga část",
        é="století světové patro místo třídy války části ročníky",
        ou="světovou",
    )
    | dict.fromkeys(words("ročník díl sjezd kongres stupeň"), ""),
    kept="áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽäöüßôľĺŕłąęńćśźżëèêàâçñÄÖÜ",
    letter_words=words("""
        OK NATO UNICEF PIN SIM ZIP GIF RAM ANO NE JÁ TY ON ONA MY VY TO TA TEN CO KDO JAK KDY ALE
        ANI NEBO PRO DO NA PO ZA ZE VE OD BEZ POD NAD SE SI JE BYL JSEM NOVÝ NÁŠ VÁŠ DEN ROK
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYÁÉĚÍÓÚŮÝ",
    acronym_plural="",
    vowels="aeiouyrl",
    unvowelled=words("hm hmm mm mmm pst psst ššš sss"),
    symbols=pairs("""
        & a, @ zavináč, + plus, = rovná se, % procent, ‰ promile, # hashtag, / lomeno, × krát,
        ÷ děleno, − minus, ± plus minus, √ odmocnina z, ∞ nekonečno, ≈ přibližně,
        ≠ nerovná se, ≤ menší nebo rovno, ≥ větší nebo rovno, ° stupňů, € eur, £ liber,
        $ dolarů, ¥ jenů, § paragraf, © copyright
    """),
    web=pairs(r"""
        . tečka, / lomítko, \ zpětné lomítko, ~ vlnovka, - pomlčka, _ podtržítko, @ zavináč,
        : dvojtečka, & a, + plus, # křížek, % procento
    """),
)
