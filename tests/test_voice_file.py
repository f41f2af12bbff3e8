"""Voices: files, mixtures, and what is refused."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from minimax_speech.errors import InputError
from minimax_speech.voice import Prompt, Recordings, Voice


def some_voice(
    seed: int = 0, fingerprint: str = "abc", prompt: bool = False, text: str | None = "hello."
) -> Voice:
    generator = np.random.default_rng(seed)
    timbre = generator.normal(size=256)
    timbre = ((timbre - timbre.mean()) / timbre.std()).astype(np.float32)
    spoken = Prompt(
        text,
        generator.integers(0, 1000, 5).astype(np.int32),
        generator.normal(size=(10, 64)).astype(np.float32),
    )
    return Voice(
        timbre, f"v{seed}", fingerprint, "en", spoken if prompt else None, {"seconds": 2.5}
    )


@pytest.mark.parametrize(("prompt", "text"), [(True, "hello."), (True, None), (False, None)])
def test_a_voice_survives_its_file(prompt: bool, text: str | None, tmp_path: Path) -> None:
    voice = some_voice(prompt=prompt, text=text)
    voice.save(tmp_path / "v.safetensors")
    again = Voice.load(tmp_path / "v.safetensors")
    assert np.array_equal(again.timbre, voice.timbre)
    assert (again.name, again.fingerprint, again.language) == ("v0", "abc", "en")
    assert again.metadata == {"seconds": 2.5}
    if voice.prompt is None:
        assert again.prompt is None
        return
    assert again.prompt is not None
    assert again.prompt.text == text
    assert np.array_equal(again.prompt.tokens, voice.prompt.tokens)
    assert np.allclose(again.prompt.latents, voice.prompt.latents, atol=2e-3)
    assert [path.name for path in tmp_path.iterdir()] == ["v.safetensors"]


def test_recordings_survive_too_and_are_what_to_make_it_again_from(tmp_path: Path) -> None:
    clips = tuple(np.linspace(-1, 1, count, dtype=np.float32) for count in (5, 9))
    voice = replace(some_voice(), recordings=Recordings(clips, 24_000))
    voice.save(tmp_path / "v.safetensors")
    kept = Voice.load(tmp_path / "v.safetensors").recordings
    assert kept is not None
    assert kept.rate == 24_000
    for clip, again in zip(clips, kept.clips, strict=True):
        assert np.allclose(clip, again, atol=1e-4)
    with pytest.raises(InputError, match="tts voice upgrade 'v0'"):
        voice.check_model("xyz", "model 'm'")


@pytest.mark.skipif(os.name != "posix", reason="no umask here")
def test_others_may_read_it_where_the_umask_allows(tmp_path: Path) -> None:
    for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
        before = os.umask(mask)
        try:
            some_voice().save(tmp_path / "v.safetensors")
        finally:
            os.umask(before)
        assert (tmp_path / "v.safetensors").stat().st_mode & 0o777 == mode


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        Voice.load(path)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_files_that_are_no_voices_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "v.safetensors"
    assert "no voice file" in refused(path)
    some_voice().save(path)
    whole = path.read_bytes()
    for size in (0, 5, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert "damaged" in refused(path)
    path.write_bytes(b"\x00garbage" * 100)
    assert "damaged" in refused(path)
    save_file({"x": np.zeros(3)}, path, metadata={"kind": "speech_lm"})
    assert "holds a speech_lm" in refused(path)
    save_file({"x": np.zeros(3)}, path)
    assert "unknown kind" in refused(path)
    save_file({"x": np.zeros(3)}, path, metadata={"kind": "voice", "voice": "{}"})
    assert "damaged" in refused(path)
    nonsense = np.full(256, np.nan, np.float32)
    Voice(nonsense, "v", "abc").save(path)
    assert "not a vector of numbers" in refused(path)


@pytest.mark.parametrize("missing", ["prompt_tokens", "prompt_latents"])
@pytest.mark.parametrize("text", ["hello.", None])
def test_half_a_prompt_is_refused(missing: str, text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "v.safetensors"
    some_voice(prompt=True, text=text).save(path)
    with safe_open(path, "np") as file:
        metadata = file.metadata()
    tensors = load_file(path)
    del tensors[missing]
    save_file(tensors, path, metadata)
    assert missing in refused(path)


def test_saving_where_nothing_can_be_saved_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        some_voice().save(tmp_path / "nowhere" / "v.safetensors")


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_mixture_is_normalised(weights: list[float]) -> None:
    voices = [some_voice(seed) for seed in range(len(weights))]
    mixed = Voice.mix(voices, weights, "both")
    assert mixed.name == "both"
    assert mixed.timbre.dtype == np.float32
    assert mixed.timbre.mean() == pytest.approx(0, abs=1e-5)
    assert mixed.timbre.std() == pytest.approx(1, abs=1e-3)
    again = Voice.mix(voices, [7 * weight for weight in weights])
    assert np.allclose(mixed.timbre, again.timbre, atol=1e-5)


def test_a_mixture_lies_between_its_voices() -> None:
    one, other = some_voice(1), some_voice(2)
    assert np.allclose(Voice.mix([one]).timbre, one.timbre, atol=1e-4)
    mixed = Voice.mix([one, other], [3, 1])
    assert mixed.timbre @ one.timbre > mixed.timbre @ other.timbre > 0
    assert mixed.metadata["mixture"] == {"v1": 0.75, "v2": 0.25}
    assert mixed.prompt is None
    assert mixed.language == "en"


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, -1.0], [1.0, float("nan")]])
def test_impossible_weights_are_refused(weights: list[float]) -> None:
    with pytest.raises(InputError, match="weights"):
        Voice.mix([some_voice(1), some_voice(2)], weights)


def test_voices_of_different_models_do_not_mix() -> None:
    with pytest.raises(InputError, match="another model"):
        Voice.mix([some_voice(1), some_voice(2, "xyz")])
    with pytest.raises(InputError, match="give one for each"):
        Voice.mix([])
