"""What is measured of a voice is what was put into it."""

import numpy as np
import pytest

from minimax_speech.audio.io import Samples
from minimax_speech.audio.traits import measure_traits

RATE = 16_000


def vowels(hertz: float, tract: float, wobble: float = 0.0, noise: float = 0.0) -> Samples:
    """Three seconds of pulses through the resonances of a tube (cm), changing as vowels do."""
    rng = np.random.default_rng(0)
    time = np.arange(3 * RATE) / RATE
    pitch = hertz * 2 ** (wobble / 12 * np.sin(2 * np.pi * 0.7 * time))
    phase = np.cumsum(pitch) / RATE
    sound = np.diff(np.floor(phase), prepend=0.0) + noise * rng.standard_normal(len(time))
    for number in range(1, 5):
        formant = (number - 0.5) * 35_000 / (2 * tract)
        radius = np.exp(-np.pi * 80 / RATE)
        first, second = 2 * radius * np.cos(2 * np.pi * formant / RATE), -(radius**2)
        heard = np.zeros(len(sound) + 2)
        for index, value in enumerate(sound):
            heard[index + 2] = value + first * heard[index + 1] + second * heard[index]
        sound = heard[2:]
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize(("hertz", "tract"), [(110.0, 17.5), (210.0, 14.5)])
def test_pitch_and_tract(hertz: float, tract: float) -> None:
    traits = measure_traits(vowels(hertz, tract), RATE)
    assert traits
    assert traits.pitch == pytest.approx(hertz, rel=0.02)
    assert traits.tract == pytest.approx(tract, rel=0.08)


def test_a_livelier_voice_and_a_breathier_one() -> None:
    plain = measure_traits(vowels(120, 17), RATE)
    lively = measure_traits(vowels(120, 17, wobble=4), RATE)
    breathy = measure_traits(vowels(120, 17, noise=0.05), RATE)
    assert plain
    assert lively
    assert breathy
    assert plain.liveliness < 1
    assert lively.liveliness > 5
    assert breathy.breathiness > plain.breathiness + 0.02


def test_a_duller_sound_is_less_bright() -> None:
    sound = vowels(120, 17)
    dull = np.convolve(sound, np.ones(8) / 8, "same").astype(np.float32)
    bright, darker = measure_traits(sound, RATE), measure_traits(dull, RATE)
    assert bright
    assert darker
    assert darker.brightness < bright.brightness - 3


def test_what_is_not_voiced_has_no_traits() -> None:
    assert measure_traits(np.zeros(RATE, np.float32), RATE) is None
    noise = np.random.default_rng(0).standard_normal(RATE).astype(np.float32)
    assert measure_traits(0.1 * noise, RATE) is None
    assert measure_traits(np.zeros(0, np.float32), RATE) is None
