"""Spoken forms in every language that has a table: what a reader would say.

Those of a language are in spoken/<code>.txt: a line as written, indented below it as spoken.
"""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.text import tables
from minimax_speech.text.cleaning import clean, speakable
from minimax_speech.text.languages import LANGUAGES
from minimax_speech.text.normalise import normalise

FOLDER = Path(__file__).parent / "spoken"
CODES = sorted(path.stem for path in FOLDER.glob("*.txt"))
FEWEST = 20


def cases(code: str) -> list[tuple[str, str]]:
    lines = (FOLDER / f"{code}.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line.strip()]
    assert len(lines) % 2 == 0
    pairs = list(zip(lines[::2], lines[1::2], strict=True))
    assert all(said.startswith("    ") and written[0] != " " for written, said in pairs)
    return [(written, said.strip()) for written, said in pairs]


@pytest.mark.parametrize(
    ("code", "written", "said"),
    [(code, written, said) for code in CODES for written, said in cases(code)],
    ids=[f"{code}-{written}" for code in CODES for written, _ in cases(code)],
)
def test_spoken_forms(code: str, written: str, said: str) -> None:
    assert normalise(written, code) == said


def test_letters_that_only_match_in_another_case_break_nothing() -> None:
    assert normalise("ım 3. Mai", "de") == "im dritter Mai"
    assert normalise("the 1ſt", "en") == "the first"
    assert normalise("1οσ", "el") == "πρώτος"
    assert normalise("ŉ", "cs") == "n"


def test_every_table_has_its_cases() -> None:
    folder = Path(tables.__file__).parent
    codes = {path.stem for path in folder.glob("*.py")} & set(LANGUAGES) - {"en"}
    assert codes == set(CODES)
    assert [code for code in CODES if len(cases(code)) < FEWEST] == []


NUMBERS = st.integers(0, 3000) | st.integers(0, 10**15 - 1)


@settings(max_examples=200, deadline=None)
@given(NUMBERS, NUMBERS, st.sampled_from(CODES))
def test_numbers_have_words_of_their_own(one: int, other: int, code: str) -> None:
    reader = tables.spoken_forms(code).reader
    assert not any(map(str.isdecimal, reader.cardinal(one)))
    assert (reader.cardinal(one) == reader.cardinal(other)) == (one == other)


FRAGMENTS = (
    r"5 12 1984 21 1 3. Dr. . - – , $ € £ % km °C / : h pm Uhr a.m. U.S. NATO USB Nr. n° II XIV "
    r"""May mai 3º 1er ½ ² ' " # @ www. .com x 1,000 1.000 3.14 3,5 Mio. & + ( ) k M e a y 年 元 """
    r"""个 กก ١٢ १ ５ م नम привет γειά 你好 日本 テスト 한국 שלום é ß ł ı * ^ < > _ """
    r"` [ ] \ − × = { } ; ! ? ¿ º ₂"
)
TEXTS = st.lists(st.sampled_from([*FRAGMENTS.split(" "), " ", " ", "\n"]), max_size=10).map(
    "".join
) | st.text(max_size=30)

UNREAD = set("<[`~⁰¹²³⁴⁵⁶⁷⁸⁹")
"""What may belong to tags, links and footnotes."""


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(sorted(LANGUAGES)))
def test_any_text_stays_speakable_and_is_final(text: str, language: str) -> None:
    spoken = normalise(text, language)
    assert normalise(spoken, language) == spoken
    if speakable(clean(text)) and not UNREAD & set(text):
        assert speakable(spoken)


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(categories=("L", "Nd", "No")), min_size=1, max_size=8),
    st.sampled_from(sorted(LANGUAGES)),
)
def test_a_word_or_a_figure_is_never_silent(text: str, language: str) -> None:
    if speakable(clean(text)):
        assert normalise(text, language)
