"""The Croatian table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import LOWER, any_of, compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, spaced, words
from minimax_speech.text.tables.slavic import SlavicReader, day_ranges, numbered

_CLDR = cldr.spoken_forms(
    languages.get("hr"),
    gender="m",
    without="mi mola ha kb mb",
    f="length-mile length-foot mass-pound mass-ounce mass-tonne volume-liter duration-second "
    "duration-minute duration-milli duration-micro duration-nano consumption- graphics-dot "
    "power-horsepower energy-calorie energy-kilocalorie speed-mile",
)


def _counted(one: str, few: str, many: str, gender: str = "m") -> Noun:
    """1 and 21, 2 to 4, 5."""
    return Noun.of(one, many, gender, few=few)


_THOUSAND = _counted("tisuća", "tisuće", "tisuća", "f")
_MILLION = _counted("milijun", "milijuna", "milijuna")
_BILLION = _counted("milijarda", "milijarde", "milijardi", "f")
_TRILLION = _counted("bilijun", "bilijuna", "bilijuna")

_ENDINGS = {"a": "a", "o": "e", "og": "eg", "om": "em", "oj": "oj", "u": "u", "e": "e", "ih": "ih"}
"""Of ordinals, and of "treći"."""


@dataclass(frozen=True)
class _Reader(SlavicReader):
    """Years are ordinals: of the year two thousand and twenty-fifth."""

    def year(self, number: int) -> str:
        return self.ordinal(number, "e")


_READER = _Reader(
    "hr",
    decimal=",",
    thousands=".",
    point="zarez",
    decimals_together=True,
    names=numbered(
        """
        nula jedan dva tri četiri pet šest sedam osam devet deset jedanaest dvanaest trinaest
        četrnaest petnaest šesnaest sedamnaest osamnaest devetnaest
        """,
        "dvadeset trideset četrdeset pedeset šezdeset sedamdeset osamdeset devedeset",
        "sto dvjesto tristo četiristo petsto šesto sedamsto osamsto devetsto",
        n1000="tisuću",
        n1000000="milijun",
        n1000000000="milijarda",
        n1000000000000="bilijun",
    ),
    scales={10**12: _TRILLION, 10**9: _BILLION, 10**6: _MILLION, 1000: _THOUSAND},
    ordinals=numbered(
        """
        nulti prvi drugi treći četvrti peti šesti sedmi osmi deveti deseti jedanaesti dvanaesti
        trinaesti četrnaesti petnaesti šesnaesti sedamnaesti osamnaesti devetnaesti
        """,
        """
        dvadeseti trideseti četrdeseti pedeseti šezdeseti sedamdeseti osamdeseti devedeseti
        """,
        """
        stoti dvjestoti tristoti četiristoti petstoti šestoti sedamstoti osamstoti devetstoti
        """,
        n1000="tisućiti",
        n2000="dvijetisućiti",
        n3000="tritisućiti",
        n1000000="milijunti",
        n1000000000="milijarditi",
        n1000000000000="bilijunti",
    ),
    agreement={
        "m": (),
        "f": ((r"\bjedan$", "jedna"), (r"\bdva$", "dvije")),
        "n": ((r"\bjedan$", "jedno"),),
        "a": ((r"\bjedan$", "jedna"),),  # jedna žena, dva sela
        "e": ((r"\bjedan$", "jedno"), (r"\bdva$", "dvije")),  # jedno dijete, dvije žene
        "u": ((r"\bjedan$", "jednu"),),
    },
    ordinal_agreement={
        hard: ((r"(?<=treć)i$", soft), (r"i$", hard)) for hard, soft in _ENDINGS.items()
    },
)

_CENT = _counted("cent", "centa", "centi")
_EURO = Currency(_counted("euro", "eura", "eura"), _CENT)
_DOLLAR = Currency(_counted("dolar", "dolara", "dolara"), _CENT)
_POUND = Currency(_counted("funta", "funte", "funti", "f"), _counted("peni", "penija", "penija"))
_KUNA = Currency(_counted("kuna", "kune", "kuna", "f"), _counted("lipa", "lipe", "lipa", "f"))
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("€", "EUR", "euro", "eura"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dolar", "dolara"), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("kn", "HRK", "kuna", "kune"), _KUNA),
    **dict.fromkeys(("¥", "JPY"), Currency(_counted("jen", "jena", "jena"))),
    "CHF": Currency(_counted("franak", "franka", "franaka")),
    **dict.fromkeys(("Kč", "CZK"), Currency(_counted("kruna", "krune", "kruna", "f"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("tis.", "tis", "tisuću", *_THOUSAND.names), _THOUSAND),
    **dict.fromkeys(("mil.", "mil", "mln", *_MILLION.names), _MILLION),
    **dict.fromkeys(("mlrd.", "mlrd", *_BILLION.names), _BILLION),
    **dict.fromkeys(("bil.", *_TRILLION.names), _TRILLION),
}
_DEGREE = _counted("stupanj Celzija", "stupnja Celzija", "stupnjeva Celzija")
_UNITS = {
    **_CLDR.units,
    "°C": _DEGREE,
    "ha": _counted("hektar", "hektara", "hektara"),
    "yd": _counted("jard", "jarda", "jardi"),
    "mol": _counted("mol", "mola", "mola"),
    "l/100 km": _counted(
        "litra na sto kilometara", "litre na sto kilometara", "litara na sto kilometara", "f"
    ),
    "mm²": _counted("kvadratni milimetar", "kvadratna milimetra", "kvadratnih milimetara"),
    "min.": _CLDR.units["min"],
    "dB": _counted("decibel", "decibela", "decibela"),
    **dict.fromkeys(("kom", "kom."), _counted("komad", "komada", "komada")),
}

_FUNCTION_WORDS = words("""
    i a ili ali na za s sa se iz u od do o po kod nad pod pred bez je su bio bila bilo bili da to
    plus minus zarez posto točka jednako puta nego
""")
_FEMININE = words("stvari noći riječi obitelji kosti kćeri vijesti večeri noć stvar riječ obitelj")


def _agreement(following: str) -> str | None:
    """A guess at the form of a number by the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _FEMININE:
        return "f"
    for ending, form in (("a", "a"), ("e", "e"), ("o", "n"), ("u", "u")):
        if word.endswith(ending):
            return form
    return "m"


_YEAR = r"(1\d{3}|20\d\d)\."
_YEAR_FORMS = {"godina": "a", "godini": "oj", "godinu": "u"}


def _years(text: str) -> str:
    """U 1984. godini, 2025. je, 1939.-1945.: years are ordinals, and their stop ends nothing."""

    def say(match: re.Match[str]) -> str:
        lead, year, noun = match.groups()
        form = _YEAR_FORMS.get(noun or "", "oj" if lead and not noun else "e")
        return f"{lead or ''}{_READER.ordinal(int(year), form)}"

    date = rf"(?:{any_of(_CLDR.months)}|\d{{1,2}}\. ?\d{{1,2}}\.) ?\d{{4}}"
    text = compiled(rf"({date})\.(?= [{LOWER}])").sub(r"\1", text)
    text = re.sub(
        rf"(?<![\w.,]){_YEAR[:-2]}\.? ?- ?(?={_YEAR})",
        lambda match: f"{_READER.year(int(match[1]))} do ",
        text,
    )
    noun = rf"(?= (?:(godin[aeiu])\b|[{LOWER}])|[,;)])"
    return compiled(rf"(?<!\w)([Uu] )?(?<![\w.,]){_YEAR}{noun}").sub(say, text)


_WEEK = tuple(
    (rf"\bdo {day}\b", f"do {genitive}")
    for day, genitive in pairs("""
        ponedjeljak ponedjeljka, utorak utorka, srijeda srijede, četvrtak četvrtka, petak petka,
        subota subote, nedjelja nedjelje
    """).items()
)

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(day_ranges(_READER, "do", _CLDR.months, "og"), _years),
    agrees_with=_agreement,
    repairs=_WEEK,
    minus="minus",
    to="do",
    ratio="prema",
    over="kroz",
    out_of="od",
    per="po",
    by="puta",
    times="puta",
    about="oko",
    power="na",
    squared=("na kvadrat", "na treću"),
    operators={">": "veće od", "<": "manje od"},
    hash_number="broj",
    denominators={
        2: Noun("{} polovina", one="jedna polovina", few="{} polovine", gender="m"),
        **{
            bottom: _counted(f"{stem}ina", f"{stem}ine", f"{stem}ina", "f")
            for bottom, stem in enumerate(
                ("treć", "četvrt", "pet", "šest", "sedm", "osm", "devet", "deset"), 3
            )
        },
    },
    mixed="{whole} i {part}",
    mixed_half="{whole} i pol",
    part_of="{part} {unit}",
    ordinal_before=by_form(
        a="godina godišnjica liga sezona epizoda minuta",
        o="mjesto stoljeće izdanje poglavlje kolo poluvrijeme",
        og="mjesta stoljeća kola razreda kata izdanja svjetskog rata poluvremena",
        om="mjestu stoljeću kolu razredu katu izdanju ratu svjetskom poluvremenu",
        oj="godini godišnjici ligi sezoni minuti",
        e="godine godišnjice lige sezone minute",
        u="godinu godišnjicu ligu sezonu",
        ih="godinama",
    )
    | dict.fromkeys(words("razred kat rat svjetski dan put rođendan"), ""),
    ordinal_suffixes={f"-{ending}": ending for ending in ("ih", "og", "oj", "om", "a", "u")},
    currencies=_CURRENCIES,
    price="{units} i {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        h na sat, sat na sat, dan na dan, mj mjesečno, mjesec mjesečno, god godišnje, god. godišnje,
        tjedan tjedno, osobi po osobi, kg po kilogramu, kom po komadu, noć po noći, l po litri,
        m² po kvadratnom metru, s u sekundi
    """),
    month_abbreviations={},
    weekdays={f"{short}.": full for short, full in _CLDR.weekdays.items()},
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="og",
    date_leads=words("dana do od"),
    hours=_counted("sat", "sata", "sati"),
    clock="{hour} i {minute}",
    whole_hour="{hours}",
    clock_marks=words("h sati sata sat"),
    clock_leads=words("u"),
    phone_leads=words("tel. tel Tel. Tel telefon Telefon broj mob mob. Mob. mobitel Mobitel fax"),
    version_point="točka",
    phrases={
        "24/7": "dvadeset četiri sata dnevno",
        "50/50": "pedeset pedeset",
        "i/ili": "i ili",
        "C#": "C sharp",
    },
    titles=pairs("sv. sveti, Sv. Sveti, g. gospodin, gđa. gospođa, gđa gospođa"),
    leading=spaced(
        pairs("""
            npr. na primjer, Npr. Na primjer, tj. to jest, tzv. takozvani, dr. doktor, Dr. Doktor,
            prof. profesor, Prof. Profesor, doc. docent, mr. magistar, ing. inženjer,
            dipl. diplomirani, ul. ulica, Ul. Ulica, tel. telefon, Tel. Telefon, mob. mobitel,
            max. maksimalno, min. minimalno, gen. general, br. broj, Br. Broj, usp. usporedi,
            v. vidi, v.d. vršitelj dužnosti, odn. odnosno, cca. cirka, eng. engleski,
            lat. latinski, rođ. rođen, um. umro, uklj. uključujući, god. godine
        """)
    )
    | {"cca": "cirka"},
    abbreviations=spaced(
        pairs("""
            itd. i tako dalje, i.sl. i slično, pr.Kr. prije Krista, p.n.e. prije nove ere,
            n.e. nove ere, d.o.o. društvo s ograničenom odgovornošću, d.d. dioničko društvo,
            st. stoljeće
        """)
    )
    | {"i sl.": "i slično", "i dr.": "i drugo", "po Kr.": "poslije Krista"},
    before_number=pairs("""
        str stranica, Str Stranica, čl članak, st stavak, pogl poglavlje, sl slika, tab tablica,
        sv svezak, toč točka
    """),
    sentence_openers=words("""
        A Ako Ali Bez Bila Bili Bilo Bio Bit Da Dakle Danas Do Dok Gdje I Iako Ili Ipak Ima Iz Ja Je
        Jer Još Jučer Kad Kada Kako Kao Koja Koje Koji Kod Li Mi Moj Može Na Nakon Naš Ne Nema Netko
        Nije Nisam Nitko No O Od On Ona Oni Ono Ova Ovaj Ovdje Ovo Po Pod Prema Prije S Sa Sad Sada
        Sam Samo Se Smo Su Sutra Svi Sve Što Ta Taj Tako Također Tamo Te Ti To Tko U Uz Već Vi Vrlo
        Za Zašto Zato Zbog
    """),
    regnal={"": "{ordinal}", "a": "{ordinal}", "og": "{ordinal}", "e": "{ordinal}"},
    regnal_names=by_form(
        a="Elizabeta Katarina Marija Ana Izabela",
        e="Elizabete Katarine",
        og="Karla Ivana Pavla Petra Franje Josipa Luja Henrika Filipa Vilima Fridrika Nikole Bele "
        "Aleksandra Napoleona Tomislava Krešimira",
    )
    | dict.fromkeys(
        words("""
            Karlo Ivan Pavao Petar Franjo Josip Luj Henrik Filip Vilim Fridrik Nikola Bela
            Aleksandar Napoleon Leopold Tomislav Krešimir Zvonimir Stjepan Ludovik Pio Benedikt
            Grgur Lav Rikard Eduard Jakov Juraj Ferdinand Rudolf Ramzes Matija Vladislav Žigmund
        """),
        "",
    ),
    regnal_follows=words("i je bio bila u iz se"),
    parts=words("Poglavlje poglavlje Dio dio Svezak svezak Tip Faza"),
    part_follows=words("i u je se"),
    roman_before=by_form(
        o="stoljeće mjesto poglavlje kolo",
        og="stoljeća svjetskog razreda",
        om="stoljeću svjetskom gimnaziji",
        a="gimnazija liga",
    )
    | dict.fromkeys(words("svjetski razred kongres stupanj dio"), ""),
    kept="čćđšžČĆĐŠŽáäéíóöőúüűýěřůßłąęńśźżëèêàâçñôÁÉÖÜ",
    letter_words=words("""
        OK NATO UNICEF PIN SIM ZIP GIF RAM HINA INA OIB DA NE JA TI ON ONA MI VI TO TA TAJ ŠTO TKO
        KAO KAD ALI ILI ZA NA PO DO OD IZ BEZ POD NAD SE SI JE SU BIO SAM SMO NOVI NAŠ VAŠ DAN
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUY",
    acronym_plural="",
    vowels="aeiouyr",
    unvowelled=words("hm hmm mm mmm pst psst ššš sss"),
    symbols=pairs("""
        & i, @ et, + plus, = jednako, % posto, ‰ promila, # hashtag, / kroz, × puta,
        ÷ podijeljeno s, − minus, ± plus minus, √ korijen iz, ∞ beskonačno, ≈ približno,
        ≠ različito od, ≤ manje ili jednako, ≥ veće ili jednako, ° stupnjeva, € eura, £ funti,
        $ dolara, ¥ jena, § paragraf, © copyright
    """),
    web=pairs(r"""
        . točka, / kosa crta, \ obrnuta kosa crta, ~ tilda, - crtica, _ donja crta, @ et,
        : dvotočka, & i, + plus, # ljestve, % posto
    """),
)
