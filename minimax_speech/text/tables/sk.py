"""The Slovak table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, spaced, words
from minimax_speech.text.tables.slavic import (
    SlavicReader,
    counted,
    day_ranges,
    genitives,
    hours_after,
    numbered,
)

_CLDR = cldr.spoken_forms(
    languages.get("sk"),
    gender="m",
    without="mi mb kb",
    f="length-mile length-foot mass-pound mass-ounce mass-tonne duration- power-horsepower "
    "energy-kilowatt-hour energy-calorie energy-kilocalorie speed-mile concentr-part",
    n="concentr-percent concentr-permille",
)

_THOUSAND = counted("tisíc", "tisíce", "tisíc", part="tisíca")
_MILLION = counted("milión", "milióny", "miliónov", part="milióna")
_BILLION = counted("miliarda", "miliardy", "miliárd", "f")
_TRILLION = counted("bilión", "bilióny", "biliónov", part="bilióna")

_GENITIVES = (
    (r"^jed(?:en|no)$", "jedného"),
    (r"^jedna$", "jednej"),
    (r"^dv(?:a|e|aja)$", "dvoch"),
    (r"^tr(?:i|aja)$", "troch"),
    (r"^štyr(?:i|ia)$", "štyroch"),
    (r"päť$", "piatich"),
    (r"šesť$", "šiestich"),
    (r"sedem$", "siedmich"),
    (r"osem$", "ôsmich"),
    (r"deväť$", "deviatich"),
    (r"^desať$", "desiatich"),
    (r"násť$", "nástich"),
    (r"dsať$", "dsiatich"),
    (r"desiat$", "desiatich"),
)
_ENDINGS = {  # of "tretí" and "tisíci", of "prvý" and its like, and of "piaty" and its like
    "á": ("ia", "á", "a"),
    "é": ("ie", "é", "e"),
    "ého": ("ieho", "ého", "eho"),
    "ej": ("ej", "ej", "ej"),
    "om": ("om", "om", "om"),
    "ú": ("iu", "ú", "u"),
    "ých": ("ích", "ých", "ych"),
}

_READER = SlavicReader(
    "sk",
    thousands=" ",
    point="celá",
    decimals_together=True,
    names=numbered(
        """
        nula jeden dva tri štyri päť šesť sedem osem deväť desať jedenásť dvanásť trinásť štrnásť
        pätnásť šestnásť sedemnásť osemnásť devätnásť
        """,
        """
        dvadsať tridsať štyridsať päťdesiat šesťdesiat sedemdesiat osemdesiat deväťdesiat
        """,
        "sto dvesto tristo štyristo päťsto šesťsto sedemsto osemsto deväťsto",
        n1000="tisíc",
        n1000000="milión",
        n1000000000="miliarda",
        n1000000000000="bilión",
    ),
    scales={
        10**12: _TRILLION,
        10**9: _BILLION,
        10**6: _MILLION,
        1000: Noun("{}tisíc", gender="f"),
    },
    ordinals=numbered(
        """
        nultý prvý druhý tretí štvrtý piaty šiesty siedmy ôsmy deviaty desiaty jedenásty dvanásty
        trinásty štrnásty pätnásty šestnásty sedemnásty osemnásty devätnásty
        """,
        """
        dvadsiaty tridsiaty štyridsiaty päťdesiaty šesťdesiaty sedemdesiaty osemdesiaty
        deväťdesiaty
        """,
        "stý dvojstý trojstý štvorstý päťstý šesťstý sedemstý osemstý deväťstý",
        n1000="tisíci",
        n2000="dvojtisíci",
        n3000="trojtisíci",
        n1000000="miliónty",
        n1000000000="miliardtý",
        n1000000000000="biliónty",
    ),
    declined=100,
    whole=counted("celá", "celé", "celých", "f"),
    repairs=((r"(?<=dsať|siat) (?=(?:jeden|dva|tri|štyri|päť|šesť|sedem|osem|deväť)\b)", ""),),
    agreement={
        "m": (),
        "f": ((r"^jeden$", "jedna"), (r"^dva$", "dve")),
        "n": ((r"^jeden$", "jedno"), (r"^dva$", "dve")),
        "e": ((r"^jeden$", "jedno"),),  # jedno dieťa, dva stroje
        "u": ((r"^jeden$", "jednu"),),
        "persons": ((r"^dva$", "dvaja"), (r"^tri$", "traja"), (r"^štyri$", "štyria")),
        "gen": _GENITIVES,
    },
    ordinal_agreement={
        form: (
            (r"(?<=tret)í\b|(?<=tisíc)i\b", soft),
            (r"ý\b", long),
            (r"(?<=t|m)y\b", short),
        )
        for form, (soft, long, short) in _ENDINGS.items()
    },
)

_CENT = counted("cent", "centy", "centov", part="centa")
_EURO = Currency(counted("euro", "eurá", "eur", "n", part="eura"), _CENT)
_DOLLAR = Currency(counted("dolár", "doláre", "dolárov", part="dolára"), _CENT)
_POUND = Currency(counted("libra", "libry", "libier", "f"), counted("penca", "pence", "pencí", "f"))
_KORUNA = Currency(
    counted("koruna", "koruny", "korún", "f"), counted("halier", "haliere", "halierov")
)
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("€", "EUR", "euro", "eurá", "eur", "eura"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dolár", "doláre", "dolárov"), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("Kč", "CZK", "Sk", "koruna", "koruny", "korún"), _KORUNA),
    **dict.fromkeys(("¥", "JPY"), Currency(counted("jen", "jeny", "jenov", part="jenu"))),
    "CHF": Currency(counted("frank", "franky", "frankov", part="franku")),
    **dict.fromkeys(("zł", "PLN"), Currency(counted("zlotý", "zloté", "zlotých", part="zlotého"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("tis.", "tis", *_THOUSAND.names), _THOUSAND),
    **dict.fromkeys(("mil.", "mil", "milióna", *_MILLION.names), _MILLION),
    **dict.fromkeys(("mld.", "mld", *_BILLION.names), _BILLION),
    **dict.fromkeys(("bil.", *_TRILLION.names), _TRILLION),
}
_UNITS = {
    **_CLDR.units,
    "mm²": counted(
        "milimeter štvorcový",
        "milimetre štvorcové",
        "milimetrov štvorcových",
        part="milimetra štvorcového",
    ),
    "min.": _CLDR.units["min"],
    "Pa": counted("pascal", "pascaly", "pascalov", part="pascala"),
    "J": counted("joule", "jouly", "joulov", part="joulu"),
    "dB": counted("decibel", "decibely", "decibelov", part="decibelu"),
    **dict.fromkeys(("ks", "ks."), counted("kus", "kusy", "kusov", part="kusa")),
}

_FUNCTION_WORDS = words("""
    a aj i alebo ale na za s so z zo v vo do od o po u pri nad pod pred bez pre je sú bol bola bolo
    boli že to či krát plus mínus celá celé celých bodka rovná až nula rokov hodín minút
""")
_FEMININE = words("""
    ženy dievky hodiny minúty sekundy knihy stránky strany noci kávy fľaše lyžice lyžičky veci časti
    dcéry sestry koruny libry tony firmy školy triedy skupiny ulice osoby nedele stoličky postele
    budovy cesty chyby hry kapitoly karty mačky fotky otázky piesne úlohy rodiny ruky nohy rieky
    svetové verzie série kópie míle stopy tabuľky vlny krajiny správy noc vec časť kosť pieseň
    deti oči uši mestá autá slová
""")
_PERSONS = words("muži chlapci bratia priatelia ľudia študenti žiaci hráči otcovia")


def _agreement(following: str) -> str | None:
    """A guess at the form of a number by the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _PERSONS or word.endswith(("ovia", "telia", "níci", "enti", "isti")):
        return "persons"
    if word in _FEMININE or word.endswith(("a", "á", "osť", "osti", "ice", "cie")):
        return "f"
    if word.endswith(("e", "é")):
        return "e"
    if word.endswith("u"):
        return "u"
    return "n" if word.endswith("o") else "m"


_DAYS = pairs("""
    po pondelok, ut utorok, st streda, št štvrtok, pi piatok, so sobota, ne nedeľa
""")


def _week(text: str) -> str:
    """Po-Pi: alone, such words are others."""
    day = rf"({any_of(_DAYS)})\.?"
    return compiled(rf"(?<!\w)(?i:{day} ?- ?{day})(?!\w)").sub(
        lambda match: f"{_DAYS[match[1].lower()]} až {_DAYS[match[2].lower()]}", text
    )


def _decades(text: str) -> str:
    """80. roky, v 90. rokoch."""
    return re.sub(
        r"(?<![\w.,])([2-9]0)\. ?(?=rok(y|ov|och)\b)",
        lambda match: _READER.ordinal(int(match[1]), "é" if match[2] == "y" else "ých") + " ",
        text,
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(
        _week,
        _decades,
        day_ranges(_READER, "až", _CLDR.months, "ého"),
        hours_after(_READER, words("o do od po okolo"), ("hodine",), "ej", "nula"),
        genitives(
            _READER,
            words("do od z zo bez u okolo vyše počas kvôli namiesto"),
            {**_UNITS, **_MAGNITUDES},
            _CURRENCIES,
            _CLDR.months,
        ),
    ),
    agrees_with=_agreement,
    minus="mínus",
    to="až",
    ratio="ku",
    over="lomeno",
    out_of="z",
    per="za",
    by="krát",
    times="krát",
    about="asi",
    power="na",
    squared=("na druhú", "na tretiu"),
    operators={">": "je väčšie ako", "<": "je menšie ako"},
    hash_number="číslo",
    denominators={
        2: Noun("{} polovíc", one="jedna polovica", few="{} polovice", gender="m"),
        **{
            bottom: counted(f"{stem}ina", f"{stem}iny", f"{stem}ín", "f")
            for bottom, stem in enumerate(
                ("tret", "štvrt", "pät", "šest", "sedm", "osm", "devät", "desat"), 3
            )
        },
    },
    mixed="{whole} a {part}",
    mixed_half="{whole} a pol",
    part_of="{part} {unit}",
    ordinal_before=by_form(
        á="trieda svetová liga časť kapitola etapa sezóna séria",
        é="miesto poschodie storočie kolo výročie vydanie nástupište narodeniny",
        ého="miesta poschodia storočia kola ročníka výročia dielu",
        om="mieste poschodí storočí kole ročníku",
        ej="triedy triede svetovej ligy lige vojny vojne časti kapitoly sezóny sezóne",
        ú="triedu vojnu kapitolu ligu svetovú",
        ých="narodenín narodeninách",
    )
    | dict.fromkeys(words("deň ročník diel"), ""),
    currencies=_CURRENCIES,
    price="{units} {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        h za hodinu, hod za hodinu, hodinu za hodinu, deň za deň, mesiac za mesiac, mes za mesiac,
        rok za rok, týždeň za týždeň, os za osobu, osobu za osobu, kg za kilogram, ks za kus,
        noc za noc, m² za meter štvorcový, l na liter
    """),
    month_abbreviations={},
    weekdays={},
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="ého",
    date_leads=words("dňa do od"),
    hours=counted("hodina", "hodiny", "hodín", "f"),
    clock="{hour} {minute}",
    whole_hour="{hours}",
    low_minute="nula {minute}",
    clock_marks=words("h hod hodín"),
    phone_leads=words("tel. tel Tel. Tel telefón Telefón číslo mobil Mobil fax Fax"),
    version_point="bodka",
    phrases={
        "24/7": "dvadsaťštyri hodín denne",
        "50/50": "päťdesiat na päťdesiat",
        "a/alebo": "a alebo",
        "C#": "C sharp",
        "s. r. o.": "s ručením obmedzeným",
        "s.r.o.": "s ručením obmedzeným",
    },
    titles=pairs("sv. svätý, Sv. Svätý, p. pán"),
    leading=spaced(
        pairs("""
            napr. napríklad, Napr. Napríklad, t.j. to jest, tj. to jest, tzn. to znamená,
            tzv. takzvaný, príp. prípadne, resp. respektíve, vrát. vrátane, Dr. Doktor,
            prof. profesor, Prof. Profesor, doc. docent, Doc. Docent, Ing. Inžinier, Mgr. Magister,
            Bc. Bakalár, MUDr. Doktor, JUDr. Doktor, PhDr. Doktor, RNDr. Doktor, gen. generál,
            plk. plukovník, ul. ulica, nám. námestie, tel. telefón, Tel. Telefón, max. maximálne,
            min. minimálne, pí. pani, sl. slečna, zn. značka, porov. porovnaj, nar. narodený,
            zomr. zomrel, odd. oddelenie, cca. cirka, angl. anglicky, m.i. medzi iným
        """)
    )
    | {"cca": "cirka"},
    abbreviations=spaced(
        pairs("""
            atď. a tak ďalej, apod. a podobne, atp. a tak podobne,
            n.l. nášho letopočtu, a.s. akciová spoločnosť, stor. storočie, hod. hodín, r. roku
        """)
    )
    | {
        "a pod.": "a podobne",
        "pred n. l.": "pred naším letopočtom",
        "pred Kr.": "pred Kristom",
        "po Kr.": "po Kristovi",
    },
    before_number=pairs("""
        č číslo, Č Číslo, str strana, Str Strana, s strana, ods odsek, čl článok, kap kapitola,
        obr obrázok, zv zväzok, tab tabuľka
    """),
    sentence_openers=words("""
        A Aby Aj Ak Ako Ale Alebo Ani Asi Áno Bol Bola Bolo Bude Budú Byť Čo Či Dnes Do Hoci I Ich
        Ja Jeho Jej Je Jeden Kam Kde Kedy Keď Kto Ktorá Ktorý Medzi Môj My Na Nad Nie Niekto
        Nič Nikto
        No O Od On Ona Oni Ono Po Pod Podľa Potom Prečo Pre Pretože Pred Pri S So Sa Si Som Sme
        Sú Tak Také Tam Táto Ten Tento Teraz To Toto Tu Ty U Už V Vo Však Všetko Všetci Vy Z Za Zo
        Že Zajtra Včera Tiež Preto
    """),
    regnal={"": "{ordinal}", "á": "{ordinal}", "ého": "{ordinal}", "ej": "{ordinal}"},
    regnal_names=by_form(
        á="Alžbeta Katarína Mária Anna Izabela",
        ej="Alžbety Kataríny Márie",
        ého="Karola Ferdinanda Františka Jozefa Jána Pavla Rudolfa Ľudovíta Henricha Filipa Petra "
        "Viliama Fridricha Mikuláša Alexandra Juraja Napoleona Žigmunda Mateja Bela",
    )
    | dict.fromkeys(
        words("""
            Karol Ferdinand František Jozef Ján Pavol Rudolf Ľudovít Henrich Filip Viliam Fridrich
            Peter Mikuláš Alexander Juraj Napoleon Leopold Žigmund Matej Belo Štefan Ondrej Pius
            Benedikt Gregor Lev Richard Eduard Jakub Václav Vladislav Ramzes
        """),
        "",
    ),
    regnal_follows=words("a bol bola v z i sa"),
    parts=words("Kapitola kapitola Časť časť Diel diel Zväzok zväzok Typ Fáza"),
    part_follows=words("a v je sa"),
    roman_before=by_form(
        á="svetová trieda liga časť",
        é="storočie miesto poschodie",
        ého="storočia",
        om="storočí",
        ej="svetovej triedy časti",
        ú="svetovú",
    )
    | dict.fromkeys(words("ročník diel zjazd kongres stupeň"), ""),
    kept="áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽěřůĚŘŮöüßőűłąęńćśźżëèêàâçñÖÜ",
    letter_words=words("""
        OK NATO UNICEF PIN SIM ZIP GIF RAM ÁNO NIE JA TY ON ONA MY VY TO TÁ TEN ČO KTO AKO KEĎ ALE
        ANI PRE DO NA PO ZA ZO VO OD BEZ POD NAD SA SI JE BOL SOM NOVÝ NÁŠ VÁŠ DEŇ ROK
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    capital_vowels="AEIOUYÁÄÉÍÓÔÚÝ",
    acronym_plural="",
    vowels="aeiouyrl",
    unvowelled=words("hm hmm mm mmm pst psst ššš sss"),
    symbols=pairs("""
        & a, @ zavináč, + plus, = rovná sa, % percent, ‰ promile, # hashtag, / lomeno, × krát,
        ÷ delené, − mínus, ± plus mínus, √ odmocnina z, ∞ nekonečno, ≈ približne,
        ≠ nerovná sa, ≤ menšie alebo rovné, ≥ väčšie alebo rovné, ° stupňov, € eur, £ libier,
        $ dolárov, ¥ jenov, § paragraf, © copyright
    """),
    web=pairs(r"""
        . bodka, / lomka, \ spätná lomka, ~ vlnovka, - pomlčka, _ podčiarkovník, @ zavináč,
        : dvojbodka, & a, + plus, # mriežka, % percento
    """),
)
