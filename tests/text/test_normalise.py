"""Spoken forms: what a reader would say."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.normalise import normalise

ENGLISH = {
    # numbers
    "7 of 1,234,567": "seven of one million two hundred and thirty-four thousand five hundred and "
    "sixty-seven",
    "3.14 and 3.10": "three point one four and three point one zero",
    "-5 and 007": "minus five and zero zero seven",
    "version 1.2.3": "version one point two point three",
    "the 21st and 112th": "the twenty-first and one hundred and twelfth",
    "½, 3/4, and 2 1/2 cups": "one half, three quarters, and two and a half cups",
    "pages 5-10 or 5–10": "pages five to ten or five to ten",
    "10k runs": "ten thousand runs",
    # years, dates, times
    "1984, 1905, 2005, 2026": "nineteen eighty-four, nineteen oh-five, two thousand and five, "
    "twenty twenty-six",
    "the 1980s and '90s": "the nineteen eighties and nineties",
    "on 2026-11-23": "on November twenty-third, twenty twenty-six",
    "on 3/4/2025": "on March fourth, twenty twenty-five",
    "on 25/12/2020": "on December twenty-fifth, twenty twenty",
    "23 Nov 2026": "November twenty-third, twenty twenty-six",
    "Nov. 5 and the 4th of July.": "November fifth and the fourth of July.",
    "at 5:30 pm, 17:05, 8am": "at five thirty P M, seventeen oh five, eight A M",
    "12:00": "twelve o'clock",
    "Come at 5 p.m.": "Come at five P M.",
    # money
    "$5, $1, £0.99, €3.50": "five dollars, one dollar, ninety-nine pence, "
    "three euros and fifty cents",
    "$2.5 million and 3bn €": "two point five million dollars and three billion euros",
    "5 € or USD 20 or ¥500": "five euros or twenty dollars or five hundred yen",
    "$4/hour": "four dollars per hour",
    # measures
    "5% of 1 km": "five percent of one kilometer",
    "-5 °C, 16GB, 60 mph": "minus five degrees Celsius, sixteen gigabytes, sixty miles per hour",
    "20 m² and 1/2 kg": "twenty square meters and one half of a kilogram",
    # digit by digit
    "Call 555-1234.": "Call five five five, one two three four.",
    "+1 555-123-4567": "plus one, five five five, one two three, four five six seven",
    # abbreviations
    "Mr. and Mrs. Dr. Jones": "Mister and Missus Doctor Jones",
    "St. Paul, 5 Main St.": "Saint Paul, five Main Street.",
    "e.g. cats, i.e. No. 5 vs. dogs etc.": "for example cats, that is number five versus dogs "
    "et cetera.",
    "J. R. R. Tolkien, John F. Kennedy": "J R R Tolkien, John F Kennedy",
    "So did I. Then Plan B. The end.": "So did I. Then Plan B. The end.",
    "Henry VIII and World War II": "Henry the eighth and World War two",
    # acronyms
    "The FBI's USB, CDs, and HTML": "The F B I's U S B, C D's, and H T M L",
    "NASA is OK": "NASA is OK",
    "the U.S. Army": "the U S Army",
    "STOP SHOUTING AT ME": "STOP SHOUTING AT ME",
    # symbols and addresses
    "R&D @ home + 2 = 3 #1": "R and D at home plus two equals three number one",
    "and/or a/b": "and or a slash b",
    "see https://www.example.com/a-b.": "see W W W dot example dot com slash a dash b.",
    "jane.doe@mail.com": "jane dot doe at mail dot com",
    "COVID-19, H2O, A4": "COVID nineteen, H two O, A four",
    # characters
    "“Yes” — ‘no’ …": "\"Yes\" - 'no' ...",
    "‘Where’s Anna?’ he said.": '"Where\'s Anna?" he said.',
    "a\u200bb\tc\n d": "ab c d",
    "cafe\u0301 😀 ok": "caf\u00e9 ok",
    "Really?!?! No!!!": "Really? No!",
    "３ ｃａｔｓ": "three cats",
}


@pytest.mark.parametrize("written", ENGLISH, ids=list(ENGLISH))
def test_english(written: str) -> None:
    assert normalise(written, "en") == ENGLISH[written]


@pytest.mark.parametrize("text", ["", "  ", "😀🎉", "...", "?!", "\u200b", "—", "()"])
@pytest.mark.parametrize("language", ["en", "de", "zh"])
def test_nothing_to_say_is_the_empty_string(text: str, language: str) -> None:
    assert normalise(text, language) == ""


def test_other_languages_read_their_own_numerals_and_keep_the_rest() -> None:
    assert normalise("21 Äpfel kosten 5 %", "de") == "einundzwanzig Äpfel kosten fünf %"
    assert (
        normalise("1.234 und 2,5", "de") == "eintausendzweihundertvierunddreißig und zwei Komma "
        "fünf"
    )
    assert normalise("« J'ai 12 ans »", "fr") == '"J\'ai douze ans"'
    assert normalise("我有3个。", "zh") == "我有3个。"


def test_region_codes_and_unknown_languages() -> None:
    assert normalise("5", "en-GB") == "five"
    with pytest.raises(InputError, match=r"unknown language 'xx'.*zh, yue, en"):
        normalise("5", "xx")


FRAGMENTS = (
    r"5 12 1984 Mr. St. Dr , . - – $ € % km °C / : pm a.m. U.S. NASA USB No. etc. II Henry Nov May "
    r"""½ ² ' " # @ www. http:// .com A I b The & + _ ( ) … 1,000 3.14 k M th st m 😀 ٣ ５"""
)
TEXTS = st.lists(st.sampled_from([*FRAGMENTS.split(" "), " "]), max_size=12).map("".join) | st.text(
    max_size=30
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["en", "en", "de", "fr", "zh", "ar", "ru"]))
def test_idempotent_and_clean(text: str, language: str) -> None:
    spoken = normalise(text, language)
    assert normalise(spoken, language) == spoken
    assert unicodedata.is_normalized("NFC", spoken)
    assert spoken == " ".join(spoken.split())
    if language == "en":
        assert not set(spoken) & set("0123456789$€%&@#+=/_")
