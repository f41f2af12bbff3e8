"""The Turkish table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import NUMERAL, Noun, NumberReader
from minimax_speech.text.patterns import LOWER, any_of
from minimax_speech.text.spoken_forms import Currency, pairs, series, spaced, words

_CLDR = cldr.spoken_forms(languages.get("tr"))

_ONES = series("sıfır bir iki üç dört beş altı yedi sekiz dokuz")
_TENS = series("on yirmi otuz kırk elli altmış yetmiş seksen doksan")
_SCALES = (
    (10**12, "trilyon"),
    (10**9, "milyar"),
    (10**6, "milyon"),
    (1000, "bin"),
    (100, "yüz"),
)
_NUMBER_WORDS = any_of([*_ONES, *_TENS, *(name for _, name in _SCALES)])


def _cardinal(number: int) -> str:
    for size, name in _SCALES:
        many, rest = divmod(number, size)
        if many:
            alone = many == 1 and size <= 1000
            said = name if alone else f"{_cardinal(many)} {name}"
            return f"{said} {_cardinal(rest)}" if rest else said
    ten, one = divmod(number, 10)
    if not ten:
        return _ONES[one]
    return f"{_TENS[ten - 1]} {_ONES[one]}" if one else _TENS[ten - 1]


# Endings by the last vowel.
_ORDINAL = (
    ("dört$", "dördüncü"),
    (r"(iki|yedi|yirmi)$", r"\1nci"),
    (r"altı$", "altıncı"),
    (r"([aı][^aeıioöuü\s]*)$", r"\1ıncı"),
    (r"([ei][^aeıioöuü\s]*)$", r"\1inci"),
    (r"([ou][^aeıioöuü\s]*)$", r"\1uncu"),
    (r"([öü][^aeıioöuü\s]*)$", r"\1üncü"),
)


@dataclass(frozen=True)
class _Reader(NumberReader):
    """The words of a number are written apart."""

    def words(self, number: int, kind: str) -> str:
        said = _cardinal(number)
        return _ordinal(said) if kind == "ordinal" else said


def _ordinal(number: str) -> str:
    pattern, ending = next(pair for pair in _ORDINAL if re.search(pair[0], number))
    return re.sub(pattern, ending, number)


_READER = _Reader("tr", thousands=".", point="virgül", decimals_together=True)

_CENT = Noun.of("sent")
_LIRA = Currency(Noun.of("lira"), Noun.of("kuruş"))
_EURO = Currency(Noun.of("avro"), _CENT)
_DOLLAR = Currency(Noun.of("dolar"), _CENT)
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("₺", "TL", "TRY", "lira"), _LIRA),
    **dict.fromkeys(("€", "EUR", "avro"), _EURO),
    "euro": Currency(Noun.of("euro"), _CENT),
    **dict.fromkeys(("$", "US$", "USD", "dolar"), _DOLLAR),
    **dict.fromkeys(("£", "GBP", "sterlin"), Currency(Noun.of("sterlin"), Noun.of("peni"))),
    **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen"))),
}
_MAGNITUDES = {name: Noun.of(name) for name in ("bin", "milyon", "milyar", "trilyon")}
_UNITS = {
    **_CLDR.units,
    **dict.fromkeys(("km/sa", "km/h", "kmh", "km/s"), Noun("saatte {} kilometre")),
    **dict.fromkeys(("m/s", "m/sn"), Noun("saniyede {} metre")),
    **dict.fromkeys(("m/s²", "m/sn²"), Noun("saniye karede {} metre")),
    **dict.fromkeys(("mph", "mil/sa"), Noun("saatte {} mil")),
    "l/100 km": Noun("yüz kilometrede {} litre"),
    "ppm": Noun("milyonda {}"),
    "dpi": Noun("inç başına {} nokta"),
    "mm²": Noun.of("milimetrekare"),
    "sn": Noun.of("saniye"),
    "dk": Noun.of("dakika"),
    "sa": Noun.of("saat"),
    "dB": Noun.of("desibel"),
}
_SUFFIXED = re.compile(
    rf"(?<![\w.,])({NUMERAL}) ?({any_of([*_UNITS, *_CURRENCIES])})'([{LOWER}]+)(?!\w)"
)


def _suffixed(text: str) -> str:
    """5 km'lik, 10 TL'ye: the suffix follows the word, and its vowels the word's."""

    def say(match: re.Match[str]) -> str:
        noun = _UNITS.get(match[2]) or _CURRENCIES[match[2]].unit
        suffix = match[3]
        if match[2] == "TL":
            suffix = suffix.translate(str.maketrans("ei", "aı"))
        return _READER.count(match[1], noun) + suffix

    return _SUFFIXED.sub(say, text)


def _percent(text: str) -> str:
    """The sign stands before the number: %20."""
    return re.sub(rf"([%‰]) ?({NUMERAL})", r"\2\1", text)


_KINGS = words("""
    Murat Mehmet Mehmed Osman Selim Süleyman Bayezid Beyazıt Mustafa Ahmet Ahmed Mahmut Mahmud
    Abdülhamit Abdülhamid Abdülmecit İbrahim Kılıçarslan Keykubad Keyhüsrev Elizabeth Henry George
    Charles Edward James William Richard Louis Napolyon Petro Katerina Nikolay Aleksandr Wilhelm
    Friedrich Ramses Darius Philip Filip Konstantin Jean Pius Benedictus
""")

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_percent, _suffixed),
    repairs=(
        (rf"\b({_NUMBER_WORDS})'(?=[{LOWER}])", r"\1"),
        ("dört(?=[eiüu])", "dörd"),
    ),
    minus="eksi",
    to="ila",
    ratio="a",
    over="bölü",
    out_of="üzerinden",
    per="bölü",
    by="çarpı",
    times="çarpı",
    about="yaklaşık",
    power="üzeri",
    squared=("kare", "küp"),
    square=("{unit}kare", "{unit}küp"),
    operators={">": "büyüktür", "<": "küçüktür"},
    hash_number="numara",
    denominators={
        2: Noun("ikide {}", one="yarım"),
        3: Noun("üçte {}"),
        4: Noun("dörtte {}"),
        5: Noun("beşte {}"),
        6: Noun("altıda {}"),
        7: Noun("yedide {}"),
        8: Noun("sekizde {}"),
        9: Noun("dokuzda {}"),
        10: Noun("onda {}"),
    },
    mixed="{whole} tam {part}",
    mixed_half="{whole} buçuk",
    ordinal_before=dict.fromkeys(
        words(
            "kat Kat sınıf gün hafta ay yıl yüzyıl yüzyılda sıra bölüm Bölüm madde Madde Dünya "
            "lig Lig cadde Cadde Sokak sokak Cumhurbaşkanı cumhurbaşkanı Ordu dönem Dönem sezon "
            "maç yarı dakika sayfa baskı cilt yıldönümü kez defa Köprü Bölge Uluslararası Ulusal "
            "Geleneksel"
        )
        | _KINGS,
        "",
    ),
    currencies=_CURRENCIES,
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    date_leads=words("tarihi"),
    clock="{hour} {minute}",
    low_minute="sıfır {minute}",
    clock_leads=words("saat Saat"),
    phone_leads=words("telefon Telefon Tel Tel. tel GSM cep faks Faks numara"),
    digit_pairs=True,
    version_point="nokta",
    phrases={
        "7/24": "yedi yirmi dört",
        "50/50": "elli elli",
        "ve/veya": "ve veya",
        "C#": "C sharp",
        "No:": "numara",
        "T.C.": "Türkiye Cumhuriyeti",
        "Ltd. Şti.": "limited şirketi",
    },
    leading=spaced(
        pairs("""
            Dr. Doktor, Prof. Profesör, Doç. Doçent, Av. Avukat, Sn. Sayın, Hz. Hazreti,
            Alb. Albay, Gen. General, Org. Orgeneral, Yrd. Yardımcı, örn. örneğin, Örn. Örneğin,
            ör. örneğin, bkz. bakınız, Bkz. Bakınız, yakl. yaklaşık, tel. telefon, Tel. Telefon,
            M.Ö. milattan önce, M.S. milattan sonra, haz. hazırlayan, çev. çeviren, Müh. Mühendis,
            Öğr. Öğretim, Gör. Görevlisi, maks. maksimum, min. minimum
        """)
    )
    | {"MÖ": "milattan önce", "MS": "milattan sonra"},
    abbreviations=spaced(
        pairs("""
            vb. ve benzeri, vs. vesaire, vd. ve diğerleri, Cad. Caddesi, Sok. Sokağı,
            Mah. Mahallesi, Bul. Bulvarı, Apt. Apartmanı, yy. yüzyıl, A.Ş. anonim şirketi
        """)
    ),
    before_number=pairs("No numara, no numara, s sayfa, S Sayfa, md madde, Md Madde, c cilt"),
    sentence_openers=words("""
        Bu Şu O Ben Sen Biz Siz Onlar Bir Ve Ama Fakat Ancak Çünkü Eğer Hem Ne Nasıl Neden Niçin
        Kim Nerede Hangi Evet Hayır Var Yok Değil Şimdi Burada Orada Sonra Önce Daha En Çok Her
        Bütün Tüm Bazı Belki İşte Artık Bugün Yarın Dün İlk Son Yeni Onun Benim Bizim
    """),
    roman_before=dict.fromkeys(_KINGS | words("Dünya yüzyıl yüzyılda yüzyılın Bölüm bölüm"), ""),
    parts=words("Bölüm Kısım Cilt Kitap Perde Evre Tip"),
    part_follows=words("ve ile"),
    kept="çğıöşüÇĞİÖŞÜâîûÂÎÛéÉäß",
    letter_words=words("""
        OK NATO TÜBİTAK PIN SIM ZIP GIF RAM BU ŞU BEN SEN BİZ SİZ BİR VE AMA NE KİM VAR YOK ÇOK HER
        EN DAHA YENİ İLK SON EVET İÇ DIŞ ÖN ARKA AÇ KAPALI AÇIK MÜ MI MU DE DA Kİ İÇİN İLE
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    capital_vowels="AEIİOÖUÜÂÎÛ",
    vowels="aeıioöuüâîû",
    unvowelled=words("hm hmm hmmm pst şşt şş brr grr"),
    symbols=pairs("""
        & ve, @ et, + artı, = eşittir, % yüzde, ‰ binde, # hashtag, / bölü, × çarpı, ÷ bölü,
        − eksi, ± artı eksi, √ karekök, ∞ sonsuz, ≈ yaklaşık, ≠ eşit değildir,
        ≤ küçük eşittir, ≥ büyük eşittir, ° derece, € avro, £ sterlin, $ dolar, ¥ yen, ₺ lira,
        § paragraf, © telif hakkı
    """),
    web=pairs(r"""
        . nokta, / bölü, \ ters bölü, ~ tilde, - tire, _ alt çizgi, @ et, : iki nokta, & ve,
        + artı, # diyez, % yüzde
    """),
)
