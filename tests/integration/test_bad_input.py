"""Whatever is given: the right result, or one line on stderr, exit code 2 and nothing written.

All through the real command line and the real API, on a tiny model with random weights.
"""

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from containers import write_container
from tiny import tone

from minimax_speech import MiniMaxSpeech, Voice, home
from minimax_speech.errors import InputError
from minimax_speech.voice import Prompt

Run = Callable[..., Any]
Refused = Callable[..., str]
Clips = dict[str, Path]

FAST = {"temperature": 1.0, "steps": 1, "cfg_scale": 0.0}


def speech_seconds(path: Path) -> float:
    samples, rate = soundfile.read(path)
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() > 0
    return len(samples) / rate


# --- text


@pytest.mark.parametrize("text", ["", " \n\t", "😀🎉", "...", "?!", "—", "\\", "​", "🇩🇪"])
def test_text_with_nothing_to_say(
    text: str, speak: list[str], refused: Refused, tts: MiniMaxSpeech
) -> None:
    line = refused(*speak, "-o", "a.wav", "--", text)
    assert "at least one word" in line
    with pytest.raises(InputError, match="at least one word"):
        tts.synthesize(text)


@pytest.mark.parametrize("text", ["Привет", "你好", "Привет, 你好, Hello, مرحبا, שלום, नमस्ते."])
def test_text_in_letters_that_the_model_does_not_read(
    text: str, speak: list[str], refused: Refused, clips: Clips
) -> None:
    line = refused(*speak, "-o", "a.wav", "--", text)
    assert "speaks only English (en)" in line
    cloning = ["-r", clips["good.wav"], "--reference-text", text]
    assert "of the reference text's" in refused(*speak, *cloning, "-o", "a.wav", "Hi.")


@pytest.mark.parametrize(
    "text",
    [
        "The quick brown fox jumps over the lazy dog, and then it goes home again. " * 150,
        "no stop and no comma " * 500,
        "a" * 10_000,
    ],
    ids=["sentences", "words", "letters"],
)
def test_ten_thousand_characters(
    text: str, speak: list[str], run: Run, own_place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minimax_speech.inference.utterance.token_limits", lambda text: (5, 10))
    (own_place / "long.txt").write_text(text[:10_000])
    outcome = run(*speak, "--text-file", "long.txt", "-o", "a.wav")
    assert outcome.code == 0
    assert outcome.out == "a.wav\n"
    assert speech_seconds(own_place / "a.wav") > 10


def test_bytes_that_are_no_text(
    speak: list[str], refused: Refused, own_place: Path, as_stdin: Callable[[bytes], None]
) -> None:
    (own_place / "latin.txt").write_bytes("déjà vu".encode("latin-1"))
    as_stdin(b"Hello \xff\xfe there.")
    for source in (["-"], ["Hello \udcff."], ["--text-file", "latin.txt"]):
        assert "UTF-8" in refused(*speak, *source, "-o", "a.wav")
    assert "Is a directory" in refused(*speak, "--text-file", ".", "-o", "a.wav")
    assert "none.txt cannot be read" in refused(*speak, "--text-file", "none.txt", "-o", "a.wav")


# --- reference


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("missing.wav", "does not exist"),
        ("corrupt.wav", "not an audio file"),
        ("text.wav", "not an audio file"),
        ("header.wav", "not an audio file"),
        ("empty.wav", "is empty"),
        ("folder.wav", "is a folder"),
        ("cut.wav", "holds 0.2 s of speech"),
        ("cut.flac", "copy it again"),
        ("silent.wav", "is silent"),
        ("constant.wav", "is silent"),
        ("short.wav", "holds 0.2 s of speech"),
        ("nan.wav", "export it again"),
        ("infinite.wav", "not numbers"),
        ("x" * 300 + ".wav", "cannot be read"),
    ],
)
def test_references_that_cannot_serve(
    name: str, part: str, clips: Clips, speak: list[str], refused: Refused, tts: MiniMaxSpeech
) -> None:
    path = clips.get(name, Path(name))
    line = refused(*speak, "Hi.", "-r", path, "-o", "a.wav")
    assert part in line
    assert str(path) in line
    assert part in refused("voice", "add", "alice", "-r", path, *speak[1:3])
    assert not home.voice_file("alice").exists()
    with pytest.raises(InputError, match=part):
        tts.voice(path)
    with pytest.raises(InputError, match=part):
        tts.voice([clips["good.wav"], path])


@pytest.mark.parametrize("name", ["good.flac", "stereo.wav", "narrow.wav", "wide.wav"])
def test_references_of_other_forms(
    name: str, clips: Clips, speak: list[str], run: Run, own_place: Path, tts: MiniMaxSpeech
) -> None:
    assert run(*speak, "Hello there.", "-r", clips[name], "-o", "a.wav").code == 0
    assert speech_seconds(own_place / "a.wav") > 0.1
    voice, plain = tts.voice(clips[name]), tts.voice(clips["good.wav"])
    likeness = float(voice.timbre @ plain.timbre) / len(plain.timbre)
    assert likeness > 0.9  # the same sound


def test_a_phones_voice_memo_is_a_reference(run: Run, speak: list[str], own_place: Path) -> None:
    pytest.importorskip("av", reason="pip install 'minimax-speech[formats]'")
    memo = write_container(own_place / "memo.m4a", tone(2.0), 24_000)
    outcome = run(*speak, "Hello there.", "-r", memo, "-o", "a.wav")
    assert outcome.code == 0, outcome.err
    assert speech_seconds(own_place / "a.wav") > 0.1


def test_a_clipped_reference_is_used_and_remarked_on(
    clips: Clips, speak: list[str], run: Run
) -> None:
    outcome = run(*speak, "Hello there.", "-r", clips["clipped.wav"], "-o", "a.wav")
    assert outcome.code == 0
    assert "clipped.wav: 7" in outcome.err
    assert "% of it is clipped" in outcome.err


def test_an_hour_of_reference_is_read_in_part(
    tmp_path: Path, speak: list[str], run: Run, tts: MiniMaxSpeech
) -> None:
    path, minute = tmp_path / "hour.wav", tone(60.0)
    with soundfile.SoundFile(path, "w", 24_000, 1) as file:
        for _ in range(60):
            file.write(minute)
    outcome = run(*speak, "Hello there.", "-r", path, "-o", "a.wav")
    assert outcome.code == 0
    assert "only the first 120 s of 3600 s" in outcome.err
    tracemalloc.start()
    try:
        tts.voice(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100e6  # the whole hour takes 346 MB


# --- voice, language, options


def test_voices_that_cannot_be_used(
    speak: list[str], refused: Refused, tts: MiniMaxSpeech, own_place: Path
) -> None:
    home.voices_folder().mkdir(parents=True)
    timbre, mine = tts.voice("default").timbre, tts.voice("default").fingerprint
    tokens, latents = np.zeros(2, np.int32), np.zeros((4, 16), np.float32)
    voices = {
        "stranger": Voice(timbre, "stranger", "0123"),
        "narrow": Voice(timbre[:7], "narrow", mine),
        "tokens": Voice(timbre, "tokens", mine, prompt=Prompt("hi", tokens + 999, latents)),
        "negative": Voice(timbre, "negative", mine, prompt=Prompt("hi", tokens - 1, latents)),
        "latents": Voice(timbre, "latents", mine, prompt=Prompt("hi", tokens, latents[:, :5])),
        "nan": Voice(timbre, "nan", mine, prompt=Prompt("hi", tokens, latents + np.nan)),
    }
    for name, voice in voices.items():
        voice.save(home.voice_file(name))
    whole = home.voice_file("stranger").read_bytes()
    home.voice_file("cut").write_bytes(whole[: len(whole) // 2])
    cases = {
        "nobody": "no voice or file is called 'nobody'",
        "stranger": "belongs to another model",
        "narrow": "does not fit model",
        "tokens": "does not fit model",
        "latents": "does not fit model",
        "negative": "is damaged",
        "nan": "is damaged",
        "cut": "is damaged",
        "none.safetensors": "no voice file",
        "a/b": "does not exist",
        ".": "is a folder",
        "x" * 300: "no voice or file is called",
        "~nobody-of-this-name/a.wav": "does not exist",
        str(Path(speak[2]) / "speech_lm.safetensors"): "holds a speech_lm, not a voice",
    }
    for name, part in cases.items():
        assert part in refused(*speak, "Hi.", "-v", name, "-o", "a.wav")
        with pytest.raises(InputError, match=part):
            tts.synthesize("Hi.", name)
    assert "another model" in refused(
        *speak, "Hi.", "-v", "default", "-v", "stranger", "-o", "a.wav"
    )


@pytest.mark.parametrize("weight", ["0", "-1", "nan", "inf"])
def test_weights_of_voices(weight: str, speak: list[str], refused: Refused) -> None:
    assert "weight above 0" in refused(*speak, "Hi.", "-v", f"default:{weight}", "-o", "a.wav")
    assert "'default:much'" in refused(*speak, "Hi.", "-v", "default:much", "-o", "a.wav")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["-l", "xx"], "unknown language 'xx'"),
        (["-l", ""], "unknown language ''"),
        (["-l", "de"], "does not speak 'de'"),
        (["--temperature", "-1"], "--temperature"),
        (["--temperature", "nan"], "--temperature"),
        (["--temperature", "inf"], "temperature is inf"),
        (["--temperature", "hot"], "--temperature"),
        (["--top-p", "2"], "--top-p"),
        (["--top-p", "0"], "top_p is 0.0"),
        (["--top-k", "-1"], "--top-k"),
        (["--top-k", "1.5"], "--top-k"),
        (["--repetition-penalty", "0"], "repetition_penalty is 0.0"),
        (["--steps", "0"], "--steps"),
        (["--steps", "101"], "steps is 101"),
        (["--cfg-scale", "-1"], "--cfg-scale"),
        (["--cfg-scale", "99"], "cfg_scale is 99"),
        (["--seed", "x"], "--seed"),
        (["--seed", "1.5"], "--seed"),
        (["--seed", "-1"], "--seed"),
        (["--seed", str(2**70)], "seed is"),
        (["--sample-rate", "0"], "a sample rate of 0 Hz"),
        (["--sample-rate", "-5"], "a sample rate of -5 Hz"),
        (["--format", ""], "format ''"),
        (["--device", "tpu"], "unknown device 'tpu'"),
        (["-m", "nonsense"], "no model 'nonsense'"),
        (["-m", "."], "is not a model"),
        (["--bogus"], "--bogus"),
        (["extra"], "extra"),
    ],
)
def test_options_out_of_range(
    options: list[str], part: str, speak: list[str], refused: Refused
) -> None:
    assert part in refused(*speak, "Hi.", "-o", "a.wav", *options)


@pytest.mark.parametrize(
    "options",
    [
        {"temperature": "hot"},
        {"top_k": 1.5},
        {"steps": 2.5},
        {"steps": "4"},
        {"cfg_scale": 1j},
        {"seed": 1.5},
        {"seed": "x"},
        {"seed": 2**63},
    ],
)
def test_options_of_another_kind(options: dict[str, object], tts: MiniMaxSpeech) -> None:
    with pytest.raises(InputError, match=f"{next(iter(options))} is .*: use a"):
        tts.synthesize("Hi.", **options)


# --- output


@pytest.mark.parametrize(
    ("output", "part"),
    [
        ("none/a.wav", "does not exist"),
        ("file/a.wav", "is a file"),
        ("folder.wav", "is a folder"),
        ("a.xyz", "wav, flac, mp3, ogg"),
        ("a", "wav, flac, mp3, ogg"),
        ("", "wav, flac, mp3, ogg"),
        ("x" * 300 + ".wav", "not writable"),
    ],
)
def test_places_that_cannot_be_written(
    output: str, part: str, speak: list[str], refused: Refused, own_place: Path, tts: MiniMaxSpeech
) -> None:
    (own_place / "file").touch()
    (own_place / "folder.wav").mkdir()
    assert part in refused(*speak, "Hi.", "-o", output)
    with pytest.raises(InputError, match=part):
        tts.synthesize("Hi.", **FAST).save(output)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc here")
def test_a_folder_that_holds_no_files(speak: list[str], refused: Refused) -> None:
    assert "/proc/a.wav is not writable" in refused(*speak, "Hi.", "-o", "/proc/a.wav")
    assert "/proc/self/a.wav is not writable" in refused(*speak, "Hi.", "-o", "/proc/self/a.wav")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device_is_a_failure_of_one_line(speak: list[str], run: Run) -> None:
    outcome = run(*speak, "Hello there.", "-o", "/dev/full", "--format", "wav")
    assert outcome.code == 1
    assert outcome.out == ""
    last = outcome.err.splitlines()[-1]
    assert last == "error: /dev/full could not be written: No space left on device"
    assert not Path("/dev/full").is_file()


def test_saved_voices_need_a_place(
    clips: Clips,
    speak: list[str],
    refused: Refused,
    own_place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", "file")
    (own_place / "file").touch()
    line = refused("voice", "add", "alice", "-r", clips["good.wav"], *speak[1:3])
    assert "set MINIMAX_SPEECH_HOME" in line
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", "home")
    assert "at most 100" in refused("voice", "add", "a" * 200, "-r", "a.wav", *speak[1:3])
    assert "does not exist" in refused(
        "voice", "export", "default", "none/a.safetensors", *speak[1:3]
    )
    assert "must end in .safetensors" in refused("voice", "export", "default", "a", *speak[1:3])
