"""The Vietnamese table of spoken forms."""

import re
from dataclasses import dataclass, replace

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, pairs, series, spaced, words

_CLDR = cldr.spoken_forms(languages.get("vi"))

_DIGITS = series("không một hai ba bốn năm sáu bảy tám chín")
_SCALES = ((10**9, "tỷ"), (10**6, "triệu"), (1000, "nghìn"))


def _cardinal(number: int, padded: bool = False) -> str:
    """padded: something larger comes before it, hundreds are said even if there are none."""
    for size, name in _SCALES:
        many, rest = divmod(number, size)
        if many:
            said = f"{_cardinal(many, padded)} {name}"
            return f"{said} {_cardinal(rest, padded=True)}" if rest else said
    hundreds, rest = divmod(number, 100)
    if not (hundreds or padded):
        return _below_hundred(rest)
    said = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return said
    return f"{said} {'linh ' * (rest < 10)}{_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    """The last digit has other names after a ten."""
    ten, one = divmod(number, 10)
    if not ten:
        return _DIGITS[one]
    start = "mười" if ten == 1 else f"{_DIGITS[ten]} mươi"
    if not one:
        return start
    if one == 5:
        return f"{start} lăm"
    return f"{start} {_DIGITS[one] if ten == 1 else {1: 'mốt', 4: 'tư'}.get(one, _DIGITS[one])}"


@dataclass(frozen=True)
class _Reader(NumberReader):
    """Ordinals differ from cardinals in the first and the fourth."""

    def words(self, number: int, kind: str) -> str:
        if kind == "ordinal":
            return {1: "nhất", 4: "tư"}.get(number) or _cardinal(number)
        return _cardinal(number)


_READER = _Reader("vi", thousands=".", point="phẩy", decimals_together=True)

# The month is "tháng tư", but the first "tháng một".
_MONTHS = tuple(f"tháng {'tư' if number == 4 else _cardinal(number)}" for number in range(1, 13))
_MONTH = re.compile(r"(?<!\w)([Tt])háng (1[0-2]|0?[1-9])(?:/(\d{4}))?(?![\w/]|[.,]\d)")
_NTH = re.compile(r"(?<!\w)([Tt]hứ) (\d{1,3})(?![\w/]|[.,]\d)")
_BARE_DATE = re.compile(
    r"(?<![\w/.-])(?<![Nn]gày )(?<!hôm )(?<!mùng )(?<!mồng )"
    r"(?=\d{1,2}([/.-])\d{1,2}\1(?:19|20)\d\d(?![\w/-]))"
)


def _ordinals(text: str) -> str:
    """Thứ 2, tháng 4, tháng 4/2025."""

    def month(match: re.Match[str]) -> str:
        said = match[1] + _MONTHS[int(match[2]) - 1][1:]
        return f"{said} năm {match[3]}" if match[3] else said

    text = _MONTH.sub(month, text)
    return _NTH.sub(lambda match: f"{match[1]} {_READER.ordinal(int(match[2]))}", text)


def _dates(text: str) -> str:
    """3/4/2025 is said with the word for day before it."""
    return _BARE_DATE.sub("ngày ", text)


_DONG = Currency(Noun.of("đồng"))
_EURO = Currency(Noun.of("euro"), Noun.of("xu"))
_DOLLAR = Currency(Noun.of("đô la"), Noun.of("xu"))
_MAGNITUDES = {
    **dict.fromkeys(("nghìn", "k", "K"), Noun.of("nghìn")),
    "ngàn": Noun.of("ngàn"),
    **dict.fromkeys(("triệu", "tr"), Noun.of("triệu")),
    **dict.fromkeys(("tỷ", "tỉ"), Noun.of("tỷ")),
}
_UNITS = {
    **_CLDR.units,
    **dict.fromkeys(("km/h", "kmh", "km/giờ"), Noun.of("kilômét trên giờ")),
    "m/s": Noun.of("mét trên giây"),
    "m/s²": Noun.of("mét trên giây bình phương"),
    "mph": Noun.of("dặm trên giờ"),
    "l/100 km": Noun.of("lít trên một trăm kilômét"),
    "dpi": Noun.of("chấm trên inch"),
    "%": Noun.of("phần trăm"),
    "‰": Noun.of("phần nghìn"),
    "h": Noun.of("giờ"),
    "t": Noun.of("tấn"),
    "mm²": Noun.of("milimét vuông"),
    "Hz": Noun.of("héc"),
    "kHz": Noun.of("ki lô héc"),
    "MHz": Noun.of("mê ga héc"),
    "GHz": Noun.of("gi ga héc"),
    "MW": Noun.of("mê ga oát"),
    "Pa": Noun.of("pascal"),
    "kPa": Noun.of("ki lô pascal"),
    "dB": Noun.of("đề xi ben"),
}
_COUNTED = any_of(
    {name for noun in _UNITS.values() for name in noun.names}
    | words("năm tháng tuần ngày triệu tỷ")
)

FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(_dates, _ordinals),
    repairs=((rf"\brưỡi ({_COUNTED})(?!\w)", r"\1 rưỡi"),),
    minus="âm",
    to="đến",
    over="phần",
    out_of="trên",
    per="trên",
    by="nhân",
    times="nhân",
    about="khoảng",
    power="mũ",
    squared=("bình phương", "lập phương"),
    square=("{unit} vuông", "{unit} khối"),
    operators={">": "lớn hơn", "<": "nhỏ hơn"},
    hash_number="số",
    denominators={
        bottom: Noun.of(f"phần {'tư' if bottom == 4 else _cardinal(bottom)}")
        for bottom in range(2, 11)
    },
    mixed="{whole} và {part}",
    mixed_half="{whole} rưỡi",
    currencies={
        **_CLDR.currencies,
        **dict.fromkeys(("đ", "₫", "VND", "VNĐ", "đồng"), _DONG),
        **dict.fromkeys(("€", "EUR", "euro"), _EURO),
        **dict.fromkeys(("$", "US$", "USD", "đô la"), _DOLLAR),
        **dict.fromkeys(("£", "GBP"), Currency(Noun.of("bảng Anh"), Noun.of("xu"))),
        **dict.fromkeys(("¥", "JPY"), Currency(Noun.of("yên"))),
    },
    magnitudes=_MAGNITUDES,
    bare_magnitudes=tuple(_MAGNITUDES),
    units=_UNITS,
    rates=pairs("""
        giờ một giờ, ngày một ngày, tuần một tuần, tháng một tháng, năm một năm,
        người một người, kg một kilôgam, lần một lần
    """),
    months=_MONTHS,
    month_abbreviations={},
    weekdays=pairs("""
        CN Chủ nhật, T2 thứ hai, T3 thứ ba, T4 thứ tư, T5 thứ năm, T6 thứ sáu, T7 thứ bảy
    """),
    date="{number} {month} năm {year}",
    day_month="{number} {month}",
    date_joints=words("năm"),
    date_leads=words("ngày hôm sáng trưa chiều tối đến từ"),
    hours=Noun.of("giờ"),
    clock="{hours} {minute} phút",
    whole_hour="{hours}",
    half_days=("sáng", "chiều"),
    hour_letter="h",
    phone_leads=words("thoại số gọi hotline Hotline ĐT SĐT fax"),
    version_point="chấm",
    phrases={
        "24/7": "hai mươi bốn trên bảy",
        "50/50": "năm mươi năm mươi",
        "và/hoặc": "và hoặc",
        "C#": "C thăng",
    },
    leading=spaced(
        pairs("""
            TP. thành phố, Tp. thành phố, TX. thị xã, TT. thị trấn, PGS.TS. phó giáo sư tiến sĩ,
            GS.TS. giáo sư tiến sĩ, TP.HCM thành phố Hồ Chí Minh, TPHCM thành phố Hồ Chí Minh,
            PGS. phó giáo sư, GS. giáo sư, TS. tiến sĩ, ThS. thạc sĩ, BS. bác sĩ, KS. kỹ sư,
            LS. luật sư, ĐT: điện thoại, SĐT số điện thoại, VD: ví dụ:, vd: ví dụ:, VD. ví dụ,
            UBND Ủy ban nhân dân, HĐND Hội đồng nhân dân, THPT trung học phổ thông,
            THCS trung học cơ sở, TNHH trách nhiệm hữu hạn, CLB câu lạc bộ, đ/c đồng chí,
            TCN trước Công nguyên, SCN sau Công nguyên
        """)
    ),
    abbreviations=spaced(pairs("v.v. vân vân, v.v vân vân")),
    before_number=pairs("Q quận, P phường, tr trang, Tr trang, Đ đường"),
    sentence_openers=words("""
        Tôi Anh Chị Em Ông Bà Nó Họ Chúng Ta Bạn Và Nhưng Hoặc Nếu Khi Vì Mà Ở Trong Trên Từ Với
        Cho Đây Đó Kia Cái Con Những Các Một Hai Có Không Là Được Đã Sẽ Đang Rất Ai Gì Đâu Sao Thế
        Vậy Bây Hôm Ngày Năm Sau Trước Mọi Tất Nhiều Tuy Do Theo
    """),
    parts=words("kỷ Chương chương Phần phần Tập tập Quyển quyển thứ hạng loại khóa Khóa cấp"),
    part_follows=words("của và là có"),
    letter_words=words("""
        OK NATO ASEAN PIN SIM ZIP GIF RAM TÔI ANH CHỊ EM VÀ LÀ CÓ KHÔNG ĐÃ SẼ TỪ ĐẾN CHO VỚI Ở MỚI
        AI GÌ SAO ĐI VỀ RA VÀO LÊN HÔM NAY MUA BÁN VUI
    """),
    spelt_words=words("HTTPS ISBN UEFA IEEE"),
    acronym_plural="",
    symbols=pairs("""
        & và, @ a còng, + cộng, = bằng, % phần trăm, ‰ phần nghìn, # thăng, / trên, × nhân, ÷ chia,
        − trừ, ± cộng trừ, √ căn bậc hai của, ∞ vô cực, ≈ xấp xỉ, ≠ khác, ≤ nhỏ hơn hoặc bằng,
        ≥ lớn hơn hoặc bằng, ° độ, € euro, £ bảng Anh, $ đô la, ¥ yên, ₫ đồng, § mục,
        © bản quyền
    """),
    web=pairs(r"""
        . chấm, / gạch chéo, \ gạch chéo ngược, ~ dấu ngã, - gạch ngang, _ gạch dưới, @ a còng,
        : hai chấm, & và, + cộng, # thăng, % phần trăm
    """),
)
