"""The Hebrew table of spoken forms. Gershayim and geresh come as " and '."""

import re
from dataclasses import replace
from functools import partial

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables import semitic

_CLDR = cldr.spoken_forms(
    languages.get("he"), gender="m", f="duration- length-foot mass-ounce temperature- energy-cal"
)

_ONES = {
    "f": "אפס אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע עשר אחת שתים",
    "m": "אפס אחד שניים שלושה ארבעה חמישה שישה שבעה שמונה תשעה עשרה אחד שנים",
}
_TEEN = {"f": "עשרה", "m": "עשר"}
_TENS = "עשרים שלושים ארבעים חמישים שישים שבעים שמונים תשעים"
_HUNDREDS = ("מאה", "מאתיים", *(f"{ones} מאות" for ones in _ONES["f"].split()[3:10]))
_THOUSANDS = "אלף אלפיים שלושת ארבעת חמשת ששת שבעת שמונת תשעת עשרת"
_SCALES = ((10**12, "טריליון"), (10**9, "מיליארד"), (10**6, "מיליון"))
_ORDINALS = {
    "m": "ראשון שני שלישי רביעי חמישי שישי שביעי שמיני תשיעי עשירי",
    "f": "ראשונה שנייה שלישית רביעית חמישית שישית שביעית שמינית תשיעית עשירית",
}


class _Reader(NumberReader):
    """Forms: m, and f, which is also that of numbers that count nothing."""

    def cardinal(self, number: int, form: str = "") -> str:
        *first, last = self._parts(number, "m" if form == "m" else "f")
        return f"{' '.join(first)} ו{last}" if first else last

    def ordinal(self, number: int, form: str = "") -> str:
        """Form "day": of a month, a cardinal."""
        if form == "day" or not 0 < number <= 10:
            return self.cardinal(number, "f" if form == "f" else "m")
        return _ORDINALS["f" if form == "f" else "m"].split()[number - 1]

    def plural(self, numeral: str) -> str:
        """Category many: of numbers over ten and decimals, after which some are in the singular."""
        many = "." in numeral or self.value(numeral) > 10
        return "many" if many else super().plural(numeral)

    def joined(self, number: str, noun: str) -> str:
        two = {"שניים": "שני", "שתיים": "שתי"}
        return super().joined(two.get(number, number), noun)

    def _parts(self, number: int, gender: str) -> list[str]:
        """Words between which nothing stands, but ו before the last."""
        parts = []
        for scale, name in _SCALES:
            high, number = divmod(number, scale)
            if high:
                parts.append(self.joined(self.cardinal(high, "m"), name) if high > 1 else name)
        thousands, number = divmod(number, 1000)
        if thousands > 10:
            parts.append(f"{self.cardinal(thousands, 'm')} אלף")
        elif thousands:
            name = _THOUSANDS.split()[thousands - 1]
            parts.append(f"{name} אלפים" if thousands > 2 else name)
        hundreds, number = divmod(number, 100)
        if hundreds:
            parts.append(_HUNDREDS[hundreds - 1])
        ones = _ONES[gender].split()
        tens, one = divmod(number, 10)
        if tens > 1:
            parts.append(_TENS.split()[tens - 2])
            number = one
        if number > 10:
            parts.append(f"{ones[one + 10 if one < 3 else one]} {_TEEN[gender]}")
        elif number or not parts:
            parts.append(ones[number])
        return parts


_READER = _Reader("he", point="נקודה", agreement={"m": (), "f": ()})


def _noun(one: str, several: str, gender: str = "m", two: str = "", many: str = "") -> Noun:
    """A noun by its singular and plural; two, many: where they are others."""
    return Noun(
        f"{{}} {several}",
        one=f"{one} {'אחד' if gender == 'm' else 'אחת'}",
        two=two,
        many=f"{{}} {many}" if many else "",
        gender=gender,
    )


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_HOUR, _MINUTE = _noun("שעה", "שעות", "f", "שעתיים"), _noun("דקה", "דקות", "f")
_METRES, _KILOMETRES = _noun("מטר", "מטרים"), _noun("קילומטר", "קילומטרים")
_UNITS = {
    **dict.fromkeys(_keys('km ק"מ קילומטר קילומטרים'), _KILOMETRES),
    **dict.fromkeys(_keys("m מ' מטר מטרים"), _METRES),
    **dict.fromkeys(_keys('cm ס"מ'), _noun("סנטימטר", "סנטימטרים")),
    **dict.fromkeys(_keys('mm מ"מ'), _noun("מילימטר", "מילימטרים")),
    **dict.fromkeys(_keys('m² מ"ר'), Noun("{} מטרים רבועים", one="מטר רבוע אחד", gender="m")),
    **dict.fromkeys(_keys('kg ק"ג'), _noun("קילוגרם", "קילוגרמים", many="קילוגרם")),
    **dict.fromkeys(_keys("g גר' ג' גרם"), Noun("{} גרם", one="גרם אחד", gender="m")),
    **dict.fromkeys(_keys("t טון טונות"), _noun("טון", "טונות", many="טון")),
    **dict.fromkeys(_keys("l L ל' ליטר ליטרים"), _noun("ליטר", "ליטרים", many="ליטר")),
    **dict.fromkeys(_keys('ml mL מ"ל'), _noun("מיליליטר", "מיליליטרים", many="מיליליטר")),
    **dict.fromkeys(_keys('km/h kmh קמ"ש'), Noun("{} קילומטרים לשעה", gender="m")),
    **dict.fromkeys(_keys("m/s"), Noun("{} מטרים לשנייה", gender="m")),
    **dict.fromkeys(_keys("h שעה שעות"), _HOUR),
    **dict.fromkeys(_keys("min דק' דקה דקות"), _MINUTE),
    **dict.fromkeys(_keys("s sec שנ' שנייה שניות"), _noun("שנייה", "שניות", "f")),
    **dict.fromkeys(_keys("יום ימים"), _noun("יום", "ימים", two="יומיים", many="יום")),
    **dict.fromkeys(_keys("שבוע שבועות"), _noun("שבוע", "שבועות", two="שבועיים")),
    **dict.fromkeys(_keys("חודש חודשים"), _noun("חודש", "חודשים", two="חודשיים")),
    **dict.fromkeys(_keys("שנה שנים"), _noun("שנה", "שנים", "f", "שנתיים", "שנה")),
    **dict.fromkeys(_keys("% אחוז אחוזים"), _noun("אחוז", "אחוזים", many="אחוז")),
    "°": _noun("מעלה", "מעלות", "f"),
    "°C": Noun("{} מעלות צלזיוס", one="מעלה אחת צלזיוס", gender="f"),
    "°F": Noun("{} מעלות פרנהייט", one="מעלה אחת פרנהייט", gender="f"),
    "px": _noun("פיקסל", "פיקסלים"),
    "MP": _noun("מגה פיקסל", "מגה פיקסל"),
    "dpi": Noun("{} נקודות לאינץ'", gender="f"),
}

_CENT, _AGORA = _noun("סנט", "סנטים", many="סנט"), _noun("אגורה", "אגורות", "f")
_SHEKEL = Currency(_noun("שקל", "שקלים"), _AGORA)
_DOLLAR = Currency(_noun("דולר", "דולרים", many="דולר"), _CENT)
_EURO = Currency(Noun("{} אירו", one="אירו אחד", gender="m"), _CENT)
_POUND = Currency(Noun("{} לירות שטרלינג", one="לירה שטרלינג אחת", gender="f"))
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(_keys('₪ ש"ח שח ILS NIS שקל שקלים'), _SHEKEL),
    **dict.fromkeys(_keys("$ US$ USD דולר דולרים"), _DOLLAR),
    **dict.fromkeys(_keys("€ EUR אירו יורו"), _EURO),
    **dict.fromkeys(_keys("£ GBP"), _POUND),
    **dict.fromkeys(_keys("¥ JPY"), Currency(Noun("{} ין", one="ין אחד", gender="m"))),
    "אגורות": Currency(_AGORA),
}
_MAGNITUDES = {
    name: Noun(f"{{}} {name}", one=name, gender="m") for name in words("אלף מיליון מיליארד טריליון")
}
_FUNCTION_WORDS = words("""
    של את על עם או עד לא זה זו הוא היא הם וגם גם כי אם אבל אז כל בין אחרי לפני מתוך כמו יש אין היה
    הייתה היו בריבוע בשלישית בחזקת בבוקר בערב בלילה בצהריים לפנות אחר ועוד פחות
""")
_FEMININE = words(
    "נשים שנים מילים ביצים ערים פעמים דרכים אבנים שיניים רגליים ידיים עיניים נמלים פעם דרך עיר"
)
_MASCULINE = words("""
    שולחנות מקומות רחובות שמות לילות חלונות קירות ארונות כיסאות יתרונות חסרונות רעיונות פתרונות
    שבועות דורות אוצרות מקורות כוחות קולות סודות עקרונות חשבונות מטוסים אבות לילה בית
""")


def _gender(following: str) -> str | None:
    """A guess at a noun's gender by its ending."""
    if following in _FUNCTION_WORDS or len(following) < 2:
        return None
    feminine = following.endswith(("ות", "ה", "ת")) and following not in _MASCULINE
    return "f" if feminine or following in _FEMININE else "m"


# Words that are written together with the next.
_PREFIX = "(ו?[בלכמהש]|ו)"


def _definite(text: str) -> str:
    """המאה ה-21, המקום ה-3: an ordinal up to ten."""

    def say(match: re.Match[str]) -> str:
        gender = _gender(match[1].removeprefix("ה")) or "m"
        return f"{match[1]} ה{_READER.ordinal(int(match[2]), gender)}"

    return re.sub(r"([א-ת]+) ה-?(\d{1,3})(?![\w:%]|[.,]\d)", say, text)


def _prefixes(text: str) -> str:
    """ב-5: apart until it is in words."""
    return re.sub(rf"(?<![\w'\"]){_PREFIX}-(?=[\d$€£₪])", r"\1 ", text)


_WEEKDAYS = {
    f"יום {letter}'": f"יום {name}"
    for letter, name in zip("אבגדהו", _ORDINALS["m"].split(), strict=False)
}

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(
        _definite,
        _prefixes,
        partial(
            semitic.ranges,
            reader=_READER,
            to="עד",
            genders={
                **{sign: noun.gender for sign, noun in {**_CLDR.units, **_UNITS}.items()},
                **{sign: currency.unit.gender for sign, currency in _CURRENCIES.items()},
            },
            guess=_gender,
        ),
    ),
    agrees_with=_gender,
    # ב and its like are a part of the word after them.
    repairs=((rf"(?<![\w'\"]){_PREFIX} (?=[א-ת])", r"\1"),),
    minus="מינוס",
    less="פחות",
    to="עד",
    ratio="ל",
    over="חלקי",
    out_of="מתוך",
    per="ל",
    by="על",
    times="כפול",
    about="בערך",
    power="בחזקת",
    squared=("בריבוע", "בשלישית"),
    square=("{unit} רבוע", "{unit} מעוקב"),
    operators={">": "גדול מ", "<": "קטן מ"},
    hash_number="מספר",
    denominators={
        2: Noun("{} חצאים", one="חצי"),
        3: Noun("{} שלישים", one="שליש", gender="m"),
        4: Noun("{} רבעים", one="רבע", gender="m"),
        **{
            bottom: Noun(f"{{}} {name[:-1]}ות", one=name, gender="f")
            for bottom, name in enumerate(_ORDINALS["f"].split()[4:], 5)
        },
    },
    mixed="{whole} ו{part}",
    currencies=_CURRENCIES,
    price="{units} ו{cents}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys("kK", _MAGNITUDES["אלף"])},
    bare_magnitudes=("k", "K", *_MAGNITUDES),
    units={
        **{
            sign.translate(str.maketrans("״″׳", '""\'')): noun
            for sign, noun in _CLDR.units.items()
            if "/" not in noun.other
        },
        **_UNITS,
    },
    rates=pairs("""
        שנייה לשנייה, דקה לדקה, שעה לשעה, יום ליום, שבוע לשבוע, חודש לחודש, שנה לשנה, אדם לאדם, ק"ג
        לקילוגרם, קילו לקילו, kg לקילוגרם, מ"ר למטר רבוע, ליטר לליטר, לילה ללילה
    """),
    months=tuple(f"ב{month}" for month in _CLDR.months),
    month_abbreviations={},
    weekdays={},
    date="{day} {month} {year}",
    day_month="{day} {month}",
    day_form="day",
    hours=Noun("{}", gender="f"),
    minutes=_MINUTE,
    clock="{hours} ו{minutes}",
    whole_hour="{hours}",
    second=" ו{second} שניות",
    half_days=("לפני הצהריים", "אחר הצהריים"),
    phone_leads=words("טל טל' טלפון בטלפון הטלפון נייד פקס מספר חייגו"),
    version_point="נקודה",
    phrases=pairs(
        "24/7 עשרים וארבע שבע, 50/50 חמישים חמישים, ו/או ו או, C++ סי פלוס פלוס, C# סי שארפ"
    ),
    leading={
        **_WEEKDAYS,
        **pairs("""
            ד"ר דוקטור, פרופ' פרופסור, גב' גברת, מס' מספר, עמ' עמוד, רח' רחוב, שד' שדרות, עו"ד
            עורך דין, טל' טלפון, חב' חברה, ע"י על ידי, ע"פ על פי, עפ"י על פי, יו"ר יושב ראש, vs. מול
        """),
    },
    abbreviations=pairs("""
        וכו' וכולי, וכד' וכדומה, בע"מ בערבון מוגבל, ארה"ב ארצות הברית, ת"א תל אביב, חו"ל חוץ לארץ,
        סה"כ סך הכול, ת"ד תיבת דואר, ביה"ס בית הספר, בי"ס בית ספר, אחה"צ אחר הצהריים, לפנה"צ לפני
        הצהריים, לפנה"ס לפני הספירה, בהצ"ח בהצלחה, בד"כ בדרך כלל, ק"מ קילומטר, קמ"ש קילומטר לשעה
    """),
    before_number=pairs("No מספר"),
    letter_words=words("OK"),
    symbols=pairs("""
        & ו, @ שטרודל, + פלוס, = שווה, % אחוז, ‰ פרומיל, # האשטאג, / או, × כפול, ÷ חלקי, − מינוס,
        ± פלוס מינוס, √ שורש, ∞ אינסוף, ≈ בערך, ≠ לא שווה, ≤ קטן או שווה, ≥ גדול או שווה, ° מעלות,
        € אירו, £ לירות, $ דולר, ¥ ין, ₪ שקלים, © כל הזכויות שמורות
    """),
    web=pairs(r"""
        . נקודה, / לוכסן, \ לוכסן הפוך, ~ טילדה, - מקף, _ קו תחתון, @ שטרודל, : נקודתיים, & ו,
        + פלוס, # סולמית, % אחוז
    """),
)
