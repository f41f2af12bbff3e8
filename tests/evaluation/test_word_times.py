"""Word times are compared with what engines tell of their own speech."""

from pathlib import Path

import numpy as np
import pytest

from minimax_speech.audio.subtitles import Word
from minimax_speech.data.engines import EngineError, EngineMissing, EnginePlaces, EngineVoice
from minimax_speech.data.engines.timed import TimedEspeak, TimedSpeech
from minimax_speech.errors import InputError
from minimax_speech.evaluation import word_times
from minimax_speech.inference.bundle import Bundle

RATE = 16_000


class Metronome:
    """Says a word a second, but not the second one by itself."""

    def voices(self, language: str) -> list[EngineVoice]:
        return [EngineVoice(name, language, RATE) for name in ("tick", "tock")]

    def speak_timed(self, text: str, voice: EngineVoice) -> TimedSpeech:
        if "refuse" in text:
            raise EngineError("refused")
        count = len(text.split())
        starts = {number: float(number) for number in range(count) if number != 1}
        return TimedSpeech(np.zeros(count * RATE, np.float32), RATE, starts)


@pytest.fixture
def bundle(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Bundle:
    """A model that hears each word 10 ms late, and the third of a text 50 ms early."""

    def listen(bundle, read, text, language, name) -> list[Word]:
        (samples,) = read()
        assert len(samples) == len(text.split()) * bundle.config.sample_rate
        late = [-0.05 if number == 2 else 0.01 for number in range(len(text.split()))]
        return [Word(word, i + late[i], i + 0.9) for i, word in enumerate(text.split())]

    monkeypatch.setattr(word_times, "recording_word_times", listen)
    monkeypatch.setattr(word_times, "timed_engines", lambda places: {"metronome": Metronome()})
    return Bundle.load(tiny_model)


def test_deviations_are_measured_word_by_word(bundle: Bundle) -> None:
    texts = ["One two three four.", "Five.", "Please refuse.", "Six seven eight nine."]
    found = word_times.measure(bundle, texts, EnginePlaces())
    assert found["metronome"] == found["all"]
    assert found["all"].words == 7
    assert found["all"].median == pytest.approx(10)
    assert found["all"].bias == pytest.approx(10)
    assert found["all"].p90 == pytest.approx(50)


def test_nothing_to_compare_is_one_line(bundle: Bundle) -> None:
    with pytest.raises(InputError, match="no text has words"):
        word_times.measure(bundle, ["Please refuse."], EnginePlaces())


def test_espeak_tells_when_words_begin() -> None:
    try:
        engine = TimedEspeak(EnginePlaces())
    except EngineMissing as error:
        pytest.skip(str(error))
    speech = engine.speak_timed("Nobody expected the old clock.", engine.voices("en")[0])
    starts = [speech.starts[index] for index in sorted(speech.starts)]
    assert len(starts) >= 4
    assert starts == sorted(starts)
    assert starts[-1] < len(speech.samples) / speech.rate
