"""The Croatian table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, series, spaced, words
from minimax_speech.text.tables.hr_numbers import (
    BILLION,
    MILLION,
    ORDINAL_BEFORE,
    READER,
    THOUSAND,
    agreement,
    counted,
    ordinals,
    thousands,
    years,
)
from minimax_speech.text.tables.slavic import day_ranges

_CLDR = cldr.spoken_forms(
    languages.get("hr"),
    gender="m",
    f="length-mile length-foot volume-liter mass-ounce mass-pound mass-tonne duration-second "
    "duration-minute duration-millisecond duration-microsecond duration-nanosecond speed-mile "
    "power-horsepower energy-calorie energy-kilocalorie graphics-dot",
)

_CENT = counted("cent", "centa", "centi")
_EURO = Currency(counted("euro", "eura", "eura"), _CENT)
_DOLLAR = Currency(counted("dolar", "dolara", "dolara"), _CENT)
_POUND = Currency(counted("funta", "funte", "funti", "f"), counted("peni", "penija", "penija"))
_KUNA = Currency(counted("kuna", "kune", "kuna", "f"), counted("lipa", "lipe", "lipa", "f"))
_MARK = counted("konvertibilna marka", "konvertibilne marke", "konvertibilnih maraka", "f")
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("€", "EUR", "euro", "eura"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dolar", "dolara"), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(counted("jen", "jena", "jena"))),
    **dict.fromkeys(("kn", "HRK", "kuna", "kune"), _KUNA),
    **dict.fromkeys(("KM", "BAM"), Currency(_MARK)),
    **dict.fromkeys(("din.", "RSD"), Currency(counted("dinar", "dinara", "dinara"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("tis.", "tis", "tisuća", "tisuće"), THOUSAND),
    **dict.fromkeys(("mil.", "mil", "mln", "milijun", "milijuna"), MILLION),
    **dict.fromkeys(("mlrd.", "mlrd", "milijarda", "milijarde", "milijardi"), BILLION),
}
_UNITS = {
    **_CLDR.units,
    **dict.fromkeys(
        ("l/100 km", "l/100km"),
        counted(
            "litra na sto kilometara", "litre na sto kilometara", "litara na sto kilometara", "f"
        ),
    ),
    "ha": counted("hektar", "hektara", "hektara"),
    "mm²": counted("kvadratni milimetar", "kvadratna milimetra", "kvadratnih milimetara"),
    "dm²": counted("kvadratni decimetar", "kvadratna decimetra", "kvadratnih decimetara"),
    "dB": counted("decibel", "decibela", "decibela"),
    "kom.": counted("komad", "komada", "komada"),
    "min.": _CLDR.units["min"],
    "sek": _CLDR.units["sec"],
    "mj.": counted("mjesec", "mjeseca", "mjeseci"),
}


def _parts(text: str) -> str:
    """3/4 km, 2 1/2 l: a part of a unit, which is in the genitive."""
    return compiled(rf"(?<=\d/\d) ?({any_of(_UNITS)})(?![\w²³/])").sub(
        lambda match: f" {_UNITS[match[1]].name('few')}", text
    )


def _genitives(text: str) -> str:
    """Do 1 km, od 1 godine; greater numbers stay as they are."""
    simple = {sign: noun for sign, noun in _UNITS.items() if " " not in noun.name()}

    def say(match: re.Match[str]) -> str:
        lead, sign, word = match.groups()
        noun = simple.get(sign or "")
        feminine = noun.gender == "f" if noun else (word or "").endswith("e")
        number = READER.cardinal(1, "gen-f" if feminine else "gen")
        return f"{lead} {number}" + (f" {noun.name('few')}" if noun else "")

    lead = r"(?<!\w)((?i:od|do|oko|iz|bez|nakon|poslije|prije|više od|manje od))"
    return compiled(
        rf"{lead} 1(?![\w:/]|[.,-] ?\d|\.)(?: ?({any_of(simple)})(?!\w)|(?= (\w+))|)"
    ).sub(say, text)


FORMS = replace(
    _CLDR,
    reader=READER,
    rules=(
        thousands,
        day_ranges(READER, "do", _CLDR.months, "og"),
        years,
        ordinals,
        _parts,
        _genitives,
    ),
    agrees_with=agreement,
    minus="minus",
    to="do",
    ratio="naprema",
    over="kroz",
    out_of="od",
    per="po",
    by="puta",
    times="puta",
    about="oko",
    power="na potenciju",
    squared=("na kvadrat", "na treću"),
    operators={">": "veće od", "<": "manje od"},
    hash_number="broj",
    denominators={
        2: Noun("{} polovina", one="pola", gender="m"),
        **{
            bottom: counted(f"{stem}ina", f"{stem}ine", f"{stem}ina", "f")
            for bottom, stem in enumerate(series("treć četvrt pet šest sedm osm devet deset"), 3)
        },
    },
    mixed="{whole} i {part}",
    mixed_half="{whole} i pol",
    ordinal_suffixes=by_form(ih="-ih -tih", e="-e -te", og="-og -tog", oj="-oj", om="-om", f="-a"),
    ordinal_before=ORDINAL_BEFORE,
    currencies=_CURRENCIES,
    price="{units} i {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        h na sat, sat na sat, s u sekundi, min u minuti, dan na dan, mj mjesečno, mjesec na mjesec,
        god godišnje, godina na godinu, kg po kilogramu, g po gramu, l po litri, L po litri,
        m po metru, m² po kvadratnom metru, m³ po kubnom metru, km po kilometru, kom po komadu,
        osoba po osobi, osobi po osobi, noć po noći
    """),
    month_abbreviations={f"{short}.": month for short, month in _CLDR.month_abbreviations.items()},
    # "pet" is also five.
    weekdays={short: day for short, day in _CLDR.weekdays.items() if short != "pet"},
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="og",
    hours=_CLDR.units["h"],
    minutes=_CLDR.units["min"],
    clock="{hours} i {minutes}",
    whole_hour="{hours}",
    second=" i {second} sekundi",
    clock_marks=words("sati sata sat h"),
    clock_leads=words("u U od Od do oko"),
    phone_leads=words("tel. Tel. telefon Telefon broj mob. mobitel Mobitel faks Faks"),
    version_point="točka",
    phrases={
        "24/7": "dvadeset četiri sedam",
        "50/50": "pola-pola",
        "i/ili": "i ili",
        "C#": "C sharp",
        **dict.fromkeys(
            ("pon-pet", "pon.-pet.", "pon. - pet.", "pon - pet"), "od ponedjeljka do petka"
        ),
    },
    titles=pairs("""
        g. gospodin, dr. doktor, Dr. Doktor, sv. sveti, Sv. Sveti, o. otok, mr. magistar
    """),
    leading=spaced(
        pairs("""
            npr. na primjer, Npr. Na primjer, tj. to jest, tzv. takozvani, odn. odnosno,
            prof. profesor, Prof. Profesor, akad. akademik, doc. docent, ing. inženjer,
            dipl. diplomirani, ul. ulica, Ul. Ulica, tel. telefon, Tel. Telefon, mob. mobitel,
            usp. usporedi, Usp. Usporedi, max. maksimalno, min. minimalno, cca. cirka,
            gđa. gospođa, tzn. to znači, ur. urednik, izd. izdanje, dr.sc. doktor znanosti,
            mr.sc. magistar znanosti, gen. general
        """)
    )
    | pairs("gđa gospođa, Gđa Gospođa, gđica gospođica, cca cirka"),
    abbreviations=spaced(
        pairs("""
            itd. i tako dalje, itsl. i tome slično, sl. slično, n.e. nove ere,
            p.n.e. prije nove ere, st. stoljeća, god. godine
        """)
    )
    | {
        "i dr.": "i drugi",
        "i sur.": "i suradnici",
        "pr. Kr.": "prije Krista",
        "po Kr.": "poslije Krista",
    },
    before_number=pairs("""
        br broj, Br Broj, str stranica, čl članak, Čl Članak, st stavak, toč točka, sl slika,
        tab tablica, pogl poglavlje, sv svezak, No broj
    """),
    sentence_openers=words("""
        On Ona Ono Oni One Ja Ti Mi Vi I A Ali Ili Ako Kad Kada Gdje Kako Tako Što Tko Zašto Zato Za
        S Sa U Na Po K Do Od Iz O Uz Pri Prema Nakon Prije Poslije Ne Nema Da To Taj Ta Te Ti Ovaj
        Ova Ovo Tamo Tu Ovdje Onda Zatim Sad Sada Danas Jučer Sutra Svi Sve Moj Moja Naš Njegov
        Njezin Međutim Stoga Također Još Već Bio Bila Bilo Je Nije Jer Kao Samo
    """),
    regnal=dict.fromkeys(("", "f", "og", "e"), "{ordinal}"),
    regnal_names=by_form(
        f="Elizabeta Katarina Marija Ana Kristina Margareta",
        og="Petra Pavla Ivana Karla Ljudevita Franje Josipa Aleksandra Nikole Henrika Bele",
        e="Elizabete Katarine Marije",
    )
    | dict.fromkeys(
        series("""
            Petar Pavao Ivan Karlo Ljudevit Luj Franjo Josip Aleksandar Nikola Henrik Bela Stjepan
            Tomislav Krešimir Zvonimir Držislav Benedikt Grgur Leon Pio Napoleon Friedrich Vilim
            Filip Juraj Edvard Rikard Fridrik Ferdinand Leopold Ladislav Andrija Ramzes
        """),
        "",
    ),
    regnal_follows=words("""
        i je su bio bila u na s od iz se nije umro umrla vladao vladala postao postala
    """),
    parts=words(
        "Poglavlje poglavlje Knjiga knjiga Dio dio Svezak svezak Tip tip Faza faza Čin čin"
    ),
    part_follows=words("i je u na s od"),
    roman_before=by_form(
        n="stoljeće tisućljeće",
        og="stoljeća svjetskog rata kongresa razreda",
        om="stoljeću svjetskom ratu razredu",
        f="gimnazija liga",
        oj="gimnaziji ligi",
        e="gimnazije lige",
    )
    | dict.fromkeys(words("svjetski kongres razred svezak dio vatikanski"), ""),
    kept="čćđšžČĆĐŠŽéèêëáàâäöüíóúçñßÉÁÖÜ",
    letter_words=words("""
        OK INA DA NE I U JE SU ZA NA OD DO SE SVI SVE TO TAJ TA ON ONA ONO MI VI JA TI KAO ALI ILI
        NI NO PO SA S UZ IZ BEZ ŠTO TKO TU TAMO GDJE VEĆ JOŠ NOVO DAN GOD PIN SIM ZIP GIF RAM
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOU",
    acronym_plural="",
    vowels="aeiour",  # r may be one: krv, prst
    unvowelled=words("hm hmm mm mmm pst psst ššš šš"),
    symbols=pairs("""
        & i, @ et, + plus, = jednako, % posto, ‰ promila, # hešteg, / kroz, × puta, ÷ podijeljeno s,
        − minus, ± plus minus, √ korijen iz, ∞ beskonačno, ≈ približno, ≠ različito od,
        ≤ manje ili jednako, ≥ veće ili jednako, ° stupnjeva, € eura, £ funti, $ dolara, ¥ jena,
        § paragraf, © copyright
    """),
    web=pairs(r"""
        . točka, / kosa crta, \ obrnuta kosa crta, ~ tilda, - crtica, _ donja crta, @ et,
        : dvotočka, & i, + plus, # ljestve, % posto
    """),
)
