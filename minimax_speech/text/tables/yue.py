"""The Cantonese table of spoken forms, as in Hong Kong."""

import re
from dataclasses import replace

from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables import chinese
from minimax_speech.text.tables.chinese import PAIR, ChineseReader

_READER = ChineseReader(
    "yue",
    point="點",
    agreement={PAIR: ((r"^二$", "兩"),)},
    myriads="萬億",
    tenth="毫",
)
_FORMS = chinese.spoken_forms("yue", _READER)

_MEASURES = (
    "[個个隻只本條条張张位名次週周秒歲岁蚊元倍人家部台架輛艘座所間间把件份種种類类項项組组隊队對对雙双套根支枝粒片杯樽碗"
    "碟袋箱包盒篇首句頁页節节課课季集場场屆届輪轮步口頭头匹群批點点米磅斤噸升畝萬万億亿千百國国者側边邊岸日層层章門门"
    "道幅棟封餐趟聲行]|年(?!級)|分(?!之)|公|厘米|毫米|英|平方|立方|小時|個鐘|美元|美金|歐元"
)

_DOLLAR = Currency(Noun("{}蚊", gender=PAIR), Noun("{}仙", gender="毫"))
_US_DOLLAR = Currency(Noun("{}美金", gender=PAIR), Noun("{}美仙", gender=PAIR))
_CURRENCIES = {
    **_FORMS.currencies,
    **dict.fromkeys(("$", "蚊"), _DOLLAR),
    **dict.fromkeys(("HK$", "HKD", "港元"), Currency(Noun("{}港元", gender=PAIR), _DOLLAR.cent)),
    "元": Currency(Noun("{}元", gender=PAIR), _DOLLAR.cent),
    **dict.fromkeys(("US$", "USD"), _US_DOLLAR),
    "美元": Currency(Noun("{}美元", gender=PAIR), _US_DOLLAR.cent),
    **dict.fromkeys(
        ("€", "EUR"), Currency(Noun("{}歐元", gender=PAIR), Noun("{}歐仙", gender=PAIR))
    ),
    **dict.fromkeys(
        ("£", "GBP"), Currency(Noun("{}英鎊", gender=PAIR), Noun("{}便士", gender=PAIR))
    ),
    **dict.fromkeys(("¥", "JPY"), Currency(Noun("{}日圓", gender=PAIR))),
    **dict.fromkeys(("CNY", "RMB"), Currency(Noun("{}人民幣", gender=PAIR))),
}
_MAGNITUDES = {
    name: Noun(f"{{}}{name}", gender=PAIR) for name in ("千", "百萬", "萬", "億", "萬億")
}


def _telephones(text: str) -> str:
    """9123-4567, 9123 4567; what begins with 1 or 2 may be two years."""
    return re.sub(
        r"(?<![\w.,+-])(?<!\d )([35-9]\d{3})[ -](\d{4})(?![\w-]|[.,]\d)",
        lambda match: "，".join(map(_READER.dialled, match.groups())),
        text,
    )


_RULES = chinese.rules(_READER, "至", _MEASURES, "電話|手機|號碼|熱線|傳真|WhatsApp", _CURRENCIES)

FORMS = replace(
    _FORMS,
    rules=(_telephones, *_RULES),
    agrees_with=chinese.measured(_MEASURES),
    minus="負",
    less="減",
    to="至",
    ratio="比",
    per="每",
    by="乘",
    times="乘",
    about="大約",
    power="嘅{power}次方",
    squared=("嘅二次方", "嘅三次方"),
    operators={">": "大過", "<": "細過"},
    hash_number="第",
    currencies=_CURRENCIES,
    magnitudes={**_MAGNITUDES, "k": Noun("{}千", gender=PAIR), "K": Noun("{}千", gender=PAIR)},
    bare_magnitudes=("k", "K"),
    units={
        **_FORMS.units,
        **{
            sign: Noun(f"{{}}{name}", gender=PAIR)
            for sign, name in pairs("""
                t 噸, l 升, L 升, hl 百升, nm 納米, A 安培, V 伏特, W 火, hp 匹, dB 分貝,
                cc 毫升, px 像素
            """).items()
        },
        "°C": Noun("攝氏{}度", gender=PAIR),
        "°F": Noun("華氏{}度", gender=PAIR),
        "ppm": Noun("百萬分之{}"),
    },
    hot=("C", "F"),
    rates={
        name: f"每{name}"
        for name in words(
            "秒 分鐘 小時 日 星期 月 年 人 次 個 件 平方呎 平方米 呎 公里 米 公斤 磅 斤 升 晚"
        )
    },
    feet_inches=(Noun("{}呎"), Noun("{}吋")),
    arc=("分", "秒"),
    month_first=False,
    months=tuple(f"{_READER.cardinal(month)}月" for month in range(1, 13)),
    hours=Noun("{}點", gender=PAIR),
    clock="{hours}{minute}分",
    whole_hour="{hours}",
    low_minute="零{minute}",
    half_days=("上晝", "下晝"),
    version_point="點",
    phrases=pairs("24/7 全日無休, 50/50 一半一半, C++ C加加, C# C sharp"),
    leading=pairs("vs. 對, e.g. 例如, i.e. 即係"),
    abbreviations=pairs("vs 對, etc. 等等"),
    before_number=pairs("No 第, Vol 第"),
    letter_words=words("OK"),
    symbols=pairs("""
        & 同, @ at, + 加, = 等於, % 百分號, ‰ 千分號, # 井號, / 、, × 乘, ÷ 除, − 減,
        ± 正負, √ 開方, ∞ 無限大, ≈ 約等於, ≠ 唔等於, ≤ 細過或者等於, ≥ 大過或者等於, ° 度, € 歐元,
        £ 英鎊, $ 蚊, ¥ 日圓, © 版權所有
    """),
    web=pairs(r"""
        . 點, / 斜線, \ 反斜線, ~ 波浪號, - 橫線, _ 底線, @ at, : 冒號, & 同, + 加, # 井號, % 百分號
    """),
)
