"""The Malay table of spoken forms."""

import re
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, pairs, parts, spaced, words
from minimax_speech.text.tables.id import affixes

_CLDR = cldr.spoken_forms(languages.get("ms"))

_READER = replace(
    _CLDR.reader,
    library="id",
    point="perpuluhan",
    repairs=(
        ("nol", "kosong"),
        ("delapan", "lapan"),
        ("miliar", "bilion"),
        ("triliun", "trilion"),
    ),
)

_SEN = Noun.of("sen")
_RINGGIT = Currency(Noun.of("ringgit"), _SEN)
_EURO = Currency(Noun.of("euro"), _SEN)
_DOLLAR = Currency(Noun.of("dolar"), _SEN)
_MAGNITUDES = {
    "ribu": Noun.of("ribu"),
    **dict.fromkeys(("juta", "jt"), Noun.of("juta")),
    **dict.fromkeys(("bilion", "b"), Noun.of("bilion")),
    "trilion": Noun.of("trilion"),
}


def _days(text: str) -> str:
    """3hb April: the day of a month."""
    return re.sub(r"(?<=\d) ?hb\b\.?", " hari bulan", text)


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(affixes(_READER), _days),
    repairs=(
        (r"\bsatu perdua\b", "setengah"),
        (r"\bsatu perempat\b", "suku"),
        (r"\bsatu (per(?:tiga|lima|enam|tujuh|lapan|sembilan|sepuluh))\b", r"se\1"),
    ),
    minus="negatif",
    to="hingga",
    ratio="nisbah",
    over="per",
    out_of="daripada",
    per="setiap",
    by="kali",
    times="darab",
    about="lebih kurang",
    power="kuasa",
    squared=("kuasa dua", "kuasa tiga"),
    square=("{unit} persegi", "{unit} padu"),
    operators={">": "lebih besar daripada", "<": "lebih kecil daripada"},
    hash_number="nombor",
    denominators=parts("""
        2 perdua, 3 pertiga, 4 perempat, 5 perlima, 6 perenam, 7 pertujuh, 8 perlapan,
        9 persembilan, 10 persepuluh
    """),
    mixed_half="{whole} setengah",
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("RM", "MYR", "ringgit"), _RINGGIT),
        "sen": Currency(_SEN),
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dolar"), _DOLLAR),
        "S$": Currency(Noun.of("dolar Singapura"), _SEN),
        **dict.fromkeys(("£", "GBP"), Currency(Noun.of("paun"), Noun.of("peni"))),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen"))),
        "Rp": Currency(Noun.of("rupiah")),
    },
    magnitudes=_MAGNITUDES,
    bare_magnitudes=("ribu", "juta", "bilion", "trilion"),
    units={
        **_CLDR.units,
        "t": Noun.of("tan"),
        "km/j": _CLDR.units["km/h"],
        "km/jam": _CLDR.units["km/h"],
        "l/100 km": Noun.of("liter setiap seratus kilometer"),
        "mm²": Noun.of("milimeter persegi"),
        "dB": Noun.of("desibel"),
    },
    rates=pairs("""
        jam sejam, hari sehari, minggu seminggu, bulan sebulan, bln sebulan, tahun setahun,
        orang seorang, kg sekilogram
    """),
    month_abbreviations={**_CLDR.month_abbreviations, "Ogos": 8},
    date_leads=words("pada tarikh"),
    clock="{hour} {minute}",
    low_minute="kosong {minute}",
    half_days=("pagi", "petang"),
    clock_leads=words("pukul jam"),
    phone_leads=words("telefon Telefon nombor tel Tel faks hubungi talian"),
    version_point="titik",
    phrases={
        "24/7": "dua puluh empat jam sehari, tujuh hari seminggu",
        "50/50": "lima puluh lima puluh",
        "dan/atau": "dan atau",
        "a/l": "anak lelaki",
        "a/p": "anak perempuan",
        "C#": "C sharp",
    },
    titles=pairs("Hj. Haji, Hjh. Hajah, St. Saint"),
    leading=spaced(
        pairs("""
            Dr. Doktor, Prof. Profesor, En. Encik, Pn. Puan, Tn. Tuan, Sdr. Saudara, Dt. Datuk,
            Jln. Jalan, Jl. Jalan, Kg. Kampung, Tmn. Taman, Lrg. Lorong, Bt. Bukit, yg. yang,
            dgn. dengan, spt. seperti, cth. contoh, tel. telefon, Tel. Telefon, bhg. bahagian,
            maks. maksimum, min. minimum, lwn. lawan, b.p. bagi pihak
        """)
    ),
    abbreviations=spaced(
        pairs("""
            dll. dan lain-lain, dsb. dan sebagainya, dst. dan seterusnya, Bhd. Berhad,
            Sdn. Sendirian
        """)
    )
    | {"dll": "dan lain-lain", "SM": "sebelum Masihi", "Sdn. Bhd.": "Sendirian Berhad"},
    before_number=pairs("""
        No nombor, no nombor, hlm halaman, ms muka surat, bil bilangan, bab bab,
        jil jilid
    """),
    sentence_openers=words("""
        Saya Aku Kamu Anda Dia Ia Kami Kita Mereka Ini Itu Dan Tetapi Tapi Atau Jika Kalau Apabila
        Semasa Kerana Yang Di Ke Dari Daripada Pada Untuk Dengan Dalam Apa Siapa Mana Bila Mengapa
        Bagaimana Tidak Ya Bukan Ada Adalah Sudah Belum Akan Sekarang Nanti Kemudian Lalu Semua
        Banyak Para Hari Sebuah Seorang Namun Selepas Sebelum
    """),
    regnal={"": "{ordinal}"},
    regnal_names=dict.fromkeys(
        words(
            "Dunia Paulus John Pius Benedict Elizabeth Charles Henry Louis Napoleon George William "
            "Edward Ramses"
        ),
        "",
    ),
    regnal_follows=words("dan di adalah dari yang"),
    parts=words("Bab bab abad Abad Bahagian bahagian Jilid jilid Fasa fasa Tahap tahap Jenis"),
    part_follows=words("dan di adalah dari yang"),
    kept="éèêëáàâíóúüöäçñÉ",
    letter_words=words("""
        OK ASEAN PETRONAS PIN SIM ZIP GIF RAM INI ITU DAN DI KE YA APA ADA AKU DIA IA ATAU DARI TAK
        JUGA LAGI BOLEH HARI BARU
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    vowels="aeiouy",
    unvowelled=words("hm hmm mm mmm pst sst ssst brr grr"),
    symbols=pairs("""
        & dan, @ at, + campur, = sama dengan, % peratus, ‰ per seribu, # tanda pagar,
        / garis miring, × darab, ÷ bahagi, − tolak, ± campur tolak, √ punca kuasa dua,
        ∞ infiniti, ≈ lebih kurang, ≠ tidak sama dengan, ≤ kurang daripada atau sama dengan,
        ≥ lebih daripada atau sama dengan, ° darjah, € euro, £ paun, $ dolar, ¥ yen, § seksyen,
        © hak cipta
    """),
    web=pairs(r"""
        . titik, / garis miring, \ garis miring terbalik, ~ tilde, - sengkang, _ garis bawah,
        @ at, : titik bertindih, & dan, + campur, # tanda pagar, % peratus
    """),
)
