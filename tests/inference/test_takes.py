"""Attempts at a line: what gives a bad one away, and which one is kept."""

import numpy as np
import pytest
from tiny import tone

from minimax_speech.audio.io import Samples
from minimax_speech.inference.check import Check
from minimax_speech.inference.takes import Take

TEXT = "The quick brown fox jumps over the lazy dog."  # about 2.8 s
RATE = 24_000
SPEECH = [(7 * number) % 25 for number in range(70)]


def take(
    tokens: list[int] = SPEECH, ended: bool = True, samples: Samples | None = None, text: str = TEXT
) -> Take:
    samples = tone(len(tokens) / 25) if samples is None else samples
    return Take(text, tokens, ended, samples, RATE)


def test_good_ones_have_no_fault() -> None:
    assert take().fault is None
    pause = SPEECH[:30] + [4] * 15 + SPEECH[30:60]
    assert take(pause).fault is None
    assert take([1, 2, 3, 3, 3, 4] * 2, text="Hi.").fault is None


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        (take(samples=0.002 * tone(2.8)), "silent"),
        (take(samples=np.zeros(RATE, np.float32)), "silent"),
        (take([1, 5, *[3] * 60, 2]), "one sound"),
        (take([1, 3, 2, 3, 3, 4, 3] * 10), "one sound"),
        (take(SPEECH + [1, 2] * 16 + SPEECH), "one sound"),
        (take(ended=False), "not end"),
        (take(SPEECH[:30]), "too short"),
        # Enough tokens, but most of them are silence.
        (take(samples=np.pad(tone(1.0), (0, 2 * RATE))), "too short"),
    ],
)
def test_bad_ones_are_told(bad: Take, fault: str) -> None:
    assert bad.fault is not None
    assert fault in bad.fault


def test_what_a_check_finds_is_a_fault() -> None:
    fine, skips = Check(40, 38, 3.0, 0, True), Check(40, 30, 80.0, -5, True)
    checked, skipping = (
        Take(TEXT, SPEECH, True, tone(2.8), RATE, check) for check in (fine, skips)
    )
    assert checked.fault is None
    assert skipping.fault == "it leaves out words"
    assert checked.beats(skipping)
    worse = Take(TEXT, SPEECH, True, tone(2.8), RATE, Check(40, 20, 160.0, -9, True))
    assert skipping.beats(worse)


def test_the_less_bad_one_is_kept() -> None:
    order = [
        take(),
        take(ended=False),
        take(SPEECH[:30]),
        take(SPEECH[:10]),
        take([3] * 60),
        take(samples=0.002 * tone(2.8)),
    ]
    for place, better in enumerate(order):
        assert not better.beats(better)
        for worse in order[place + 1 :]:
            assert better.beats(worse)
            assert not worse.beats(better)
