import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.languages import LANGUAGES
from minimax_speech.text.readings import READ_OTHERWISE, reading, units

EXAMPLES = {
    "ar": "ذهب الولد إلى المدرسة، ثم عاد.",
    "ja": '東京は今日も"晴れ"ですか？NHKのヴァイオリン・ソナタ。',
    "ko": "한국어로 TV를 봤다.",
    "th": "สวัสดีครับ ผมชอบ TV จริง ๆ",
    "yue": "如果佢喺ABC公司，我唔去。",
    "zh": "银行行长还没还钱，Hello！",
}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Schön, oder?", "Schön, oder?"),
        ("zh", "银行行长，Hello一个人！", "yin2 hang2 hang2 zhang3, Hello yi2 ge4 ren2!"),
        ("zh", "绿色的女儿？", "lv4 se4 de5 nv3 er2?"),
        ("zh", "lü4色，重chong2庆。", "lv4 se4, zhong4 chong2 qing4."),
        ("yue", "我唔敢講嘢。", "ngo5 m4 gam2 gong2 je5."),
        ("ja", "東京は今日も晴れですか？", "トーキョーワ キョꜜーモ ハꜜレデスカ?"),
        ("ja", "NHKの「ニュース」。", "NHK ノ「 ニュꜜース」."),
        ("ko", "한국 TV를 값싸게.", "ㅎㅏㄴㄱㅜㄱ TVㄹㅡㄹ ㄱㅏㅄㅆㅏㄱㅔ."),
        ("th", "คุณสงสัยจริง ๆ", "khun1 song5say5 cing1 cing1"),
        ("ar", "ذهب الولد إلى المدرسة.", "ذَهَبَ الْوَلَدُ إِلَى الْمَدْرَسَة."),
    ],
)
def test_what_is_read(language: str, text: str, expected: str) -> None:
    assert reading(text, language) == unicodedata.normalize("NFC", expected)


@pytest.mark.parametrize("language", sorted(READ_OTHERWISE))
def test_units_join_to_the_text_and_to_the_reading(language: str) -> None:
    text = EXAMPLES[language]
    read = units(text, language)
    assert "".join(unit.written for unit in read) == text
    assert len(read) > 5
    assert reading(text, language) == " ".join(reading(text, language).split())


@pytest.mark.parametrize("language", sorted(READ_OTHERWISE))
def test_nothing_is_read_of_nothing(language: str) -> None:
    assert reading("", language) == ""


@pytest.mark.parametrize("language", ["ja", "yue", "zh"])
def test_no_ideograph_is_left(language: str) -> None:
    # The last two stand in no dictionary.
    read = reading("人口統計 𠀀𪚥", language)
    assert not any(unicodedata.name(c, "").startswith("CJK") for c in read)


def test_unknown_language_is_refused() -> None:
    with pytest.raises(InputError, match="unknown language 'xx'"):
        reading("x", "xx")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(READ_OTHERWISE)),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co"))),
    st.sampled_from(list(EXAMPLES.values())),
)
def test_any_text_is_read_without_loss_of_what_is_written(
    language: str, strange: str, known: str
) -> None:
    text = unicodedata.normalize("NFC", strange + known + strange)
    assert "".join(unit.written for unit in units(text, language)) == text
    assert set(LANGUAGES) >= READ_OTHERWISE
