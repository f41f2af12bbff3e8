"""The Hindi table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, pairs, spaced, words

_CLDR = cldr.spoken_forms(languages.get("hi"))

_NAMES = """
    शून्य एक दो तीन चार पाँच छह सात आठ नौ
    दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
    बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
    तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
    चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास
    पचास इक्यावन बावन तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
    साठ इकसठ बासठ तिरेसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर
    सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उन्यासी
    अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
    नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
"""
_BELOW_HUNDRED = _NAMES.split()
_SCALES = ((10**7, "करोड़"), (10**5, "लाख"), (10**3, "हज़ार"), (10**2, "सौ"))
_ORDINALS = {1: "पहला", 2: "दूसरा", 3: "तीसरा", 4: "चौथा", 6: "छठा"}


class _Reader(NumberReader):
    """Hundreds, thousands, lakhs and crores; every number below a hundred has its own word."""

    def words(self, number: int, kind: str) -> str:
        if kind == "ordinal":
            return _ORDINALS.get(number) or f"{self._quantity(number)}वाँ"
        if kind == "year" and 1100 <= number < 2000:
            century, rest = divmod(number, 100)
            return f"{self._quantity(century)} सौ {self._quantity(rest) if rest else ''}".strip()
        return self._quantity(number)

    def _quantity(self, number: int) -> str:
        for scale, name in _SCALES:
            if number >= scale:
                high, low = divmod(number, scale)
                rest = f" {self._quantity(low)}" if low else ""
                return f"{self._quantity(high)} {name}{rest}"
        return _BELOW_HUNDRED[number]


_READER = _Reader(
    "hi",
    point="दशमलव",
    years=True,
    ordinal_agreement={"f": (("ाँ$", "ीं"), ("ा$", "ी")), "o": (("ाँ$", "ें"), ("ा$", "े"))},
)

_CENT = Noun("{} सेंट")
_RUPEE = Currency(Noun.of("रुपया", "रुपये"), Noun.of("पैसा", "पैसे"))
_MAGNITUDES = {
    name: Noun(f"{{}} {name}")
    for name in ("हज़ार", "हजार", "लाख", "करोड़", "अरब", "खरब", "लाख करोड़", "हज़ार करोड़")
}


def _ordinals(text: str) -> str:
    """5वाँ, 5वीं, 5वें, 1ला; after a suffix the gender shows in its vowel."""

    def say(match: re.Match[str]) -> str:
        suffix = match[2]
        form = "f" if "ी" in suffix else "o" if "े" in suffix else ""
        return _READER.ordinal(int(match[1]), form)

    suffix = "[वलरथठ](?:ा|ी|े)[ंँ]?"
    return re.sub(rf"(?<![\w.,])(\d{{1,4}})-?({suffix})(?![\u0900-\u097f])", say, text)


def _prices(text: str) -> str:
    """500/-: a mark after an even price."""
    return re.sub(r"(?<=\d)/-(?![\w-])", "", text)


def _telephones(text: str) -> str:
    """9876543210."""
    return re.sub(
        r"(?<![\w.+-])([6-9]\d{4})(\d{5})(?![\w-])",
        lambda match: ", ".join(map(_READER.digits, match.groups())),
        text,
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_prices, _telephones, _ordinals),
    repairs=(("साढ़े एक(?![\u0900-\u097f])", "डेढ़"), ("साढ़े दो(?![\u0900-\u097f])", "ढाई")),
    minus="माइनस",
    to="से",
    ratio="अनुपात",
    over="बटा",
    out_of="में से",
    per="प्रति",
    by="गुणा",
    times="गुणा",
    about="लगभग",
    power="की घात",
    squared=("का वर्ग", "का घन"),
    square=("वर्ग {unit}", "घन {unit}"),
    operators={">": "से बड़ा", "<": "से छोटा"},
    hash_number="नंबर",
    denominators={2: Noun("{} आधा", one="आधा"), 3: Noun("{} तिहाई"), 4: Noun("{} चौथाई")},
    mixed="{whole} सही {part}",
    mixed_half="साढ़े {whole}",
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("₹", "INR", "Rs.", "Rs", "रु.", "रु", "रुपये", "रुपए"), _RUPEE),
        **dict.fromkeys(("$", "US$", "USD"), Currency(Noun("{} डॉलर"), _CENT)),
        **dict.fromkeys(("€", "EUR"), Currency(Noun("{} यूरो"), _CENT)),
        **dict.fromkeys(("£", "GBP"), Currency(Noun("{} पाउंड"), Noun("{} पेंस"))),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun("{} येन"))),
    },
    magnitudes={**_MAGNITUDES, **dict.fromkeys("kK", Noun("{} हज़ार")), "Cr": Noun("{} करोड़")},
    bare_magnitudes=("k", "K", *_MAGNITUDES),
    units={
        **_CLDR.units,
        **{
            sign: Noun(f"{{}} {name}")
            for sign, name in pairs("""
                किमी किलोमीटर, कि.मी. किलोमीटर, मी. मीटर, सेमी सेंटीमीटर, से.मी. सेंटीमीटर, मिमी मिलीमीटर,
                किग्रा किलोग्राम, कि.ग्रा. किलोग्राम, ग्रा. ग्राम, मिग्रा मिलीग्राम, मिली मिलीलीटर,
                ली. लीटर, t टन, px पिक्सेल, dB डेसिबल, cc सी सी
            """).items()
        },
        **dict.fromkeys(("किमी/घंटा", "किमी/घं."), Noun("{} किलोमीटर प्रति घंटा")),
        "°": Noun("{} डिग्री"),
        "l/100 km": Noun("{} लीटर प्रति सौ किलोमीटर"),
    },
    rates={
        name: f"प्रति {name}"
        for name in words("सेकंड मिनट घंटा घंटे दिन सप्ताह माह महीना वर्ष साल व्यक्ति किलो किग्रा लीटर")
    },
    feet_inches=(Noun("{} फ़ुट"), Noun("{} इंच")),
    arc=("मिनट", "सेकंड"),
    month_abbreviations={},
    weekdays={},
    clock="{hour} बजकर {minute} मिनट",
    whole_hour="{hour} बजे",
    second=" {second} सेकंड",
    half_days=("पूर्वाह्न", "अपराह्न"),
    half_day_first=True,
    clock_marks=words("बजे"),
    phone_leads=words("फ़ोन फोन मोबाइल नंबर हेल्पलाइन टेलीफ़ोन टेलीफोन दूरभाष फ़ैक्स"),
    version_point="पॉइंट",
    phrases=pairs("24/7 चौबीसों घंटे, 50/50 आधा-आधा, C++ सी प्लस प्लस, C# सी शार्प"),
    leading=spaced(
        pairs("""
        डॉ. डॉक्टर, डा. डॉक्टर, प्रो. प्रोफ़ेसर, पं. पंडित, स्व. स्वर्गीय, कु. कुमारी, इंजी.
        इंजीनियर, वि.सं. विक्रम संवत, कं. कंपनी
        """)
    ),
    abbreviations=spaced(
        pairs("ई.पू. ईसा पूर्व, लि. लिमिटेड, प्रा. प्राइवेट, बी.ए. बी ए, एम.ए. एम ए, vs बनाम")
    ),
    before_number=pairs("नं नंबर, सं संख्या, पृ पृष्ठ, No नंबर, क्र क्रमांक"),
    letter_words=words("OK"),
    symbols=pairs("""
        & और, @ ऐट, + प्लस, = बराबर, % प्रतिशत, ‰ प्रति हज़ार, # हैश, / या, × गुणा, ÷ भाग, − माइनस,
        ± प्लस माइनस, √ वर्गमूल, ∞ अनंत, ≈ लगभग, ≠ बराबर नहीं, ≤ से कम या बराबर, ≥ से अधिक या बराबर,
        ° डिग्री, € यूरो, £ पाउंड, $ डॉलर, ¥ येन, ₹ रुपये, § धारा, © कॉपीराइट
    """),
    web=pairs(r"""
        . डॉट, / स्लैश, \ बैकस्लैश, ~ टिल्ड, - डैश, _ अंडरस्कोर, @ ऐट, : कोलन, & और, + प्लस, # हैश,
        % प्रतिशत
    """),
)
