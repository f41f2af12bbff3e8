"""What a language says for figures and signs: one table per language.

A language joins by a `SpokenForms` of its own in `_TABLES`; without one, only its plain numbers
are put into words (see `normalise`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from minimax_speech.text.numbers import NumberReader


@dataclass(frozen=True)
class Currency:
    """Names of a currency's unit and of its hundredth (empty where there is none)."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


@dataclass(frozen=True)
class SpokenForms:
    """The table of one language. Templates are `str.format` strings over the named parts."""

    reader: NumberReader
    currencies: Mapping[str, Currency]  # by sign or ISO code
    magnitudes: Mapping[str, str]  # "bn" -> "billion"
    units: Mapping[str, tuple[str, str]]  # after a number: singular, plural
    months: tuple[str, ...]
    month_abbreviations: Mapping[str, int]  # "Nov" -> 11, without the stop
    month_first: bool  # 3/4/2025 is the fourth of March
    date: str  # {day} (ordinal) {month} {year}
    month_day: str
    day_month: str
    ordinal_suffixes: tuple[str, ...]
    whole_hour: str  # {hour} up to 12
    late_hour: str  # {hour} from 13
    low_minute: str  # 5:07; {minute}
    halves: tuple[str, str]  # of a fraction: singular, plural
    quarters: tuple[str, str]
    phrases: Mapping[str, str]
    leading: Mapping[str, str]  # abbreviations that never end a sentence, as written
    abbreviations: Mapping[str, str]  # those that may end one
    before_number: Mapping[str, str]  # abbreviations only where a number follows
    street_or_saint: Mapping[str, tuple[str, str]]  # after a name, before a name
    symbols: Mapping[str, str]
    letter_words: frozenset[str]  # capitals that are read as a word
    spelt_words: frozenset[str]  # capitals that are spelt though they look like a word
    sentence_openers: frozenset[str]  # capitalised words that are no surname
    regnal_names: frozenset[str]
    decades: tuple[tuple[str, str], ...]  # endings of a number word, and of its plural
    web: Mapping[str, str]  # signs inside an address
    hash_number: str  # "#" before a number
    minus: str
    to: str
    and_: str
    a_: str  # two and a half
    of_: str  # one half of a kilometer
    over: str  # between the two halves of an unusual fraction
    per: str
    squared: tuple[str, str]  # ² and ³ after a letter or figure
    square: tuple[str, str]  # ² and ³ after a unit
    regnal: str  # {ordinal}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

_ENGLISH_CURRENCIES = {
    "$": Currency("dollar", "dollars", "cent", "cents"),
    "€": Currency("euro", "euros", "cent", "cents"),
    "£": Currency("pound", "pounds", "penny", "pence"),
    "¥": Currency("yen", "yen"),
    "₹": Currency("rupee", "rupees", "paisa", "paise"),
    "₩": Currency("won", "won"),
    "₽": Currency("ruble", "rubles", "kopeck", "kopecks"),
    "₺": Currency("lira", "lira", "kurush", "kurush"),
    "₴": Currency("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₪": Currency("shekel", "shekels", "agora", "agorot"),
    "CHF": Currency("Swiss franc", "Swiss francs", "centime", "centimes"),
}
_ISO = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "US$": "$", "KRW": "₩"}

_ENGLISH_UNITS = {
    "km": ("kilometer", "kilometers"),
    "m": ("meter", "meters"),
    "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"),
    "nm": ("nanometer", "nanometers"),
    "mi": ("mile", "miles"),
    "ft": ("foot", "feet"),
    "yd": ("yard", "yards"),
    "kg": ("kilogram", "kilograms"),
    "g": ("gram", "grams"),
    "mg": ("milligram", "milligrams"),
    "lb": ("pound", "pounds"),
    "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"),
    "l": ("liter", "liters"),
    "L": ("liter", "liters"),
    "ml": ("milliliter", "milliliters"),
    "mL": ("milliliter", "milliliters"),
    "ha": ("hectare", "hectares"),
    "s": ("second", "seconds"),
    "ms": ("millisecond", "milliseconds"),
    "sec": ("second", "seconds"),
    "min": ("minute", "minutes"),
    "h": ("hour", "hours"),
    "mins": ("minute", "minutes"),
    "secs": ("second", "seconds"),
    "hr": ("hour", "hours"),
    "hrs": ("hour", "hours"),
    "mph": ("mile per hour", "miles per hour"),
    "km/h": ("kilometer per hour", "kilometers per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"),
    "m/s": ("meter per second", "meters per second"),
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
    "%": ("percent", "percent"),
    "‰": ("per mille", "per mille"),
    "kB": ("kilobyte", "kilobytes"),
    "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"),
    "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"),
    "GHz": ("gigahertz", "gigahertz"),
    "V": ("volt", "volts"),
    "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"),
    "MW": ("megawatt", "megawatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"),
    "mAh": ("milliamp hour", "milliamp hours"),
    "dB": ("decibel", "decibels"),
    "kcal": ("kilocalorie", "kilocalories"),
    "px": ("pixel", "pixels"),
}

_ENGLISH_LEADING = {
    **dict.fromkeys(("Mr", "Mr."), "Mister"),
    **dict.fromkeys(("Mrs", "Mrs."), "Missus"),
    **dict.fromkeys(("Ms", "Ms."), "Miz"),
    "Prof.": "Professor",
    "Rev.": "Reverend",
    "Gen.": "General",
    "Col.": "Colonel",
    "Capt.": "Captain",
    "Lt.": "Lieutenant",
    "Sgt.": "Sergeant",
    "Gov.": "Governor",
    "Sen.": "Senator",
    "Pres.": "President",
    "Mt.": "Mount",
    "Ft.": "Fort",
    "e.g.": "for example",
    "i.e.": "that is",
    "vs.": "versus",
    "vs": "versus",
    "approx.": "approximately",
    "cf.": "compare",
    "incl.": "including",
}

_ENGLISH_ABBREVIATIONS = {
    "etc.": "et cetera",
    "a.m.": "A M",
    "p.m.": "P M",
    "Jr.": "Junior",
    "Sr.": "Senior",
    "Inc.": "Incorporated",
    "Ltd.": "Limited",
    "Co.": "Company",
    "Corp.": "Corporation",
    "Dept.": "Department",
    "dept.": "department",
    "Ave.": "Avenue",
    "Blvd.": "Boulevard",
    "Rd.": "Road",
    "Apt.": "Apartment",
    "Ph.D.": "P H D",
    "est.": "established",
    "al.": "alii",
    "misc.": "miscellaneous",
    "max.": "maximum",
}

_ENGLISH_SYMBOLS = {
    "&": "and",
    "@": "at",
    "+": "plus",
    "=": "equals",
    "%": "percent",
    "#": "hashtag",
    "/": "slash",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "°": "degrees",
    "€": "euros",
    "£": "pounds",
    "$": "dollars",
    "¥": "yen",
}

ENGLISH = SpokenForms(
    reader=NumberReader("en", point="point"),
    currencies={
        **_ENGLISH_CURRENCIES,
        **{code: _ENGLISH_CURRENCIES[sign] for code, sign in _ISO.items()},
    },
    magnitudes={
        **{word: word for word in ("hundred", "thousand", "million", "billion", "trillion")},
        "k": "thousand",
        "K": "thousand",
        "m": "million",
        "mn": "million",
        "M": "million",
        "bn": "billion",
        "B": "billion",
        "tn": "trillion",
    },
    units=_ENGLISH_UNITS,
    months=_MONTHS,
    month_abbreviations={
        **{name[:3]: index for index, name in enumerate(_MONTHS, 1) if name != "May"},
        "Sept": 9,
    },
    month_first=True,
    date="{month} {day}, {year}",
    month_day="{month} {day}",
    day_month="the {day} of {month}",
    ordinal_suffixes=("st", "nd", "rd", "th"),
    whole_hour="{hour} o'clock",
    late_hour="{hour} hundred",
    low_minute="oh {minute}",
    halves=("half", "halves"),
    quarters=("quarter", "quarters"),
    phrases={"24/7": "twenty-four seven", "and/or": "and or", "w/o": "without"},
    leading=_ENGLISH_LEADING,
    abbreviations=_ENGLISH_ABBREVIATIONS,
    before_number={
        "No": "number",
        "no": "number",
        "Nos": "numbers",
        "p": "page",
        "pp": "pages",
        "vol": "volume",
        "Vol": "Volume",
        "ch": "chapter",
        "Ch": "Chapter",
        "fig": "figure",
        "Fig": "Figure",
        "ca": "circa",
        "Sec": "Section",
        "Apt": "apartment",
    },
    street_or_saint={"St": ("Street", "Saint"), "Dr": ("Drive", "Doctor")},
    symbols=_ENGLISH_SYMBOLS,
    letter_words=_words(
        "OK PIN SIM RAM ZIP GIF MOM DAD NO SO GO WE IT IS AM AN AS AT BE BY DO HE IF IN ME MY "
        "OF ON OR TO UP ALL AND ANY ARE BUT CAN DID FOR GET HAD HAS HER HIM HIS HOW LET MAY "
        "NEW NOT NOW OFF OLD ONE OUR OUT SAY SEE SHE THE TOO TWO USE WAS WAY WHO WHY YES YET "
        "YOU OH AH"
    ),
    spelt_words=_words("UCLA NCAA AARP HTTPS IEEE USAID ASAP ESPN USSR YMCA"),
    regnal_names=_words(
        "Henry Louis Edward George William Charles James Richard Elizabeth Mary Philip "
        "Francis Frederick Alexander Nicholas Catherine Napoleon Pius Paul Benedict Gregory "
        "Leo Clement Innocent Urban Ramses Ptolemy Harald Christian Gustav Otto Ferdinand "
        "Alfonso Ivan Malcolm David Robert Stephen Carl Haakon Olaf Leopold Albert Victor"
    ),
    sentence_openers=_words(
        "The He She It They We You I But And Then This That These There If In On At What When "
        "Who Why How A An So No Yes My Our His Her Their Is Are Was Do Did For As After "
        "Please"
    ),
    decades=(("y", "ies"), ("", "s")),
    web={
        ".": "dot",
        "/": "slash",
        "-": "dash",
        "_": "underscore",
        "@": "at",
        ":": "colon",
        "?": "question mark",
        "=": "equals",
        "&": "and",
        "+": "plus",
        "#": "hash",
        "%": "percent",
    },
    hash_number="number",
    minus="minus",
    to="to",
    and_="and",
    a_="a",
    of_="of a",
    over="over",
    per="per",
    squared=("squared", "cubed"),
    square=("square", "cubic"),
    regnal="the {ordinal}",
)

_TABLES = {"en": ENGLISH}


def spoken_forms(code: str) -> SpokenForms | None:
    """The table of a language, or None if it has none yet."""
    return _TABLES.get(code)
