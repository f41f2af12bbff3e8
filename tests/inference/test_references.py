"""What a reference text must be to its clip."""

import logging
from pathlib import Path

import pytest
from tiny import tone

from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.references import clone

TEN_WORDS = "The old man walked slowly down to the quiet harbour."


@pytest.fixture(scope="module")
def bundle(tiny_model: Path) -> Bundle:
    return Bundle.load(tiny_model)


@pytest.mark.parametrize(
    ("text", "seconds"), [(TEN_WORDS, 1.0), ("Yes.", 10.0), (TEN_WORDS * 2, 2.0)]
)
def test_a_text_that_the_clip_cannot_hold_is_refused(
    text: str, seconds: float, bundle: Bundle
) -> None:
    with pytest.raises(InputError, match=f"holds {seconds} s of speech: give exactly") as error:
        clone(bundle, [tone(seconds)], "anna", text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "seconds"), [(TEN_WORDS, 1.6), ("Hello there.", 3.3)])
def test_a_text_that_the_clip_hardly_holds_is_doubted(
    text: str, seconds: float, bundle: Bundle, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert clone(bundle, [tone(seconds)], "anna", text).prompt
    (record,) = caplog.records
    assert f"holds {seconds} s of speech" in record.message


@pytest.mark.parametrize(("text", "seconds"), [(TEN_WORDS, 2.0), (TEN_WORDS, 7.0), ("Hi.", 1.4)])
def test_quick_and_slow_speakers_are_believed(
    text: str, seconds: float, bundle: Bundle, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert clone(bundle, [tone(seconds)], "anna", text).prompt
    assert not caplog.records


def test_foreign_letters(bundle: Bundle, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(InputError, match="of the reference text's 6 letters are Cyrillic"):
        clone(bundle, [tone(2.0)], "anna", "Привет")
    with caplog.at_level(logging.WARNING):
        voice = clone(bundle, [tone(2.0)], "anna", "The word мир means peace.")
    assert voice.prompt
    assert voice.prompt.text == "The word means peace."
    assert "left out" in caplog.text
