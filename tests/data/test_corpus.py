from pathlib import Path

import numpy as np
import pytest
import soundfile

from minimax_speech.data.corpus import SAMPLES_PER_TOKEN, Corpus, token_count
from minimax_speech.data.manifest import Utterance
from minimax_speech.errors import InputError

RATE = 24_000
SECONDS = (1.0, 1.31, 2.0, 0.9)


@pytest.fixture
def clips(tmp_path: Path) -> list[Utterance]:
    """Clips in one file, three of one speaker, one of another; a sample tells its position."""
    lengths = [round(seconds * RATE) for seconds in SECONDS]
    positions = np.arange(sum(lengths)) / 2**17
    path = tmp_path / "all.wav"
    soundfile.write(path, positions, RATE, subtype="FLOAT")
    starts = np.cumsum([0, *lengths])
    return [
        Utterance(
            audio=path,
            text="a",
            speaker="single" if index == 3 else "several",
            language="en",
            duration=seconds,
            offset=float(starts[index]) / RATE,
        )
        for index, seconds in enumerate(SECONDS)
    ]


def places(audio: np.ndarray) -> np.ndarray:
    """Positions in the file of samples made by the fixture."""
    return np.round(audio * 2**17).astype(int)


def first_sample(clips: list[Utterance], index: int) -> int:
    return round(clips[index].offset * RATE)


def test_utterances_are_padded_to_whole_tokens(clips: list[Utterance]) -> None:
    corpus = Corpus(clips)
    assert corpus.tokens.tolist() == [25, 33, 50, 23]
    for index, clip in enumerate(clips):
        padded = corpus.padded(index)
        real = round(clip.duration * RATE)
        assert len(padded) == token_count(clip) * SAMPLES_PER_TOKEN
        start = first_sample(clips, index)
        assert np.array_equal(places(padded[:real]), np.arange(start, start + real))
        assert not padded[real:].any()


def test_audio_beyond_the_end_is_silence_not_the_next_clip(clips: list[Utterance]) -> None:
    audio = Corpus(clips).audio(0, 23_000, 25_000)
    assert np.array_equal(places(audio[:1000]), np.arange(23_000, 24_000))
    assert not audio[1000:].any()


def test_crops_stay_within_the_clip(clips: list[Utterance]) -> None:
    corpus, rng = Corpus(clips), np.random.default_rng(0)
    start = first_sample(clips, 1)
    end = start + round(SECONDS[1] * RATE)
    seen = set()
    for _ in range(50):
        crop = places(corpus.crop(1, 6_000, rng))
        assert crop[0] >= start
        assert crop[-1] < end
        seen.add(int(crop[0]))
    assert len(seen) > 40
    short = corpus.crop(0, 30_000, rng)
    assert len(short) == 30_000
    assert not short[24_000:].any()


def test_the_reference_is_another_clip_of_the_speaker(clips: list[Utterance]) -> None:
    corpus, rng = Corpus(clips), np.random.default_rng(0)
    others = set()
    for _ in range(60):
        example = corpus.example(1, 0.5, rng)
        assert example.whole
        assert len(example.reference) == 12_000
        owner = (
            np.searchsorted(
                [first_sample(clips, i) for i in range(4)], places(example.reference), "right"
            )
            - 1
        )
        assert len(set(owner.tolist())) == 1
        others.add(int(owner[0]))
    assert others == {0, 2}


def test_a_single_clip_is_shared_without_overlap(clips: list[Utterance]) -> None:
    corpus, rng = Corpus(clips), np.random.default_rng(0)
    sides = set()
    for _ in range(30):
        example = corpus.example(3, 3.0, rng)
        assert not example.whole
        start = first_sample(clips, 3)
        reference = places(example.reference[example.reference > 0]) - start
        target = range(example.start * SAMPLES_PER_TOKEN, example.stop * SAMPLES_PER_TOKEN)
        assert len(reference)
        assert not set(reference.tolist()) & set(target)
        assert example.stop - example.start == 16  # two thirds of 23 tokens
        sides.add(example.start)
    assert sides == {0, 7}


def test_clips_that_only_serve_as_references(clips: list[Utterance]) -> None:
    corpus = Corpus(clips[:1], others=clips[1:3])
    assert len(corpus) == len(corpus.tokens) == 1
    example = corpus.example(0, 0.5, np.random.default_rng(0))
    assert example.whole
    assert places(example.reference)[0] >= first_sample(clips, 1)


def test_another(clips: list[Utterance]) -> None:
    corpus, rng = Corpus(clips), np.random.default_rng(0)
    assert {corpus.another(2, rng) for _ in range(40)} == {0, 1}
    assert corpus.another(3, rng) is None


def test_another_that_is_about_so_long(clips: list[Utterance]) -> None:
    corpus, rng = Corpus(clips), np.random.default_rng(0)
    for near in (0, 1):
        assert corpus.another_near(2, int(corpus.tokens[near]), rng) == near
    assert corpus.another_near(3, 10, rng) is None


@pytest.mark.parametrize(("rate", "channels"), [(16_000, 1), (RATE, 2)])
def test_audio_of_another_format_is_refused(tmp_path: Path, rate: int, channels: int) -> None:
    path = tmp_path / "clip.wav"
    soundfile.write(path, np.zeros((rate, channels)), rate)
    corpus = Corpus([Utterance(path, "a", "s", "en", 1.0)])
    with pytest.raises(InputError, match=rf"{rate} Hz and {channels} channels"):
        corpus.padded(0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    corpus = Corpus([Utterance(tmp_path / "gone.wav", "a", "s", "en", 1.0)])
    with pytest.raises(InputError, match=r"gone\.wav"):
        corpus.padded(0)
