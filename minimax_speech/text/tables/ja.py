"""The Japanese table of spoken forms."""

import re
from dataclasses import replace
from functools import partial

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables.east_asian import (
    commas,
    ranges,
    scaled_money,
    stopped_dates,
    telephones,
)

_CLDR = cldr.spoken_forms(languages.get("ja"))
_NAMES = "零一二三四五六七八九"
_DAYS = "[月火水木金土日祝]"


class _Reader(NumberReader):
    """Kanji throughout, for a reader to choose among their sounds; a bare 0 is ゼロ."""

    def digits(self, numeral: str) -> str:
        return self._named(numeral).replace("零", "ゼロ")

    def decimals(self, whole: str, fraction: str) -> str:
        said = self.cardinal(int(whole)) if int(whole) else "零"
        return f"{said}{self.point}{self._named(fraction)}"

    def _named(self, digits: str) -> str:
        return "".join(_NAMES[int(digit)] for digit in digits if digit in "0123456789")


_READER = _Reader(
    "ja",
    "ja",
    point="点",
    repairs=(("^零$", "ゼロ"), (r"(?<![一二三四五六七八九])千(?=[万億兆])", "一千")),
    agreement={"時": (("ゼロ", "零"),), "万": ((r"(^|[万億])千$", r"\1一千"),)},
)
_FORM_BEFORE = {"時": "時", **dict.fromkeys("万億兆", "万")}

_CENT = Noun("{}セント")
_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("¥", "JPY", "円"), Currency(Noun("{}円"))),
    **dict.fromkeys(("$", "US$", "USD", "ドル"), Currency(Noun("{}ドル"), _CENT)),
    **dict.fromkeys(("€", "EUR", "ユーロ"), Currency(Noun("{}ユーロ"), _CENT)),
    **dict.fromkeys(("£", "GBP", "ポンド"), Currency(Noun("{}ポンド"), Noun("{}ペンス"))),
    **dict.fromkeys(("CNY", "元"), Currency(Noun("{}元"))),
    **dict.fromkeys(("₩", "KRW", "ウォン"), Currency(Noun("{}ウォン"))),
}


def _weekdays(text: str) -> str:
    """3 月 5 日(水), 3/5(水): what stands in parentheses is a day of the week."""
    text = re.sub(rf"(?<![\d/])(\d{{1,2}})/(\d{{1,2}}) ?(?=[(（]{_DAYS}[)）])", r"\1月\2日", text)
    return re.sub(rf"(?<=日) ?[(（]({_DAYS})[)）]", r"\1曜日", text).replace("祝曜日", "祝日")


def _addresses(text: str) -> str:
    """千代田区 1-2-3."""
    return re.sub(
        r"(?<![\w.-])(\d{1,3})-(\d{1,3})-(\d{1,3})(?![\w-])",
        lambda match: "の".join(map(_READER.read, match.groups())),
        text,
    )


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(
        partial(stopped_dates, names="年月日"),
        partial(telephones, reader=_READER),
        _weekdays,
        _addresses,
        partial(ranges, to="から"),
        partial(scaled_money, signs=any_of(sign for sign in _CURRENCIES if not sign.isalpha())),
    ),
    agrees_with=lambda following: _FORM_BEFORE.get(following[0]),
    repairs=(commas("、"),),
    minus="マイナス",
    to="から",
    ratio="対",
    fraction="{bottom}分の{top}",
    denominators={bottom: Noun(f"{_READER.cardinal(bottom)}分の{{}}") for bottom in range(2, 101)},
    mixed="{whole}と{part}",
    part_of="{part}{unit}",
    per="毎",
    by="かける",
    times="かける",
    about="約",
    power="の{power}乗",
    squared=("の二乗", "の三乗"),
    operators={">": "大なり", "<": "小なり"},
    hash_number="ナンバー",
    currencies=_CURRENCIES,
    price="{units}{cents}",
    magnitudes={
        **{name: Noun(f"{{}}{name}", gender="万") for name in ("万", "億", "兆")},
        "百万": Noun("{}百万"),
        "千万": Noun("{}千万"),
        **dict.fromkeys("kK", Noun("{}千")),
    },
    bare_magnitudes=("k", "K"),
    units={
        **{sign: noun for sign, noun in _CLDR.units.items() if "/" not in noun.other},
        "°C": Noun("{}度"),
        "ppm": Noun("{} P P M"),
        "dpi": Noun("{} D P I"),
        "cc": Noun("{} C C"),
        "dB": Noun("{}デシベル"),
        "mm²": Noun("{}平方ミリメートル"),
        "Wh": Noun("{}ワット時"),
    },
    rates={
        name: f"、{one}あたり"
        for name, one in pairs("""
            秒 一秒, 分 一分, 時 一時間, 時間 一時間, 日 一日, 週 一週間, 月 一か月, 年 一年,
            人 一人, 回 一回, 個 一個, 泊 一泊, kg 一キログラム, g 一グラム, m² 一平方メートル
        """).items()
    },
    feet_inches=(Noun("{}フィート"), Noun("{}インチ")),
    arc=("分", "秒"),
    months=tuple(f"{_READER.cardinal(month)}月" for month in range(1, 13)),
    month_abbreviations={},
    weekdays={},
    date="{year}年{month}{number}日",
    day_month="{month}{number}日",
    hours=Noun("{}時", gender="時"),
    clock="{hours}{minute}分",
    whole_hour="{hours}",
    second="{second}秒",
    half_days=("午前", "午後"),
    half_day_first=True,
    version_point="点",
    phrases=pairs("24/7 二十四時間年中無休, 50/50 五分五分, C++ C プラスプラス, C# C シャープ"),
    leading=pairs("vs. 対, e.g. 例えば, i.e. すなわち"),
    abbreviations=pairs("vs 対, etc. など, TEL. 電話, TEL 電話, FAX ファックス"),
    before_number=pairs("No ナンバー, Vol ボリューム"),
    letter_words=words("OK NG"),
    symbols=pairs("""
        & アンド, @ アットマーク, + プラス, = イコール, % パーセント, ‰ パーミル, # シャープ, / 、,
        × かける, ÷ わる, − マイナス, ± プラスマイナス, √ ルート, ∞ 無限大, ≈ 約, ≠ ノットイコール,
        ≤ 以下, ≥ 以上, ° 度, € ユーロ, £ ポンド, $ ドル, ¥ 円, © コピーライト
    """),
    web=pairs(r"""
        . ドット, / スラッシュ, \ バックスラッシュ, ~ チルダ, - ハイフン, _ アンダーバー,
        @ アットマーク, : コロン, & アンド, + プラス, # シャープ, % パーセント
    """),
)
