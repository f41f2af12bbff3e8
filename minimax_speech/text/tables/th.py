"""The Thai table of spoken forms."""

import re
from dataclasses import replace
from functools import partial

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables.east_asian import telephones

_CLDR = cldr.spoken_forms(languages.get("th"))

# A space is a pause in Thai, but beside a figure it is none: this marks where the figures were.
_EDGE = "\u2063"


class _Reader(NumberReader):
    """Words without spaces, between marks that the table's repairs take out again."""

    def words(self, number: int, kind: str) -> str:
        return f"{_EDGE}{super().words(number, kind)}{_EDGE}"

    def digits(self, numeral: str) -> str:
        return super().digits(numeral).replace(" ", "")

    def decimals(self, whole: str, fraction: str) -> str:
        return super().decimals(whole, fraction).replace(" ", "")

    def joined(self, number: str, noun: str) -> str:
        return number + noun


_READER = _Reader("th", "th", point="จุด")

_COUNTED = """
    คน ตัว อัน ใบ เล่ม คัน บาท สตางค์ ดอลลาร์ ยูโร เยน หยวน ปอนด์ กิโล เมตร เซนติเมตร มิลลิเมตร ลิตร กรัม ตัน
    ไร่ งาน ตาราง วัน เดือน ปี สัปดาห์ อาทิตย์ ชั่วโมง นาที วินาที มิลลิ เซนติ นาฬิกา โมง ทุ่ม ครั้ง ชิ้น แห่ง ราย หลัง ห้อง
    ชั้น เรื่อง ข้อ คู่ ชุด กลุ่ม ทีม ล้าน แสน หมื่น พัน ร้อย เปอร์เซ็นต์ องศา เท่า ถึง ขวด แก้ว จาน ถ้วย กล่อง ถุง
    ซอง แผ่น หน้า บท ตอน ภาค คะแนน จุด ลูก ต้น ดอก ผล เม็ด เส้น ฉบับ ประเทศ จังหวัด คำ ประตู นัด รอบ ไมล์ ฟุต
    นิ้ว หลา แรงม้า โวลต์ วัตต์ สมัย ขวบ ต่อ กว่า เศษ ใน ส่วน ยก แต้ม ด้าม แท่ง เครื่อง หลอด ก้อน ฟอง
    กระป๋อง โหล ม้วน สาย องค์ รูป ตู้ สถานี อำเภอ เสียง ลบ คูณ ยกกำลัง กำลัง
"""


def _joined(noun: Noun) -> Noun:
    return Noun(noun.other.replace("{} ", "{}"))


_BAHT = Currency(Noun("{}บาท"), Noun("{}สตางค์"))
_CURRENCIES = {
    **{sign: Currency(_joined(currency.unit)) for sign, currency in _CLDR.currencies.items()},
    **dict.fromkeys(("฿", "THB", "บาท"), _BAHT),
    **dict.fromkeys(("$", "US$", "USD", "ดอลลาร์"), Currency(Noun("{}ดอลลาร์"), Noun("{}เซนต์"))),
    **dict.fromkeys(("€", "EUR", "ยูโร"), Currency(Noun("{}ยูโร"), Noun("{}เซนต์"))),
    **dict.fromkeys(("£", "GBP", "ปอนด์"), Currency(Noun("{}ปอนด์"), Noun("{}เพนนี"))),
    **dict.fromkeys(("¥", "JPY", "เยน"), Currency(Noun("{}เยน"))),
    **dict.fromkeys(("CNY", "หยวน"), Currency(Noun("{}หยวน"))),
}
_MAGNITUDES = {name: Noun(f"{{}}{name}") for name in words("พัน หมื่น แสน ล้าน แสนล้าน พันล้าน หมื่นล้าน")}


def _ratios(text: str) -> str:
    """16:9; two figures after the colon are minutes."""
    return re.sub(r"(?<![\w:.,])(\d{1,3}):(?=\d(?![\w:]|[.,]\d))", r"\1 ต่อ ", text)


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(partial(telephones, reader=_READER), _ratios),
    repairs=(
        (f"(?<=[ก-๙]) {_EDGE}", ""),
        (f"{_EDGE} (?={'|'.join(_COUNTED.split())})", ""),
        (_EDGE, ""),
        ("(?<=[ก-๙]), (?=[ก-๙])", " "),
    ),
    minus="ลบ",
    to="ถึง",
    ratio="ต่อ",
    over="ส่วน",
    fraction=_EDGE + "เศษ{top}ส่วน{bottom}",
    out_of="เต็ม",
    per="ต่อ",
    by="คูณ",
    times="คูณ",
    about="ประมาณ",
    power="ยกกำลัง",
    squared=("กำลังสอง", "กำลังสาม"),
    square=("ตาราง{unit}", "ลูกบาศก์{unit}"),
    operators={">": "มากกว่า", "<": "น้อยกว่า"},
    hash_number="หมายเลข",
    denominators={2: Noun("ครึ่ง")},
    mixed="{whole}เศษ{part}",
    mixed_half="{whole}ครึ่ง",
    part_of="{part}{unit}",
    currencies=_CURRENCIES,
    price="{units}{cents}",
    magnitudes={**_MAGNITUDES, **dict.fromkeys("kK", Noun("{}พัน"))},
    bare_magnitudes=("k", "K"),
    units={
        **{sign: _joined(noun) for sign, noun in _CLDR.units.items() if "100" not in noun.other},
        **{
            sign: Noun(f"{{}}{name}")
            for sign, name in pairs("""
                t ตัน, mW มิลลิวัตต์, kWh กิโลวัตต์ชั่วโมง, ppm ส่วนในล้านส่วน, dB เดซิเบล, cc ซีซี, ซีซี ซีซี,
                กม./ชม. กิโลเมตรต่อชั่วโมง, ตร.ว. ตารางวา
            """).items()
        },
    },
    rates={
        name: f"ต่อ{name}"
        for name in words(
            "วินาที นาที ชั่วโมง วัน สัปดาห์ เดือน ปี คน กิโลกรัม กิโล ลิตร เมตร ครั้ง คืน ชิ้น ตารางเมตร"
        )
    },
    feet_inches=(Noun("{}ฟุต"), Noun("{}นิ้ว")),
    arc=("ลิปดา", "ฟิลิปดา"),
    weekdays={},
    date="{number}{month} {year}",
    day_month="{number}{month}",
    clock="{hour}นาฬิกา{minute}นาที",
    whole_hour="{hour}นาฬิกา",
    second="{second}วินาที",
    half_days=("ก่อนเที่ยง", "หลังเที่ยง"),
    clock_marks=words("นาฬิกา"),
    phone_leads=words("โทร โทรศัพท์ เบอร์ เบอร์โทร มือถือ แฟกซ์ สายด่วน"),
    version_point="จุด",
    phrases=pairs("24/7 ตลอดยี่สิบสี่ชั่วโมง, 50/50 ห้าสิบห้าสิบ, C++ ซีพลัสพลัส, C# ซีชาร์ป"),
    leading=pairs("""
        น. นาฬิกา, ชม. ชั่วโมง, กม. กิโลเมตร, ซม. เซนติเมตร, มม. มิลลิเมตร, กก. กิโลกรัม, มก. มิลลิกรัม,
        มล. มิลลิลิตร, ตร.ม. ตารางเมตร, ตร.กม. ตารางกิโลเมตร, ลบ.ม. ลูกบาศก์เมตร, พ.ศ. พุทธศักราช,
        ค.ศ. คริสต์ศักราช, ดร. ดอกเตอร์, นพ. นายแพทย์, พญ. แพทย์หญิง, น.ส. นางสาว, ด.ช. เด็กชาย,
        ด.ญ. เด็กหญิง, ศ. ศาสตราจารย์, รศ. รองศาสตราจารย์, ผศ. ผู้ช่วยศาสตราจารย์, พล.อ. พลเอก,
        พ.ต.อ. พันตำรวจเอก, พ.ต.ท. พันตำรวจโท, ร.ต.อ. ร้อยตำรวจเอก, จ. จังหวัด, อ. อำเภอ, ต. ตำบล,
        ถ. ถนน, ซ. ซอย, รพ. โรงพยาบาล, ร.ร. โรงเรียน, รร. โรงเรียน, บจก. บริษัทจำกัด,
        บมจ. บริษัทมหาชนจำกัด, โทร. โทร, พ.ร.บ. พระราชบัญญัติ, กทม. กรุงเทพมหานคร, ส.ส. สอสอ, ส.ว. สอวอ,
        นร. นักเรียน, ม.ค. มกราคม, ก.พ. กุมภาพันธ์, มี.ค. มีนาคม, เม.ย. เมษายน, พ.ค. พฤษภาคม,
        มิ.ย. มิถุนายน, ก.ค. กรกฎาคม, ส.ค. สิงหาคม, ก.ย. กันยายน, ต.ค. ตุลาคม, พ.ย. พฤศจิกายน,
        ธ.ค. ธันวาคม
    """),
    abbreviations=pairs("ฯลฯ และอื่นๆ, vs กับ, etc. และอื่นๆ"),
    before_number=pairs("No หมายเลข"),
    letter_words=words("OK"),
    symbols=pairs("""
        & และ, @ แอท, + บวก, = เท่ากับ, % เปอร์เซ็นต์, ‰ เปอร์มิลล์, # แฮชแท็ก, / ทับ, × คูณ, ÷ หาร, − ลบ,
        ± บวกลบ, √ รากที่สองของ, ∞ อนันต์, ≈ ประมาณ, ≠ ไม่เท่ากับ, ≤ น้อยกว่าหรือเท่ากับ,
        ≥ มากกว่าหรือเท่ากับ, ° องศา, € ยูโร, £ ปอนด์, $ ดอลลาร์, ¥ เยน, ฿ บาท, © ลิขสิทธิ์
    """),
    web=pairs(r"""
        . จุด, / ทับ, \ แบ็กสแลช, ~ ตัวหนอน, - ขีด, _ ขีดล่าง, @ แอท, : โคลอน, & และ, + บวก, # แฮช,
        % เปอร์เซ็นต์
    """),
)
