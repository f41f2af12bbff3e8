"""What English calls units and currencies."""

from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency


def _coins(*names: str) -> Currency:
    """A currency by the singular and plural of its unit, and of its hundredth."""
    return Currency(Noun.of(*names[:2]), Noun.of(*names[2:]) if names[2:] else None)


_SIGNS = {
    "$": _coins("dollar", "dollars", "cent", "cents"),
    "€": _coins("euro", "euros", "cent", "cents"),
    "£": _coins("pound", "pounds", "penny", "pence"),
    "¥": _coins("yen", "yen"),
    "₹": _coins("rupee", "rupees", "paisa", "paise"),
    "₩": _coins("won", "won"),
    "₽": _coins("ruble", "rubles", "kopeck", "kopecks"),
    "₺": _coins("lira", "lira", "kurush", "kurush"),
    "₴": _coins("hryvnia", "hryvnias", "kopiyka", "kopiykas"),
    "₪": _coins("shekel", "shekels", "agora", "agorot"),
    "₿": _coins("bitcoin", "bitcoins"),
    "¢": _coins("cent", "cents"),
}
_DOLLARS = {
    **dict.fromkeys(("A$", "AU$", "AUD"), "Australian"),
    **dict.fromkeys(("C$", "CA$", "CAD"), "Canadian"),
    **dict.fromkeys(("NZ$", "NZD"), "New Zealand"),
    **dict.fromkeys(("HK$", "HKD"), "Hong Kong"),
    **dict.fromkeys(("S$", "SGD"), "Singapore"),
}
_ISO = {"USD": "$", "US$": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}

CURRENCIES = {
    **_SIGNS,
    **{code: _SIGNS[sign] for code, sign in _ISO.items()},
    **{
        code: _coins(f"{country} dollar", f"{country} dollars", "cent", "cents")
        for code, country in _DOLLARS.items()
    },
    "CHF": _coins("Swiss franc", "Swiss francs", "centime", "centimes"),
    "CNY": _coins("yuan", "yuan"),
    "BRL": _coins("real", "reais", "centavo", "centavos"),
    "R$": _coins("real", "reais", "centavo", "centavos"),
    "SEK": _coins("Swedish krona", "Swedish kronor"),
    "NOK": _coins("Norwegian krone", "Norwegian kroner"),
    "DKK": _coins("Danish krone", "Danish kroner"),
}

_MAGNITUDES = {
    **{word: word for word in ("hundred", "thousand", "million", "billion", "trillion")},
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "mn": "million",
    "M": "million",
    "bn": "billion",
    "b": "billion",
    "B": "billion",
    "tn": "trillion",
}

MAGNITUDES = {sign: Noun.of(name, name) for sign, name in _MAGNITUDES.items()}

BARE_MAGNITUDES = ("k", "K", "M", "mn", "bn", "B", "tn")

_RATES = {"mo": "month", "yr": "year", "hr": "hour", "wk": "week", "d": "day", "pp": "person"}
_RATES |= {name: name for name in ("second", "minute", "hour", "day", "week", "month", "year")}
RATES = {sign: f"per {name}" for sign, name in _RATES.items()}


def _regular(*names: str) -> dict[str, tuple[str, str]]:
    """Units whose plural is the singular and an s, from "sign name" each."""
    pairs = (name.split(" ", 1) for name in names)
    return {sign: (name, f"{name}s") for sign, name in pairs}


_UNITS = {
    # lengths
    **_regular("km kilometer", "m meter", "cm centimeter", "mm millimeter", "nm nanometer"),
    **_regular(
        "μm micrometer", "dm decimeter", "mi mile", "yd yard", "yds yard", "nmi nautical mile"
    ),
    **dict.fromkeys(("ft", "ft."), ("foot", "feet")),
    "in.": ("inch", "inches"),
    # masses
    **_regular("kg kilogram", "g gram", "mg milligram", "μg microgram", "mcg microgram"),
    **_regular("lb pound", "lbs pound", "oz ounce"),
    # areas and volumes
    "ha": ("hectare", "hectares"),
    **{f"{sq} ft": ("square foot", "square feet") for sq in ("sq", "sq.")},
    **{f"{sq} mi": ("square mile", "square miles") for sq in ("sq", "sq.")},
    **{f"{cu} ft": ("cubic foot", "cubic feet") for cu in ("cu", "cu.")},
    **_regular("l liter", "L liter", "ml milliliter", "mL milliliter", "cl centiliter"),
    **_regular("dl deciliter", "dL deciliter", "μl microliter", "μL microliter"),
    **_regular("tsp teaspoon", "tbsp tablespoon", "Tbsp tablespoon", "pt pint", "qt quart"),
    **_regular("qts quart", "pts point", "gal gallon", "doz dozen", "pkg package"),
    **{f"fl{stop} oz": ("fluid ounce", "fluid ounces") for stop in ("", ".")},
    "c.": ("cup", "cups"),
    # times and rates
    **_regular("s second", "ms millisecond", "μs microsecond", "ns nanosecond", "sec second"),
    **_regular("secs second", "min minute", "mins minute", "h hour", "hr hour", "hrs hour"),
    **_regular("wk week", "wks week", "yr year", "yrs year", "mos month"),
    "mph": ("mile per hour", "miles per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"),
    "kmh": ("kilometer per hour", "kilometers per hour"),
    "mpg": ("mile per gallon", "miles per gallon"),
    "rpm": ("revolution per minute", "revolutions per minute"),
    "bpm": ("beat per minute", "beats per minute"),
    "fps": ("frame per second", "frames per second"),
    "dpi": ("dot per inch", "dots per inch"),
    "ppi": ("pixel per inch", "pixels per inch"),
    "ppm": ("part per million", "parts per million"),
    "psi": ("pound per square inch", "pounds per square inch"),
    # temperatures and shares
    "°C": ("degree Celsius", "degrees Celsius"),
    "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"),
    "%": ("percent", "percent"),
    "‰": ("per mille", "per mille"),
    # data
    **_regular("kB kilobyte", "KB kilobyte", "MB megabyte", "GB gigabyte", "TB terabyte"),
    **_regular("PB petabyte", "KiB kibibyte", "MiB mebibyte", "GiB gibibyte", "TiB tebibyte"),
    **_regular("kb kilobit", "Kb kilobit", "Mb megabit", "Gb gigabit", "px pixel", "MP megapixel"),
    "kbps": ("kilobit per second", "kilobits per second"),
    "Mbps": ("megabit per second", "megabits per second"),
    "Gbps": ("gigabit per second", "gigabits per second"),
    # physics
    **{sign: (name, name) for sign, name in (("Hz", "hertz"), ("kHz", "kilohertz"))},
    **{sign: (name, name) for sign, name in (("MHz", "megahertz"), ("GHz", "gigahertz"))},
    **_regular("V volt", "kV kilovolt", "mV millivolt", "W watt", "mW milliwatt", "kW kilowatt"),
    **_regular("MW megawatt", "GW gigawatt", "Wh watt hour", "kWh kilowatt hour"),
    **_regular("MWh megawatt hour", "GWh gigawatt hour", "TWh terawatt hour"),
    **_regular("mA milliamp", "mAh milliamp hour", "Ah amp hour", "Ω ohm", "kΩ kilohm"),
    **_regular("dB decibel", "dBA decibel", "kcal kilocalorie", "cal calorie", "kJ kilojoule"),
    **_regular("MJ megajoule", "Pa pascal", "hPa hectopascal", "kPa kilopascal", "MPa megapascal"),
    **_regular("mol mole", "mmol millimole", "hp horsepower", "ly light year", "lm lumen"),
    "mmHg": ("millimeter of mercury", "millimeters of mercury"),
    "hp": ("horsepower", "horsepower"),
}

UNITS = {sign: Noun.of(*names) for sign, names in _UNITS.items()}
