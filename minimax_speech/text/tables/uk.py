"""The Ukrainian table of spoken forms."""

import re
from dataclasses import dataclass, replace

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
    languages.get("uk"),
    gender="m",
    without="сл бар миля",
    f="length-mile mass-tonne mass-ounce duration- speed-mile power-horsepower "
    "energy-kilowatt-hour energy-calorie energy-kilocalorie concentr-part graphics-dot",
)

_CASES = declined("""
    тисячі тисяч тисячам тисячами тисячах, тисяч тисяч тисячам тисячами тисячах,
    тисяча тисячі тисячі тисячею тисячі,
    мільйони мільйонів мільйонам мільйонами мільйонах,
    мільйонів мільйонів мільйонам мільйонами мільйонах,
    мільйон мільйона мільйону мільйоном мільйоні,
    мільярди мільярдів мільярдам мільярдами мільярдах,
    мільярдів мільярдів мільярдам мільярдами мільярдах,
    мільярд мільярда мільярду мільярдом мільярді,
    нуль нуля нулю нулем нулі, один одного одному одним одному, одна однієї одній однією одній,
    одне одного одному одним одному, два двох двом двома двох, дві двох двом двома двох,
    три трьох трьом трьома трьох, чотири чотирьох чотирьом чотирма чотирьох,
    п'ять п'яти п'яти п'ятьма п'яти, шість шести шести шістьма шести, сім семи семи сьома семи,
    вісім восьми восьми вісьма восьми, дев'ять дев'яти дев'яти дев'ятьма дев'яти,
    десять десяти десяти десятьма десяти,
    ([\\w']+)надцять \\1надцяти \\1надцяти \\1надцятьма \\1надцяти,
    (два|три)дцять \\1дцяти \\1дцяти \\1дцятьма \\1дцяти, сорок сорока сорока сорока сорока,
    ([\\w']+)десят \\1десяти \\1десяти \\1десятьма \\1десяти,
    дев'яносто дев'яноста дев'яноста дев'яноста дев'яноста, сто ста ста ста ста,
    двісті двохсот двомстам двомастами двохстах, триста трьохсот трьомстам трьомастами трьохстах,
    чотириста чотирьохсот чотирьомстам чотирмастами чотирьохстах,
    п'ятсот п'ятисот п'ятистам п'ятьмастами п'ятистах,
    шістсот шестисот шестистам шістьмастами шестистах,
    сімсот семисот семистам сьомастами семистах,
    вісімсот восьмисот восьмистам вісьмастами восьмистах,
    дев'ятсот дев'ятисот дев'ятистам дев'ятьмастами дев'ятистах,
    ціла цілої цілій цілою цілій, десята десятої десятій десятою десятій,
    сота сотої сотій сотою сотій, тисячна тисячної тисячній тисячною тисячній
""")
_ORDINAL_ENDINGS = {  # of "третій" and of all others
    "f": ("я", "а"),
    "n": ("є", "е"),
    "pl": ("і", "і"),
    "gen": ("ього", "ого"),
    "dat": ("ьому", "ому"),
    "prep": ("ьому", "ому"),
    "ins": ("ім", "им"),
    "genf": ("ьої", "ої"),
    "datf": ("ій", "ій"),
    "accf": ("ю", "у"),
    "genpl": ("іх", "их"),
    "inspl": ("іми", "ими"),
}


@dataclass(frozen=True)
class _Reader(EastSlavicReader):
    """The form "hour" is the feminine ordinal: о сімнадцятій."""

    def cardinal(self, number: int, form: str = "") -> str:
        return self.ordinal(number, "f") if form == "hour" else super().cardinal(number, form)

    def words(self, number: int, kind: str) -> str:
        return "нульовий" if kind == "ordinal" and not number else super().words(number, kind)


_READER = _Reader(
    "uk",
    "uk",
    " ",
    point="кома",
    repairs=((r"^одна (?=тисяча)", ""),),
    agreement={
        **_CASES,
        "m": (),
        "f": ((r"\bодин$", "одна"), (r"\bдва$", "дві")),
        "n": ((r"\bодин$", "одне"),),
        "acc": ((r"\bодин$", "одну"), (r"\bдва$", "дві")),
        "а": ((r"\bодин$", "одна"),),  # одна книга, два вікна
    },
    ordinal_agreement={
        form: ((r"(?<=трет)ій$", soft), (r"ий$", hard))
        for form, (soft, hard) in _ORDINAL_ENDINGS.items()
    },
    whole=Noun(one="ціла", other="цілих"),
    fractions=tuple(Noun(one=f"{stem}а", other=f"{stem}их") for stem in ("десят", "сот", "тисячн")),
)


def _counted(one: str, few: str, many: str, part: str, gender: str = "m") -> Noun:
    """part: the genitive singular, for a part of it."""
    return Noun.of(one, part, gender, few=few, many=many)


_KOPIYKA = _counted("копійка", "копійки", "копійок", "копійки", "f")
_CENT = _counted("цент", "центи", "центів", "цента")
_HRYVNIA = Currency(_counted("гривня", "гривні", "гривень", "гривні", "f"), _KOPIYKA)
_DOLLAR = Currency(_counted("долар", "долари", "доларів", "долара"), _CENT)
_EURO = Currency(Noun.of("євро", gender="m"), _CENT)
_POUND = Currency(
    _counted("фунт", "фунти", "фунтів", "фунта"), _counted("пенс", "пенси", "пенсів", "пенса")
)
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("₴", "UAH", "грн", "грн.", "гривня", "гривні", "гривень"), _HRYVNIA),
    **dict.fromkeys(("$", "US$", "USD", "дол.", "долар", "долари", "доларів"), _DOLLAR),
    **dict.fromkeys(("€", "EUR", "євро"), _EURO),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(_counted("єна", "єни", "єн", "єни", "f"))),
    **dict.fromkeys(("zł", "PLN"), Currency(_counted("злотий", "злоті", "злотих", "злотого"))),
    **dict.fromkeys(("коп.", "коп"), Currency(_KOPIYKA)),
}

_THOUSAND = _counted("тисяча", "тисячі", "тисяч", "тисячі", "f")
_MILLION = _counted("мільйон", "мільйони", "мільйонів", "мільйона")
_BILLION = _counted("мільярд", "мільярди", "мільярдів", "мільярда")
_TRILLION = _counted("трильйон", "трильйони", "трильйонів", "трильйона")
_MAGNITUDES = {
    **dict.fromkeys(("тис.", "тис", *_THOUSAND.names), _THOUSAND),
    **dict.fromkeys(("млн", "млн.", *_MILLION.names), _MILLION),
    **dict.fromkeys(("млрд", "млрд.", *_BILLION.names), _BILLION),
    **dict.fromkeys(("трлн", "трлн.", *_TRILLION.names), _TRILLION),
}

_UNITS = {
    **_CLDR.units,
    **dict.fromkeys(("г", "гр.", "гр"), _CLDR.units["g"]),
    **dict.fromkeys(("м", "м."), _CLDR.units["m"]),
    "л": _CLDR.units["l"],
    **dict.fromkeys(("т", "t"), _counted("тонна", "тонни", "тонн", "тонни", "f")),
    **dict.fromkeys(("год", "год."), _CLDR.units["h"]),
    "хв.": _CLDR.units["min"],
    **dict.fromkeys(("с", "сек", "сек."), _CLDR.units["s"]),
    "В": _CLDR.units["V"],
    **dict.fromkeys(("кВт·год", "кВт-год"), _CLDR.units["kWh"]),
    **dict.fromkeys(("к.с.", "к. с."), _CLDR.units["hp"]),
    "дБ": _counted("децибел", "децибели", "децибелів", "децибела"),
    **dict.fromkeys(("шт.", "шт"), _counted("штука", "штуки", "штук", "штуки", "f")),
    **dict.fromkeys(("ос.", "ос"), _counted("особа", "особи", "осіб", "особи", "f")),
}

_FUNCTION_WORDS = words("""
    і й та або чи а але на за з із зі к в у о об до по від не ні ж би б для при над під про без
    через між якщо коли то як так що де це був була було були буде є раза плюс проти там нам вам
    сам тільки ще вже після перед майже близько більше менше понад
""")
_FEMININE = words("""
    ніч річ частина двері площа мова книги жінки сторінки кімнати школи країни людини дитини
    картини машини родини команди групи дороги вулиці сестри дівчини хвилини години секунди
    гривні тонни миті ночі речі статті зміни справи причини версії серії назви форми ролі
    зустрічі перемоги поразки нагороди пари штуки особи квартири області половини копії
""")


def _agreement(following: str) -> str | None:
    """A guess at the form of a number by the ending of the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _FEMININE or word.endswith(("ість", "ції", "зії", "ниці")):
        return "f"
    for form, endings in (
        ("ins", ("ами", "ями")),
        ("prep", ("ах", "ях")),
        ("dat", ("ам", "ям")),
        ("а", ("а", "я")),
        ("n", ("о", "е")),
        ("acc", ("у", "ю")),
    ):
        if word.endswith(endings):
            return form
    return None


_MONTHS = (
    r"(?:січ|берез|квіт|трав|черв|лип|серп|верес|жовт|груд)(?:ень|н[яіюь]|нем)|"
    r"лют(?:ий|ого|ому)|листопад[аіу]?"
)
_YEARS = years(
    _READER,
    {"рік": "", "року": "gen", "році": "prep", "роком": "ins", "роки": "", "роках": "prep"},
    {
        "р.": {"": "року", "у": "році", "в": "році"},
        "рр.": {"": "роки", "у": "роках", "в": "роках"},
    },
    _MONTHS,
)
_GENITIVES = genitives(
    _READER,
    "від|до|близько|більше|менше|після|із|без|з(?= [0-9:.]+ (?:до|по) )",
    {**_UNITS, **_MAGNITUDES},
    _CURRENCIES,
    _MONTHS,
)
_DAYS = days(_READER, "з", "по", words("на по за сьогодні завтра вчора"), _CLDR.months)
_COMPOUNDS = compounds(_READER, (("ста$", "сто"), ("дев'яноста", "дев'яносто"), ("одного", "одно")))
_SUFFIXES = {
    **by_form(
        f="а та ша га я тя",
        n="е те ше ге є тє",
        gen="го ого",
        dat="му ому",
        ins="м им",
        genf="ї ої",
        datf="ій",
        accf="у ту шу гу ю",
        genpl="х их",
        inspl="ми ими",
        pl="і ті ші",
    ),
    **dict.fromkeys(("й", "ий"), ""),
}


def _ordinals(text: str) -> str:
    """5-й поверх, but на 5-й вулиці; 90-ті."""

    def say(match: re.Match[str]) -> str:
        form = _SUFFIXES[match[2]]
        oblique = not form and compiled(r" \w+[іїи]\b").match(match.string, match.end())
        return _READER.ordinal(int(match[1]), "datf" if oblique else form)

    return compiled(rf"(?<![\w.,])(\d{{1,4}})-({any_of(_SUFFIXES)})(?!\w)").sub(say, text)


_HOUR_CASES = {
    **dict.fromkeys(("о", "об"), ("datf", "годині")),
    **dict.fromkeys(("до", "після", "від", "з", "із", "близько"), ("genf", "години")),
    **dict.fromkeys(("на", "за", "по"), ("accf", "годину")),
}


def _clock(text: str) -> str:
    """О 17:30, до 9:00, о 17 год."""

    def say(match: re.Match[str]) -> str:
        lead, hour, minute = match.groups()
        form, name = _HOUR_CASES[lead.lower()]
        said = f"{lead} {_READER.ordinal(int(hour), form)} "
        if not int(minute or 0):
            return said + name
        low = f"{_READER.cardinal(0)} " if minute[0] == "0" else ""
        return f"{said}{low}{_READER.cardinal(int(minute), 'f')}"

    lead = rf"(?<!\w)((?i:{any_of(_HOUR_CASES)}))"
    text = compiled(rf"{lead} ([01]?\d|2[0-4]):([0-5]\d)(?![\w:])").sub(say, text)
    hour = r"(?<!\w)((?i:об?)) ([01]?\d|2[0-4])()(?: год(?:\.|ині))?(?![\w:]|[.,/-]\d| \w)"
    return compiled(hour).sub(say, text)


def _eras(text: str) -> str:
    """У XX ст., кінець XIX ст."""
    text = re.sub(r"(?<!\w)([УуВв]) ([IVX]+) ст\.", r"\1 \2 столітті", text)
    return re.sub(r"(?<!\w)([IVX]+) ст\.", r"\1 століття", text)


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_eras, _ordinals, _COMPOUNDS, _YEARS, _DAYS, _clock, _GENITIVES),
    agrees_with=_agreement,
    repairs=(
        (r"\bодна ціла п'ять десятих (?=\w{2,}[ая]\b)", "півтора "),
        (r"\bодна ціла п'ять десятих (?=\w{2,}[иі]\b)", "півтори "),
    ),
    minus="мінус",
    to="-",
    ratio="до",
    over="поділене на",
    out_of="з",
    per="на",
    by="на",
    times="помножити на",
    about="близько",
    power="у степені",
    squared=("у квадраті", "у кубі"),
    operators={">": "більше", "<": "менше"},
    hash_number="номер",
    denominators={
        2: Noun("{} половини", one="половина", gender="f"),
        3: _counted("третина", "третини", "третин", "третини", "f"),
        4: _counted("чверть", "чверті", "чвертей", "чверті", "f"),
        **{
            bottom: Noun.of(f"{stem}а", f"{stem}их", "f")
            for bottom, stem in enumerate(series("п'ят шост сьом восьм дев'ят десят"), 5)
        },
    },
    mixed="{whole} і {part}",
    part_of="{part} {units}",
    mixed_half="{whole} з половиною",
    currencies=_CURRENCIES,
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        год за годину, година за годину, с за секунду, сек за секунду, хв за хвилину, міс на місяць,
        місяць на місяць, рік на рік, день на день, доба на добу, кг за кілограм, л за літр,
        шт за штуку, ос з особи, м за метр
    """),
    weekdays={**_CLDR.weekdays, "пт": "п'ятниця"},
    date="{day} {month} {year} року",
    day_month="{day} {month}",
    day_form="gen",
    year_marks=words("року р."),
    hours=Noun("{} година", gender="hour"),
    whole_hour="{hours}",
    low_minute="нуль {minute}",
    minute_form="f",
    clock_leads=words("о об"),
    phone_leads=words("телефон телефону номер Телефон Номер факс Факс тел Тел"),
    digit_pairs=True,
    version_point="крапка",
    phrases={
        "24/7": "двадцять чотири на сім",
        "50/50": "п'ятдесят на п'ятдесят",
        "та/або": "та або",
        "і/або": "і або",
        "C#": "сі шарп",
        "к.с.": "к. с.",
    },
    titles=pairs("""
        м. місто, с. село, смт. селище, о. острів, р. річка, св. святий, Св. Святий, оз. озеро,
        ст. станція
    """),
    leading=spaced(
        pairs("""
            т.зв. так званий, т.ч. тому числі, в.о. виконувач обов'язків, проф. професор,
            Проф. Професор, акад. академік, доц. доцент, д-р доктор, Д-р Доктор, п. пан, п-н пан,
            вул. вулиця, Вул. Вулиця, просп. проспект, пр. проспект, пров. провулок, пл. площа,
            бул. бульвар, бульв. бульвар, наб. набережна, ім. імені, див. дивись, Див. Дивись,
            пор. порівняй, напр. наприклад, тел. телефон, Тел. Телефон, моб. мобільний,
            бл. близько, ред. редактор, макс. максимум, мін. мінімум, корп. корпус, ген. генерал,
            інж. інженер, канд. кандидат, р-н район
        """)
    ),
    abbreviations=spaced(
        pairs("""
            т.д. так далі, т.п. таке подібне, т.і. таке інше, ін. інші, н.е. нашої ери,
            обл. область
        """)
    ),
    before_number=pairs("""
        No номер, буд будинок, кв квартира, стор сторінка, с сторінка, рис рисунок, мал малюнок,
        табл таблиця, гл глава, розд розділ, ст стаття, п пункт, пп пункти, т том, оф офіс,
        вип випуск
    """),
    sentence_openers=words("""
        Він Вона Воно Вони Я Ти Ми Ви І Й Та А Але Або Чи Якщо Коли Де Як Так Що Щоб Хто Чому Для З
        Із В У На По К До Від За О Об Ні Не Немає Це Цей Ця Ці Той Ті Там Тут Потім Тепер Зараз
        Сьогодні Вчора Завтра Усі Всі Все Мій Наш Їх Його Її Однак Тому Після При Також Ще Вже Був
        Була Були Є
    """),
    regnal=dict.fromkeys(("", "f", "gen", "genf"), "{ordinal}"),
    regnal_names=by_form(
        gen="Петра Миколи Олександра Павла Івана Людовика Генріха Карла Філіппа Наполеона",
        f="Катерина Єлизавета Марія Анна",
        genf="Катерини Єлизавети Марії Анни",
    )
    | dict.fromkeys(
        series("Петро Микола Олександр Павло Іван Людовик Генріх Карл Філіпп Наполеон"), ""
    ),
    regnal_follows=words("і й та був була став у в на з із"),
    parts=words("Глава глава Розділ розділ Частина частина Том том Тип тип Фаза Акт акт"),
    part_follows=words("і й та у в на з із був"),
    roman_before={
        **by_form(prep="столітті", dat="століттю", ins="століттям", genpl="століть"),
        **by_form(gen="століття віку з'їзду тому", f="частина глава"),
        **dict.fromkeys(("вік", "з'їзд", "том"), ""),
    },
    letter_words=words("""
        OK НЕ НІ ТАК І Й ТА А АЛЕ НА В У З ЗІ ІЗ О ОБ ПО ДО ВІД ЗА ЩО ЯК ДЕ ХТО ЦЕ ВСЕ ВСІ МИ ВИ
        ВІН ТИ Я ЧИ Ж БИ ДЛЯ ПРИ ПІД БЕЗ НАС ВАС ЇХ МІЙ НАШ ВАШ ТАМ ТУТ ДАІ ЗМІ ГЕС ТЕЦ
        PIN SIM ZIP GIF RAM
    """),
    spelt_words=words("HTTPS ISBN IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUYАЕЄИІЇОУЮЯ",
    vowels="aeiouy",
    symbols=pairs("""
        & і, @ равлик, + плюс, = дорівнює, % відсотків, ‰ проміле, # решітка, / слеш,
        × помножити на, ÷ поділити на, − мінус, ± плюс-мінус, √ корінь з, ∞ нескінченність,
        ≈ приблизно дорівнює, ≠ не дорівнює, ≤ менше або дорівнює, ≥ більше або дорівнює,
        ° градусів, € євро, £ фунтів, $ доларів, ¥ єн, ₴ гривень, § параграф, © копірайт
    """),
    web=pairs(r"""
        . крапка, / слеш, \ зворотний слеш, ~ тильда, - дефіс, _ підкреслення, @ равлик,
        : двокрапка, & і, + плюс, # решітка, % відсоток
    """),
)
