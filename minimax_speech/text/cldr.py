"""What the CLDR knows of a language: units, currencies, months, days, and how numbers are written.

Through babel, as the beginning of a table of spoken forms; what sounds wrong is overridden there.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Literal

from minimax_speech.text.languages import Language
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, SpokenForms

# One number of each plural category that a language may have.
_SAMPLES = ("0", "1", "2", "3", "5", "11", "20", "100", "1000000", "1.5")

_UNITS = """
km length-kilometer, m length-meter, cm length-centimeter, mm length-millimeter,
dm length-decimeter, μm length-micrometer, nm length-nanometer, mi length-mile, ft length-foot,
yd length-yard,
m² area-square-meter, km² area-square-kilometer, cm² area-square-centimeter, ha area-hectare,
m³ volume-cubic-meter, km³ volume-cubic-kilometer, cm³ volume-cubic-centimeter,
l volume-liter, L volume-liter, ml volume-milliliter, mL volume-milliliter, cl volume-centiliter,
dl volume-deciliter, dL volume-deciliter, hl volume-hectoliter,
kg mass-kilogram, g mass-gram, mg mass-milligram, μg mass-microgram, t mass-tonne, lb mass-pound,
lbs mass-pound, oz mass-ounce,
s duration-second, ms duration-millisecond, μs duration-microsecond, ns duration-nanosecond,
sec duration-second, min duration-minute, h duration-hour,
km/h speed-kilometer-per-hour, kmh speed-kilometer-per-hour, m/s speed-meter-per-second,
m/s² acceleration-meter-per-square-second, mph speed-mile-per-hour,
l/100 km consumption-liter-per-100-kilometer,
°C temperature-celsius, °F temperature-fahrenheit, ° angle-degree, % concentr-percent,
‰ concentr-permille, ppm concentr-part-per-1e6,
kB digital-kilobyte, KB digital-kilobyte, MB digital-megabyte, GB digital-gigabyte,
TB digital-terabyte, PB digital-petabyte, kbit digital-kilobit, Mbit digital-megabit,
Gbit digital-gigabit, px graphics-pixel, MP graphics-megapixel, dpi graphics-dot-per-inch,
Hz frequency-hertz, kHz frequency-kilohertz, MHz frequency-megahertz, GHz frequency-gigahertz,
V electric-volt, A electric-ampere, mA electric-milliampere, Ω electric-ohm,
W power-watt, mW power-milliwatt, kW power-kilowatt, MW power-megawatt, GW power-gigawatt,
hp power-horsepower, kWh energy-kilowatt-hour, J energy-joule, kJ energy-kilojoule,
cal energy-calorie, kcal energy-kilocalorie, N force-newton, Nm torque-newton-meter,
Pa pressure-pascal, hPa pressure-hectopascal, kPa pressure-kilopascal, MPa pressure-megapascal,
bar pressure-bar, mbar pressure-millibar, mmHg pressure-millimeter-ofhg, lm light-lumen,
lx light-lux, mol concentr-mole
"""
UNITS = {
    sign: name for sign, _, name in (pair.strip().rpartition(" ") for pair in _UNITS.split(","))
}
"""Signs of units that every language writes, to their names in the CLDR."""

_SIGNS = {
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₪": "ILS",
    "R$": "BRL",
    "A$": "AUD",
    "C$": "CAD",
    "NZ$": "NZD",
    "HK$": "HKD",
    "zł": "PLN",
    "Kč": "CZK",
    "฿": "THB",
    "₫": "VND",
}
_CODES = """
    EUR USD GBP JPY CHF CNY INR KRW RUB TRY UAH ILS BRL AUD CAD NZD HKD SGD MXN ARS CLP COP PEN
    SEK NOK DKK ISK PLN CZK HUF RON BGN THB VND IDR MYR PHP TWD SAR AED EGP MAD ZAR
"""


def spoken_forms(
    language: Language, gender: str = "", without: str = "", **genders: str
) -> SpokenForms:
    """A table of what the CLDR knows.

    Args:
        language: whose.
        gender: of the units, a form of the number words before them.
        without: signs of units that are words of the language: "ha" in Spanish.
        genders: the units that have another gender, by their names in the CLDR, which may be cut:
            f="length-mile duration-".
    """
    from babel import Locale  # slow to import

    locale = Locale.parse(language.locale)
    symbols = locale.number_symbols["latn"]
    thousands = " " if symbols["group"].isspace() else symbols["group"]
    months, days = locale.months["format"], locale.days["format"]
    own = {name: form for form, names in genders.items() for name in names.split()}
    units = _units(language.locale, gender, own)
    order = locale.date_formats["short"].pattern
    return SpokenForms(
        reader=NumberReader(language.locale, language.num2words or "", thousands),
        units={sign: noun for sign, noun in units.items() if sign not in without.split()},
        currencies=_currencies(language.locale, gender),
        months=tuple(months["wide"][number] for number in range(1, 13)),
        month_abbreviations=_abbreviations(months["abbreviated"], months["wide"]),
        weekdays={
            short: days["wide"][number]
            for short, number in _abbreviations(days["abbreviated"], days["wide"]).items()
        },
        month_first=order.upper().index("M") < order.upper().index("D"),
    )


def _abbreviations(short: Mapping[int, str], wide: Mapping[int, str]) -> dict[str, int]:
    """Short names to their numbers, without those that are no shorter."""
    return {name: number for number, name in short.items() if name != wide[number]}


def _units(locale: str, gender: str, genders: Mapping[str, str]) -> dict[str, Noun]:
    from babel.units import UnknownUnitError, format_unit

    def say(name: str, length: Literal["short", "long"], value: Decimal) -> str:
        return format_unit(value, name, length, "0.#", locale, numbering_system="latn")

    nouns: dict[str, Noun] = {}
    native: dict[str, Noun] = {}  # signs in the language's own letters
    for sign, name in UNITS.items():
        own = next((form for cut, form in genders.items() if name.startswith(cut)), gender)
        try:
            nouns[sign] = _noun(locale, own, partial(say, name, "long"))
            short = _noun(locale, own, partial(say, name, "short")).name()
        except UnknownUnitError:
            continue
        short = re.sub(r"[\u200e\u200f]", "", short).strip()
        if len(short) > 1:  # single letters may be words
            native.setdefault(short, nouns[sign])
    return native | nouns


def _currencies(locale: str, gender: str) -> dict[str, Currency]:
    from babel.numbers import format_currency

    def say(code: str, value: Decimal) -> str:
        return format_currency(value, code, "0.#", locale, False, "name", numbering_system="latn")

    codes = _CODES.split()
    known = {code: Currency(_noun(locale, gender, partial(say, code))) for code in codes}
    return known | {sign: known[code] for sign, code in _SIGNS.items()}


def _noun(locale: str, gender: str, say: Callable[[Decimal], str]) -> Noun:
    """The noun out of what is said of samples of all plural categories."""
    from babel import Locale
    from babel.numbers import format_decimal

    forms: dict[str, str] = {}
    for sample in map(Decimal, _SAMPLES):
        number = format_decimal(sample, "0.#", locale, numbering_system="latn")
        category = Locale.parse(locale).plural_form(sample)
        said = re.sub(rf"(?<!\d){re.escape(number)}(?!\d)", "{}", say(sample), count=1)
        said = " ".join(said.split())
        forms.setdefault(category, said)
    other = forms.pop("other", "")
    return Noun(other=other or next(iter(forms.values())), **forms, gender=gender)
