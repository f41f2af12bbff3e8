"""The bundled model says unseen sentences, in its own voices and in those of clips."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio import io
from minimax_speech.evaluation.intelligibility import count_errors
from minimax_speech.inference.model_folder import find_model
from minimax_speech.models.recogniser import Recogniser

MOST_MIB = 56
SENTENCES = [
    "The ferry leaves the harbour at half past seven in the morning.",
    "She had never seen so many books in one small room.",
    "Please bring the blue umbrella when you come to the station.",
    "Nobody expected the old clock to strike thirteen times.",
]


@pytest.fixture(scope="module")
def bundled() -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(device="cpu")


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser.load(find_model() / "recogniser.safetensors")


def character_errors(recogniser: Recogniser, clips: list[np.ndarray], texts: list[str]) -> float:
    """Character error rate of all clips together, in percent."""
    heard = recogniser.transcribe([torch.from_numpy(clip) for clip in clips])
    counts = [count_errors(*pair, "en") for pair in zip(texts, heard, strict=True)]
    return 100 * sum(c.character_errors for c in counts) / sum(c.characters for c in counts)


def test_streamed_speech_ends_where_the_text_does(bundled: MiniMaxSpeech) -> None:
    # The default voice misses the end of these words more often than not, and then says them again,
    # or is silent up to the limit: what is streamed cannot be tried again.
    streams = [bundled.stream("It was late. We went home.", seed=seed) for seed in range(6)]
    for stream in streams:
        for _ in stream:
            pass
        assert 1.0 < stream.seconds < 3.2


def test_all_its_files_together_are_small() -> None:
    folder = find_model().parent
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size <= MOST_MIB << 20


def test_it_brings_voices_of_women_and_men(run: Callable[..., Any]) -> None:
    outcome = run("voice", "list")
    assert outcome.code == 0
    for name in ("kathleen", "clb", "slt", "bdl", "alan", "rms"):
        assert name in outcome.out


def test_it_says_the_words(bundled: MiniMaxSpeech, recogniser: Recogniser) -> None:
    spoken = bundled.synthesize(SENTENCES, [None, "clb", "bdl", "kathleen"], seed=1)
    clips = [audio.samples for audio in spoken]
    assert character_errors(recogniser, clips, SENTENCES) < 15
    assert character_errors(recogniser, clips, SENTENCES[::-1]) > 50


def test_a_clone_sounds_like_its_reference(bundled: MiniMaxSpeech, tmp_path: Path) -> None:
    for name in ("clb", "bdl"):
        bundled.synthesize(SENTENCES[0], name, seed=2).save(tmp_path / f"{name}.wav")
    for name, other in (("clb", "bdl"), ("bdl", "clb")):
        clone = bundled.synthesize(SENTENCES[1], bundled.voice(tmp_path / f"{name}.wav"), seed=3)
        clone.save(tmp_path / "clone.wav")
        heard = bundled.voice(tmp_path / "clone.wav").timbre
        alike = [float(heard @ bundled.voice(voice).timbre) for voice in (name, other)]
        assert alike[0] > alike[1]


def test_a_conversion_keeps_the_words_and_changes_the_voice(
    bundled: MiniMaxSpeech, recogniser: Recogniser, tmp_path: Path
) -> None:
    spoken = bundled.synthesize(SENTENCES[:2], ["clb", "bdl"], seed=4)
    converted = []
    for audio, voice in zip(spoken, ("bdl", "clb"), strict=True):
        audio.save(tmp_path / "spoken.wav")
        converted.append(bundled.convert(tmp_path / "spoken.wav", voice))
        assert len(converted[-1].samples) == len(audio.samples)
    clips = [audio.samples for audio in converted]
    assert character_errors(recogniser, clips, SENTENCES[:2]) < 25
    for audio, target, source in zip(converted, ("bdl", "clb"), ("clb", "bdl"), strict=True):
        audio.save(tmp_path / "converted.wav")
        heard = bundled.voice(tmp_path / "converted.wav").timbre
        assert heard @ bundled.voice(target).timbre > heard @ bundled.voice(source).timbre


def test_the_command_of_the_readme(run: Callable[..., Any], own_place: Path) -> None:
    outcome = run("synthesize", "Hello there.", "-o", "hello.wav")
    assert outcome.code == 0, outcome.err
    assert "real-time factor" in outcome.err
    samples, rate = io.read(own_place / "hello.wav")
    assert 0.4 < len(samples) / rate < 3
    assert np.abs(samples).max() > 0.05
