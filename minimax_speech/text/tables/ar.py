"""The Arabic table of spoken forms: Modern Standard, without the endings of cases.

A number that stands alone is in the nominative, years and ordinals are in the oblique case, as they
are said.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables import semitic

_CLDR = cldr.spoken_forms(
    languages.get("ar"),
    gender="m",
    without="حصان مول بار جول",
    f="duration- length-foot length-yard mass-ounce temperature- energy-calorie energy-kilocalorie",
)

_Value = TypeVar("_Value")

# By what is counted: the numerals from three on have the other gender's ending.
_ONES = {
    "m": "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة عشرة",
    "f": "صفر واحدة اثنتان ثلاث أربع خمس ست سبع ثماني تسع عشر",
}
_BEFORE_TEN = {"m": ("أحد", "اثنا", "عشر"), "f": ("إحدى", "اثنتا", "عشرة")}
_TENS = "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون"
_ONE, _TEN_STEM = (
    "|".join(_ONES.values()).replace(" ", "|"),
    _TENS.replace("ون", "").replace(" ", "|"),
)
_PREPOSITION = "(?:[وف]?[بلك]|(?:من|إلى|في|على|عن|بعد|قبل|خلال|منذ|حوالي|نحو) )"
_HUNDREDS = "مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة"
_SCALES = (
    (10**12, ("تريليون", "تريليونان", "تريليونات")),
    (10**9, ("مليار", "ملياران", "مليارات")),
    (10**6, ("مليون", "مليونان", "ملايين")),
    (10**3, ("ألف", "ألفان", "آلاف")),
)
_ORDINALS = {
    "m": "أول ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر حادي",
    "f": "أولى ثانية ثالثة رابعة خامسة سادسة سابعة ثامنة تاسعة عاشرة حادية",
}
_DUAL = re.compile("(مئت|ألف|مليون|مليار|تريليون)ان$")


class _Reader(NumberReader):
    """Forms: m and f, the gender of what is counted; hour, one of the clock."""

    def cardinal(self, number: int, form: str = "") -> str:
        if form == "hour" and number:
            return "الواحدة" if number == 1 else self.ordinal(number, "f")
        return self._quantity(number, form if form == "f" else "m")

    def ordinal(self, number: int, form: str = "") -> str:
        gender = form if form == "f" else "m"
        names = _ORDINALS[gender].split()
        tens, ones = divmod(number, 10)
        unit = names[10] if ones == 1 and tens else names[ones - 1]
        if number <= 10:
            return f"ال{names[number - 1]}"
        if number < 20:
            return f"ال{unit} {_BEFORE_TEN[gender][2]}"
        if number < 100:
            ten = "ال" + _oblique(_TENS.split()[tens - 2])
            return f"ال{unit} و{ten}" if ones else ten
        return "ال" + _oblique(self._quantity(number, "m"))

    def year(self, number: int) -> str:
        return _oblique(self._quantity(number, "m"))

    def joined(self, number: str, noun: str) -> str:
        return super().joined(_DUAL.sub(r"\1ا", number), noun)

    def _quantity(self, number: int, gender: str) -> str:
        parts = []
        for scale, (one, two, few) in _SCALES:
            high, number = divmod(number, scale)
            if high:
                noun = Noun("{} " + one, one, two, "{} " + few, f"{{}} {one}ًا")
                parts.append(self.count(str(high), noun))
        hundreds, rest = divmod(number, 100)
        if hundreds:
            parts.append(_HUNDREDS.split()[hundreds - 1])
        if rest or not parts:
            parts.append(self._below_hundred(rest, gender))
        return " و".join(parts)

    def _below_hundred(self, number: int, gender: str) -> str:
        ones, (eleven, twelve, ten) = _ONES[gender].split(), _BEFORE_TEN[gender]
        if number <= 10:
            return ones[number]
        tens, one = divmod(number, 10)
        if tens == 1:
            return f"{ {1: eleven, 2: twelve}.get(one, ones[one]) } {ten}"
        if not one:
            return _TENS.split()[tens - 2]
        first = eleven if one == 1 and gender == "f" else ones[one]
        return f"{first} و{_TENS.split()[tens - 2]}"


def _oblique(said: str) -> str:
    said = re.sub(r"(?<=[رثعسمتن])ون(?!\w)", "ين", said)
    return re.sub(r"(مئت|ألف|اثن)ا(?:ن(?!\w)|(?= عشر))", r"\1ين", said).replace(
        "اثنين عشر", "اثني عشر"
    )


_READER = _Reader(
    "ar",
    point="فاصلة",
    decimals_together=True,
    agreement={"m": (), "f": (), "hour": ()},
)


def _noun(one: str, two: str, few: str, gender: str = "m", after: str = "") -> Noun:
    """A noun by its singular, dual and plural; after: what follows it."""
    single, many = ("واحد", f"{one}ًا") if gender == "m" else ("واحدة", one)
    forms = [f"{one} {single}", two, f"{{}} {few}", f"{{}} {many}", f"{{}} {one}"]
    one, two, few, many, other = (f"{form} {after}".strip() for form in forms)
    return Noun(other, one, two, few, many, gender=gender)


_KILOMETRE = ("كيلومتر", "كيلومتران", "كيلومترات")
_METRE = ("متر", "متران", "أمتار")
_GRAM, _KILOGRAM = ("غرام", "غرامان", "غرامات"), ("كيلوغرام", "كيلوغرامان", "كيلوغرامات")
_MINUTE = _noun("دقيقة", "دقيقتان", "دقائق", "f")


def _squared(metre: tuple[str, str, str], adjective: str) -> Noun:
    one, two, few = metre
    return Noun(
        f"{{}} {one} {adjective}",
        f"{one} {adjective} واحد",
        f"{two} {adjective}ان",
        f"{{}} {few} {adjective}ة",
        f"{{}} {one}ًا {adjective}ًا",
        gender="m",
    )


_UNITS = {
    **dict.fromkeys(("km", "كم", "كلم"), _noun(*_KILOMETRE)),
    **dict.fromkeys(("m", "م", "متر"), _noun(*_METRE)),
    **dict.fromkeys(("cm", "سم"), _noun("سنتيمتر", "سنتيمتران", "سنتيمترات")),
    **dict.fromkeys(("mm", "مم", "ملم"), _noun("مليمتر", "مليمتران", "مليمترات")),
    **dict.fromkeys(("kg", "كغ", "كغم", "كجم", "كلغ"), _noun(*_KILOGRAM)),
    **dict.fromkeys(("g", "غ", "جم", "غم"), _noun(*_GRAM)),
    **dict.fromkeys(("t", "طن"), _noun("طن", "طنان", "أطنان")),
    **dict.fromkeys(("l", "L", "ل", "لتر"), _noun("لتر", "لتران", "لترات")),
    **dict.fromkeys(("ml", "mL", "مل"), _noun("مليلتر", "مليلتران", "مليلترات")),
    **dict.fromkeys(("km/h", "kmh", "كم/س", "كم/ساعة"), _noun(*_KILOMETRE, after="في الساعة")),
    **dict.fromkeys(("m/s", "م/ث"), _noun(*_METRE, after="في الثانية")),
    **dict.fromkeys(("m²", "م²"), _squared(_METRE, "مربع")),
    **dict.fromkeys(("km²", "كم²"), _squared(_KILOMETRE, "مربع")),
    **dict.fromkeys(("m³", "م³"), _squared(_METRE, "مكعب")),
    **dict.fromkeys(("h", "ساعة"), _noun("ساعة", "ساعتان", "ساعات", "f")),
    **dict.fromkeys(("min", "دقيقة"), _MINUTE),
    **dict.fromkeys(("s", "sec", "ثانية"), _noun("ثانية", "ثانيتان", "ثوانٍ", "f")),
    "°C": _noun("درجة", "درجتان", "درجات", "f", after="مئوية"),
    "°م": _noun("درجة", "درجتان", "درجات", "f", after="مئوية"),
    "°F": _noun("درجة", "درجتان", "درجات", "f", after="فهرنهايت"),
    "°": _noun("درجة", "درجتان", "درجات", "f"),
    "يوم": _noun("يوم", "يومان", "أيام"),
    "شهر": _noun("شهر", "شهران", "أشهر"),
    "سنة": _noun("سنة", "سنتان", "سنوات", "f"),
    "%": Noun("{} بالمئة"),
    "‰": Noun("{} بالألف"),
    "kWh": Noun("{} كيلوواط ساعة", gender="m"),
    "l/100 km": Noun("{} لتر لكل مئة كيلومتر", gender="m"),
}

_CENT = _noun("سنت", "سنتان", "سنتات")
_DOLLAR = Currency(_noun("دولار", "دولاران", "دولارات"), _CENT)
_RIYAL = Currency(_noun("ريال", "ريالان", "ريالات"), _noun("هللة", "هللتان", "هللات", "f"))
_DIRHAM = Currency(_noun("درهم", "درهمان", "دراهم"), _noun("فلس", "فلسان", "فلوس"))
_DINAR = Currency(_noun("دينار", "ديناران", "دنانير"), _DIRHAM.cent)
_POUND = Currency(_noun("جنيه", "جنيهان", "جنيهات"), _noun("قرش", "قرشان", "قروش"))
_STERLING = _noun("جنيه", "جنيهان", "جنيهات", after="إسترليني")
_PARTS = {
    3: ("ثلث", "أثلاث"),
    4: ("ربع", "أرباع"),
    5: ("خمس", "أخماس"),
    6: ("سدس", "أسداس"),
    7: ("سبع", "أسباع"),
    8: ("ثمن", "أثمان"),
    9: ("تسع", "أتساع"),
    10: ("عشر", "أعشار"),
}
_ERAS = {"هـ": "للهجرة", "م": "للميلاد"}
_MAGNITUDES = {
    name: Noun("{} " + one, one, two, "{} " + few, f"{{}} {one}ًا", gender="m")
    for _, (one, two, few) in _SCALES
    for name in (one, few)
}
_FUNCTION_WORDS = words("""
    في من إلى على عن مع أو ثم حتى بعد قبل منذ خلال بين هو هي كان كانت هذا هذه التي الذي ما لا إن أن
    كل
""")
_FEMININE = words("دقائق ثوان ثوانٍ ثواني مدن غرف قصص نساء ليال ليالي قرى درجات مرات سنين")
_MASCULINE = words("""
    دولارات كيلومترات سنتيمترات غرامات كيلوغرامات لترات ريالات جنيهات اجتماعات امتحانات قرارات
    مطارات حيوانات خيارات مليارات
""")
_LEVANTINE = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following in _FUNCTION_WORDS:
        return None
    feminine = following.endswith(("ة", "ات")) and following not in _MASCULINE
    return "f" if feminine or following in _FEMININE else "m"


def _clitics(text: str) -> str:
    """و5 and ب$20: apart until they are in words."""
    return re.sub(r"(?<!\w)([وف]?[بلك]|[وف])ـ*(?=[\d$€£-])", r"\1 ", text)


def _hours(text: str) -> str:
    """الساعة 5, 5:30 م."""
    text = re.sub(
        r"(?<=الساعة )([1-9]|1\d|2[0-4])(?![\d:]|[.,]\d)",
        lambda match: _READER.cardinal(int(match[1]), "hour"),
        text,
    )
    half = {"ص": "am", "م": "pm"}
    return re.sub(r"(?<=\d:\d\d) ?([صم])(?!\w)\.?", lambda match: f" {half[match[1]]}", text)


def _eras(text: str) -> str:
    """عام 1984, 1446 هـ, 2025 م."""
    text = re.sub(
        r"(?:(?<=عام )|(?<=سنة ))\d{3,4}(?![\w:]|[.,]\d| ?هـ| ?م\b)",
        lambda match: _READER.year(int(match[0])),
        text,
    )
    return re.sub(
        r"(?<![\w.,-])(1\d{3}|20\d\d) ?(هـ|م)(?!\w)\.?",
        lambda match: f"{_READER.year(int(match[1]))} {_ERAS[match[2]]}",
        text,
    )


def _definite(text: str) -> str:
    """القرن الـ21: with the article a number is an ordinal."""
    return re.sub(
        r"(?<!\w)([وفبك]?)الـ? ?(\d\d?)(?![\d.,:])",
        lambda match: match[1] + _READER.ordinal(int(match[2])),
        text,
    )


def _levantine_dates(text: str) -> str:
    """5 آذار 2025."""

    def say(match: re.Match[str]) -> str:
        year = f" {_READER.year(int(match[3]))}" if match[3] else ""
        return f"{_READER.ordinal(int(match[1]))} من {match[2]}{year}"

    month = any_of(_LEVANTINE)
    return re.sub(rf"(?<![\w.,/-])([1-9]|[12]\d|3[01]) ({month})(?: (\d{{4}}))?(?!\w)", say, text)


def _accusatives(names: Mapping[str, _Value]) -> dict[str, _Value]:
    """The names, and 15 مترًا and 3 سنةً: marks end a word for patterns, these would be left over."""
    ends = ("ًا", "اً", "ً")
    words = [name for name in names if len(name) > 2 and name.isalpha() and not name.isascii()]
    return {**names, **{name + end: names[name] for name in words for end in ends}}


_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("$", "US$", "USD", "دولار"), _DOLLAR),
    **dict.fromkeys(("€", "EUR", "يورو"), Currency(Noun("{} يورو", gender="m"), _CENT)),
    **dict.fromkeys(("£", "GBP"), Currency(_STERLING, _noun("بنس", "بنسان", "بنسات"))),
    **dict.fromkeys(("SAR", "ر.س", "ر.س.", "ريال"), _RIYAL),
    **dict.fromkeys(("AED", "د.إ", "د.إ.", "درهم"), _DIRHAM),
    **dict.fromkeys(("KWD", "د.ك", "د.ك.", "دينار"), _DINAR),
    **dict.fromkeys(("EGP", "ج.م", "ج.م.", "جنيه"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(Noun("{} ين", gender="m"))),
}

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(
        _clitics,
        _hours,
        _eras,
        _definite,
        _levantine_dates,
        partial(
            semitic.ranges,
            reader=_READER,
            to="إلى",
            genders={sign: noun.gender for sign, noun in {**_CLDR.units, **_UNITS}.items()},
            guess=_gender,
        ),
    ),
    agrees_with=_gender,
    # و and its like are a part of the word after them.
    repairs=(
        (r"(?<!\w)([وف]?[بلك]|[وف]|[وفبك]?ال) (?=[ء-ي])", r"\1"),
        (rf"(?<!\w)({_PREPOSITION}(?:(?:{_ONE}) و)?(?:{_TEN_STEM}))ون(?!\w)", r"\1ين"),
        ("(?<=[ء-ي]), (?=[ء-ي])", "، "),
    ),
    minus="سالب",
    less="ناقص",
    to="إلى",
    over="على",
    out_of="من",
    per="لكل",
    by="في",
    times="في",
    about="حوالي",
    power="أس",
    squared=("تربيع", "تكعيب"),
    square=("{unit} مربع", "{unit} مكعب"),
    operators={">": "أكبر من", "<": "أصغر من"},
    hash_number="رقم",
    denominators={
        2: Noun("{} أنصاف", "نصف"),
        **{
            bottom: Noun(f"{{}} {few}", one, one + "ان", gender="m")
            for bottom, (one, few) in _PARTS.items()
        },
    },
    mixed="{whole} و{part}",
    currencies=_accusatives(_CURRENCIES),
    price="{units} و{cents}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys("kK", _MAGNITUDES["ألف"])},
    bare_magnitudes=("k", "K", *_MAGNITUDES),
    units=_accusatives({**_CLDR.units, **_UNITS}),
    rates=pairs("""
        ساعة في الساعة, يوم في اليوم, أسبوع في الأسبوع, شهر في الشهر, سنة في السنة, شخص للشخص, كغ
        للكيلوغرام, كجم للكيلوغرام, kg للكيلوغرام, لتر للتر, م² للمتر المربع, ث في الثانية,
        دقيقة في الدقيقة
    """),
    feet_inches=(Noun("{} قدم", gender="f"), Noun("{} بوصة", gender="f")),
    arc=("دقيقة", "ثانية"),
    month_abbreviations={},
    weekdays={},
    date="{day} من {month} {year}",
    day_month="{day} من {month}",
    hours=Noun("{}", gender="hour"),
    minutes=_MINUTE,
    clock="{hours} و{minutes}",
    whole_hour="{hours}",
    second=" و{second} ثانية",
    half_days=("صباحًا", "مساءً"),
    phone_leads=words("هاتف الهاتف رقم الرقم جوال الجوال تليفون موبايل فاكس الفاكس بالرقم هاتفي"),
    version_point="نقطة",
    phrases=pairs("24/7 على مدار الساعة, 50/50 مناصفة, و/أو و أو, C++ سي بلس بلس, C# سي شارب"),
    leading=pairs("د. الدكتور, أ.د. الأستاذ الدكتور, vs. ضد"),
    abbreviations=pairs("""
        ق.م. قبل الميلاد, ق.م قبل الميلاد, ص.ب. صندوق بريد, ص.ب صندوق بريد, إلخ. إلى آخره, إلخ إلى
        آخره, الخ. إلى آخره
    """),
    before_number=pairs("ص صفحة, ج جزء, ط طبعة, No رقم, ف فصل"),
    letter_words=words("OK"),
    symbols=pairs("""
        & و, @ آت, + زائد, = يساوي, % بالمئة, ‰ بالألف, # هاشتاغ, / على, × في, ÷ على, − ناقص,
        ± زائد أو ناقص, √ جذر, ∞ ما لا نهاية, ≈ يساوي تقريبًا, ≠ لا يساوي, ≤ أصغر من أو يساوي,
        ≥ أكبر من أو يساوي, ° درجة, € يورو, £ جنيه, $ دولار, ¥ ين, © حقوق النشر
    """),
    web=pairs(r"""
        . نقطة, / شرطة مائلة, \ شرطة مائلة, ~ تلدة, - شرطة, _ شرطة سفلية, @ آت, : نقطتان, & و,
        + زائد, # مربع, % بالمئة
    """),
)
