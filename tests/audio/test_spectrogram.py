"""A picture shows where the sound is."""

import numpy as np
from tiny import tone

from minimax_speech.audio.spectrogram import WIDEST, picture


def test_a_tone_is_a_line_at_its_height() -> None:
    low, high = (picture(tone(1.0, hertz), 24_000) for hertz in (200.0, 4000.0))
    assert low.shape == (80, 100, 3)
    assert low.dtype == np.uint8
    rows = [int(shown.sum(axis=(1, 2)).argmax()) for shown in (low, high)]
    assert rows[0] > 70  # near the bottom
    assert rows[1] < 30


def test_silence_is_dark_and_long_sounds_are_no_wider() -> None:
    sound = np.concatenate([tone(20.0), np.zeros(20 * 24_000, np.float32)])
    shown = picture(sound, 24_000)
    assert shown.shape == (80, WIDEST, 3)
    assert shown[:, WIDEST // 2 + 10 :].max() < 60
    assert shown[:, : WIDEST // 2 - 10].max() > 200
