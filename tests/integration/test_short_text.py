"""Texts that are short, loud, odd, or hold a word in another script: spoken all the same."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from minimax_speech import MiniMaxSpeech


@pytest.mark.parametrize(
    "text",
    [
        "Hi.",
        "A",
        "1",
        "yes",
        "HELLO WORLD, THIS IS LOUD!",
        "3.14",
        "-7",
        "99999999999999999999999999999999",
        "1/0, 25:99 and 0/0/0000",
        "½",
        "Hi <#0.5#> there",
        "[word](wɜːd)",
        "<speak>Hello</speak>",
        "%s %n {0} \\n",
        "Some people say привет, some say 你好, and some say שלום where I say hello to them.",
        "١٢٣",
        "🎉 party 🎉",
        "e\u0301\u0327\u0335",
        "Zero\u200bwidth\u0000 and\x07 bells\ud800",
        "First line\nsecond line\n\n\nsecond paragraph",
    ],
)
def test_it_is_spoken(text: str, tts: MiniMaxSpeech) -> None:
    audio = tts.synthesize(text, temperature=1.0, steps=1, cfg_scale=0.0)
    assert 0.1 < audio.seconds < 60
    assert np.isfinite(audio.samples).all()
    assert np.abs(audio.samples).max() > 0


@pytest.mark.parametrize("text", ["A", "<#0.5#>A", "-7"])
def test_it_is_spoken_from_the_command_line(
    text: str, speak: list[str], run: Callable[..., Any], own_place: Path
) -> None:
    assert run(*speak, "-o", "a.wav", "--", text).code == 0
    assert soundfile.info(own_place / "a.wav").frames > 2_400
