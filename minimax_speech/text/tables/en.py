"""The English table of spoken forms."""

from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import SpokenForms, by_form, words
from minimax_speech.text.tables.en_units import (
    BARE_MAGNITUDES,
    CURRENCIES,
    MAGNITUDES,
    RATES,
    UNITS,
)
from minimax_speech.text.tables.en_words import (
    ABBREVIATIONS,
    BEFORE_NUMBER,
    DIRECTIONS,
    LEADING,
    LETTER_WORDS,
    PHRASES,
    SPELT_WORDS,
    STATES,
    UNVOWELLED,
)

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

_WEEKDAYS = {
    "Mon": "Monday",
    **dict.fromkeys(("Tue", "Tues"), "Tuesday"),
    "Wed": "Wednesday",
    **dict.fromkeys(("Thu", "Thur", "Thurs"), "Thursday"),
    "Fri": "Friday",
    "Sat": "Saturday",
    "Sun": "Sunday",
}

_SYMBOLS = {
    "&&": "and",
    "&": "and",
    "@": "at",
    "+": "plus",
    "!=": "is not equal to",
    "==": "equals",
    "=": "equals",
    "%": "percent",
    "‰": "per mille",
    "#": "hashtag",
    "/": "slash",
    "×": "times",
    "÷": "divided by",
    "−": "minus",
    "±": "plus or minus",
    "√": "the square root of",
    "∞": "infinity",
    "≈": "approximately",
    "≠": "is not equal to",
    "<=": "less than or equal to",
    "≤": "less than or equal to",
    ">=": "greater than or equal to",
    "≥": "greater than or equal to",
    "°": "degrees",
    "€": "euros",
    "£": "pounds",
    "$": "dollars",
    "¥": "yen",
    "¢": "cents",
    "§": "section",
    "¶": "paragraph",
    "©": "copyright",
}

_GREEK = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma
    tau upsilon phi chi psi omega
"""
_NAMED_LETTERS = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK.split(), strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", _GREEK.split(), strict=True)),
    "ς": "sigma",
    "ϕ": "phi",
    "ϵ": "epsilon",
    "ϑ": "theta",
}

_READER = NumberReader("en", point="point", years=True)
_DENOMINATORS = {bottom: _READER.ordinal(bottom) for bottom in range(3, 21)}

FORMS = SpokenForms(
    reader=_READER,
    currencies=CURRENCIES,
    magnitudes=MAGNITUDES,
    bare_magnitudes=BARE_MAGNITUDES,
    units=UNITS,
    hot=("C", "F"),
    rates=RATES,
    feet_inches=(Noun.of("foot", "feet"), Noun.of("inch", "inches")),
    arc=("minutes", "seconds"),
    measured=words("tall long wide deep high thick away across by in of and or to"),
    compass={"N": "north", "S": "south", "E": "east", "W": "west"},
    months=_MONTHS,
    month_abbreviations={
        **{name[:3]: index for index, name in enumerate(_MONTHS, 1) if name != "May"},
        "Sept": 9,
    },
    weekdays=_WEEKDAYS,
    month_first=True,
    date_leads=words(
        "on due until till since dated through thru starting ending deadline "
        "monday tuesday wednesday thursday friday saturday sunday"
    ),
    loose_date_leads=words("by before after from to between and"),
    date="{month} {day}, {year}",
    month_day="{month} {day}",
    day_month="the {day} of {month}",
    day_article="the",
    weekday_follows=words("at"),
    no_date_follows=words("of a an the"),
    ordinal_suffixes=dict.fromkeys(("st", "nd", "rd", "th"), ""),
    whole_hour="{hour} o'clock",
    late_hour="{hour} hundred",
    low_minute="oh {minute}",
    denominators={
        **{bottom: Noun.of(name, name + "s") for bottom, name in _DENOMINATORS.items()},
        2: Noun.of("half", "halves"),
        4: Noun.of("quarter", "quarters"),
    },
    mixed="{whole} and {part}",
    a_="a",
    part_of="{part} of a {unit}",
    out_of="out of",
    marks=words("scored rated rating score gave got grade"),
    numbered=words(
        "Room room Flight flight Highway highway Route route Interstate Boeing Airbus Error error "
        "HTTP Suite suite Apartment apartment Bus bus Gate gate Seat seat Unit Channel"
    ),
    hundred="hundred",
    oh="oh",
    version_point="point",
    dialled={
        "211": "two one one",
        "411": "four one one",
        "911": "nine one one",
        "999": "nine nine nine",
        "112": "one one two",
        "988": "nine eight eight",
    },
    dialling=words("call Call dial Dial phone Phone ring Ring text Text calling dialing or"),
    phrases=PHRASES,
    leading=LEADING,
    abbreviations=ABBREVIATIONS,
    before_number=BEFORE_NUMBER,
    street_or_saint={"St": ("Street", "Saint"), "Dr": ("Drive", "Doctor")},
    after_street=words("Suite Apt Apartment Unit Floor North South East West") | set(DIRECTIONS),
    streets=words("Street Drive Avenue Boulevard Road Lane Parkway Highway Place Court"),
    directions=DIRECTIONS,
    states=STATES,
    symbols=_SYMBOLS,
    operators={">": "greater than", "<": "less than"},
    named_letters=_NAMED_LETTERS,
    kept="éÉ",
    letter_words=LETTER_WORDS,
    spelt_words=SPELT_WORDS,
    vowels="aeiouyé",
    unvowelled=UNVOWELLED,
    acronym_plural="'s",
    regnal={"m": "the {ordinal}"},
    regnal_follows=words("of"),
    regnal_names=by_form(
        m="Henry Louis Edward George William Charles James Richard Elizabeth Mary Philip "
        "Francis Frederick Alexander Nicholas Catherine Napoleon Pius Paul Benedict Gregory "
        "Leo Clement Innocent Urban Ramses Ptolemy Harald Christian Gustav Otto Ferdinand "
        "Alfonso Ivan Malcolm David Robert Stephen Carl Haakon Olaf Leopold Albert Victor"
    ),
    parts=words(
        "War Part Chapter Volume Phase Act Scene Type Stage Class Article Section Appendix Level "
        "Title Bowl Vol"
    ),
    sentence_openers=words(
        "The He She It They We You I But And Then This That These There If In On At What When "
        "Who Why How A An So No Yes My Our His Her Their Is Are Was Do Did For As After "
        "Please"
    ),
    part_follows=words("of and or was is in to by"),
    decades=("s", (("y", "ies"), ("", "s"))),
    web={
        ".": "dot",
        "/": "slash",
        "\\": "backslash",
        "~": "tilde",
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
    price="{units} and {cents}",
    over="over",
    per="per",
    squared=("squared", "cubed"),
    square=("square {unit}", "cubic {unit}"),
    power="to the power of",
    by="by",
    times="times",
    about="about",
)
