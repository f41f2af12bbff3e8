"""The same input gives the same speech: again, in another process, and in any batch."""

import io as byteio
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

import minimax_speech
from minimax_speech import MiniMaxSpeech, Voice
from minimax_speech.inference.engine import Generated

OPTIONS = {"temperature": 1.0, "steps": 2}
TEXTS = [
    "Hi.",
    "The quick brown fox jumps over the lazy dog. It was not amused, and the dog went home.",
    "1",
    "Hello there, how are you?",
    "HELLO.",
]


@pytest.fixture(scope="module")
def voices(tts: MiniMaxSpeech, clips: dict[str, Path]) -> list[Voice | None]:
    """One for each text: default, cloned, one-shot, mixed (without prompt), one-shot again."""
    cloned = tts.voice([clips["good.wav"], clips["narrow.wav"]])
    prompted = tts.voice(clips["narrow.wav"], reference_text="Hello there.")
    mixed = Voice.mix([cloned, tts.voice("default")], [0.7, 0.3])
    longer = tts.voice(clips["clipped.wav"], reference_text="The quick brown fox jumps.")
    return [None, cloned, prompted, mixed, longer]


def process(*arguments: str, text: str = "") -> bytes:
    """What a command line in a process of its own writes to stdout."""
    root = Path(minimax_speech.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "minimax_speech.cli", *arguments],
        input=text.encode(),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    return done.stdout


def test_processes_agree(speak: list[str], own_place: Path, tts: MiniMaxSpeech) -> None:
    facts = json.loads(process(*speak, "Hi.", "--seed", "3", "-o", "a.wav", "--json"))
    assert (facts["seed"], facts["language"], facts["voice"]) == (3, "en", "default")
    piped = byteio.BytesIO(process(*speak, "-", "--seed", "3", "-o", "-", text="Hi."))
    ours, theirs = soundfile.read(own_place / "a.wav")[0], soundfile.read(piped)[0]
    assert np.array_equal(ours, theirs)
    here = tts.synthesize("Hi.", seed=3, temperature=1.0, steps=1, cfg_scale=0.0).samples
    assert np.abs(here - ours).max() < 1e-4  # 16 bit


def test_a_batch_equals_singles(
    tts: MiniMaxSpeech, voices: list[Voice | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, made = tts._pipeline._engine, []
    as_finished = engine.as_finished

    def listen(requests, *rows):
        for number, result in as_finished(requests, *rows):
            made.append({(*requests[number].text, requests[number].seed): result})
            yield number, result

    monkeypatch.setattr(engine, "as_finished", listen)
    seeds = list(range(len(TEXTS)))
    together = tts.synthesize(TEXTS, voices, seed=seeds, **OPTIONS)
    in_batch: dict[tuple[int, ...], Generated] = {k: g for one in made for k, g in one.items()}
    made.clear()
    for text, voice, seed, audio in zip(TEXTS, voices, seeds, together, strict=True):
        alone = tts.synthesize(text, voice, seed=seed, **OPTIONS).samples
        assert alone.shape == audio.samples.shape
        difference = np.sqrt(np.square(audio.samples - alone).mean() / np.square(alone).mean())
        assert difference <= 1e-3
    assert {k: g for one in made for k, g in one.items()} == in_batch
    assert len(in_batch) >= len(TEXTS)
