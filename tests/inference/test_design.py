"""What a voice is drawn with, and which of those that were heard is taken."""

import numpy as np
import pytest
import torch

from minimax_speech.audio.traits import VoiceTraits
from minimax_speech.inference import design
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.models.voice_designer import (
    GROUPS,
    QUANTILES,
    TRAITS,
    VoiceDesigner,
    VoiceDesignerConfig,
)
from minimax_speech.text.voice_attributes import ATTRIBUTES

PITCH, TRACT = TRAITS.index("pitch"), TRAITS.index("tract")


@pytest.fixture
def designer() -> VoiceDesigner:
    """One that knows voices as people have them."""
    designer = VoiceDesigner(
        VoiceDesignerConfig("base", 16, 4, 64, TransformerConfig(16, 1, 2, 2, 32), 16, 1)
    )
    designer.quantiles[:] = torch.linspace(0, 1, QUANTILES)
    for group, pitches, tracts in (
        ("any", (80, 320), (13, 20)),
        ("female", (150, 320), (13, 16)),
        ("male", (80, 160), (16, 20)),
    ):
        number = GROUPS.index(group)
        designer.quantiles[number, PITCH] = torch.linspace(*pitches, QUANTILES)
        designer.quantiles[number, TRACT] = torch.linspace(*tracts, QUANTILES)
    return designer.eval()


def told(designer: VoiceDesigner, seed: int = 0, **attributes: str) -> dict[str, float]:
    return design._targets(designer, attributes, np.random.default_rng(seed))


def heard(pitch: float, tract: float) -> VoiceTraits:
    return VoiceTraits(pitch, 0.5, tract, 0.5, 0.5)


@pytest.mark.parametrize("gender", ["female", "male"])
def test_words_for_pitch_are_in_order_within_a_gender(designer: VoiceDesigner, gender: str) -> None:
    quantiles = designer.quantiles[GROUPS.index(gender), PITCH]
    means = []
    for pitch in ATTRIBUTES["pitch"]:
        drawn = [told(designer, seed, gender=gender, pitch=pitch)["pitch"] for seed in range(20)]
        assert len(set(drawn)) > 10  # another seed, another pitch
        assert all(quantiles[0] <= value <= quantiles[-1] for value in drawn)
        means.append(np.mean(drawn))
    assert means == sorted(means)


def test_what_is_not_said_is_left_open(designer: VoiceDesigner) -> None:
    assert set(told(designer)) == {"pitch"}
    assert set(told(designer, texture="breathy")) == {"pitch", "breathiness"}
    assert told(designer, gender="male")["gender"] == -1


def test_more_words_leave_what_was_drawn(designer: VoiceDesigner) -> None:
    plain = told(designer, gender="female", pitch="low")
    assert plain.items() <= told(designer, gender="female", pitch="low", tone="dark").items()


def test_children_are_higher_than_anybody(designer: VoiceDesigner) -> None:
    child = told(designer, gender="male", age="child")
    assert child["pitch"] > 250
    assert child["tract"] < 14.5
    assert "gender" not in child


def test_the_nearest_in_pitch_is_taken(designer: VoiceDesigner) -> None:
    meant = {"pitch": 200.0}
    near, far = (design._distance(designer, heard(pitch, 14), meant) for pitch in (205, 240))
    assert near < far
    assert design._distance(designer, None, meant) == float("inf")
    semitone = design._distance(designer, heard(200 * 2 ** (1 / 12), 14), meant)
    assert semitone == pytest.approx(1, rel=0.01)


def test_a_voice_of_the_other_gender_is_doubted(designer: VoiceDesigner) -> None:
    female, male = {"pitch": 200.0, "gender": 1.0}, {"pitch": 155.0, "gender": -1.0}
    assert design._doubt(designer, heard(200, 14), female) == 0
    assert design._doubt(designer, heard(110, 18), female) > 5
    assert design._doubt(designer, heard(155, 18), male) == 0
    assert design._doubt(designer, heard(155, 14), male) > design.SURE_ODDS
    assert design._doubt(designer, heard(110, 18), {"pitch": 200.0}) == 0
    assert design._near(designer, heard(202, 14), female)
    assert not design._near(designer, heard(202, 19.5), female)


def test_rate_and_volume_are_how_it_speaks() -> None:
    assert design._prosody({}) == {}
    assert design._prosody({"rate": "slow", "volume": "loud"}) == {"speed": 0.8, "volume": 1.5}
    assert design._prosody({"age": "old"}) == {"speed": 0.9}
    assert design._prosody({"age": "old", "rate": "fast"}) == {"speed": 1.25}


def test_every_word_has_a_range_or_a_setting() -> None:
    for name in ("pitch", "expression", "tone", "texture", "age"):
        assert set(design.RANGES[name]) == set(ATTRIBUTES[name])
    assert set(design.SPEEDS) == set(ATTRIBUTES["rate"])
    assert set(design.VOLUMES) == set(ATTRIBUTES["volume"])
