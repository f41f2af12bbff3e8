"""Silence around speech is cut while the sound comes in."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tiny import tone

from minimax_speech.audio.io import Samples
from minimax_speech.audio.trimmer import Trimmer

RATE = 24_000


def trimmed(samples: Samples, pieces: list[int] | None = None) -> tuple[Samples, int]:
    trimmer = Trimmer(RATE, 0.1, 0.1)
    parts = np.split(samples, np.cumsum(pieces or []))
    out = np.concatenate([*map(trimmer.push, parts), trimmer.finish()])
    return out, trimmer.cut


def sound(before: float, speech: float, pause: float, after: float) -> Samples:
    silences = [np.zeros(round(s * RATE), np.float32) for s in (before, pause, after)]
    parts = (silences[0], tone(speech), silences[1], tone(speech), silences[2])
    return np.concatenate(parts)


def test_speech_keeps_its_margins_and_its_pauses() -> None:
    samples = sound(0.5, 0.4, 0.7, 0.6)
    out, cut = trimmed(samples)
    assert len(out) == pytest.approx((0.1 + 0.4 + 0.7 + 0.4 + 0.1) * RATE, abs=0.041 * RATE)
    kept = samples[cut : cut + len(out)]
    assert np.array_equal(out[240:-240], kept[240:-240])


@given(
    st.tuples(*[st.floats(0, 0.4)] * 4),
    st.lists(st.integers(0, 9_000), max_size=6),
)
@example((0.0, 0.308, 0.086, 0.25), [17_094])  # cut inside the frame in which speech ends
def test_pieces_do_not_matter(lengths: tuple[float, ...], pieces: list[int]) -> None:
    samples = sound(*lengths)
    whole, cut = trimmed(samples)
    out, same_cut = trimmed(samples, pieces)
    assert np.array_equal(out, whole)
    assert cut == same_cut


def test_the_edges_fade() -> None:
    out, cut = trimmed(tone(0.5))
    assert cut == 0
    assert abs(out[:24]).max() < 0.2 * abs(out).max()
    assert abs(out[-24:]).max() < 0.2 * abs(out).max()
    assert len(out) == RATE // 2


def test_what_is_never_as_loud_as_speech_stays() -> None:
    quiet = 0.001 * tone(0.5)
    out, cut = trimmed(quiet)
    assert cut == 0
    assert len(out) == len(quiet)
    assert np.array_equal(out[240:-240], quiet[240:-240])
