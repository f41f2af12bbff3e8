"""Where somebody speaks, in speech of the bundled model."""

import weakref
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.audio.voice_activity import RATE, VoiceActivity

Spoken = dict[str, dict[str, Samples]]


@pytest.fixture(scope="module")
def activity() -> VoiceActivity:
    return VoiceActivity()


def hush(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def sentences(spoken: Spoken, count: int) -> list[Samples]:
    return [io.resample(s, io.SAMPLE_RATE, RATE) for s in list(spoken["clb"].values())[:count]]


@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_pauses_part_speech_in_quiet_recordings_and_in_noise(
    spoken: Spoken, activity: VoiceActivity, gain: float
) -> None:
    first, second = sentences(spoken, 2)
    clip = np.concatenate([hush(1), first, hush(0.8), second, hush(1)])
    noise = np.random.default_rng(0).standard_normal(len(clip)).astype(np.float32)
    for level in (0.0, 0.005):
        found = activity.find([gain * (clip + level * noise)])
        gap = 1 + len(first) / RATE + 0.4
        before = [stretch for stretch in found if stretch.end <= gap]
        after = [stretch for stretch in found if stretch.start >= gap]
        assert before
        assert after
        assert len(before) + len(after) == len(found)
        assert before[0].start == pytest.approx(1, abs=0.25)
        assert before[-1].end == pytest.approx(gap - 0.4, abs=0.25)
        assert after[0].start == pytest.approx(gap + 0.4, abs=0.25)
        assert after[-1].end == pytest.approx(len(clip) / RATE - 1, abs=0.25)


def test_nobody_speaks_in_noise_tones_and_nothing(activity: VoiceActivity) -> None:
    time = np.arange(3 * RATE) / RATE
    noise = np.random.default_rng(0).normal(0, 0.1, len(time))
    for sound in (noise, np.sin(2 * np.pi * 440 * time) / 2, np.zeros(3 * RATE)):
        assert activity.find([sound.astype(np.float32)]) == []
    assert activity.find([]) == []


def test_it_does_not_matter_how_the_sound_is_cut_and_one_block_is_kept(
    spoken: Spoken, activity: VoiceActivity
) -> None:
    clip = np.concatenate([hush(0.5), *sentences(spoken, 2)])
    alive: list[weakref.ref[Samples]] = []

    def blocks() -> Iterator[Samples]:
        for part in np.array_split(clip, 37):
            block = part.copy()
            alive.append(weakref.ref(block))
            yield block
            del block
            assert sum(reference() is not None for reference in alive) <= 1

    assert activity.find(blocks()) == activity.find([clip])


def test_the_threads_of_the_process_are_left_alone() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    VoiceActivity()
    assert torch.get_num_threads() == 2
    torch.set_num_threads(before)
