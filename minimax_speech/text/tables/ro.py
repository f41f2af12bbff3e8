"""The Romanian table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader, changed
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, series, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("ro"),
    gender="m",
    n="mass-kilogram mass-gram mass-milligram mass-microgram area-hectare duration-minute "
    "temperature angle length-foot graphics-dot",
    f="duration- length-mile mass- energy-calorie energy-kilocalorie speed-mile concentr-part",
)

_SMALL = series("""
    zero unu doi trei patru cinci șase șapte opt nouă zece unsprezece doisprezece treisprezece
    paisprezece cincisprezece șaisprezece șaptesprezece optsprezece nouăsprezece
""")
_TENS = series("douăzeci treizeci patruzeci cincizeci șaizeci șaptezeci optzeci nouăzeci")
_SCALES = (
    (10**9, "un miliard", "miliarde", "n"),
    (10**6, "un milion", "milioane", "n"),
    (1000, "o mie", "mii", "f"),
    (100, "o sută", "sute", "f"),
)
_TWO = ((r"doi$", "două"), (r"doisprezece$", "douăsprezece"))
_AGREEMENT = {
    "m": ((r"^unu$", "un"),),
    "f": ((r"^unu$", "o"), (r"\bunu$", "una"), *_TWO),
    "n": ((r"^unu$", "un"), *_TWO),
    "hour": _TWO,
}
_ORDINALS = {
    "m": (
        (r"opt$", "optu"),
        (r"mie$", "mii"),
        (r"$", "lea"),
    ),
    "f": (
        (r"\bo (mie|sută)", r"\1"),
        (r"două$", "doua"),
        (r"(trei|zece|șase|șapte)$", r"\1a"),
        (r"patru$", "patra"),
        (r"cinci$", "cincea"),
        (r"opt$", "opta"),
        (r"nouă$", "noua"),
        (r"zeci$", "zecea"),
        (r"sut[ăe]$", "suta"),
        (r"mi[ei]$", "mia"),
    ),
}


def _cardinal(number: int) -> str:
    for size, one, name, gender in _SCALES:
        many, rest = divmod(number, size)
        if many:
            link = "de " if many > 19 and not 0 < many % 100 < 20 else ""
            several = f"{changed(_cardinal(many), _AGREEMENT[gender])} {link}{name}"
            said = one if many == 1 else several
            return f"{said} {_cardinal(rest)}" if rest else said
    if number < 20:
        return _SMALL[number]
    ten, one_ = divmod(number, 10)
    return _TENS[ten - 2] + (f" și {_SMALL[one_]}" if one_ else "")


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Ordinals without their article: "al" and "a" are written before them; "king" follows one."""

    def words(self, number: int, kind: str) -> str:
        said = _cardinal(number)
        return changed(said, _ORDINALS["m"]) if kind == "ordinal" else said

    def ordinal(self, number: int, form: str = "") -> str:
        if number == 1:
            return {"f": "prima", "king": "întâi"}.get(form, "primul")
        if form == "f":
            feminine = changed(_cardinal(number), ((r"unu$", "una"), *_TWO))
            return changed(feminine, _ORDINALS["f"])
        said = self.words(number, "ordinal")
        return f"al {said}" if form == "king" else said


_READER = _Reader(
    "ro",
    thousands=".",
    point="virgulă",
    decimals_together=True,
    agreement=_AGREEMENT,
)


def _counted(one: str, many: str, gender: str) -> Noun:
    """20 de lei, but 2 lei."""
    return Noun.of(one, f"de {many}", gender, few=many)


_EURO = Currency(_counted("euro", "euro", "m"), _counted("cent", "cenți", "m"))
_LEU = Currency(_counted("leu", "lei", "m"), _counted("ban", "bani", "m"))
_DOLLAR = Currency(_counted("dolar", "dolari", "m"), _counted("cent", "cenți", "m"))
_POUND = Currency(_counted("liră sterlină", "lire sterline", "f"), _counted("penny", "penny", "m"))
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("lei", "leu", "RON"), _LEU),
    **dict.fromkeys(("€", "EUR", "euro"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dolari", "dolar"), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(_counted("yen", "yeni", "m"))),
}
_MAGNITUDES = {
    **dict.fromkeys(("mie", "mii"), _counted("mie", "mii", "f")),
    **dict.fromkeys(
        ("mil.", "mil", "mln.", "milion", "milioane"), _counted("milion", "milioane", "n")
    ),
    **dict.fromkeys(("mld.", "mld", "miliard", "miliarde"), _counted("miliard", "miliarde", "n")),
}
_UNITS = {
    **_CLDR.units,
    "%": Noun("{} la sută"),
    "‰": Noun("{} la mie"),
    "t": _counted("tonă", "tone", "f"),
    "kWh": _counted("kilowatt-oră", "kilowați-oră", "f"),
    "mm²": _counted("milimetru pătrat", "milimetri pătrați", "m"),
    "Km": _CLDR.units["km"],
    "buc.": _counted("bucată", "bucăți", "f"),
    "buc": _counted("bucată", "bucăți", "f"),
    "dB": _counted("decibel", "decibeli", "m"),
}

_FUNCTION_WORDS = words("""
    și sau este e sunt era erau la în din cu de pe a al ai ale pentru până după peste sub plus minus
    ori virgulă supra egal că dar nu se va au are fost
""")
_FEMININE = words("""
    zi luni săptămâni părți țări cărți femei mașini școli străzi nopți flori familii stații ediții
    secții victorii minge carte parte noapte floare pagini întrebări lume
""")
_NEUTER = words("""
    minute grame kilograme procente puncte grade hectare secole exemplare milioane miliarde bilete
    apartamente state goluri meciuri orașe sate mere ouă pahare scaune tablouri
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following in _FUNCTION_WORDS:
        return None
    if following in _NEUTER or following.endswith("uri"):
        return "n"
    return "f" if following in _FEMININE or following.endswith(("ă", "e")) else "m"


_LINKED_UNIT = re.compile(rf"(?<=\d) de (?=(?:{any_of([*_UNITS, *_CURRENCIES])})(?!\w))")


def _links(text: str) -> str:
    """20 de km, 22 de ore: the number agrees with the noun after "de"."""
    text = _LINKED_UNIT.sub(" ", text)
    return re.sub(
        r"(?<![\w.,/:-])(\d+)(?= de ([^\W\d_]{2,}))",
        lambda match: _READER.read(match[1], _gender(match[2]) or ""),
        text,
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_links,),
    agrees_with=_gender,
    minus="minus",
    to="până la",
    ratio="la",
    over="supra",
    out_of="din",
    per="pe",
    by="pe",
    times="ori",
    about="circa",
    power="la puterea",
    squared=("la pătrat", "la cub"),
    operators={">": "mai mare decât", "<": "mai mic decât"},
    hash_number="numărul",
    denominators={
        **parts(
            """
            2 jumătate jumătăți, 3 treime treimi, 5 cincime cincimi, 6 șesime șesimi,
            7 șeptime șeptimi, 8 optime optimi, 9 noime noimi, 10 zecime zecimi
            """,
            "f",
        ),
        **parts("4 sfert sferturi", "n"),
    },
    mixed="{whole} și {part}",
    mixed_half="{whole} și jumătate",
    part_of="{part} de {unit}",
    ordinal_suffixes={"-lea": "m", "-a": "f"},
    currencies=_CURRENCIES,
    price="{units} și {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=("mii", "mil.", "mln.", "milion", "milioane", "mld.", "miliard", "miliarde"),
    units=_UNITS,
    rates=pairs("""
        h pe oră, oră pe oră, zi pe zi, săpt pe săptămână, săptămână pe săptămână, lună pe lună,
        an pe an, pers de persoană, persoană de persoană, buc bucata
    """),
    date="{number} {month} {year}",
    day_month="{number} {month}",
    first_day="întâi",
    month_abbreviations={**_CLDR.month_abbreviations, "sep.": 9, "noi.": 11},
    weekdays={},
    date_leads=words("pe data din"),
    hours=Noun.of("ora", gender="hour"),
    minute_form="hour",
    clock="{hour} și {minute}",
    clock_leads=words("ora Ora orele Orele"),
    phone_leads=words("telefon Telefon telefonul numărul mobil fax Fax tel Tel"),
    version_point="punct",
    phrases={
        "24/7": "douăzeci și patru din șapte",
        "50/50": "cincizeci-cincizeci",
        "și/sau": "și sau",
        "C#": "C sharp",
    },
    titles=pairs("Sf. Sfântul, sf. sfântul"),
    leading=spaced(
        pairs("""
            dl. domnul, dl domnul, d-l domnul, Dl. Domnul, dna. doamna, dna doamna, d-na doamna,
            Dna. Doamna, d-ra domnișoara, dra. domnișoara, dr. doctor, Dr. Doctor,
            prof. profesor, Prof. Profesor, ing. inginer, Ing. Inginer, av. avocat, Av. Avocat,
            gen. general, col. colonel, str. strada, Str. Strada, bd. bulevardul,
            Bd. Bulevardul, bl. blocul, sc. scara, et. etajul, ap. apartamentul, jud. județul,
            tel. telefon, Tel. Telefon, ex. exemplu, cca. circa, cca circa, aprox. aproximativ,
            nr. numărul, nr numărul, Nr. Numărul, cf. conform, vs. versus, max. maximum,
            șos. șoseaua, Șos. Șoseaua, conf. conferențiar, lect. lector, univ. universitar
        """)
    ),
    abbreviations=spaced(
        pairs("""
            etc. et cetera, ș.a. și altele, ș.a.m.d. și așa mai departe,
            î.Hr. înainte de Hristos, d.Hr. după Hristos, î.e.n. înaintea erei noastre,
            e.n. era noastră
        """)
    ),
    before_number=pairs("""
        p pagina, pag pagina, Pag Pagina, art articolul, Art Articolul, alin alineatul,
        sec secolul, cap capitolul, vol volumul, fig figura
    """),
    sentence_openers=words("""
        El Ea Ei Ele Eu Tu Noi Voi Un O Și Dar Sau Dacă Când Unde Cum De Ce Cine Care Că Pentru Cu
        În La Pe Din Nu Da Este Sunt Era A Au Am Fost Apoi Acum Aici Acolo Acest Această Aceste
        Toate Toți Mulți După Până Fără Azi Ieri Mâine Totuși Astfel
    """),
    regnal={"king": "{ordinal}"},
    regnal_names=dict.fromkeys(
        words(
            "Carol Ferdinand Mihai Ștefan Petru Alexandru Mircea Vlad Ludovic Henric Filip "
            "Francisc Napoleon Nicolae Friedrich Wilhelm Leopold Iosif Pius Benedict "
            "Grigore Ioan Paul Leon"
        ),
        "king",
    ),
    regnal_follows=words("a al și este era de din în"),
    parts=words("""
        secolul Secolul secolului Capitolul capitolul Partea Volumul volumul Cartea Actul actul
        Faza Tipul Clasa clasa
    """),
    part_follows=words("a al și este era de din în"),
    roman_suffixes=by_form(m="-lea", f="-a"),
    kept="ăâîșțĂÂÎȘȚşţŞŢéèêëáàäöüóúíçñßÉ",
    letter_words=words("""
        OK NATO ONU PIN SIM ZIP GIF RAM EL EA EI EU TU NOI VOI UN ȘI DAR SAU CE DE DIN LA PE CU ÎN
        NU DA AM AU ARE SUB NOU
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUĂÂÎ",
    vowels="aeiouyăâî",
    unvowelled=words("hm hmm mm mmm pst psst șșș sst brr grr"),
    symbols=pairs("""
        & și, @ arond, + plus, = egal, % la sută, ‰ la mie, # hashtag, / slash, × ori,
        ÷ împărțit la, − minus, ± plus minus, √ radical din, ∞ infinit, ≈ aproximativ,
        ≠ diferit de, ≤ mai mic sau egal cu, ≥ mai mare sau egal cu, ° grade, € euro, £ lire,
        $ dolari, ¥ yeni, § paragraful, © copyright
    """),
    web=pairs(r"""
        . punct, / slash, \ backslash, ~ tilda, - cratimă, _ underscore, @ arond,
        : două puncte, & și, + plus, # diez, % la sută
    """),
)
