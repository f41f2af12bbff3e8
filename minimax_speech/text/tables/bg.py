"""The Bulgarian table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader, changed
from minimax_speech.text.patterns import any_of, compiled, sentence_stop
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, series, spaced, words

_CLDR = cldr.spoken_forms(
    languages.get("bg"),
    gender="m",
    f="length-mile mass-ounce duration-second duration-minute duration-millisecond "
    "duration-microsecond duration-nanosecond speed-mile power-horsepower energy-calorie "
    "energy-kilocalorie concentr-part graphics-dot",
)

_SMALL = series("""
    нула едно две три четири пет шест седем осем девет десет единадесет дванадесет тринадесет
    четиринадесет петнадесет шестнадесет седемнадесет осемнадесет деветнадесет
""")
_TENS = series("""
    двадесет тридесет четиридесет петдесет шестдесет седемдесет осемдесет деветдесет
""")
_HUNDREDS = series("""
    сто двеста триста четиристотин петстотин шестстотин седемстотин осемстотин деветстотин
""")
_SCALES = (
    (10**12, "един трилион", "трилиона", "m"),
    (10**9, "един милиард", "милиарда", "m"),
    (10**6, "един милион", "милиона", "m"),
    (1000, "хиляда", "хиляди", "f"),
)
_AGREEMENT = {
    "m": ((r"\bедно$", "един"), (r"\bдве$", "два")),
    "f": ((r"\bедно$", "една"),),
    "n": (),
    "а": ((r"\bедно$", "една"), (r"\bдве$", "два")),  # една книга, два стола
}
_ORDINALS = (
    ("нула$", "нулев"),
    ("едно$", "първи"),
    ("две$", "втори"),
    ("три$", "трети"),
    ("четири$", "четвърти"),
    ("седем$", "седми"),
    ("осем$", "осми"),
    ("стотин$", "стотен"),
    ("двеста$", "двустотен"),
    ("триста$", "тристотен"),
    ("сто$", "стотен"),
    (r"^(\w+) хиляди$", r"\1хиляден"),
    ("хиляд[аи]$", "хиляден"),
    ("(милион|милиард|трилион)а?$", r"\1ен"),
    ("т$", "ти"),
)


def _ending(vowel: str, article: str = "") -> tuple[tuple[str, str], ...]:
    """Ordinals with the ending of a gender or the plural, and an article."""
    last = f"{vowel}{article}"
    return (("ев$", f"ев{last}"), ("ен$", f"н{last}"), ("и$", last))


_ORDINAL_AGREEMENT = {
    "f": _ending("а"),
    "n": _ending("о"),
    "pl": _ending("и"),
    "the": _ending("и", "я"),
    "the-subject": _ending("и", "ят"),
    "the-f": _ending("а", "та"),
    "the-n": _ending("о", "то"),
    "the-pl": _ending("и", "те"),
}


def _cardinal(number: int) -> str:
    """In the neuter, as one counts; the last word is joined by "и"."""
    for size, one, name, gender in _SCALES:
        many, rest = divmod(number, size)
        if many:
            said = one if many == 1 else f"{changed(_cardinal(many), _AGREEMENT[gender])} {name}"
            return said + _rest(rest)
    if number >= 100:
        return _HUNDREDS[number // 100 - 1] + _rest(number % 100)
    if number >= 20:
        return _TENS[number // 10 - 2] + _rest(number % 10)
    return _SMALL[number]


def _rest(number: int) -> str:
    if not number:
        return ""
    said = _cardinal(number)
    while number % 1000 == 0:  # "един милион и сто хиляди"
        number //= 1000
    return f" {said}" if " " in _cardinal(number) else f" и {said}"


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Years are ordinals, in the feminine of "година"."""

    def words(self, number: int, kind: str) -> str:
        said = _cardinal(number)
        return changed(said, _ORDINALS) if kind == "ordinal" else said

    def year(self, number: int) -> str:
        return self.ordinal(number, "f")

    def decimals(self, whole: str, fraction: str) -> str:
        if len(fraction) > 3:
            return super().decimals(whole, fraction)
        zeros = len(fraction) - len(fraction.lstrip("0")) if int(fraction) else 0
        said = [self.digits(fraction[:zeros]), self.cardinal(int(fraction))]
        return f"{self.cardinal(int(whole))} цяло и {' '.join(filter(None, said))}"


_READER = _Reader(
    "bg",
    thousands=" ",
    point="запетая",
    agreement=_AGREEMENT,
    ordinal_agreement=_ORDINAL_AGREEMENT,
)

_STOTINKA = Noun.of("стотинка", "стотинки", "f")
_CENT = Noun.of("цент", "цента", "m")
_LEV = Currency(Noun.of("лев", "лева", "m"), _STOTINKA)
_EURO = Currency(Noun.of("евро", gender="n"), Noun.of("евроцент", "евроцента", "m"))
_DOLLAR = Currency(Noun.of("долар", "долара", "m"), _CENT)
_POUND = Currency(Noun.of("лира", "лири", "f"), Noun.of("пени", "пенса", "m"))
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("лв.", "лв", "BGN", "лев", "лева"), _LEV),
    **dict.fromkeys(("€", "EUR", "евро"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "долар", "долара", "щ.д."), _DOLLAR),
    **dict.fromkeys(("£", "GBP"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("йена", "йени", "f"))),
    **dict.fromkeys(("ст.", "стотинки"), Currency(_STOTINKA)),
}

_THOUSAND = Noun(one="хиляда", other="{} хиляди", gender="f")
_MILLION = Noun.of("милион", "милиона", "m")
_BILLION = Noun.of("милиард", "милиарда", "m")
_MAGNITUDES = {
    **dict.fromkeys(("хил.", "хил", "хиляди"), _THOUSAND),
    **dict.fromkeys(("млн.", "млн", "милион", "милиона"), _MILLION),
    **dict.fromkeys(("млрд.", "млрд", "милиард", "милиарда"), _BILLION),
}

_NATIVE_UNITS = pairs("""
    км km, м m, м. m, см cm, мм mm, дм dm, км² km², м² m², см² cm², м³ m³, кв.м m²,
    куб.м m³, ха ha, л l, л. l, мл ml, кг kg, кг. kg, г g, гр g, гр. g, мг mg, ч h, ч. h, час h,
    мин min, мин. min, с s, сек s, сек. s, км/ч km/h, м/с m/s, В V, А A, Вт W, кВт kW, МВт MW,
    кВтч kWh, Хц Hz, КБ kB, МБ MB, ГБ GB, ТБ TB, к.с. hp
""")
_TON = Noun.of("тон", "тона", "m")
_UNITS = {
    **_CLDR.units,
    **{sign: _CLDR.units[unit] for sign, unit in _NATIVE_UNITS.items()},
    **dict.fromkeys(("кв. м", "кв. м."), _CLDR.units["m²"]),
    **dict.fromkeys(("т", "t"), _TON),
    "%": Noun("{} процента", one="{} процент", gender="m"),
    "дБ": Noun.of("децибел", "децибела", "m"),
    **dict.fromkeys(("бр.", "бр"), Noun.of("брой", "броя", "m")),
}

_FUNCTION_WORDS = words("""
    и или а но на за с със към в във до по от из не ни че ли да при над под през без между ако
    когато то как така що къде това беше бяха ще има са се си плюс минус срещу там само още вече
    след преди почти около повече най цяло
""")
_NEUTER = words("""
    деца села места писма момчета момичета лета кина дървета полета кафета животни яйца езера
    правила средства дружества градчета столчета
""")
_MASCULINE = words("дни пъти мъже")


def _gender(following: str) -> str | None:
    """A guess at the form of a number by the ending of the word after it."""
    word = following.lower()
    if word in _FUNCTION_WORDS or len(word) < 3:
        return None
    if word in _NEUTER:
        return "n"
    if word in _MASCULINE:
        return "m"
    for form, endings in (("а", ("а", "я")), ("f", ("и", "ост", "нощ")), ("n", ("о", "е", "у"))):
        if word.endswith(endings):
            return form
    return "m"


_SUFFIXES = {
    **dict.fromkeys(series("ви ри ти ми тен и"), ""),
    **by_form(
        f="ва ра та ма тна а",
        n="во ро то мо тно о",
        **{
            "the": "вия рия тия мия ия",
            "the-subject": "вият рият тият мият ият",
            "the-f": "вата рата тата мата ата",
            "the-n": "вото рото тото мото ото",
            "the-pl": "вите рите тите мите ите",
        },
    ),
}


def _ordinals(text: str) -> str:
    """1-ви, 2-ра, 3-то, 7-ият; 90-те; XX в.; от 1 до 3 май."""
    decades = r"(?<![\w.,])((?:1\d|20)?[1-9]0)-те(?!\w)"
    text = re.sub(r"(?<!\w)([IVX]+) в\.", r"\1 век", text)
    day = rf"(?<!\w)([Оо]т) (\d{{1,2}})(?= до \d{{1,2}} (?:{any_of(_CLDR.months)})\b)"
    text = compiled(day).sub(lambda match: f"{match[1]} {_READER.ordinal(int(match[2]))}", text)
    text = re.sub(decades, lambda match: f"{_READER.cardinal(int(match[1]))}те", text)
    return compiled(rf"(?<![\w.,])(\d{{1,4}})-({any_of(_SUFFIXES)})(?!\w)").sub(
        lambda match: _READER.ordinal(int(match[1]), _SUFFIXES[match[2]]), text
    )


def _years(text: str) -> str:
    """През 1984 г., 2025 година, 1941-1945 г., април 2025."""
    year = r"(1\d{3}|2[01]\d\d)"
    names = {"г.": "година", "година": "година", "г": "година", "годината": "годината"}

    def say(match: re.Match[str]) -> str:
        said = [_READER.year(int(number)) for number in match.groups()[:2] if number]
        stop = sentence_stop(match) if match[0].endswith(".") else ""
        return f"{' - '.join(said)} {names[match[3]]}{stop}"

    month = any_of(_CLDR.months)
    # The year of a numeric date is said with the word.
    text = re.sub(
        r"(?<=\d\.\d\d\.)(\d{4}) ?г\.", lambda match: match[1] + sentence_stop(match), text
    )
    text = compiled(rf"(?<![\w.,:/-]){year}(?: ?- ?{year})? ?({any_of(names)})(?!\w)").sub(
        say, text
    )
    return compiled(rf"\b((?i:{month})) {year}(?![\w:/-]|[.,]\d)").sub(
        lambda match: f"{match[1]} {_READER.year(int(match[2]))} година", text
    )


def _hours(text: str) -> str:
    """В 17:30 ч., 17.30 ч., 9:00 ч."""
    return re.sub(
        r"(?<![\w:.,])(\d{1,2})[:.]([0-5]\d) ?(?:ч\.?|часа)(?!\w)",
        lambda match: (
            (f"{match[1]} часа" if match[2] == "00" else f"{match[1]}:{match[2]} часа")
            + (sentence_stop(match) if match[0].endswith(".") else "")
        ),
        text,
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_ordinals, _years, _hours),
    agrees_with=_gender,
    minus="минус",
    to="до",
    ratio="на",
    over="върху",
    out_of="от",
    per="на",
    by="на",
    times="по",
    about="около",
    power="на степен",
    squared=("на квадрат", "на куб"),
    operators={">": "по-голямо от", "<": "по-малко от"},
    hash_number="номер",
    denominators={
        2: Noun("{} втори", one="половин", gender="f"),
        **parts(
            """
            3 трета трети, 4 четвърт четвърти, 5 пета пети, 6 шеста шести, 7 седма седми,
            8 осма осми, 9 девета девети, 10 десета десети
            """,
            "f",
        ),
    },
    mixed="{whole} и {part}",
    mixed_half="{whole} и половина",
    currencies=_CURRENCIES,
    price="{units} и {cents}",
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        ч на час, час на час, с в секунда, сек в секунда, мин в минута, мес на месец,
        месец на месец, ден на ден, седмица на седмица, год на година, кг за килограм, л за литър,
        бр за брой, човек на човек
    """),
    month_abbreviations={"ян.": 1, "февр.": 2, "апр.": 4, "септ.": 9, **_CLDR.month_abbreviations},
    date="{day} {month} {year} година",
    day_month="{day} {month}",
    year_marks=words("година г."),
    hours=Noun.of("час", "часа", "m"),
    clock="{hour} и {minute}",
    whole_hour="{hours}",
    minute_form="f",
    phone_leads=words("телефон телефона номер Телефон Номер факс Факс тел Тел"),
    digit_pairs=True,
    version_point="точка",
    phrases={
        "24/7": "двадесет и четири на седем",
        "50/50": "петдесет на петдесет",
        "и/или": "и или",
        "C#": "си шарп",
        "к.с.": "к. с.",
        "пр. Хр.": "преди Христа",
        "пр.н.е.": "преди новата ера",
        "сл. Хр.": "след Христа",
    },
    titles=pairs("""
        гр. град, с. село, св. свети, Св. Свети, р. река, о. остров, вр. връх, яз. язовир,
        ж.к. жилищен комплекс
    """),
    leading=spaced(
        pairs("""
            т.е. тоест, т.нар. така наречен, напр. например, д-р доктор, Д-р Доктор, г-н господин,
            Г-н Господин, г-жа госпожа, Г-жа Госпожа, г-ца госпожица, проф. професор,
            Проф. Професор, акад. академик, доц. доцент, Доц. Доцент, инж. инженер, ул. улица,
            Ул. Улица, бул. булевард, Бул. Булевард, пл. площад, обл. област, вж. виж, Вж. Виж,
            срв. сравни, тел. телефон, Тел. Телефон, моб. мобилен, ок. около, ред. редактор,
            макс. максимум, ген. генерал, чл. член, гл. глава, прибл. приблизително
        """)
    ),
    abbreviations=spaced(
        pairs("т.н. така нататък, др. други, т.п. тем подобни, н.е. нашата ера, пр. прочие")
    ),
    before_number=pairs("""
        No номер, бл блок, вх вход, ет етаж, ап апартамент, стр страница, фиг фигура,
        табл таблица, гл глава, чл член, ал алинея, т точка, бр брой
    """),
    sentence_openers=words("""
        Той Тя То Те Аз Ти Ние Вие И А Но Или Ако Когато Къде Как Така Че Кой Защо Затова За С Със
        В Във На По От До Към Не Няма Да Това Този Тази Тези Там Тук После Сега Днес Вчера Утре
        Всички Моят Нашият Неговият Обаче След При Преди Също Още Вече Беше Бяха Има Ще Един Една
    """),
    regnal=dict.fromkeys(("", "f"), "{ordinal}"),
    regnal_names={
        **dict.fromkeys(
            series("""
                Борис Симеон Петър Николай Александър Павел Иван Людовик Хенри Карл Филип Наполеон
                Фердинанд Калоян Фридрих
            """),
            "",
        ),
        **by_form(f="Екатерина Елизабет Мария Анна"),
    },
    regnal_follows=words("и е беше бил в на с от"),
    parts=words("Глава глава Част част Том том Раздел раздел Тип тип Фаза Акт акт"),
    part_follows=words("и в на с от е"),
    roman_before={
        **dict.fromkeys(("век", "конгрес", "том"), ""),
        **by_form(the="века", f="глава част"),
    },
    letter_words=words("""
        OK НЕ ДА НИ И А НО НА В ВЪВ С СЪС ОТ ПО ДО ЗА ЩО КАК КЪДЕ КОЙ ТОВА ВСЕ АЗ ТИ ТОЙ ТЯ ТО ТЕ
        НИЕ ВИЕ ЩЕ СЕ СИ ЧЕ ЛИ ИЛИ АКО ПРИ НАД ПОД БЕЗ ТАМ ТУК МУ ВУЗ ГАЗ ДОТ ВЕЦ ТЕЦ АЕЦ БАН
        PIN SIM ZIP GIF RAM
    """),
    spelt_words=words("HTTPS ISBN IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUYАЕИОУЪЮЯ",
    vowels="aeiouy",
    symbols=pairs("""
        & и, @ кльомба, + плюс, = равно на, % процента, ‰ промила, # диез, / наклонена черта,
        × по, ÷ делено на, − минус, ± плюс-минус, √ корен от, ∞ безкрайност,
        ≈ приблизително равно на, ≠ различно от, ≤ по-малко или равно на,
        ≥ по-голямо или равно на, ° градуса, € евро, £ лири, $ долара, ¥ йени, § параграф,
        © копирайт
    """),
    web=pairs(r"""
        . точка, / наклонена черта, \ обратна наклонена черта, ~ тилда, - тире, _ долна черта,
        @ кльомба, : двоеточие, & и, + плюс, # диез, % процент
    """),
)
