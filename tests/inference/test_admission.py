"""How fast a scheduler thinks it is."""

import pytest

from minimax_speech.inference.admission import Pace


def test_the_pace_is_that_of_late() -> None:
    pace = Pace(threads=2)
    for speed in (500, 2000):
        for _ in range(300):
            pace.add(speed, 1.0)
        assert pace.tokens_per_second == pytest.approx(2 * speed, rel=0.01)
