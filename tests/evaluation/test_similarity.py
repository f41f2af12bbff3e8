import numpy as np
import pytest

from minimax_speech.errors import InputError
from minimax_speech.evaluation.similarity import cosine, similarity_bounds


def unit(degrees):
    radians = np.deg2rad(degrees)
    return np.array([np.cos(radians), np.sin(radians)], np.float32)


def test_floor_and_ceiling_of_known_angles():
    bounds = similarity_bounds({"a": [unit(0), unit(60)], "b": [unit(90)]})
    assert bounds.ceilings == pytest.approx((0.5,))
    between = (0 + np.cos(np.deg2rad(30))) / 2
    assert bounds.floors == pytest.approx((between, between))


def test_gap_closed_at_floor_and_ceiling():
    bounds = similarity_bounds({"a": [unit(0), unit(0)], "b": [unit(90), unit(90)]})
    assert bounds.gap_closed([1.0, 1.0]).mean == pytest.approx(1)
    assert bounds.gap_closed([0.0]).mean == pytest.approx(0, abs=1e-6)


def test_each_speaker_counts_the_same():
    few = similarity_bounds({"a": [unit(0)] * 2, "b": [unit(90)], "c": [unit(60)]})
    many = similarity_bounds({"a": [unit(0)] * 2, "b": [unit(90)] * 9, "c": [unit(60)]})
    assert few.floors == pytest.approx(many.floors, abs=1e-6)


@pytest.mark.parametrize("vectors", [{"a": [unit(0), unit(1)]}, {"a": [unit(0)], "b": [unit(90)]}])
def test_bounds_need_two_speakers_and_two_clips(vectors):
    with pytest.raises(InputError, match=r"needs (two|one)"):
        similarity_bounds(vectors)


def test_silence_is_like_nobody():
    assert cosine(np.zeros(1, np.float32), unit(0)) == 0
