"""The Russian table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.patterns import any_of, compiled
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, series, spaced, words
from minimax_speech.text.tables.east_slavic import (
    EastSlavicReader,
    compounds,
    days,
    declined,
    genitives,
    years,
)

_CLDR = cldr.spoken_forms(
    languages.get("ru"),
    gender="m",
    without="сл бар",
    f="length-mile mass-tonne mass-ounce duration-second duration-minute duration-millisecond "
    "duration-microsecond duration-nanosecond speed-mile power-horsepower energy-calorie "
    "energy-kilocalorie concentr-part graphics-dot",
)

_CASES = declined("""
    тысячи тысяч тысячам тысячами тысячах, тысяч тысяч тысячам тысячами тысячах,
    тысяча тысячи тысяче тысячей тысяче,
    миллиона миллионов миллионам миллионами миллионах,
    миллионов миллионов миллионам миллионами миллионах,
    миллион миллиона миллиону миллионом миллионе,
    миллиарда миллиардов миллиардам миллиардами миллиардах,
    миллиардов миллиардов миллиардам миллиардами миллиардах,
    миллиард миллиарда миллиарду миллиардом миллиарде,
    ноль ноля нолю нолём ноле, один одного одному одним одном, одна одной одной одной одной,
    одно одного одному одним одном, два двух двум двумя двух, две двух двум двумя двух,
    три трёх трём тремя трёх, четыре четырёх четырём четырьмя четырёх, пять пяти пяти пятью пяти,
    шесть шести шести шестью шести, семь семи семи семью семи, восемь восьми восьми восемью восьми,
    девять девяти девяти девятью девяти, десять десяти десяти десятью десяти,
    (\\w+)надцать \\1надцати \\1надцати \\1надцатью \\1надцати,
    (два|три)дцать \\1дцати \\1дцати \\1дцатью \\1дцати, сорок сорока сорока сорока сорока,
    пятьдесят пятидесяти пятидесяти пятьюдесятью пятидесяти,
    шестьдесят шестидесяти шестидесяти шестьюдесятью шестидесяти,
    семьдесят семидесяти семидесяти семьюдесятью семидесяти,
    восемьдесят восьмидесяти восьмидесяти восемьюдесятью восьмидесяти,
    девяносто девяноста девяноста девяноста девяноста, сто ста ста ста ста,
    двести двухсот двумстам двумястами двухстах, триста трёхсот трёмстам тремястами трёхстах,
    четыреста четырёхсот четырёмстам четырьмястами четырёхстах,
    пятьсот пятисот пятистам пятьюстами пятистах, шестьсот шестисот шестистам шестьюстами шестистах,
    семьсот семисот семистам семьюстами семистах,
    восемьсот восьмисот восьмистам восемьюстами восьмистах,
    девятьсот девятисот девятистам девятьюстами девятистах,
    целая целой целой целой целой, десятая десятой десятой десятой десятой,
    сотая сотой сотой сотой сотой, тысячная тысячной тысячной тысячной тысячной
""")
_ORDINAL_ENDINGS = {  # of "третий" and of all others
    "f": ("ья", "ая"),
    "n": ("ье", "ое"),
    "pl": ("ьи", "ые"),
    "gen": ("ьего", "ого"),
    "dat": ("ьему", "ому"),
    "prep": ("ьем", "ом"),
    "ins": ("ьим", "ым"),
    "genf": ("ьей", "ой"),
    "accf": ("ью", "ую"),
    "genpl": ("ьих", "ых"),
    "inspl": ("ьими", "ыми"),
}

_READER = EastSlavicReader(
    "ru",
    "ru",
    " ",
    point="запятая",
    repairs=((r"^одна (?=тысяча)", ""),),
    agreement={
        **_CASES,
        "m": (),
        "hour": (),
        "f": ((r"\bодин$", "одна"), (r"\bдва$", "две")),
        "n": ((r"\bодин$", "одно"),),
        "acc": ((r"\bодин$", "одну"), (r"\bдва$", "две")),
        "а": ((r"\bодин$", "одна"),),  # одна книга, два стола
        "ы": ((r"\bдва$", "две"),),
    },
    ordinal_agreement={
        form: ((r"(?<=трет)ий$", soft), (r"[ыо]й$", hard))
        for form, (soft, hard) in _ORDINAL_ENDINGS.items()
    },
    whole=Noun(one="целая", other="целых"),
    fractions=tuple(
        Noun(one=f"{stem}ая", other=f"{stem}ых") for stem in ("десят", "сот", "тысячн")
    ),
)


def _counted(one: str, few: str, many: str, gender: str = "m") -> Noun:
    """Of a part of it: the genitive singular, which is also that of 2 to 4."""
    return Noun.of(one, few, gender, few=few, many=many)


_KOPECK = _counted("копейка", "копейки", "копеек", "f")
_CENT = _counted("цент", "цента", "центов")
_ROUBLE = Currency(_counted("рубль", "рубля", "рублей"), _KOPECK)
_DOLLAR = Currency(_counted("доллар", "доллара", "долларов"), _CENT)
_EURO = Currency(Noun.of("евро", gender="m"), _CENT)
_POUND = Currency(_counted("фунт", "фунта", "фунтов"), _counted("пенс", "пенса", "пенсов"))
_HRYVNIA = Currency(_counted("гривна", "гривны", "гривен", "f"), _KOPECK)
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("₽", "RUB", "руб.", "руб", "р.", "рубль", "рубля", "рублей"), _ROUBLE),
    **dict.fromkeys(("$", "US$", "USD", "долл.", "доллар", "доллара", "долларов"), _DOLLAR),
    **dict.fromkeys(("€", "EUR", "евро"), _EURO),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("₴", "UAH", "грн", "грн."), _HRYVNIA),
    **dict.fromkeys(("¥", "JPY"), Currency(_counted("иена", "иены", "иен", "f"))),
    **dict.fromkeys(("коп.", "коп"), Currency(_KOPECK)),
}

_THOUSAND = _counted("тысяча", "тысячи", "тысяч", "f")
_MILLION = _counted("миллион", "миллиона", "миллионов")
_BILLION = _counted("миллиард", "миллиарда", "миллиардов")
_TRILLION = _counted("триллион", "триллиона", "триллионов")
_MAGNITUDES = {
    **dict.fromkeys(("тыс.", "тыс", *_THOUSAND.names), _THOUSAND),
    **dict.fromkeys(("млн", "млн.", *_MILLION.names), _MILLION),
    **dict.fromkeys(("млрд", "млрд.", *_BILLION.names), _BILLION),
    **dict.fromkeys(("трлн", "трлн.", *_TRILLION.names), _TRILLION),
}

_GRAM, _KILOGRAM = (
    _counted("грамм", "грамма", "граммов"),
    _counted("килограмм", "килограмма", "килограммов"),
)
_UNITS = {
    **_CLDR.units,
    **dict.fromkeys(("кг", "kg"), _KILOGRAM),
    **dict.fromkeys(("г", "гр.", "гр", "g"), _GRAM),
    **dict.fromkeys(("м", "м."), _CLDR.units["m"]),
    "л": _CLDR.units["l"],
    **dict.fromkeys(("т", "т."), _CLDR.units["t"]),
    **dict.fromkeys(("ч", "ч.", "час."), _CLDR.units["h"]),
    "мин.": _CLDR.units["min"],
    **dict.fromkeys(("сек", "сек."), _CLDR.units["s"]),
    "В": _CLDR.units["V"],
    "А": _CLDR.units["A"],
    **dict.fromkeys(("л.с.", "л. с."), _CLDR.units["hp"]),
    "кВт·ч": _CLDR.units["kWh"],
    "кВтч": _CLDR.units["kWh"],
    "Кб": _CLDR.units["kB"],
    "Мб": _CLDR.units["MB"],
    "Гб": _CLDR.units["GB"],
    "Тб": _CLDR.units["TB"],
    "дБ": _counted("децибел", "децибела", "децибел"),
    "мм²": _counted("квадратный миллиметр", "квадратных миллиметра", "квадратных миллиметров"),
    **dict.fromkeys(("шт.", "шт"), _counted("штука", "штуки", "штук", "f")),
    **dict.fromkeys(("чел.", "чел"), _counted("человек", "человека", "человек")),
}

_FUNCTION_WORDS = words("""
    и или а но на за с к в о по до от из у не ни же бы ли да для при над под про без через между
    если когда то как так что где это был была было были будет есть раза плюс или либо против
    там нам вам сам только ещё уже после перед почти около более менее минуты
""")
_FEMININE = words("ночь вещь часть дверь площадь тетрадь роль речь цель степень кровать мышь дочь")


def _agreement(following: str) -> str | None:
    """A guess at the form of a number by the ending of the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _FEMININE or word.endswith(("ость", "знь")):
        return "f"
    for form, endings in (
        ("ins", ("ами", "ями")),
        ("prep", ("ах", "ях")),
        ("dat", ("ам", "ям")),
        ("а", ("а", "я")),
        ("ы", ("ы", "и", "ые", "ие")),
        ("n", ("о", "е")),
        ("acc", ("у", "ю")),
    ):
        if word.endswith(endings):
            return form
    return None


_MONTHS = (
    r"(?:январ|феврал|апрел|июн|июл|сентябр|октябр|ноябр|декабр)(?:ь|я|ю|е|ем)|март[ауе]?|"
    r"август[ауе]?|ма[йяюе]"
)
_YEARS = years(
    _READER,
    by_form(prep="году годах", gen="года годов", dat="годам", ins="годом годами")
    | {"год": "", "годы": ""},
    {
        "г.": {"": "года", **dict.fromkeys(("в", "во", "к", "по"), "году")},
        "гг.": {"": "годов", "в": "годах"},
    },
    _MONTHS,
    words("к ко по"),
)
_GENITIVES = genitives(
    _READER,
    "от|до|около|более|менее|свыше|больше|меньше|из|без|после|порядка|с(?= [0-9:.]+ (?:до|по) )",
    {**_UNITS, **_MAGNITUDES},
    _CURRENCIES,
    _MONTHS,
)


_SUFFIXES = {
    **by_form(
        f="я ая",
        n="е ое",
        gen="го ого его",
        dat="му ому ему",
        prep="м ом",
        ins="ым",
        accf="ю ую",
        genpl="х ых",
        inspl="ми ыми",
        pl="ые",
    ),
    **dict.fromkeys(("й", "ый", "ой", "ий"), ""),
}


def _ordinals(text: str) -> str:
    """5-й этаж, but на 5-й улице; 5-е, but 90-е and 1990-е."""

    def say(match: re.Match[str]) -> str:
        number, form = int(match[1]), _SUFFIXES[match[2]]
        if form == "n" and number > 10 and number % 10 == 0:
            form = "pl"
        oblique = not form and compiled(r" \w+[еиы]\b").match(match.string, match.end())
        return _READER.ordinal(number, "genf" if oblique else form)

    return compiled(rf"(?<![\w.,])(\d{{1,4}})-({any_of(_SUFFIXES)})(?!\w)").sub(say, text)


def _eras(text: str) -> str:
    """В XX в., конец XIX в., в 50 г. до нашей эры."""
    text = re.sub(r"(?<!\w)([Вв]) ([IVX]+) в\.", r"\1 \2 веке", text)
    text = re.sub(r"(?<!\w)([IVX]+) в\.", r"\1 века", text)
    return re.sub(
        r"(?<!\w)([Вв] )?(?<![\w.,])(\d{1,4}) г\. (?=(?:до )?нашей эры)",
        lambda match: (
            f"{match[1]}{_READER.ordinal(int(match[2]), 'prep')} году "
            if match[1]
            else f"{_READER.ordinal(int(match[2]), 'gen')} года "
        ),
        text,
    )


def _telephones(text: str) -> str:
    """8 (495) 123-45-67."""
    number = r"(?<![\w+])([78]) ?\((\d{3,5})\) ?(\d{1,3})[ -](\d\d)[ -](\d\d)(?!\d)"
    return re.sub(number, r"\1-\2-\3-\4-\5", text)


_DAYS = days(_READER, "с", "по", words("на по за сегодня завтра вчера"), _CLDR.months)
_COMPOUNDS = compounds(_READER, (("ста$", "сто"), ("девяноста", "девяносто"), ("одного", "одно")))

_REGNAL_MEN = series("Пётр Николай Александр Павел Иван Людовик Генрих Карл Филипп Наполеон")

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_telephones, _eras, _ordinals, _COMPOUNDS, _YEARS, _DAYS, _GENITIVES),
    agrees_with=_agreement,
    repairs=(
        (r"\bодна целая пять десятых (?=\w{2,}[ая]\b)", "полтора "),
        (r"\bодна целая пять десятых (?=\w{2,}[иы]\b)", "полторы "),
    ),
    minus="минус",
    to="-",
    ratio="к",
    over="делённое на",
    out_of="из",
    per="в",
    by="на",
    times="умножить на",
    about="около",
    power="в степени",
    squared=("в квадрате", "в кубе"),
    operators={">": "больше", "<": "меньше"},
    hash_number="номер",
    denominators={
        2: Noun("{} половины", one="половина", gender="f"),
        3: _counted("треть", "трети", "третей", "f"),
        4: _counted("четверть", "четверти", "четвертей", "f"),
        **{
            bottom: Noun.of(f"{stem}ая", f"{stem}ых", "f")
            for bottom, stem in enumerate(series("пят шест седьм восьм девят десят"), 5)
        },
    },
    mixed="{whole} и {part}",
    part_of="{part} {units}",
    mixed_half="{whole} с половиной",
    currencies=_CURRENCIES,
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        ч в час, час в час, с в секунду, сек в секунду, мин в минуту, мес в месяц, месяц в месяц,
        нед в неделю, неделя в неделю, год в год, день в день, сут в сутки, кг за килограмм,
        л за литр, шт за штуку, чел с человека, м за метр
    """),
    month_abbreviations={**_CLDR.month_abbreviations, "фев.": 2, "сен.": 9, "ноя.": 11},
    date="{day} {month} {year} года",
    day_month="{day} {month}",
    day_form="gen",
    year_marks=words("года г."),
    hours=_counted("час", "часа", "часов"),
    whole_hour="{hours}",
    low_minute="ноль {minute}",
    clock_leads=words("в к"),
    phone_leads=words("телефон телефона телефону номер Телефон Номер факс Факс тел Тел"),
    digit_pairs=True,
    version_point="точка",
    phrases={
        "24/7": "двадцать четыре на семь",
        "50/50": "пятьдесят на пятьдесят",
        "и/или": "и или",
        "C#": "си шарп",
        "л.с.": "л. с.",
    },
    titles={
        **pairs("г. город, гр. гражданин, св. святой, Св. Святой, о. остров, д. деревня"),
        **pairs("р. река, оз. озеро, п. посёлок, с. село, ст. станция"),
    },
    leading=spaced(
        pairs("""
            т.е. то есть, т.к. так как, т.н. так называемый, в.т.ч. в том числе, и.о. исполняющий
            обязанности, проф. профессор, Проф. Профессор, акад. академик, доц. доцент, д-р доктор,
            Д-р Доктор, г-н господин, Г-н Господин, г-жа госпожа, Г-жа Госпожа, тов. товарищ,
            ул. улица, Ул. Улица, пр. проспект, просп. проспект, пер. переулок, пл. площадь,
            бул. бульвар, наб. набережная, им. имени, см. смотри, См. Смотри, ср. сравни,
            напр. например, тел. телефон, Тел. Телефон, моб. мобильный, ок. около, ред. редактор,
            пос. посёлок, макс. максимум, корп. корпус, ген. генерал, инж. инженер,
            канд. кандидат, р-н район, ун-т университет, ин-т институт
        """)
    )
    | {"в т.ч.": "в том числе", "в т. ч.": "в том числе"},
    abbreviations=spaced(
        pairs("""
            т.д. так далее, т.п. тому подобное, др. другие, пр. прочее, н.э. нашей эры,
            обл. область, проч. прочее
        """)
    ),
    before_number=pairs("""
        No номер, д дом, кв квартира, стр страница, с страница, рис рисунок, табл таблица, гл глава,
        ст статья, п пункт, пп пункты, т том, оф офис, эт этаж, вып выпуск, разд раздел
    """),
    sentence_openers=words("""
        Он Она Оно Они Я Ты Мы Вы И А Но Или Если Когда Где Как Так Что Чтобы Кто Почему Потому
        Для С В На По К Из От До За О Об У Не Нет Да Это Этот Эта Эти Тот Та Те Там Тут Здесь Потом
        Затем Сейчас Теперь Сегодня Вчера Завтра Все Всё Мой Наш Их Его Её Однако Поэтому После При
        Во Со Также Ещё Уже Был Была Были Есть
    """),
    regnal=dict.fromkeys(("", "f", "gen", "genf", "dat", "ins"), "{ordinal}"),
    regnal_names={
        **dict.fromkeys(_REGNAL_MEN, ""),
        **by_form(
            gen="Петра Николая Александра Павла Ивана Людовика Генриха Карла Филиппа Наполеона",
            dat="Петру Николаю Александру Павлу Ивану Людовику Генриху Карлу",
            ins="Петром Николаем Александром Павлом Иваном Людовиком Генрихом Карлом",
            f="Екатерина Елизавета Мария Анна",
            genf="Екатерины Елизаветы Марии Анны Екатерине Елизавете Екатериной Елизаветой",
        ),
    },
    regnal_follows=words("и был была стал в на с из"),
    parts=words("Глава глава Часть часть Том том Раздел раздел Тип тип Фаза Акт акт"),
    part_follows=words("и в на с из был"),
    roman_before={
        **by_form(gen="века съезда тома", dat="веку", ins="веком", prep="веке съезде томе"),
        **dict.fromkeys(("век", "съезд", "том", "Международный"), ""),
        **by_form(f="глава часть", n="столетие", genpl="веков", genf="главе части"),
    },
    letter_words=words("""
        OK НЕ ДА НЕТ И А НО НА В ВО С СО К О ОБ ПО ИЗ ОТ ДО ЗА У ЧТО КАК ГДЕ КТО ЭТО ВСЕ ВСЁ МЫ ВЫ
        ОН ОНА ОНИ ТЫ Я ИЛИ ТАК ЖЕ БЫ ЕСЛИ ДЛЯ ПРИ ПОД НАД БЕЗ НАС ВАС ЕГО ЕЁ ИХ МОЙ НАШ ВАШ ТАМ ТУТ
        ВУЗ ГУМ ЦУМ МИД СМИ БАМ РАН ВОЗ ГЭС ТЭЦ ТЮЗ ГАИ ЗИЛ ГАЗ ВАЗ ГОСТ ТАСС МХАТ БАД НИИ ДОТ
        PIN SIM ZIP GIF RAM
    """),
    spelt_words=words("HTTPS ISBN IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUYАЕЁИОУЫЭЮЯ",
    vowels="aeiouy",
    symbols=pairs("""
        & и, @ собака, + плюс, = равно, % процентов, ‰ промилле, # решётка, / слэш,
        × умножить на, ÷ делить на, − минус, ± плюс-минус, √ корень из, ∞ бесконечность,
        ≈ приблизительно равно, ≠ не равно, ≤ меньше или равно, ≥ больше или равно, ° градусов,
        € евро, £ фунтов, $ долларов, ¥ иен, ₽ рублей, § параграф, © копирайт
    """),
    web=pairs(r"""
        . точка, / слэш, \ обратный слэш, ~ тильда, - дефис, _ нижнее подчёркивание, @ собака,
        : двоеточие, & и, + плюс, # решётка, % процент
    """),
)
