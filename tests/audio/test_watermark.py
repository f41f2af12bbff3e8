"""The mark in speech: it is found where it is, it stays small, and nothing else needs it."""

from itertools import chain, pairwise

import numpy as np
import pytest

from minimax_speech.audio import watermark
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError

RATE = 24_000
Spoken = dict[str, dict[str, Samples]]


@pytest.fixture
def speech(spoken: Spoken) -> Samples:
    """Sentences in two voices, with a second of silence after the first."""
    first, *others = chain.from_iterable(clips.values() for clips in spoken.values())
    return np.concatenate([first, np.zeros(RATE, np.float32), *others])


@pytest.fixture
def perth() -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")


@pytest.mark.usefixtures("perth")
@pytest.mark.parametrize("rate", [8_000, 22_050, 24_000, 48_000])
def test_the_mark_is_found_where_it_is(rate: int, spoken: Spoken) -> None:
    from minimax_speech.audio import io

    for clips in spoken.values():
        clip = io.resample(next(iter(clips.values())), RATE, rate)
        marked = watermark.apply(clip, rate)
        assert marked.shape == clip.shape
        assert marked.dtype == np.float32
        assert watermark.detect(marked, rate) > 0.9
        assert watermark.detect(clip, rate) < 0.3


@pytest.mark.usefixtures("perth")
def test_the_mark_is_small_and_low_and_leaves_silence(speech: Samples) -> None:
    change = watermark.apply(speech, RATE) - speech
    assert np.square(change).mean() < 0.1 * np.square(speech).mean()
    power = np.square(np.abs(np.fft.rfft(change)))
    assert power[np.fft.rfftfreq(len(change), 1 / RATE) > 2_500].sum() < 1e-6 * power.sum()
    assert not change[speech == 0].any()
    assert not watermark.apply(np.zeros(RATE, np.float32), RATE).any()


@pytest.mark.usefixtures("perth")
def test_cut_in_any_way_the_same_comes_out(speech: Samples) -> None:
    places = np.sort(np.random.default_rng(0).integers(0, len(speech), 40))
    marker = watermark.Watermark(RATE)
    pieces = [marker.push(speech[a:b]) for a, b in pairwise([0, *places, len(speech)])]
    delays = np.cumsum([b - a for a, b in pairwise([0, *places, len(speech)])]) - np.cumsum(
        [len(piece) for piece in pieces]
    )
    assert delays.max() < 0.6 * RATE
    assert np.array_equal(np.concatenate([*pieces, marker.finish()]), watermark.apply(speech, RATE))


@pytest.mark.usefixtures("perth")
def test_a_stretch_that_is_marked_is_found_in_a_long_recording(speech: Samples) -> None:
    stretch = round(watermark.STRETCH_SECONDS * RATE)
    speech = np.resize(speech, 3 * stretch)
    speech[stretch : 2 * stretch] = watermark.apply(speech[stretch : 2 * stretch], RATE)
    blocks = np.array_split(speech, 7)
    heard = watermark.detect_in_blocks(blocks, RATE)
    assert (heard.seconds, heard.marked_seconds, heard.found) == (30.0, 10.0, True)


@pytest.mark.usefixtures("perth")
def test_little_and_nothing_are_not_judged() -> None:
    assert watermark.detect(np.zeros(2 * RATE, np.float32), RATE) == 0.0
    with pytest.raises(InputError, match=r"0\.5 s is too short"):
        watermark.detect(np.ones(RATE // 2, np.float32), RATE)


@pytest.mark.usefixtures("perth")
def test_loading_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    watermark.load.cache_clear()
    watermark.load()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("without_perth")
def test_without_the_extra_it_is_told_what_to_install() -> None:
    sound = np.zeros(RATE, np.float32)
    for ask in (watermark.apply, watermark.detect):
        with pytest.raises(InputError, match=r"pip install 'minimax-speech\[watermark\]'"):
            ask(sound, RATE)
