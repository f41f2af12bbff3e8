"""Every spoken word belongs to a written one, in order."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.text import written_words
from minimax_speech.text.normalise import normalise
from minimax_speech.text.written_words import match_words, spoken_words

PARTS = [
    "the",
    "dog",
    "$5",
    "million",
    "Dr.",
    "Smith,",
    "1995",
    "5:30",
    "pm.",
    "-",
    "&",
    "50%",
    "😀",
]


def matched(text: str, language: str = "en") -> list[tuple[str, str]]:
    """Each written word and what is said of it; checks that nothing is lost."""
    spoken = spoken_words(normalise(text, language))
    found = match_words(text, spoken, language)
    assert [i for word in found for i in range(word.first, word.end)] == list(range(len(spoken)))
    assert all(word.first < word.end for word in found)
    return [(word.text, " ".join(spoken[word.first : word.end])) for word in found]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("It cost $5.", [("It", "it"), ("cost", "cost"), ("$5.", "five dollars")]),
        ("Dr. Who", [("Dr.", "doctor"), ("Who", "who")]),
        ("at 5:30 pm.", [("at", "at"), ("5:30", "five thirty"), ("pm.", "p m")]),
        ("1 000 000 men", [("1", "one"), ("000 000", "million"), ("men", "men")]),
        ("well - no", [("well -", "well"), ("no", "no")]),
        ("😀 **Bold** café!", [("😀 Bold", "bold"), ("café!", "café")]),
        ("5 5 5", [("5", "five"), ("5", "five"), ("5", "five")]),
    ],
)
def test_words_are_told_as_written(text: str, pairs: list[tuple[str, str]]) -> None:
    assert matched(text) == pairs


def test_ideographs_are_words() -> None:
    assert matched("你好，世界。", "zh") == [
        ("你", "你"),
        ("好，", "好"),
        ("世", "世"),
        ("界。", "界"),
    ]


@settings(deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_all_that_is_written_is_kept(parts: list[str]) -> None:
    parts = ["Well", *parts]  # a dash in front would be a list's
    found = matched(" ".join(parts))
    assert " ".join(text for text, _ in found).split() == parts


def test_long_texts_are_matched_in_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(f"we saw number {n} of the {n % 7} things that cost ${n}." for n in range(30))
    whole = matched(text)
    monkeypatch.setattr(written_words, "_WINDOW", 25)
    assert matched(text) == whole


def test_words_that_were_not_written_go_to_the_one_before() -> None:
    found = match_words("one three", ["one", "two", "three"], "en")
    assert [(word.text, word.first, word.end) for word in found] == [("one", 0, 2), ("three", 2, 3)]
    assert [word.text for word in match_words("one", ["two", "two"], "en")] == ["one"]
    assert match_words("one", [], "en") == []


def test_pauses_are_no_words() -> None:
    found = match_words("Hi <#0.5#> there<#1#>, you.<#2#>", ["hi", "there", "you"], "en")
    assert [word.text for word in found] == ["Hi", "there ,", "you."]
