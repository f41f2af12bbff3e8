"""The Finnish table of spoken forms.

A number is inflected where its case is written (5:ssä, 10 %:n) or follows from a range; elsewhere
it stands in its basic form.
"""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import NUMERAL, Noun, NumberReader
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, by_form, pairs, parts, series, spaced, words

_CLDR = cldr.spoken_forms(languages.get("fi"))

# Weak stem, strong stem, and partitive of the parts of cardinals.
_STEMS = {
    "nolla": ("nolla", "nolla", "nollaa"),
    "yksi": ("yhde", "yhte", "yhtä"),
    "kaksi": ("kahde", "kahte", "kahta"),
    "kolme": ("kolme", "kolme", "kolmea"),
    "neljä": ("neljä", "neljä", "neljää"),
    "viisi": ("viide", "viite", "viittä"),
    "kuusi": ("kuude", "kuute", "kuutta"),
    "seitsemän": ("seitsemä", "seitsemä", "seitsemää"),
    "kahdeksan": ("kahdeksa", "kahdeksa", "kahdeksaa"),
    "yhdeksän": ("yhdeksä", "yhdeksä", "yhdeksää"),
    **dict.fromkeys(("kymmenen", "kymmentä"), ("kymmene", "kymmene", "kymmentä")),
    **dict.fromkeys(("sata", "sataa"), ("sada", "sata", "sataa")),
    **dict.fromkeys(("tuhat", "tuhatta"), ("tuhanne", "tuhante", "tuhatta")),
    **dict.fromkeys(("miljoona", "miljoonaa"), ("miljoona", "miljoona", "miljoonaa")),
    **dict.fromkeys(("miljardi", "miljardia"), ("miljardi", "miljardi", "miljardia")),
    "ensimmäinen": ("ensimmäise", "ensimmäise", "ensimmäistä"),
    "toinen": ("toise", "toise", "toista"),
}
_ORDINAL_STEMS = series(
    "kolma neljä viide kuude seitsemä kahdeksa yhdeksä kymmene yhde kahde sada tuhanne"
)
_PART = re.compile(rf"({any_of(_ORDINAL_STEMS)})s|{any_of(_STEMS)}")

# Endings as they are written, to cases, which are named by their endings after a back vowel.
_CASES = {
    "n": "n",
    **dict.fromkeys(("ssa", "ssä"), "ssa"),
    **dict.fromkeys(("sta", "stä"), "sta"),
    **dict.fromkeys(("lla", "llä"), "lla"),
    **dict.fromkeys(("lta", "ltä"), "lta"),
    "lle": "lle",
    "ksi": "ksi",
    **dict.fromkeys(("na", "nä"), "na"),
    **dict.fromkeys(("aan", "ään", "een", "iin", "oon", "hin"), "an"),
    **dict.fromkeys(("a", "ä", "aa", "ää", "ea", "ta", "tä", "tta", "ttä"), "a"),
}


def _declined(stems: tuple[str, str, str], case: str) -> str:
    weak, strong, partitive = stems
    if case == "a":
        return partitive
    if case == "an":
        return f"{strong}{strong[-1]}n"
    ending = case if re.search("[aou]", weak) else case.replace("a", "ä")
    return (strong if case == "na" else weak) + ending


def _inflected(number: str, case: str) -> str:
    """All parts of number words but "toista" are in the case."""

    def say(match: re.Match[str]) -> str:
        if stem := match[1]:
            partitive = "tta" if re.search("[aou]", stem) else "ttä"
            return _declined((stem + "nne", stem + "nte", stem + partitive), case)
        return _declined(_STEMS[match[0]], case)

    return _PART.sub(say, number) if case else number


@dataclass(frozen=True)
class _Reader(NumberReader):
    """The forms of its numbers are cases."""

    def cardinal(self, number: int, form: str = "") -> str:
        return _inflected(self.words(number, "cardinal"), form)

    def ordinal(self, number: int, form: str = "") -> str:
        return _inflected(self.words(number, "ordinal"), form)


_READER = _Reader("fi", "fi", " ", point="pilkku", decimals_together=True)

_CENT = Noun.of("sentti", "senttiä")
_EURO = Currency(Noun.of("euro", "euroa"), _CENT)
_DOLLAR = Currency(Noun.of("dollari", "dollaria"), _CENT)
_POUND = Currency(Noun.of("punta", "puntaa"), Noun.of("penny", "pennyä"))
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("€", "EUR", "euroa", "euro"), _EURO),
    **dict.fromkeys(("$", "US$", "USD", "dollaria"), _DOLLAR),
    **dict.fromkeys(("£", "GBP", "puntaa"), _POUND),
    **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("jeni", "jeniä"))),
    **dict.fromkeys(("kr", "SEK"), Currency(Noun.of("kruunu", "kruunua"))),
}
_UNITS = {
    **_CLDR.units,
    "kg": Noun.of("kilo", "kiloa"),
    "mm²": Noun.of("neliömillimetri", "neliömillimetriä"),
    "l/100 km": Noun.of("litra sadalla kilometrillä", "litraa sadalla kilometrillä"),
    "m/s²": Noun.of("metri per sekunti toiseen", "metriä per sekunti toiseen"),
    "MP": Noun.of("megapikseli", "megapikseliä"),
    "kpl": Noun.of("kappale", "kappaletta"),
    "pv": Noun.of("päivä", "päivää"),
    "vk": Noun.of("viikko", "viikkoa"),
    "kk": Noun.of("kuukausi", "kuukautta"),
    "dB": Noun.of("desibeli", "desibeliä"),
}
_MAGNITUDES = {
    "tuhatta": Noun("{} tuhatta", one="tuhat"),
    **dict.fromkeys(
        ("milj.", "milj", "miljoonaa", "miljoona"), Noun("{} miljoonaa", one="miljoona")
    ),
    **dict.fromkeys(("mrd.", "mrd", "miljardia", "miljardi"), Noun("{} miljardia", one="miljardi")),
}

_WRITTEN_CASE = re.compile(
    rf"(?<![\w.,])({NUMERAL})(?: ?({any_of([*_UNITS, *_CURRENCIES])}))?:({any_of(_CASES)})(?!\w)"
)


def _written_cases(text: str) -> str:
    """5:ssä, 10 %:n, 100 €:lla."""

    def say(match: re.Match[str]) -> str:
        case = _CASES[match[3]]
        number = _READER.read(match[1], case)
        if not match[2]:
            return number
        noun = _UNITS.get(match[2]) or _CURRENCIES[match[2]].unit
        name = noun.name()
        strong = re.sub(r"e$", "ee", name)
        weak = re.sub(r"([tkp])\1(?=[ai]$)", r"\1", re.sub(r"nt(?=[ai]$)", "nn", strong))
        return f"{number} {_declined((weak, strong, noun.name('other')), case)}"

    return _WRITTEN_CASE.sub(say, text)


def _ranges(text: str) -> str:
    """5-10: from five to ten, by their cases."""

    def say(match: re.Match[str]) -> str:
        return f"{_READER.cardinal(int(match[1]), 'sta')} {_READER.cardinal(int(match[2]), 'an')}"

    return re.sub(
        r"(?<![\w.,:/+-])(?<!\d )([1-9]\d{0,2})-([1-9]\d{0,2})(?![\w-]|[.,:/ ]\d)", say, text
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_written_cases, _ranges),
    minus="miinus",
    to="viiva",
    ratio="suhteessa",
    over="jaettuna",
    out_of="kautta",
    per="per",
    by="kertaa",
    times="kertaa",
    about="noin",
    power="potenssiin",
    squared=("toiseen", "kolmanteen"),
    operators={">": "suurempi kuin", "<": "pienempi kuin"},
    hash_number="numero",
    denominators={
        **parts(
            """
            3 kolmasosa kolmasosaa, 4 neljäsosa neljäsosaa, 5 viidesosa viidesosaa,
            6 kuudesosa kuudesosaa, 7 seitsemäsosa seitsemäsosaa, 8 kahdeksasosa kahdeksasosaa,
            9 yhdeksäsosa yhdeksäsosaa, 10 kymmenesosa kymmenesosaa
            """
        ),
        2: Noun("{} puolta", one="puoli"),
    },
    mixed="{whole} ja {part}",
    mixed_half="{whole} ja puoli",
    part_of="{part} {units}",
    ordinal_suffixes={":s": "", ":nnen": "n", ":nnessä": "ssa", ":nnessa": "ssa", ":nnellä": "lla"},
    ordinal_after=dict.fromkeys(words("hänen minun sinun meidän"), ""),
    ordinal_before={
        **dict.fromkeys(
            words(
                "kerros maailmansota sija luokka päivä kerta luku vuosisata painos osa kausi "
                "vuosi viikko jakso kierros erä neljännes syntymäpäivä"
            ),
            "",
        ),
        **by_form(
            n="kerroksen luokan kerran maailmansodan päivän luvun sijan vuosisadan osan kauden "
            "vuoden viikon jakson kierroksen",
            ssa="kerroksessa luokassa luvussa maailmansodassa osassa jaksossa erässä",
            lla="luokalla kerralla sijalla vuosisadalla kierroksella kaudella viikolla",
            na="päivänä vuonna kertana",
            a="kertaa päivää luokkaa kerrosta vuosisataa",
        ),
    },
    currencies=_CURRENCIES,
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        h tunnissa, t tunnissa, min minuutissa, s sekunnissa, pv päivässä, vrk vuorokaudessa,
        vk viikossa, vko viikossa, kk kuukaudessa, v vuodessa, hlö henkilöltä, kpl kappaleelta
    """),
    month_abbreviations={},
    weekdays={short: day.removesuffix("na") for short, day in _CLDR.weekdays.items()},
    date="{day} {month} {year}",
    day_month="{day} {month}",
    clock="{hour} {minute}",
    low_minute="nolla {minute}",
    clock_leads=words("kello"),
    phone_leads=words("puhelin Puhelin puhelinnumero numero soita faksi"),
    version_point="piste",
    phrases={
        "24/7": "kaksikymmentäneljä seitsemän",
        "50/50": "viisikymmentä-viisikymmentä",
        "ja/tai": "ja tai",
        "C#": "C sharp",
    },
    leading=spaced(
        pairs("""
            esim. esimerkiksi, Esim. Esimerkiksi, mm. muun muassa, ks. katso, vrt. vertaa,
            ent. entinen, ns. niin sanottu, nk. niin kutsuttu, klo kello, Klo Kello, nro numero,
            prof. professori, Prof. Professori, tri tohtori, Tri Tohtori, hra herra, rva rouva,
            nti neiti, puh. puhelin, Puh. Puhelin, alk. alkaen, sis. sisältäen, os. osoite,
            vas. vasemmalla, oik. oikealla, synt. syntynyt, max. enintään, min. vähintään,
            po. pitää olla, toim. toimittanut, ko. kyseinen, ao. asianomainen, ym. ynnä muuta
        """)
    ),
    abbreviations=spaced(
        pairs("""
            jne. ja niin edelleen, yms. ynnä muuta sellaista, tms. tai muuta sellaista,
            eKr. ennen Kristusta, jKr. jälkeen Kristuksen, jr. junior, sr. senior
        """)
    ),
    before_number=pairs("n noin, v vuonna, s sivu, S Sivu, nro numero, luku luku, kuva kuva"),
    sentence_openers=words("""
        Se Ne Hän He Minä Sinä Me Te Tämä Nämä Tuo Nuo Ja Mutta Tai Kun Jos Että Koska Niin Kuten
        Mitä Mikä Kuka Missä Miksi Miten Milloin Ei En On Oli Myös Vain Nyt Siellä Täällä Sitten
        Sen Hänen Minun Kaikki Moni Monet Vaikka Vuonna Kuitenkin Siksi
    """),
    regnal={"": "{ordinal}"},
    regnal_names=dict.fromkeys(
        words(
            "Kustaa Kaarle Eerik Juhana Fredrik Adolf Aleksanteri Nikolai Pietari Katariina "
            "Kristiina Elisabet Maria Henrik Ludvig Yrjö Edvard Vilhelm Rikhard Jaakko Filip "
            "Napoleon Pius Benedictus Gregorius Paavali Johannes Leo Harald Olavi Kristian "
            "Margareeta"
        ),
        "",
    ),
    regnal_follows=words("oli on ja kuoli hallitsi"),
    parts=words("Luku luku Osa osa Kirja kirja Näytös Vaihe vaihe Tyyppi tyyppi Luokka"),
    part_follows=words("on ja oli"),
    kept="åäöÅÄÖšžŠŽéèêëáàâüíóúçñÉ",
    colon_endings=True,
    letter_words=words("""
        OK NATO PIN SIM ZIP GIF RAM SE NE HÄN HE ME TE JA TAI EI EN ON OLI NYT KUN JOS ALE UUSI
        ILMAN OVI ULOS SISÄÄN AUKI YLE KELA
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    capital_vowels="AEIOUYÅÄÖ",
    vowels="aeiouyåäöéü",
    unvowelled=words("hm hmm mm mmm pst psst sh shh brr grr"),
    symbols=pairs("""
        & ja, @ ät, + plus, = on yhtä kuin, % prosenttia, ‰ promillea, # hashtag, / kautta,
        × kertaa, ÷ jaettuna, − miinus, ± plus miinus, √ neliöjuuri, ∞ ääretön, ≈ noin,
        ≠ eri suuri kuin, ≤ pienempi tai yhtä suuri kuin, ≥ suurempi tai yhtä suuri kuin,
        ° astetta, € euroa, £ puntaa, $ dollaria, ¥ jeniä, §§ pykälät, § pykälä, © copyright
    """),
    web=pairs(r"""
        . piste, / kautta, \ kenoviiva, ~ aaltoviiva, - viiva, _ alaviiva, @ ät,
        : kaksoispiste, & ja, + plus, # risuaita, % prosentti
    """),
)
