"""The Chinese table of spoken forms: Mandarin, in simplified characters."""

from dataclasses import replace

from minimax_speech.text.numbers import Noun
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables import chinese
from minimax_speech.text.tables.chinese import PAIR, ChineseReader

_READER = ChineseReader(
    "zh",
    point="点",
    repairs=((r"^二(?=[百千万亿])", "两"),),
    agreement={PAIR: ((r"^二$", "两"),)},
    zero="〇",
    one="幺",
    tenth="角",
)
_FORMS = chinese.spoken_forms("zh", _READER)

_MEASURES = (
    "[个個只隻本条條张張位名次周秒岁歲块塊毛成倍人家部台辆輛架艘座所间間把件份种種类類项項组組队隊对對双雙套根"
    "支枝颗顆粒片杯瓶碗盘盤袋箱包盒篇首句页頁节節课課季集场場届屆轮輪步口头頭匹群批点點米斤吨噸升元亩畝万萬亿億"
    "千百国國者侧侧边邊岸天层層章门門道扇幅栋棟封顿頓趟遍声聲行]|年(?!级|級)|分(?!之)|公|厘米|毫米|英|平方|立方"
    "|小时|小時|美元|欧元|歐元"
)

_YUAN = Currency(Noun("{}元", gender=PAIR), Noun("{}分", gender="角"))
_DOLLAR = Currency(Noun("{}美元", gender=PAIR), Noun("{}美分", gender=PAIR))
_EURO = Currency(Noun("{}欧元", gender=PAIR), Noun("{}欧分", gender=PAIR))
_POUND = Currency(Noun("{}英镑", gender=PAIR), Noun("{}便士", gender=PAIR))
_CURRENCIES = {
    **_FORMS.currencies,
    **dict.fromkeys(("¥", "CNY", "RMB", "元"), _YUAN),
    **dict.fromkeys(("$", "US$", "USD", "美元"), _DOLLAR),
    **dict.fromkeys(("€", "EUR", "欧元"), _EURO),
    **dict.fromkeys(("£", "GBP", "英镑"), _POUND),
    **dict.fromkeys(("JPY", "日元"), Currency(Noun("{}日元", gender=PAIR))),
    **dict.fromkeys(("₽", "RUB"), Currency(Noun("{}卢布", gender=PAIR))),
    **dict.fromkeys(("₹", "INR"), Currency(Noun("{}卢比", gender=PAIR))),
    "块": Currency(Noun("{}块", gender=PAIR)),
}
_MAGNITUDES = {
    name: Noun(f"{{}}{name}", gender=PAIR) for name in ("千", "百万", "万", "亿", "万亿")
}

FORMS = replace(
    _FORMS,
    rules=chinese.rules(_READER, "到", _MEASURES, "电话|手机|号码|热线|传真|微信|QQ", _CURRENCIES),
    agrees_with=chinese.measured(_MEASURES),
    minus="负",
    less="减",
    to="到",
    ratio="比",
    per="每",
    by="乘",
    times="乘以",
    about="约",
    power="的{power}次方",
    squared=("的平方", "的立方"),
    operators={">": "大于", "<": "小于"},
    hash_number="第",
    currencies=_CURRENCIES,
    magnitudes={**_MAGNITUDES, "k": Noun("{}千", gender=PAIR), "K": Noun("{}千", gender=PAIR)},
    bare_magnitudes=("k", "K"),
    units={
        **_FORMS.units,
        **{
            sign: Noun(f"{{}}{name}", gender=PAIR)
            for sign, name in pairs("""
                kg 公斤, t 吨, s 秒, sec 秒, A 安, mA 毫安, V 伏, W 瓦, kV 千伏, Nm 牛米, hl 百升,
                dB 分贝, Wh 瓦时, mm² 平方毫米, px 像素, cc 毫升
            """).items()
        },
        "km³": Noun("{}立方公里", gender=PAIR),
    },
    hot=("C", "F"),
    rates={
        name: f"每{name}"
        for name in words(
            "秒 分 分钟 小时 时 天 日 周 月 年 人 次 个 件 平方米 公里 米 公斤 克 升 吨 晚 斤"
        )
    },
    feet_inches=(Noun("{}英尺"), Noun("{}英寸")),
    arc=("分", "秒"),
    hours=Noun("{}点", gender=PAIR),
    clock="{hours}{minute}分",
    whole_hour="{hours}",
    low_minute="零{minute}",
    half_days=("上午", "下午"),
    version_point="点",
    phrases=pairs("24/7 全天候, 50/50 五五开, C++ C加加, C# C井"),
    leading=pairs("vs. 对, e.g. 例如, i.e. 即"),
    abbreviations=pairs("vs 对, etc. 等等"),
    before_number=pairs("No 第, Vol 第"),
    letter_words=words("OK"),
    symbols=pairs("""
        & 和, @ 艾特, + 加, = 等于, % 百分号, ‰ 千分号, # 井号, / 、, × 乘以, ÷ 除以, − 减, ± 正负,
        √ 根号, ∞ 无穷大, ≈ 约等于, ≠ 不等于, ≤ 小于等于, ≥ 大于等于, ° 度,
        € 欧元, £ 英镑, $ 美元, ¥ 元, © 版权所有
    """),
    web=pairs(r"""
        . 点, / 斜杠, \ 反斜杠, ~ 波浪号, - 杠, _ 下划线, @ 艾特, : 冒号, & 和, + 加, # 井号,
        % 百分号
    """),
)
