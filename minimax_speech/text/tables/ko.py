"""The Korean table of spoken forms."""

import re
from dataclasses import replace
from functools import partial

from minimax_speech.text import cldr, languages
from minimax_speech.text.numbers import Noun, NumberReader
from minimax_speech.text.patterns import any_of
from minimax_speech.text.spoken_forms import Currency, pairs, words
from minimax_speech.text.tables.east_asian import ranges, scaled_money, stopped_dates, telephones

_CLDR = cldr.spoken_forms(languages.get("ko"))

_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_DIGITS = "공일이삼사오육칠팔구"

# Forms of a number before a counter: native up to so many, Sino-Korean beyond.
_LAST_NATIVE = {"native": 99, "nth": 99, "decade": 99, "hour": 12, "hours": 20}
_COUNTERS = {
    "nth": "번째",
    "hours": "시간",
    "hour": "시(?:에서|에|부터|까지|쯤|경|이|가|는|도|의|로|정각|반)?(?![가-힣])",
    "decade": "대(?:를|가|의|로|와|는|도|씩|만|입니다|이다)?(?![가-힣])",
    "native": (
        "개(?!월|년|국|소)|명|살|마리|권|장(?!관)|병(?!원)|잔|그루|송이|켤레|벌|채(?!널)|척|통(?!신)|봉지|상자|그릇"
        "|조각|군데|가지|달(?!러)|사람|번(?!지|길|호|방)|배(?!럴)|곡|편|줄|쌍|팀|곳|끼|판|자루|차례|바퀴"
    ),
}
_COUNTER = re.compile("|".join(f"(?P<{form}>{counter})" for form, counter in _COUNTERS.items()))
_NUMBERED = "출구|문제|버스|타자|홈|국도|채널|트랙|선발|게이트|승강장"


class _Reader(NumberReader):
    """Native numerals before counters that take them: 세 시 삼십 분."""

    def cardinal(self, number: int, form: str = "") -> str:
        if not 0 < number <= _LAST_NATIVE.get(form, 0):
            return super().cardinal(number)
        tens, ones = divmod(number, 10)
        if form == "decade" and tens and not ones:  # 20대: in one's twenties
            return super().cardinal(number)
        if number == 1 and form == "nth":
            return "첫"
        return "스무" if number == 20 else _TENS[tens] + _ONES[ones]

    def digits(self, numeral: str) -> str:
        return "".join(_DIGITS[int(digit)] for digit in numeral if digit in "0123456789")

    def decimals(self, whole: str, fraction: str) -> str:
        return f"{self.cardinal(int(whole))}점{self.digits(fraction).replace('공', '영')}"


_READER = _Reader("ko", "ko")


def _form(following: str) -> str | None:
    counter = _COUNTER.match(following)
    return counter.lastgroup if counter else None


def _spaced(noun: Noun) -> Noun:
    return Noun(re.sub(r"\{\}(?=[가-힣])", "{} ", noun.other))


_CURRENCIES = {
    **_CLDR.currencies,
    **dict.fromkeys(("₩", "KRW", "원"), Currency(Noun("{} 원"))),
    **dict.fromkeys(("$", "US$", "USD", "달러"), Currency(Noun("{} 달러"), Noun("{} 센트"))),
    **dict.fromkeys(("€", "EUR", "유로"), Currency(Noun("{} 유로"), Noun("{} 센트"))),
    **dict.fromkeys(("£", "GBP", "파운드"), Currency(Noun("{} 파운드"), Noun("{} 펜스"))),
    **dict.fromkeys(("¥", "JPY", "엔"), Currency(Noun("{} 엔"))),
    **dict.fromkeys(("CNY", "위안"), Currency(Noun("{} 위안"))),
}
_RATES = pairs("""
    초 초당, 분 분당, 시간 시간당, 일 하루에, 주 일주일에, 월 한 달에, 년 일 년에, 인 한 명당,
    명 한 명당, 개 한 개당, 회 한 번에, 박 하룻밤에, kg 킬로그램당, g 그램당, m² 제곱미터당, 평 평당
""")
_FEW = {(1, 2): "한두", (2, 3): "두세", (3, 4): "서너", (5, 6): "대여섯"}
_MONTHS = (
    *("일월", "이월", "삼월", "사월", "오월", "유월"),
    *("칠월", "팔월", "구월", "시월", "십일월", "십이월"),
)


def _dates(text: str) -> str:
    """6 월, 3 일(수), 제 3."""
    text = re.sub(
        r"(?<![\w.,])(1[0-2]|0?[1-9]) ?월(?!요)", lambda match: _MONTHS[int(match[1]) - 1], text
    )
    text = re.sub(r"(?<=일) ?\(([월화수목금토일])\)", r" \1요일", text)
    return re.sub(r"(?<!\w)제 (\d+)", lambda match: f"제{_READER.cardinal(int(match[1]))}", text)


def _myriads(text: str) -> str:
    """3 억 5 천만원, 5 만 명: the scale is a part of the number."""
    counted = r"(?= ?(?:원|명|개|달러|유로|엔|위안|년|여|$|[^\w]))"
    scale = rf"((?:[십백천]?[만억조]|[백천]{counted}))(?: ?(?=(?:원|명|개|달러|유로|엔|위안)))?"

    def say(match: re.Match[str]) -> str:
        number = "" if match[1] == "1" and match[2] != "억" else _READER.read(match[1])
        gap = " " if re.match(r"[가-힣\d]", match.string[match.end() :]) else ""
        return number + match[2] + gap

    return re.sub(rf"(?<![\w.,-])(\d[\d,]*(?:\.\d+)?) ?{scale}", say, text)


def _counted(text: str) -> str:
    """2-3 개 counts both numbers; 3 번 출구, 16:9 and 3 대 2 count nothing."""

    def say_range(match: re.Match[str]) -> str:
        counter = _COUNTER.match(match.string, match.end())
        if not counter:
            return match[0]
        numbers = (int(match[1]), int(match[2]))
        if numbers in _FEW:
            return _FEW[numbers] + " "
        form = counter.lastgroup or ""
        first, last = (_READER.cardinal(number, form) for number in numbers)
        return f"{first} {counter[0]}에서 {last} "

    text = re.sub(r"(?<![\w.,-])(\d{1,2})-(\d{1,2}) ?(?=[가-힣])", say_range, text)
    numbered = rf"(?<![\w.,-])(\d+) ?(?=번 (?:{_NUMBERED}))"
    text = re.sub(numbered, lambda match: _READER.read(match[1]) + " ", text)
    return re.sub(
        r"(?<![\w:.,])(\d{1,3})(?::(?=\d(?!\d))| ?대 ?)(\d{1,3})(?![\w:]|[.,]\d)",
        lambda match: f"{_READER.read(match[1])} 대 {_READER.read(match[2])}",
        text,
    )


def _rates(text: str) -> str:
    """5 만 원/월: after a name that is in words."""
    return re.sub(
        rf"(?<=[원러로엔])/({any_of(_RATES)})", lambda match: " " + _RATES[match[1]], text
    )


def _below_zero(text: str) -> str:
    """-5 °C."""
    return re.sub(r"(?<!\w)-(?=\d[\d.]* ?(?:°C|도))", "영하 ", text)


FORMS = replace(
    _CLDR,
    reader=_READER,
    rules=(
        partial(stopped_dates, names="년월일"),
        partial(telephones, reader=_READER),
        partial(scaled_money, signs=any_of(sign for sign in _CURRENCIES if not sign.isalpha())),
        partial(ranges, to="에서"),
        _dates,
        _myriads,
        _rates,
        _counted,
        _below_zero,
    ),
    agrees_with=_form,
    particles=words("""
        은 는 이 가 을 를 의 에 에서 에게 와 과 로 으로 까지 부터 보다 처럼 이나 나 이며 이고
        입니다 이다 인 이란 에는 에도 에서는 에서도 으로는 로는 까지는 부터는 이라고 라고 이라는
        라는 이었다 였다 이었습니다 였습니다 쯤 씩 이에요 예요 이죠
    """),
    repairs=(
        (r"(?<=[가-힣]) (?=(?:에서|의) )", ""),
        (r"(?<=[이사오구])과 (?=[가-힣]+분의 )", "와 "),
    ),
    minus="마이너스",
    less="빼기",
    to="에서",
    fraction="{bottom}분의 {top}",
    denominators={bottom: Noun(f"{_READER.cardinal(bottom)}분의 {{}}") for bottom in range(2, 101)},
    mixed="{whole}과 {part}",
    per="매",
    by="곱하기",
    times="곱하기",
    about="약",
    power="의 {power} 제곱",
    squared=("의 제곱", "의 세제곱"),
    square=("제곱{unit}", "세제곱{unit}"),
    operators={">": "보다 큰", "<": "보다 작은"},
    hash_number="넘버",
    currencies=_CURRENCIES,
    units={
        **{sign: _spaced(noun) for sign, noun in _CLDR.units.items() if "/" not in noun.other},
        "%": Noun("{} 퍼센트"),
        "‰": Noun("{} 퍼밀"),
        "°C": Noun("{} 도"),
        **dict.fromkeys(("시간", "h"), Noun("{} 시간", gender="hours")),
        "t": Noun("{} 톤"),
        "px": Noun("{} 픽셀"),
        "MP": Noun("{} 메가픽셀"),
        "ppm": Noun("{} P P M"),
        "cc": Noun("{} C C"),
        "dB": Noun("{} 데시벨"),
        "l/100 km": Noun("백 킬로미터당 {} 리터"),
    },
    rates=_RATES,
    feet_inches=(Noun("{} 피트"), Noun("{} 인치")),
    arc=("분", "초"),
    months=_MONTHS,
    month_abbreviations={},
    weekdays={},
    date="{year} 년 {month} {number} 일",
    day_month="{month} {number} 일",
    hours=Noun("{} 시", gender="hour"),
    clock="{hours} {minute} 분",
    whole_hour="{hours}",
    second=" {second} 초",
    half_days=("오전", "오후"),
    half_day_first=True,
    version_point="점",
    phrases=pairs("24/7 이십사 시간 내내, 50/50 오십 대 오십, C++ 씨 플러스 플러스, C# 씨 샵"),
    leading=pairs("vs. 대, e.g. 예를 들어, i.e. 즉"),
    abbreviations=pairs("vs 대, etc. 등등"),
    before_number=pairs("No 넘버, Vol 볼륨"),
    letter_words=words("OK"),
    symbols=pairs("""
        & 앤드, @ 골뱅이, + 플러스, = 이퀄, % 퍼센트, ‰ 퍼밀, # 샵, / 슬래시, × 곱하기, ÷ 나누기,
        − 마이너스, ± 플러스 마이너스, √ 루트, ∞ 무한대, ≈ 약, ≠ 같지 않음, ≤ 이하, ≥ 이상, ° 도,
        € 유로, £ 파운드, $ 달러, ¥ 엔, ₩ 원, © 저작권
    """),
    web=pairs(r"""
        . 점, / 슬래시, \ 역슬래시, ~ 물결, - 하이픈, _ 언더바, @ 골뱅이, : 콜론, & 앤드,
        + 플러스, # 샵, % 퍼센트
    """),
)
