"""Which letters a model can read."""

import logging

import pytest

from minimax_speech.errors import InputError
from minimax_speech.text.scripts import admit


@pytest.mark.parametrize(
    ("text", "among", "message"),
    [
        (
            "Привет, как дела?",
            ["en"],
            r"13 of the text's 13 .* Cyrillic \(П р и в е т к а д л\)",
        ),
        ("你好吗", ["en", "de"], r"Chinese \(你 好 吗\).*English \(en\), German \(de\)"),
        ("Γειά σου", ["en"], "Greek"),
        ("これは Hi", ["en"], "Japanese"),
        ("Hello there", ["ru"], "Latin"),
        ("한국어 text", ["ja"], "Hangul, Latin"),
    ],
)
def test_a_text_in_foreign_letters_is_refused(text: str, among: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        admit(text, among)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "among"),
    [
        ("Łódź, naïve, ﬁve, Ｗｉｄｅ, 𝐛𝐨𝐥𝐝, Hawaiʻi, 1ª, 123!", ["en"]),
        ("π ≈ 3.14, Δt, 5 µs, 10 kΩ", ["en"]),
        ("Привет", ["en", "ru"]),
        ("東京タワーはー々", ["ja"]),
        ("😀 123 ½", ["zh"]),
    ],
)
def test_what_the_model_reads_stays(text: str, among: list[str]) -> None:
    assert admit(text, among) == text


def test_a_foreign_word_is_left_out_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        text = admit("The Russian word мир means peace, and so does the Greek ειρήνη, too.", ["en"])
    assert " ".join(text.split()) == ("The Russian word means peace, and so does the Greek , too.")
    (record,) = caplog.records
    assert "9 of the text's" in record.message
    assert "Cyrillic, Greek (м и р ε ι ρ ή ν η)" in record.message
