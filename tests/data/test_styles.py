"""Styles change of a sound what they say, and nothing else."""

from pathlib import Path

import numpy as np
import pytest
from fake_engines import Hum

from minimax_speech.audio.pitch import median_pitch
from minimax_speech.data.engines import ENGINES
from minimax_speech.data.manifest import read_manifest, read_samples
from minimax_speech.data.plan import Portion
from minimax_speech.data.styles import STYLES, Style, shape
from minimax_speech.data.synthetic import make_corpus
from minimax_speech.errors import InputError

RATE = 24_000


def voice(seconds: float = 2.0) -> np.ndarray:
    """Harmonics of 150 Hz, loud and soft by turns."""
    time = np.arange(round(seconds * RATE)) / RATE
    sound = sum(np.sin(2 * np.pi * 150 * n * time + n) / n for n in range(1, 30))
    return (0.1 * sound * (0.3 + 0.25 * np.sin(2 * np.pi * 2 * time))).astype(np.float32)


def level_range(samples: np.ndarray) -> float:
    frames = samples[: len(samples) // 480 * 480].reshape(-1, 480)
    return float(np.std(10 * np.log10((frames**2).mean(1) + 1e-9)[5:-5]))


def brightness(samples: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(samples)) ** 2
    edge = round(1000 * len(samples) / RATE)
    return float(10 * np.log10(power[edge:].sum() / power[:edge].sum()))


def test_no_style_changes_nothing() -> None:
    assert np.allclose(shape(voice(), Style(), 0), voice(), atol=1e-4)


def test_each_part_does_what_it_says() -> None:
    plain = voice()
    assert level_range(shape(plain, Style(dynamics=1.4), 0)) > 1.2 * level_range(plain)
    assert level_range(shape(plain, Style(dynamics=0.6), 0)) < 0.8 * level_range(plain)
    assert brightness(shape(plain, Style(tilt=4.0), 0)) > brightness(plain) + 4
    assert brightness(shape(plain, Style(tilt=-3.0), 0)) < brightness(plain) - 3
    assert median_pitch(shape(plain, Style(tilt=4.0, dynamics=1.3), 0), RATE) == pytest.approx(
        150, rel=0.01
    )


def test_a_whisper_has_no_pitch_but_the_shape_of_the_speech() -> None:
    plain, whispered = voice(), shape(voice(), Style(breath=1.0), 0)
    assert np.isnan(median_pitch(whispered, RATE))
    assert brightness(whispered) == pytest.approx(brightness(plain), abs=4)
    assert len(whispered) == len(plain)
    assert np.array_equal(whispered, shape(voice(), Style(breath=1.0), 0))
    assert not np.array_equal(whispered, shape(voice(), Style(breath=1.0), 1))


def test_a_corpus_in_emotions_is_parallel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "hum", Hum)
    portion = Portion([f"This is the sentence number {n}." for n in range(6)])
    settings = {"engines": ["hum"], "warps": 2, "jobs": 1, "progress": False}
    with pytest.raises(InputError, match="no style for emotion 'bored': choose from happy"):
        make_corpus([portion], tmp_path / "no", emotions=["bored"], **settings)
    assert not (tmp_path / "no").exists()
    made = read_manifest(
        make_corpus([portion], tmp_path / "corpus", emotions=["sad", "surprised"], **settings)
    )
    said = {(item.text, item.emotion): item for item in made}
    assert len(said) == len(made) == 3 * 6
    for (text, emotion), item in said.items():
        neutral = said[text, "neutral"]
        assert item.speaker == neutral.speaker
        if emotion == "neutral":
            continue
        style = STYLES[str(emotion)]
        assert item.duration * style.rate == pytest.approx(neutral.duration, rel=0.2)
        pitches = [median_pitch(*read_samples(one)) for one in (item, neutral)]
        assert 12 * np.log2(pitches[0] / pitches[1]) == pytest.approx(style.pitch, abs=0.2)


def test_a_plain_corpus_names_no_emotion(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "hum", Hum)
    portion = Portion(["This is a sentence."])
    made = make_corpus([portion], tmp_path, engines=["hum"], warps=1, jobs=1, progress=False)
    assert [item.emotion for item in read_manifest(made)] == [None]
