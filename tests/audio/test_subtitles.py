"""Words with their times become files, and are read back from them."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.audio import subtitles
from minimax_speech.audio.subtitles import Word, cues
from minimax_speech.errors import InputError

_gaps = st.integers(0, 3_000)
_texts = st.text(st.characters(categories=["L", "N"]), min_size=5, max_size=12)


@st.composite
def spoken(draw: st.DrawFn) -> list[Word]:
    """Words in order, at whole milliseconds."""
    words, now = [], 0
    for text in draw(st.lists(_texts, max_size=30)):
        start = now + draw(_gaps)
        now = start + draw(_gaps)
        words.append(
            Word(text + draw(st.sampled_from(["", ",", ".", '?"'])), start / 1e3, now / 1e3)
        )
    return words


def seconds(clock: str) -> float:
    hours, minutes, rest = clock.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def read_cues(text: str) -> list[tuple[float, float, str]]:
    """The cues of a subtitle file of either kind."""
    clock = r"(\d\d:\d\d:\d\d[,.]\d\d\d)"
    found = re.findall(rf"^{clock} --> {clock}\n(.*)\n\n", text, re.MULTILINE)
    return [(seconds(start), seconds(end), line) for start, end, line in found]


@given(spoken())
def test_what_is_written_is_read_back(words: list[Word]) -> None:
    back = [Word(w["word"], w["start"], w["end"]) for w in json.loads(subtitles.as_json(words))]
    assert back == words
    wanted = [(c[0].start, c[-1].end, " ".join(w.text for w in c)) for c in cues(words)]
    for file in (subtitles.srt(words), subtitles.vtt(words)):
        assert read_cues(file) == [
            (pytest.approx(start), pytest.approx(end), text) for start, end, text in wanted
        ]


@given(spoken())
def test_cues_are_short_and_lose_nothing(words: list[Word]) -> None:
    groups = cues(words)
    assert [word for cue in groups for word in cue] == words
    for cue in groups:
        assert len(cue) <= 7
        assert len(" ".join(word.text for word in cue)) <= 42 or len(cue) == 1
        assert not any(word.text.endswith((".", '?"')) for word in cue[:-1])


def test_the_formats() -> None:
    words = [Word("Dr.", 0.5, 0.75), Word("A<b", 3600, 3661.25)]
    assert subtitles.srt(words) == (
        "1\n00:00:00,500 --> 00:00:00,750\nDr.\n\n2\n01:00:00,000 --> 01:01:01,250\nA<b\n\n"
    )
    assert subtitles.vtt(words).startswith("WEBVTT\n\n00:00:00.500 --> 00:00:00.750\nDr.\n\n")
    assert "A&lt;b" in subtitles.vtt(words)


def test_a_title_ends_no_cue() -> None:
    words = [
        Word(text, i, i + 1) for i, text in enumerate(["I", "saw", "Dr.", "Who.", "He", "left."])
    ]
    assert [len(cue) for cue in cues(words)] == [4, 2]


def test_a_file_appears_in_the_format_of_its_name(tmp_path: Path) -> None:
    words = [Word("Hi.", 0.0, 0.25)]
    for name, start in (("a.srt", "1\n"), ("a.VTT", "WEBVTT"), ("a.json", "[")):
        subtitles.write(tmp_path / name, words)
        assert (tmp_path / name).read_text().startswith(start)


@pytest.mark.parametrize(
    ("name", "part"), [("a.txt", ".srt, .vtt, .json"), ("none/a.srt", "does not exist")]
)
def test_a_place_that_cannot_be_used(name: str, part: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=part):
        subtitles.write(tmp_path / name, [])
    assert list(tmp_path.iterdir()) == []
