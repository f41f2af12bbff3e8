"""`watermark=True`: the same speech, marked, however it is asked for."""

from pathlib import Path

import numpy as np
import pytest

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio import io, watermark
from minimax_speech.errors import InputError

TEXT = "Hello there. How are you?"
FAST = {"language": "en", "temperature": 1.0, "steps": 1, "cfg_scale": 0.0}


@pytest.fixture
def tts(tiny_model: Path) -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")


def test_speech_is_marked_whole_and_in_pieces(tts: MiniMaxSpeech, clip: Path) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    plain = tts.synthesize(TEXT, **FAST)
    marked = watermark.apply(plain.samples, tts.sample_rate)
    assert not np.array_equal(marked, plain.samples)
    assert np.array_equal(tts.synthesize([TEXT], watermark=True, **FAST)[0].samples, marked)
    stream = tts.stream(TEXT, live=False, watermark=True, **FAST)
    assert np.array_equal(np.concatenate([piece.samples for piece in stream]), marked)
    converted = tts.convert(clip, steps=1).samples
    assert np.array_equal(
        tts.convert(clip, steps=1, watermark=True).samples,
        watermark.apply(converted, tts.sample_rate),
    )


def test_a_live_stream_is_marked(tts: MiniMaxSpeech) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    plain, marked = (
        np.concatenate([piece.samples for piece in tts.stream(TEXT, watermark=mark, **FAST)])
        for mark in (None, True)
    )
    assert np.array_equal(marked, watermark.apply(plain, tts.sample_rate))


@pytest.mark.usefixtures("without_perth")
def test_nothing_but_the_mark_needs_the_extra(tts: MiniMaxSpeech) -> None:
    assert len(tts.synthesize(TEXT, watermark=False, **FAST).samples)
    for ask in (tts.synthesize, tts.stream):
        with pytest.raises(InputError, match=r"minimax-speech\[watermark\]"):
            ask(TEXT, watermark=True, **FAST)
        with pytest.raises(InputError, match="watermark is 'yes': use True or False"):
            ask(TEXT, watermark="yes", **FAST)


def test_what_is_saved_says_what_it_is(tts: MiniMaxSpeech, tmp_path: Path) -> None:
    from minimax_speech.audio.provenance import DISCLOSURE, read_comment

    audio = tts.synthesize(TEXT, **FAST)
    audio.save(tmp_path / "a.flac")
    assert read_comment(tmp_path / "a.flac") == DISCLOSURE
    assert np.allclose(io.read(tmp_path / "a.flac")[0], audio.samples, atol=1e-4)
