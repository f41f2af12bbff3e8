"""Pauses in a text: found, measured, and refused where they are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minimax_speech.errors import InputError
from minimax_speech.text.pauses import split_at_pauses

PLAIN = st.text().filter(lambda text: "<#" not in text and "#>" not in text and text[-1:] != "<")


@pytest.mark.parametrize(
    ("text", "parts", "pauses"),
    [
        ("Hello.", ["Hello."], []),
        ("One<#0.5#>two <# 2 #>three", ["One", "two ", "three"], [0.5, 2.0]),
        ("<#.25#>Hi<#1.#>", ["", "Hi", ""], [0.25, 1.0]),
        ("<#0#><#100#>", ["", "", ""], [0.0, 100.0]),
        ("a <# b, # > and <#1\n#>", ["a <# b, # > and <#1\n#>"], []),
        ("<b>x</b> <3 #1", ["<b>x</b> <3 #1"], []),
    ],
)
def test_pauses_are_found(text: str, parts: list[str], pauses: list[float]) -> None:
    assert split_at_pauses(text) == (parts, pauses)


@pytest.mark.parametrize(
    "written",
    ["", " ", "x", "-1", "1e1", "1,5", "1 s", "nan", "inf", "100.1", "٣", "0.5.5", "9" * 400],
)
def test_what_is_no_pause_is_quoted(written: str) -> None:
    with pytest.raises(InputError, match=r"from 0 to 100, as in <#0\.5#>") as error:
        split_at_pauses(f"Hi <#{written}#> there")
    assert "\n" not in str(error.value)
    assert str(error.value).startswith(f"pause '<#{written[:5]}")
    assert len(str(error.value)) < 120


@given(st.lists(st.tuples(PLAIN, st.floats(0, 100)), max_size=6), PLAIN)
def test_text_and_pauses_are_taken_apart_as_they_were_put_together(
    parts: list[tuple[str, float]], end: str
) -> None:
    text = "".join(f"{part}<#{seconds:f}#>" for part, seconds in parts) + end
    found, pauses = split_at_pauses(text)
    assert found == [*(part for part, _ in parts), end]
    assert pauses == pytest.approx([seconds for _, seconds in parts], abs=1e-6)


@given(st.text(alphabet="<#>0.5 a\n", max_size=30))
def test_any_text_is_split_or_refused(text: str) -> None:
    try:
        parts, pauses = split_at_pauses(text)
    except InputError:
        return
    assert len(parts) == len(pauses) + 1
    assert sum(map(len, parts)) <= len(text)
