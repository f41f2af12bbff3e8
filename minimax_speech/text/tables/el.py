"""The Greek table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader, changed
from minimax_speech.text.patterns import LOWER, UPPER, any_of
from minimax_speech.text.spoken_forms import Currency, pairs, parts, series, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("el"),
    gender="n",
    f="duration-hour length-yard mass-pound mass-ounce energy-kilowatt-hour energy-calorie "
    "energy-kilocalorie angle graphics-dot",
    m="temperature mass-tonne power-horsepower",
)

_SMALL = series("""
    μηδέν ένα δύο τρία τέσσερα πέντε έξι επτά οκτώ εννέα δέκα έντεκα δώδεκα δεκατρία δεκατέσσερα
    δεκαπέντε δεκαέξι δεκαεπτά δεκαοκτώ δεκαεννέα
""")
_TENS = series("είκοσι τριάντα σαράντα πενήντα εξήντα εβδομήντα ογδόντα ενενήντα")
_HUNDREDS = series("""
    εκατόν διακόσια τριακόσια τετρακόσια πεντακόσια εξακόσια επτακόσια οκτακόσια εννιακόσια
""")
_SCALES = (
    (10**12, "τρισεκατομμύριο", "τρισεκατομμύρια"),
    (10**9, "δισεκατομμύριο", "δισεκατομμύρια"),
    (10**6, "εκατομμύριο", "εκατομμύρια"),
)
_LAST = "(?!.*(?:χιλιάδες|εκατομμύρι))"  # what is counted comes after these
_AGREEMENT = {
    "f": (
        (rf"ένα\b{_LAST}", "μία"),
        (rf"τρία\b{_LAST}", "τρεις"),
        ("δεκατρεις", "δεκατρείς"),
        (rf"τέσσερα\b{_LAST}", "τέσσερις"),
        (rf"κόσια\b{_LAST}", "κόσιες"),
        ("χίλια", "χίλιες"),
    ),
    "m": (
        (rf"ένα\b{_LAST}", "ένας"),
        (rf"τρία\b{_LAST}", "τρεις"),
        ("δεκατρεις", "δεκατρείς"),
        (rf"τέσσερα\b{_LAST}", "τέσσερις"),
        (rf"κόσια\b{_LAST}", "κόσιοι"),
        ("χίλια", "χίλιοι"),
    ),
    "alpha": (("^ένα$", "μία"),),  # one hour is feminine, two of something in -a are neuter
    "accusative": (("^ένα$", "έναν"),),
}
_FIRST_ORDINALS = series("""
    μηδενικός πρώτος δεύτερος τρίτος τέταρτος πέμπτος έκτος έβδομος όγδοος ένατος δέκατος ενδέκατος
    δωδέκατος
""")
_TENTHS = series("""
    δέκατος εικοστός τριακοστός τεσσαρακοστός πεντηκοστός εξηκοστός εβδομηκοστός ογδοηκοστός
    ενενηκοστός
""")
_HUNDREDTHS = series("""
    εκατοστός διακοσιοστός τριακοσιοστός τετρακοσιοστός πεντακοσιοστός εξακοσιοστός επτακοσιοστός
    οκτακοσιοστός εννιακοσιοστός
""")


def _cardinal(number: int) -> str:
    for size, one, many in _SCALES:
        count, rest = divmod(number, size)
        if count:
            said = f"ένα {one}" if count == 1 else f"{_cardinal(count)} {many}"
            return f"{said} {_cardinal(rest)}" if rest else said
    thousands, rest = divmod(number, 1000)
    if thousands:
        counted = changed(_cardinal(thousands), _AGREEMENT["f"])
        said = "χίλια" if thousands == 1 else f"{counted} χιλιάδες"
        return f"{said} {_cardinal(rest)}" if rest else said
    hundreds, rest = divmod(number, 100)
    if hundreds:
        return f"{_HUNDREDS[hundreds - 1]} {_cardinal(rest)}" if rest else _round(hundreds)
    if number < 20:
        return _SMALL[number]
    ten, one_ = divmod(number, 10)
    return f"{_TENS[ten - 2]} {_SMALL[one_]}" if one_ else _TENS[ten - 2]


def _round(hundreds: int) -> str:
    return _HUNDREDS[hundreds - 1].replace("εκατόν", "εκατό")


def _ordinal(number: int) -> str:
    if number < len(_FIRST_ORDINALS):
        return _FIRST_ORDINALS[number]
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        said = "χιλιοστός" if thousands == 1 else f"{_cardinal(thousands)} χιλιοστός"
        return f"{said} {_ordinal(rest)}" if rest else said
    names, size = (_HUNDREDTHS, 100) if number >= 100 else (_TENTHS, 10)
    count, rest = divmod(number, size)
    return f"{names[count - 1]} {_ordinal(rest)}" if rest else names[count - 1]


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Neuter where nothing is counted; the form "day" is a day of the month."""

    def words(self, number: int, kind: str) -> str:
        return _ordinal(number) if kind == "ordinal" else _cardinal(number)

    def ordinal(self, number: int, form: str = "") -> str:
        if form == "day" and number > 1:
            return self.cardinal(number, "f")
        return super().ordinal(number, "η" if form == "day" else form)


_READER = _Reader(
    "el",
    thousands=".",
    point="κόμμα",
    decimals_together=True,
    agreement=_AGREEMENT,
    ordinal_agreement={
        ending: ((r"ος\b", ending), (r"ός\b", stressed))
        for ending, stressed in zip(
            series("ος η ο ου ης ον"), series("ός ή ό ού ής όν"), strict=True
        )
    },
)
_ORDINAL_SUFFIXES = {
    suffix: ending
    for ending, suffixes in (
        ("ος", "ος ός"),
        ("η", "η ή"),
        ("ο", "ο ό"),
        ("ου", "ου ού"),
        ("ης", "ης ής"),
        ("ον", "ον όν"),
    )
    for suffix in suffixes.split()
}

_CENT = Noun.of("σεντ", gender="n")
_EURO = Currency(Noun.of("ευρώ", gender="n"), Noun.of("λεπτό", "λεπτά", "n"))
_DOLLAR = Currency(Noun.of("δολάριο", "δολάρια", "n"), _CENT)
_POUND = Currency(Noun.of("λίρα", "λίρες", "f"), Noun.of("πένα", "πένες", "f"))
_MILLION = Noun.of("εκατομμύριο", "εκατομμύρια", "n")
_MAGNITUDES = {
    **dict.fromkeys(("χιλ.", "χιλιάδες"), Noun.of("χιλιάδα", "χιλιάδες", "f")),
    **dict.fromkeys(("εκ.", "εκατ.", "εκατομμύριο", "εκατομμύρια"), _MILLION),
    **dict.fromkeys(
        ("δισ.", "δισεκατομμύριο", "δισεκατομμύρια"),
        Noun.of("δισεκατομμύριο", "δισεκατομμύρια", "n"),
    ),
}

_FUNCTION_WORDS = words("""
    και ή είναι ήταν του της των το τα τη την τον τους τις στο στη στα στις στον με για από σε ως
    έως μέχρι που θα να δεν κόμμα τοις επί συν μείον διά ίσον προ μετά έχει έχουν πριν ανά ο η οι
""")
_MASCULINE = words("""
    μήνες άντρες άνδρες πολίτες μαθητές φοιτητές εργάτες στρατιώτες παίκτες παίχτες αγώνες αιώνες
    τουρίστες επισκέπτες νεκροί τραυματίες επιβάτες πρόσφυγες αστυνομικοί
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following in _FUNCTION_WORDS:
        return None
    if following in ("μήνα", "αιώνα", "άντρα", "άνδρα"):
        return "accusative"
    if following in _MASCULINE or following.endswith(("ος", "ός", "οι", "οί", "ους", "ούς")):
        return "m"
    if following.endswith(("ες", "ές", "εις", "η", "ή")):
        return "f"
    neuter = following.endswith(("μα", "ματα"))
    return "alpha" if following.endswith(("α", "ά")) and not neuter else "n"


def _feast_days(text: str) -> str:
    """25η Μαρτίου: an ordinal, other than in 25 Μαρτίου."""
    return re.sub(
        rf"(?<![\w.,])(\d{{1,2}})[ηή] (?={any_of(_CLDR.months)})",
        lambda match: _READER.ordinal(int(match[1]), "η") + " ",
        text,
    )


def _ranges(text: str) -> str:
    """3-4 ώρες: both numbers agree with the noun."""
    return re.sub(
        r"(?<![\w.,:/+-])(?<!\d )([1-9]\d{0,3})-(?=[1-9]\d{0,3} ([^\W\d_]{2,}))",
        lambda match: f"{_READER.cardinal(int(match[1]), _gender(match[2]) or '')} έως ",
        text,
    )


_GREEK = dict(zip(series("Α Β Γ Δ Ε ΣΤ Ζ Η Θ Ι ΙΑ ΙΒ ΙΓ ΙΔ ΙΕ ΙΣΤ"), range(1, 17), strict=True))
_ARTICLES = {"ος": "ο ", "ου": "του ", "η": "η ", "ης": "της ", "ο": ""}
_ENDINGS_BEFORE = (
    (("ου", "ού"), "ου"),
    (("ος", "ός"), "ος"),
    (("ης", "ής", "ας", "άς"), "ης"),
    (("η", "ή", "α", "ά"), "η"),
)
# "Θ'" before a word is a verb's.
_NUMBERED_NOUN = re.compile(
    rf"(?<![\w'])(?!Θ')({any_of(_GREEK)})' (?=([{UPPER}{LOWER}][{LOWER}]+))"
)
_NUMBERED_NAME = re.compile(rf"\b([{UPPER}][{LOWER}]+) ({any_of(_GREEK)})'(?!\w)")


def _letters(text: str) -> str:
    """Letters as ordinals: Β' Παγκόσμιος Πόλεμος, Γεώργιος Β', Κεφάλαιο Γ'."""

    def before(match: re.Match[str]) -> str:
        pairs = (form for ends, form in _ENDINGS_BEFORE if match[2].endswith(ends))
        return _READER.ordinal(_GREEK[match[1]], next(pairs, "ο")) + " "

    def after(match: re.Match[str]) -> str:
        name = match[1]
        if name in ("Κεφάλαιο", "Μέρος", "Βιβλίο"):
            form = "ο"
        elif name.endswith("ου"):
            form = "ου"
        else:
            form = "ος" if name.endswith("ς") else "η"
        return f"{name} {_ARTICLES[form]}{_READER.ordinal(_GREEK[match[2]], form)}"

    return _NUMBERED_NOUN.sub(before, _NUMBERED_NAME.sub(after, text))


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_letters, _feast_days, _ranges),
    agrees_with=_gender,
    minus="μείον",
    to="έως",
    ratio="προς",
    over="διά",
    out_of="στα",
    per="ανά",
    by="επί",
    times="επί",
    about="περίπου",
    power="στη δύναμη",
    squared=("στο τετράγωνο", "στον κύβο"),
    operators={">": "μεγαλύτερο από", "<": "μικρότερο από"},
    hash_number="αριθμός",
    denominators=parts(
        """
        3 τρίτο τρίτα, 4 τέταρτο τέταρτα, 5 πέμπτο πέμπτα, 6 έκτο έκτα, 7 έβδομο έβδομα,
        8 όγδοο όγδοα, 9 ένατο ένατα, 10 δέκατο δέκατα
    """,
        "n",
    )
    | {2: Noun("{} δεύτερα", one="μισό")},
    mixed="{whole} και {part}",
    mixed_half="{whole} και μισό",
    ordinal_suffixes=_ORDINAL_SUFFIXES,
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("€", "EUR", "ευρώ"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "δολάρια", "δολάριο"), _DOLLAR),
        **dict.fromkeys(("£", "GBP", "λίρες", "λίρα"), _POUND),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("γεν", gender="n"))),
    },
    price="{units} και {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=("χιλ.", "εκατ.", "εκατομμύριο", "εκατομμύρια", "δισ.", "χιλιάδες"),
    units={
        **_CLDR.units,
        **dict.fromkeys(("χλμ", "χλμ."), _CLDR.units["km"]),
        **dict.fromkeys(("χλμ/ώρα", "χλμ./ώρα"), _CLDR.units["km/h"]),
        **dict.fromkeys(("κιλό", "κιλά", "kg"), Noun.of("κιλό", "κιλά", "n")),
        "mm²": Noun.of("τετραγωνικό χιλιοστό", "τετραγωνικά χιλιοστά", "n"),
        "l/100 km": Noun.of("λίτρο ανά εκατό χιλιόμετρα", "λίτρα ανά εκατό χιλιόμετρα", "n"),
        "τεμ.": Noun.of("τεμάχιο", "τεμάχια", "n"),
        "dB": Noun.of("ντεσιμπέλ", gender="n"),
        "%": Noun.of("τοις εκατό"),
        "‰": Noun.of("τοις χιλίοις"),
    },
    rates=pairs("""
        ώρα την ώρα, μέρα τη μέρα, ημέρα την ημέρα, εβδομάδα την εβδομάδα, μήνα τον μήνα,
        έτος το έτος, χρόνο τον χρόνο, άτομο το άτομο, κιλό το κιλό
    """),
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="day",
    date_leads=words("στις στην την τις"),
    hours=Noun.of("ώρα", "ώρες", "f"),
    clock="{hour} και {minute}",
    clock_leads=words("στις ώρα"),
    phone_leads=words("τηλέφωνο Τηλέφωνο τηλ Τηλ κινητό φαξ"),
    version_point="τελεία",
    phrases={
        "24/7": "είκοσι τέσσερις ώρες το εικοσιτετράωρο",
        "50/50": "πενήντα πενήντα",
        "και/ή": "και ή",
    },
    titles=pairs("κ. κύριος, Κ. Κύριος, κα κυρία, Αγ. Άγιος, Δρ. Δόκτωρ, Δρ Δόκτωρ"),
    leading=spaced(
        pairs("""
            π.χ. παραδείγματος χάρη, Π.χ. Παραδείγματος χάρη, δηλ. δηλαδή, βλ. βλέπε,
            καθ. καθηγητής, Καθ. Καθηγητής, αρ. αριθμός, Αρ. Αριθμός, τηλ. τηλέφωνο,
            Τηλ. Τηλέφωνο, λεωφ. λεωφόρος, Λεωφ. Λεωφόρος, περ. περίπου, πρβλ. παράβαλε,
            μτφ. μετάφραση, εκδ. εκδόσεις, λ.χ. λόγου χάρη, κκ. κύριοι, υπ. υπουργός
        """)
    ),
    abbreviations=spaced(
        pairs("""
            κ.λπ. και λοιπά, κλπ. και λοιπά, κ.ά. και άλλα, κ.ο.κ. και ούτω καθεξής,
            π.Χ. προ Χριστού, μ.Χ. μετά Χριστόν, π.μ. προ μεσημβρίας, μ.μ. μετά μεσημβρίας,
            Α.Ε. ανώνυμη εταιρεία, αι. αιώνας, τ.μ. τετραγωνικά μέτρα,
            τ.χλμ. τετραγωνικά χιλιόμετρα
        """)
    )
    | {"κλπ": "και λοιπά"},
    before_number=pairs("σελ σελίδα, σ σελίδα, ν νόμος, άρθρ άρθρο, εικ εικόνα, τομ τόμος"),
    sentence_openers=words("""
        Ο Η Το Οι Τα Τον Την Του Της Των Ένας Μία Μια Ένα Εγώ Εσύ Αυτός Αυτή Αυτό Εμείς Εσείς
        Αυτοί Και Αλλά Όμως Αν Όταν Γιατί Πώς Πού Πότε Ποιος Τι Ναι Όχι Δεν Θα Να Σε Στο Στη Στην
        Με Για Από Μετά Πριν Τώρα Εδώ Εκεί Όλοι Όλα Πολλοί Σήμερα Χθες Αύριο Είναι Ήταν Έτσι Επίσης
    """),
    parts=words("Κεφάλαιο κεφάλαιο Μέρος μέρος Τόμος τόμος Τύπος Φάση"),
    part_follows=words("του της και είναι"),
    letter_words=words("""
        OK ΟΗΕ ΔΕΗ ΟΤΕ ΕΡΤ ΑΕΚ ΙΚΑ Ο Η ΤΟ ΟΙ ΤΑ ΤΟΝ ΤΗΝ ΤΟΥ ΤΗΣ ΤΩΝ ΕΝΑ ΜΙΑ ΚΑΙ ΑΝ ΤΙ ΝΑΙ ΟΧΙ ΔΕΝ
        ΘΑ ΝΑ ΣΕ ΣΤΟ ΣΤΗ ΜΕ ΓΙΑ ΑΠΟ ΝΕΟ ΝΕΑ PIN SIM ZIP GIF RAM ΑΠΌ ΓΙΑΤΊ ΌΧΙ ΈΝΑ
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUYΑΕΗΙΟΥΩΆΈΉΊΌΎΏ",
    vowels="aeiouy",
    unvowelled=words("hm hmm mm mmm pst psst sh shh brr grr"),
    symbols=pairs("""
        & και, @ παπάκι, + συν, = ίσον, % τοις εκατό, ‰ τοις χιλίοις, # δίεση, / κάθετος, × επί,
        ÷ διά, − μείον, ± συν πλην, √ τετραγωνική ρίζα, ∞ άπειρο, ≈ περίπου, ≠ διάφορο του,
        ≤ μικρότερο ή ίσο του, ≥ μεγαλύτερο ή ίσο του, ° μοίρες, € ευρώ, £ λίρες, $ δολάρια,
        ¥ γεν, § παράγραφος, © κόπιραϊτ
    """),
    web=pairs(r"""
        . τελεία, / κάθετος, \ ανάποδη κάθετος, ~ περισπωμένη, - παύλα, _ κάτω παύλα, @ παπάκι,
        : άνω κάτω τελεία, & και, + συν, # δίεση, % τοις εκατό
    """),
)
