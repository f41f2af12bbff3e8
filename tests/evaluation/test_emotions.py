"""The judge of emotions: what it measures, what it recognises, and what it refuses."""

from collections.abc import Callable
from dataclasses import astuple

import numpy as np
import pytest

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.data.manifest import Utterance
from minimax_speech.errors import InputError
from minimax_speech.evaluation.delivery import measure
from minimax_speech.evaluation.emotions import (
    NEUTRAL,
    EmotionClassifier,
    Said,
    differences,
    markdown,
    score,
)

RATE = 24_000
TEXT = "Twenty-four characters.."
WAYS: dict[str, dict[str, float]] = {
    NEUTRAL: {},
    "happy": {"semitones": 4, "seconds": 1.6},
    "sad": {"semitones": -3, "seconds": 2.8},
}


def speech(
    hertz: float = 120.0,
    semitones: float = 0.0,
    seconds: float = 2.0,
    noise: float = 0.0,
    seed: int = 0,
) -> Samples:
    """Something voiced that comes and goes, its pitch too."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = hertz * 2 ** ((semitones + np.sin(2 * np.pi * time) + 0.3 * rng.normal()) / 12)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = sum(np.sin(n * phase) / n for n in range(1, 20))
    hiss = 3 * noise * rng.standard_normal(len(time))
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * time + rng.uniform(0, 6))
    return (0.1 * swell * ((1 - noise) * sound + hiss)).astype(np.float32)


def test_figures_are_what_they_say() -> None:
    plain = measure(speech(), RATE, 24)
    assert plain.pitch == pytest.approx(12 * np.log2(120), abs=0.7)
    assert plain.pace == pytest.approx(np.log(12), abs=0.05)
    assert plain.voiced > 0.95
    assert measure(speech(semitones=5), RATE, 24).pitch == pytest.approx(plain.pitch + 5, abs=0.1)
    slow = measure(speech(seconds=4.0), RATE, 24)
    assert slow.pace == pytest.approx(plain.pace - np.log(2), abs=0.05)
    whispered = measure(speech(noise=1.0), RATE, 24)
    assert whispered.voiced < 0.1
    assert whispered.brightness > plain.brightness + 10
    louder = measure(5 * speech(), RATE, 24)
    assert astuple(louder) == pytest.approx(astuple(plain), abs=1e-3)
    with pytest.raises(ValueError, match="no sound"):
        measure(np.zeros(RATE, np.float32), RATE, 24)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> list[Utterance]:
    """Three speakers of different pitch, in three ways."""
    folder, made = tmp_path_factory.mktemp("recordings"), []
    for speaker, hertz in enumerate((90, 120, 180)):
        for emotion, way in WAYS.items():
            for take in range(4):
                path = folder / f"{speaker}{emotion}{take}.wav"
                io.write(path, speech(hertz, seed=take, **way), RATE)
                seconds = way.get("seconds", 2.0)
                made.append(Utterance(path, TEXT, f"s{speaker}", "en", seconds, emotion=emotion))
    return made


@pytest.fixture(scope="module")
def classifier(recordings: list[Utterance]) -> EmotionClassifier:
    pytest.importorskip("sklearn")
    return EmotionClassifier(recordings)


def test_it_recognises_speakers_that_it_has_not_heard(classifier: EmotionClassifier) -> None:
    assert classifier.emotions == ["happy", "sad"]
    for emotion in WAYS:
        assert classifier.own_recall(emotion) > 0.9


def test_each_voice_is_compared_with_itself(classifier: EmotionClassifier) -> None:
    figures = [measure(speech(h, **WAYS[e]), RATE, 24) for h in (100, 200) for e in WAYS]
    voices, meant = ["a"] * 3 + ["b"] * 3, [*WAYS] * 2
    rows = differences(figures, voices, meant)
    assert [classifier.recall(rows[n : n + 1], e) for n, e in enumerate(meant)] == [1.0] * 6
    assert np.allclose(rows[0], 0)
    with pytest.raises(InputError, match="voice 'b' has no neutral utterance"):
        differences(figures[:2], ["a", "b"], [NEUTRAL, "sad"])


def test_one_speaker_is_no_measure(recordings: list[Utterance]) -> None:
    pytest.importorskip("sklearn")
    with pytest.raises(InputError, match="two speakers or more"):
        EmotionClassifier([item for item in recordings if item.speaker == "s0"])


class Deaf:
    """A recogniser that hears the first word, and a verifier that knows voices by their sign."""

    form = "written"

    def transcribe(self, samples: Samples, rate: int, language: str) -> str:
        return "twenty-four characters" if len(samples) < 2.5 * RATE else "twenty-four"

    def embed(self, samples: Samples, rate: int) -> Samples:
        pitch = measure(samples, rate, 1).pitch
        return np.array([np.cos(pitch / 20), np.sin(pitch / 20)], np.float32)


def test_emotions_are_scored_against_none(classifier: EmotionClassifier) -> None:
    texts = (TEXT, "Other twenty-four signs.")
    said = [
        Said(TEXT if text is TEXT else text, voice, emotion, speech(hertz, seed=n, **way))
        for voice, hertz in (("a", 100), ("b", 200))
        for emotion, way in WAYS.items()
        for n, text in enumerate(texts)
    ]
    judge: Callable[..., object] = Deaf
    scores = score(said, RATE, classifier, "en", judge(), judge())  # type: ignore[arg-type]
    assert set(scores) == {"happy", "sad"}
    for each in scores.values():
        assert each.recall == 1.0
        assert each.plain_recall == 0.0
        assert each.similarity < each.plain_similarity
    assert scores["sad"].cer > scores["sad"].plain_cer
    assert scores["happy"].cer == scores["happy"].plain_cer
    assert scores["sad"].differences[1][0] == pytest.approx(-3, abs=0.5)
    shown = markdown(scores)
    assert "| mean | 100% | 100% | 0% | " in shown
    assert "\n| sad | -2.8" in shown  # semitones
