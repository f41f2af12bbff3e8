"""The facade: what a user calls, and what it refuses."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch
from tiny import tone

from minimax_speech import Audio, MiniMaxSpeech, Voice, home
from minimax_speech.audio import io
from minimax_speech.errors import InputError

FAST = {"temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
SOLVERS: tuple[Literal["euler", "midpoint"], ...] = ("euler", "midpoint")


@pytest.fixture(scope="module")
def tts(tiny_model: Path) -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))
    home.voices_folder().mkdir(parents=True)
    return home.voices_folder()


def test_a_text_becomes_audio(tts: MiniMaxSpeech, clip: Path, tmp_path: Path) -> None:
    audio = tts.synthesize("Hi.", tts.voice(str(clip)), language="en", **FAST)
    assert isinstance(audio, Audio)
    assert audio.sample_rate == tts.sample_rate == 24_000
    assert audio.samples.dtype == np.float32
    assert audio.samples.ndim == 1
    audio.save(tmp_path / "hello.wav")
    assert io.duration(tmp_path / "hello.wav") == pytest.approx(audio.seconds)


def test_the_seed_decides(tts: MiniMaxSpeech) -> None:
    one, same, other = (tts.synthesize("Hello.", seed=seed, **FAST).samples for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not (one.shape == other.shape and np.array_equal(one, other))


def test_a_voice_of_another_model_is_made_again_from_what_it_keeps(
    tts: MiniMaxSpeech, clip: Path, tmp_path: Path
) -> None:
    voice = tts.voice(clip, keep_recordings=True)
    replace(voice, fingerprint="old", timbre=voice.timbre[::-1]).save(tmp_path / "v.safetensors")
    old = Voice.load(tmp_path / "v.safetensors")
    with pytest.raises(InputError, match="another model"):
        tts.synthesize("Hi.", old, **FAST)
    again = tts.upgrade(old)
    assert again.fingerprint == voice.fingerprint
    assert np.allclose(again.timbre, voice.timbre, atol=0.05)
    assert again.recordings is old.recordings
    assert (again.prompt, again.metadata) != (None, {})
    with pytest.raises(InputError, match="carries no recordings"):
        tts.upgrade(tts.voice(clip))
    with pytest.raises(InputError, match="is a voice"):
        tts.voice("default", keep_recordings=True)


def test_lists_give_lists(tts: MiniMaxSpeech, clip: Path) -> None:
    texts = ["Hello there.", "Hi."]
    audios = tts.synthesize(texts, [tts.voice(clip), None], ["auto", "en-US"], [3, 4], **FAST)
    assert isinstance(audios, list)
    alone = tts.synthesize(texts[1], seed=4, **FAST)
    assert audios[1].samples.shape == alone.samples.shape
    assert np.allclose(audios[1].samples, alone.samples, atol=1e-4)
    assert tts.synthesize([]) == []
    with pytest.raises(InputError, match="2 texts and 1 of voice"):
        tts.synthesize(texts, [None], **FAST)


def test_voices_are_cloned_named_and_read(
    tts: MiniMaxSpeech, clip: Path, own_home: Path, tmp_path: Path
) -> None:
    voice = tts.voice([clip, clip])
    assert voice.name == "clip"
    assert voice.timbre.mean() == pytest.approx(0, abs=1e-4)
    assert voice.metadata["references"] == ["clip.wav", "clip.wav"]
    voice.save(own_home / "alice.safetensors")
    assert np.array_equal(tts.voice("alice").timbre, voice.timbre)
    assert np.array_equal(tts.voice(own_home / "alice.safetensors").timbre, voice.timbre)
    assert tts.voice("default").name == "default"
    found = [(info.name, info.origin) for info in tts.voices()]
    assert found == [("alice", "saved"), ("default", "model")]
    voice.save(own_home / "default.safetensors")
    assert np.array_equal(tts.voice("default").timbre, voice.timbre)  # the user's own come first
    assert len(tts.synthesize("Hi.", "alice", **FAST).samples)
    assert len(tts.synthesize("Hi.", Voice.mix([voice, tts.voice("default")]), **FAST).samples)


def test_a_voice_is_no_recording(tts: MiniMaxSpeech, tmp_path: Path, clip: Path) -> None:
    tts.voice("default").save(tmp_path / "mine.safetensors")
    for voice in ("default", str(tmp_path / "mine.safetensors"), tmp_path / "mine.safetensors"):
        with pytest.raises(InputError, match=r"is a voice, and no recording: give it by itself"):
            tts.voice([clip, voice])


def test_a_file_with_the_name_of_a_voice_is_reached_by_its_path(
    tts: MiniMaxSpeech,
    tmp_path: Path,
    clip: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.chdir(tmp_path)
    clip.rename("default")
    assert tts.voice("default").name == "default"
    assert "write ./default for the file" in caplog.text
    for path in ("./default", Path("default"), ["default"]):
        assert "references" in tts.voice(path).metadata


def test_one_shot_cloning_keeps_a_prompt(tts: MiniMaxSpeech, clip: Path) -> None:
    voice = tts.voice(clip, reference_text="Hello there, how are you?")
    assert voice.prompt is not None
    assert voice.prompt.text == "Hello there, how are you?"
    assert voice.language == "en"
    zero_shot = tts.voice(clip)
    assert zero_shot.prompt is not None
    assert zero_shot.prompt.text is None
    plain = tts.synthesize("Hi.", zero_shot, seed=1, **FAST).samples
    prompted = tts.synthesize("Hi.", voice, seed=1, **FAST).samples
    assert not (plain.shape == prompted.shape and np.array_equal(plain, prompted))


def write(path: Path, samples: np.ndarray, rate: int = 24_000) -> Path:
    io.write(path, samples.astype(np.float32), rate)
    return path


def test_stereo_and_narrow_band_references_work(tts: MiniMaxSpeech, tmp_path: Path) -> None:
    stereo = write(tmp_path / "stereo.wav", np.stack([tone(2.0)] * 2, axis=1))
    narrow = write(tmp_path / "narrow.wav", tone(6.0)[:16_000], 8_000)
    for path in (stereo, narrow):
        assert np.isfinite(tts.voice(path).timbre).all()


def test_unusable_references_are_refused(tts: MiniMaxSpeech, tmp_path: Path, clip: Path) -> None:
    corrupt = tmp_path / "corrupt.wav"
    corrupt.write_bytes(clip.read_bytes()[:10])
    cases = {
        str(tmp_path / "missing.wav"): "does not exist",
        "missing.wav": "does not exist",
        str(corrupt): "not an audio file",
        str(write(tmp_path / "silent.wav", np.zeros(48_000))): "silent",
        str(write(tmp_path / "short.wav", tone(0.2))): "0.2 s of speech",
        "nobody": "no voice or file is called 'nobody'",
        str(tmp_path / "none.safetensors"): "no voice file",
    }
    for reference, message in cases.items():
        with pytest.raises(InputError, match=message) as error:
            tts.voice(reference)
        assert "\n" not in str(error.value)
    with pytest.raises(InputError, match="no reference"):
        tts.voice([])
    with pytest.raises(InputError, match="belongs to a recording"):
        tts.voice("default", reference_text="Hello.")


def test_a_voice_of_another_model_is_refused(tts: MiniMaxSpeech, own_home: Path) -> None:
    stranger = Voice(np.zeros(32, np.float32), "stranger", "0123")
    stranger.save(own_home / "stranger.safetensors")
    with pytest.raises(InputError, match="another model"):
        tts.voice("stranger")
    with pytest.raises(InputError, match="another model"):
        tts.synthesize("Hi.", stranger)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": float("nan")}, "temperature is nan"),
        ({"top_p": 0.0}, "top_p is 0.0"),
        ({"top_p": 1.1}, "top_p is 1.1"),
        ({"top_k": -1}, "top_k is -1"),
        ({"steps": 0}, "steps is 0"),
        ({"steps": 101}, "steps is 101"),
        ({"cfg_scale": -1.0}, "cfg_scale is -1"),
        ({"repetition_penalty": 0.0}, "repetition_penalty is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"solver": "heun"}, "solver is 'heun': use euler or midpoint"),
        ({"language": 5}, "language is 5"),
        ({"voice": 5}, "voice is 5"),
        ({"language": "de"}, "does not speak 'de'"),
        ({"language": "xx"}, "unknown language 'xx'"),
    ],
)
def test_impossible_settings_are_refused(
    options: dict[str, object], message: str, tts: MiniMaxSpeech
) -> None:
    with pytest.raises(InputError, match=message):
        tts.synthesize("Hi.", **options)


def test_foreign_letters_are_refused_or_left_out(
    tts: MiniMaxSpeech, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InputError, match=r"6 letters are Cyrillic.*speaks only English \(en\)"):
        tts.synthesize("Привет", language="en", **FAST)
    few = tts.synthesize("The word мир means peace.", **FAST).samples
    assert "left out" in caplog.text
    assert np.array_equal(few, tts.synthesize("The word means peace.", **FAST).samples)


@pytest.mark.parametrize("text", [None, 5, b"Hi.", ["Hi.", None], {"Hi.": 1}])
def test_what_is_no_text_is_refused(text: Any, tts: MiniMaxSpeech) -> None:
    with pytest.raises(InputError, match=r"text is .*: use a string"):
        tts.synthesize(text)


@pytest.mark.parametrize("reference", [None, 5, [None], [5, "clip.wav"], [["clip.wav"]]])
def test_what_is_no_reference_is_refused(reference: Any, tts: MiniMaxSpeech) -> None:
    with pytest.raises(InputError, match=r"reference is .*: use a name or a path"):
        tts.voice(reference)


def test_a_reference_text_is_text(tts: MiniMaxSpeech, clip: Path) -> None:
    with pytest.raises(InputError, match=r"reference_text is 5: use the words"):
        tts.voice(clip, reference_text=5)  # type: ignore[arg-type]


def test_speed_and_volume_change_the_audio_and_neutral_ones_do_not(tts: MiniMaxSpeech) -> None:
    plain = tts.synthesize("Hi.", **FAST).samples
    same = tts.synthesize("Hi.", speed=1, pitch=0.0, volume=None, **FAST).samples
    assert np.array_equal(plain, same)
    assert len(tts.synthesize("Hi.", speed=0.5, **FAST).samples) == 2 * len(plain)
    assert not tts.synthesize("Hi.", volume=0, **FAST).samples.any()
    with pytest.raises(InputError, match="pitch is 13: use -12 to 12"):
        tts.synthesize("Hi.", pitch=13)


def test_a_pronunciation_changes_what_is_said(tts: MiniMaxSpeech, tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_text("gif jif\n")
    respelled = tts.synthesize("A jif.", **FAST).samples
    for text, pronunciation in (
        ("A gif.", {"gif": "jif"}),
        ("A gif.", path),
        ("A gif.", str(path)),
        ("A [gif](jif).", None),
    ):
        audio = tts.synthesize(text, pronunciation=pronunciation, **FAST)
        assert np.array_equal(audio.samples, respelled)
    assert not np.array_equal(tts.synthesize("A gif.", **FAST).samples, respelled)
    # A respelling gives letters of another script a sound.
    assert np.array_equal(tts.synthesize("A [гиф](jif).", **FAST).samples, respelled)
    with pytest.raises(InputError, match=r"pronunciation is 5: use a mapping"):
        tts.synthesize("A gif.", pronunciation=5)  # type: ignore[arg-type]


def test_the_solver_is_used(tts: MiniMaxSpeech) -> None:
    euler, midpoint = (tts.synthesize("Hi.", solver=s, **FAST).samples for s in SOLVERS)
    assert euler.shape == midpoint.shape
    assert not np.allclose(euler, midpoint, atol=1e-3)


def test_options_left_at_none_are_the_models_own(tts: MiniMaxSpeech) -> None:
    assert np.array_equal(
        tts.synthesize("Hi.", temperature=None, steps=None).samples, tts.synthesize("Hi.").samples
    )


def test_devices(tiny_model: Path) -> None:
    with pytest.raises(InputError, match="unknown device 'tpu'"):
        MiniMaxSpeech.from_pretrained(tiny_model, device="tpu")
    if not torch.cuda.is_available():
        with pytest.raises(InputError, match="device 'cuda' is not there"):
            MiniMaxSpeech.from_pretrained(tiny_model, device="cuda")


def test_a_damaged_model_is_refused_in_one_line(tiny_model: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(tiny_model, tmp_path / "model"))
    part = broken / "flow_vae_decoder.safetensors"
    part.write_bytes(part.read_bytes()[:1000])
    with pytest.raises(InputError, match=r"flow_vae_decoder\.safetensors is damaged"):
        MiniMaxSpeech.from_pretrained(broken, device="cpu").synthesize("Hi.")
