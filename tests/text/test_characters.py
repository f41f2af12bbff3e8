import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.text.characters import CharacterSet, spoken_characters


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Hello, World!", "hello world"),
        ("  It’s  2 o'clock — now ", "it's 2 o'clock now"),
        ("e\u0301te\u0301", "été"),  # composed
        ("Привет, мир.", "привет мир"),
        ("你好，世界", "你好 世界"),
        ("नमस्ते", "नमस्ते"),  # marks belong to their letters
        ("😀 …", ""),
        ("", ""),
    ],
)
def test_spoken_characters(text: str, spoken: str) -> None:
    assert spoken_characters(text) == spoken


@given(st.text())
def test_spoken_characters_are_stable(text: str) -> None:
    once = spoken_characters(text)
    assert spoken_characters(once) == once


def test_unknown_characters_are_left_out() -> None:
    assert CharacterSet(" abc").encode("a cab d") == [2, 1, 4, 2, 3, 1]


def test_ctc_merges_repeats_and_drops_blanks() -> None:
    characters = CharacterSet(" ab")
    assert characters.decode_ctc([0, 2, 2, 0, 2, 3, 3, 1, 0, 2]) == "aab a"
    assert characters.decode_ctc([]) == ""


@given(st.text(alphabet="abc '", max_size=30))
def test_decoding_inverts_encoding(text: str) -> None:
    characters = CharacterSet(" 'abc")
    frames = [frame for label in characters.encode(text) for frame in (label, label, 0)]
    assert characters.decode_ctc(frames) == text
