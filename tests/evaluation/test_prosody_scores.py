"""The scores of changed speech tell what was changed, and what was lost."""

import numpy as np
import pytest
from tiny import tone

from minimax_speech.audio.io import Samples
from minimax_speech.audio.prosody import Prosody
from minimax_speech.evaluation.prosody import Spoken, compare, markdown
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.verifiers import SpeakerVerifier

RATE = 24_000


class ShortHearing(SpeechRecogniser):
    """Hears one letter a tenth of a second: of what lasts a second, all of the text."""

    name = "short"

    def transcribe(self, samples: Samples, sample_rate: int, language: str) -> str:
        return "abcdefghij"[: round(10 * len(samples) / sample_rate)]


class Loudness(SpeakerVerifier):
    """Knows loud speakers from quiet ones."""

    name = "loudness"

    def _embed(self, samples: Samples, sample_rate: int) -> Samples:
        loud = np.abs(samples).max() > 0.2
        return np.array([loud, not loud], np.float32)


def test_scores_tell_what_was_changed() -> None:
    loud = Spoken("abcdefghij", "loud", tone(1.0, 200))
    quiet = Spoken("abcdefghij", "quiet", 0.1 * tone(1.0, 150))
    prosodies = {
        "plain": Prosody(),
        "fast": Prosody(speed=2),
        "high": Prosody(pitch=7),
        "soft": Prosody(volume=0.5),
    }
    scores = compare([loud, quiet, loud, quiet], RATE, prosodies, "en", ShortHearing(), Loudness())
    assert [round(scores[name].cer) for name in prosodies] == [0, 50, 0, 0]
    assert {round(scores[name].cer_back) for name in prosodies} == {0}
    assert [scores[name].length for name in prosodies] == [1, 0.5, 1, 1]
    assert scores["high"].pitch == pytest.approx(2 ** (7 / 12), rel=0.02)
    assert scores["plain"].pitch == scores["soft"].pitch == 1
    assert scores["plain"].similarity == 1
    assert scores["soft"].similarity == 0.5
    assert scores["soft"].level == pytest.approx(-6.02, abs=0.1)
    table = markdown(scores).splitlines()
    assert len(table) == 6
    assert table[3].startswith("| fast | 50.0 % | 0.0 % | 1.000 | 0.500 | 1.0")
