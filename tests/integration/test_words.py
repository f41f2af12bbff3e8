"""The bundled model tells when it says its words, and hears them in recordings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import tone

from minimax_speech import Audio, MiniMaxSpeech
from minimax_speech.audio import io
from minimax_speech.errors import InputError

TEXT = (
    "The ferry to St. Ives costs $5 & leaves at 7:30 in the morning.\n\n"
    "Nobody expected the old clock to strike thirteen times - but it did!"
)


@pytest.fixture(scope="module")
def bundled() -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(device="cpu")


@pytest.fixture(scope="module")
def spoken(bundled: MiniMaxSpeech) -> Audio:
    return bundled.synthesize(TEXT, "clb", seed=1, check=True)


def test_words_are_as_written_and_in_order(spoken: Audio) -> None:
    assert " ".join(word.text for word in spoken.words).split() == TEXT.split()
    edges = [edge for _, start, end in spoken.words for edge in (start, end)]
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= spoken.seconds
    assert all(end > start for _, start, end in spoken.words)


def test_pauses_lie_between_the_words(spoken: Audio) -> None:
    _, _, end = next(word for word in spoken.words if word.text == "morning.")
    _, start, _ = next(word for word in spoken.words if word.text == "Nobody")
    pause = spoken.samples[round(end * spoken.sample_rate) : round(start * spoken.sample_rate)]
    assert 0.5 < len(pause) / spoken.sample_rate < 1.2
    assert np.abs(pause).mean() < 0.1 * np.abs(spoken.samples).mean()


def test_all_of_it_is_heard(spoken: Audio) -> None:
    assert spoken.heard is not None
    assert spoken.heard > 0.7


def test_a_recording_is_aligned_as_it_was_spoken(
    bundled: MiniMaxSpeech, spoken: Audio, tmp_path: Path
) -> None:
    spoken.save(tmp_path / "talk.wav")
    words = bundled.align(tmp_path / "talk.wav", TEXT)
    assert [word.text for word in words] == [word.text for word in spoken.words]
    apart = [abs(a.start - b.start) for a, b in zip(words, spoken.words, strict=True)]
    assert np.median(apart) < 0.05
    with pytest.raises(InputError, match="does not say the text"):
        bundled.align(tmp_path / "talk.wav", "A completely different sentence about wild horses.")


@pytest.mark.parametrize(("clip", "part"), [("silent", "is silent"), ("tone", "does not say")])
def test_what_is_no_speech_is_refused(
    clip: str, part: str, refused: Callable[..., str], tmp_path: Path
) -> None:
    samples = tone(3.0) if clip == "tone" else np.zeros(48_000, np.float32)
    io.write(tmp_path / "clip.wav", samples, io.SAMPLE_RATE)
    assert part in refused("align", tmp_path / "clip.wav", "Hello there, how are you today?")


def test_a_model_without_ears_cannot_check(
    refused: Callable[..., str], speak: list[str], run: Callable[..., Any]
) -> None:
    line = refused(*speak, "Hello there.", "-o", "a.wav", "--check")
    assert "cannot hear words" in line
    # Its words share the time by their lengths.
    outcome = run(*speak, "Hello there.", "-o", "a.wav", "--subtitles", "a.json")
    assert outcome.code == 0


def test_pauses_and_respellings_are_not_among_the_words(bundled: MiniMaxSpeech) -> None:
    text = "Hi <#0.5#> there, [Nguyen](win), said the gif."
    spoken = bundled.synthesize(text, pronunciation={"gif": "jif"})
    assert [word.text for word in spoken.words] == [
        *("Hi", "there,", "Nguyen,", "said", "the", "gif."),
    ]
