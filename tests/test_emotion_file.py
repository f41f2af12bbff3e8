"""Emotions: how they are written, their files, and what is refused."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import save_file
from tiny import random_emotion, tiny_speech_lm

from minimax_speech.emotion import STRONGEST, Emotion, parse_emotion
from minimax_speech.errors import InputError


@pytest.fixture(scope="module")
def emotion() -> Emotion:
    return random_emotion(
        tiny_speech_lm(50), "happy", scale=2.0, fingerprint="abc", pitch=-1.5, tilt=0.5, breath=1.0
    )


def test_a_file_keeps_all(emotion: Emotion, tmp_path: Path) -> None:
    path = tmp_path / "new" / "happy.safetensors"
    emotion.save(path)
    found = Emotion.load(path)
    assert (found.name, found.scale, found.fingerprint) == ("happy", 2.0, "abc")
    assert (found.pitch, found.tilt, found.breath) == (-1.5, 0.5, 1.0)
    for layer, wanted in zip(found.adapter.layers, emotion.adapter.layers, strict=True):
        for name, pair in wanted.items():
            assert torch.equal(layer[name].down, pair.down)
            assert torch.equal(layer[name].up, pair.up)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_what_is_no_emotion_is_refused(emotion: Emotion, tmp_path: Path) -> None:
    path = tmp_path / "happy.safetensors"
    with pytest.raises(InputError, match="no emotion file"):
        Emotion.load(path)
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="is damaged"):
        Emotion.load(path)
    save_file({"timbre": torch.zeros(2)}, path, {"kind": "voice"})
    with pytest.raises(InputError, match="holds a voice, not an emotion"):
        Emotion.load(path)
    save_file(emotion.tensors, path, {"kind": "emotion"})
    with pytest.raises(InputError, match=r"is damaged .*make it again"):
        Emotion.load(path)


@pytest.mark.parametrize("fault", ["missing", "strange", "infinite"])
def test_an_incomplete_adapter_is_refused(emotion: Emotion, tmp_path: Path, fault: str) -> None:
    tensors = dict(emotion.tensors)
    first = next(iter(tensors))
    if fault == "missing":
        del tensors[first]
    elif fault == "strange":
        tensors["head.weight"] = tensors.pop(first)
    else:
        tensors[first] = torch.full_like(tensors[first], float("inf"))
    path = tmp_path / "happy.safetensors"
    Emotion("happy", tensors, 1.0, "abc").save(path)
    with pytest.raises(InputError, match="is damaged"):
        Emotion.load(path)


def test_another_model_is_refused(emotion: Emotion) -> None:
    emotion.check_model("abc", "model 'small'")
    with pytest.raises(InputError, match=r"'happy' belongs to another model \(abc\) than model"):
        emotion.check_model("def", "model 'small'")


@given(st.text(min_size=1).filter(lambda name: ":" not in name), st.floats(0, STRONGEST))
def test_a_name_and_a_strength(name: str, strength: float) -> None:
    assert parse_emotion(f"{name}:{strength!r}") == (name, strength)
    assert parse_emotion(name) == (name, 1.0)


@pytest.mark.parametrize("spec", ["happy:", "happy:x", "happy:-1", "happy:3", "happy:nan", ":1"])
def test_no_strength(spec: str) -> None:
    with pytest.raises(InputError, match="strength of 0 to 2"):
        parse_emotion(spec)
