"""Speech becomes even in loudness, slowly, and silence and hiss do not become loud."""

import numpy as np
import pytest
from tiny import tone

from minimax_speech.audio.io import Samples
from minimax_speech.audio.leveller import Leveller
from minimax_speech.audio.levels import SPEECH_LEVEL_DB

RATE = 24_000


def rms_db(samples: Samples) -> float:
    return 10 * float(np.log10(np.square(samples).mean()))


def levelled(samples: Samples, piece: int = 10**9) -> Samples:
    leveller = Leveller(RATE)
    pieces = [samples[start : start + piece] for start in range(0, len(samples), piece)]
    return np.concatenate([*map(leveller.push, pieces), leveller.finish()])


@pytest.mark.parametrize("gain", [0.05, 0.2, 1.0])
def test_loud_and_quiet_speech_comes_to_the_same_level(gain: float) -> None:
    samples = gain * tone(20.0)
    out = levelled(samples)
    assert out.shape == samples.shape
    away = abs(rms_db(samples) - SPEECH_LEVEL_DB)
    assert abs(rms_db(out[-2 * RATE :]) - SPEECH_LEVEL_DB) <= max(0.2, away - 11.9)


def test_the_gain_changes_slowly() -> None:
    samples = tone(6.0) * 0.8
    loud = np.abs(samples) > 0.05
    gains = levelled(samples)[loud] / samples[loud]
    steps = 20 * np.log10(gains[::2_400])
    assert np.abs(np.diff(steps)).max() < 1.0
    assert steps[0] - steps[-1] > 3


def test_what_comes_out_does_not_depend_on_the_pieces() -> None:
    samples = tone(1.01) * 0.3
    assert np.array_equal(levelled(samples, 777), levelled(samples))


def test_hiss_is_not_made_loud() -> None:
    hiss = 0.002 * tone(10.0)
    assert np.array_equal(levelled(hiss), hiss)


def test_a_line_goes_on_at_the_level_of_the_one_before() -> None:
    leveller = Leveller(RATE)
    first = np.concatenate([leveller.push(0.1 * tone(9.0)), leveller.finish()])
    second = np.concatenate([leveller.push(0.1 * tone(1.0)), leveller.finish()])
    assert rms_db(second) == pytest.approx(rms_db(first[-RATE:]), abs=0.3)
