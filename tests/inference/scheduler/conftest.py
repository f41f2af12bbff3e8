"""A scheduler of the tiny model, and what it is measured by."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from streams import FAST, SHORT, whole
from tiny import random_emotion

from minimax_speech import MiniMaxSpeech, home
from minimax_speech.audio.io import Samples
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.scheduler import Scheduler


@pytest.fixture(autouse=True, params=[3])
def cores(request: pytest.FixtureRequest) -> Iterator[int]:
    """As many threads make sound."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tts(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniMaxSpeech]:
    """The tiny model, with two emotions and a voice of timbre and prompt."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINIMAX_SPEECH_HOME", str(folder))
        bundle = Bundle.load(tiny_model)
        for seed, name in enumerate(("happy", "sad")):
            fingerprint = bundle.lm_fingerprint
            emotion = random_emotion(
                bundle.speech_lm, name, seed=seed, fingerprint=fingerprint, pitch=seed
            )
            emotion.save(home.adapter_file(name))
        yield MiniMaxSpeech.from_pretrained(tiny_model, "cpu")


@pytest.fixture
def scheduler(tts: MiniMaxSpeech) -> Iterator[Scheduler]:
    with tts.scheduler(most_live=2) as scheduler:
        yield scheduler
        scheduler.close(drain=False)


@pytest.fixture(scope="module")
def alone(tts: MiniMaxSpeech) -> Samples:
    return whole(tts.stream(SHORT, **FAST))
