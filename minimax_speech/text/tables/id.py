"""The Indonesian table of spoken forms."""

import re
from collections.abc import Callable
from dataclasses import replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, pairs, parts, spaced, words

_CLDR = cldr.spoken_forms(languages.get("id"))

_READER = replace(_CLDR.reader, point="koma")

_SEN = Noun.of("sen")
_RUPIAH = Currency(Noun.of("rupiah"), _SEN)
_EURO = Currency(Noun.of("euro"), _SEN)
_DOLLAR = Currency(Noun.of("dolar"), _SEN)
_MAGNITUDES = {
    **dict.fromkeys(("ribu", "rb"), Noun.of("ribu")),
    **dict.fromkeys(("juta", "jt"), Noun.of("juta")),
    **dict.fromkeys(("miliar", "milyar", "M"), Noun.of("miliar")),
    **dict.fromkeys(("triliun", "T"), Noun.of("triliun")),
}


def affixes(reader: NumberReader) -> Callable[[str], str]:
    """The rule for what Indonesian and Malay join to figures: abad ke-21, 1980-an."""

    def rule(text: str) -> str:
        text = re.sub(
            r"(?<![\w-])[Kk]e-(\d{1,4})(?!\w)", lambda match: reader.ordinal(int(match[1])), text
        )
        return re.sub(
            r"(?<![\w.,-])(\d{2,4})-an\b", lambda match: reader.cardinal(int(match[1])) + "an", text
        )

    return rule


def _prices(text: str) -> str:
    """Rp5 M: the space does not part the scale."""
    return re.sub(r"(?<!\w)(Rp\.? ?\d[\d.,]*) (?=[MT]\b)", r"\1", text)


def _clock(text: str) -> str:
    """17.30 WIB."""
    return re.sub(r"(?<![\w.,])(\d{1,2})\.([0-5]\d)(?= WI(?:B|TA|T)\b)", r"\1:\2", text)


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(affixes(_READER), _prices, _clock),
    repairs=(
        (r"\bsatu perdua\b", "setengah"),
        (r"\bsatu (per(?:tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh))\b", r"se\1"),
    ),
    minus="minus",
    to="sampai",
    ratio="banding",
    over="per",
    out_of="dari",
    per="per",
    by="kali",
    times="kali",
    about="sekitar",
    power="pangkat",
    squared=("kuadrat", "pangkat tiga"),
    square=("{unit} persegi", "{unit} kubik"),
    operators={">": "lebih dari", "<": "kurang dari"},
    hash_number="nomor",
    denominators=parts("""
        2 perdua, 3 pertiga, 4 perempat, 5 perlima, 6 perenam, 7 pertujuh, 8 perdelapan,
        9 persembilan, 10 persepuluh
    """),
    mixed_half="{whole} setengah",
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("Rp", "Rp.", "IDR", "rupiah"), _RUPIAH),
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "dolar"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), Currency(Noun.of("pound sterling"), Noun.of("penny"))),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yen"))),
        **dict.fromkeys(("RM", "MYR"), Currency(Noun.of("ringgit"), _SEN)),
    },
    magnitudes=_MAGNITUDES,
    bare_magnitudes=("ribu", "juta", "miliar", "milyar", "triliun"),
    units={
        **_CLDR.units,
        "t": Noun.of("ton"),
        "hp": Noun.of("tenaga kuda"),
        "km/jam": _CLDR.units["km/h"],
        "l/100 km": Noun.of("liter per seratus kilometer"),
        "m/s²": Noun.of("meter per detik kuadrat"),
        "mm²": Noun.of("milimeter persegi"),
        "dB": Noun.of("desibel"),
    },
    rates=pairs("""
        jam per jam, hari per hari, minggu per minggu, bln per bulan, bulan per bulan,
        thn per tahun, tahun per tahun, org per orang, orang per orang
    """),
    date_leads=words("tanggal pada"),
    clock="{hour} {minute}",
    low_minute="lewat {minute}",
    clock_leads=words("pukul jam"),
    phone_leads=words("telepon Telepon nomor HP WA telp Telp faks hubungi"),
    version_point="titik",
    phrases={
        "24/7": "dua puluh empat jam sehari, tujuh hari seminggu",
        "50/50": "lima puluh lima puluh",
        "dan/atau": "dan atau",
        "C#": "C sharp",
    },
    titles=pairs("H. Haji, Hj. Hajah, St. Santo"),
    leading=spaced(
        pairs("""
            Dr. Doktor, dr. dokter, Prof. Profesor, Ir. Insinyur, Drs. Doktorandus, Tn. Tuan,
            Ny. Nyonya, Nn. Nona, Sdr. Saudara, Sdri. Saudari, Bpk. Bapak, Yth. yang terhormat,
            Jl. Jalan, Jln. Jalan, Gg. Gang, Kab. Kabupaten, Kec. Kecamatan, Kel. Kelurahan,
            Prov. Provinsi, yg. yang, dgn. dengan, a.n. atas nama, s.d. sampai dengan,
            a.l. antara lain, mis. misalnya, cth. contoh, tgl. tanggal, telp. telepon,
            Telp. Telepon, tlp. telepon, maks. maksimal, min. minimal, vs. lawan, d.h. dahulu,
            u.p. untuk perhatian
        """)
    ),
    abbreviations=spaced(
        pairs("""
            dll. dan lain-lain, dsb. dan sebagainya, dst. dan seterusnya, dkk. dan kawan-kawan,
            sbb. sebagai berikut, Tbk. Terbuka
        """)
    )
    | {"dll": "dan lain-lain", "SM": "sebelum Masehi"},
    before_number=pairs("""
        No nomor, no nomor, hlm halaman, hal halaman, Hal Halaman, bab bab, jil jilid, vol volume,
        ps pasal
    """),
    sentence_openers=words("""
        Saya Aku Kamu Anda Dia Ia Kami Kita Mereka Ini Itu Dan Tetapi Tapi Atau Jika Kalau Ketika
        Saat Karena Yang Di Ke Dari Pada Untuk Dengan Dalam Apa Siapa Mana Kapan Mengapa Bagaimana
        Tidak Ya Bukan Ada Adalah Sudah Belum Akan Sekarang Nanti Kemudian Lalu Semua Banyak Para
        Hari Sebuah Seorang Namun Setelah Sebelum
    """),
    regnal={"": "{ordinal}"},
    regnal_names=dict.fromkeys(
        words(
            "Dunia Paulus Yohanes Pius Benediktus Elizabeth Charles Henry Louis Napoleon "
            "Pakubuwono Mangkunegara Hamengkubuwono Pakualam Wilhelm Petrus Ramses"
        ),
        "",
    ),
    regnal_follows=words("dan di adalah dari yang"),
    parts=words("Bab bab abad Abad Bagian bagian Jilid jilid Tahap tahap Kelas kelas Tipe tipe"),
    part_follows=words("dan di adalah dari yang"),
    kept="éèêëáàâíóúüöäçñÉ",
    letter_words=words("""
        OK HAM SIM PIN ZIP GIF RAM KUA INI ITU DAN DI KE YA APA ADA AKU DIA IA ATAU DARI TAK
        JUGA LAGI BISA HARI BARU
    """),
    spelt_words=words("BUMN BUMD UMKM APBN APBD KUHP PDIP TVRI MUI HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    vowels="aeiouy",
    unvowelled=words("hm hmm mm mmm pst sst ssst brr grr"),
    symbols=pairs("""
        & dan, @ at, + tambah, = sama dengan, % persen, ‰ permil, # tagar, / garis miring, × kali,
        ÷ dibagi, − minus, ± plus minus, √ akar, ∞ tak terhingga, ≈ kira-kira,
        ≠ tidak sama dengan, ≤ kurang dari atau sama dengan, ≥ lebih dari atau sama dengan,
        ° derajat, € euro, £ pound, $ dolar, ¥ yen, § pasal, © hak cipta
    """),
    web=pairs(r"""
        . titik, / garis miring, \ garis miring terbalik, ~ tilde, - strip, _ garis bawah, @ at,
        : titik dua, & dan, + plus, # tagar, % persen
    """),
)
