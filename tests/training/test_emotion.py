"""Learning an emotion: what it is learnt from, what comes out, and that the model stays."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny import tone

from minimax_speech import MiniMaxSpeech, home
from minimax_speech.audio import io
from minimax_speech.audio.prosody import Prosody
from minimax_speech.cli.main import app
from minimax_speech.data.manifest import Utterance
from minimax_speech.emotion import Emotion
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle

pytest.importorskip("peft")
from minimax_speech.training.emotion.examples import (
    Triplets,
    find_triplets,
    hear,
    hear_triplets,
)

SECONDS, CLIPS = 4.0, 16
QUICK = ["--steps", 4, "--batch-seconds", 20, "--rank", 2, "--device", "cpu"]


def write(path: Path, lines: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Clips of two speakers: happy ones an octave above neutral ones."""
    folder = tmp_path_factory.mktemp("clips")
    made = []
    for number in range(CLIPS):
        for emotion, factor in (("happy", 2.0), ("neutral", 1.0)):
            speaker = f"s{number % 2}"
            path = folder / f"{emotion}{number}.wav"
            hertz = factor * (100 + 20 * (number % 2))
            silence = np.zeros(io.SAMPLE_RATE, np.float32)
            sound = np.concatenate([silence, 0.1 * tone(SECONDS, hertz), silence])
            io.write(path, sound, io.SAMPLE_RATE)
            line = {"audio": str(path), "text": f"Hello number {number % 5}.", "speaker": speaker}
            made.append({**line, "language": "en", "emotion": emotion})
    return made


@pytest.fixture
def run(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))

    def command(*arguments: object) -> int:
        line = ["finetune", "emotion", *arguments, "-m", tiny_model, "--work", tmp_path / "run"]
        with pytest.raises(SystemExit) as end:
            app([str(word) for word in line], prog_name="tts")
        return int(end.value.code or 0)

    return command


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_emotion_is_learnt_and_the_model_stays(
    run: Callable[..., int], tiny_model: Path, lines: list[dict[str, Any]], tmp_path: Path
) -> None:
    manifest, before = write(tmp_path / "data.jsonl", lines), digests(tiny_model)
    assert run("--name", "happy", "--data", manifest, *QUICK) == 0
    assert digests(tiny_model) == before
    emotion = Emotion.load(home.adapter_file("happy"))
    assert emotion.fingerprint == Bundle.load(tiny_model).lm_fingerprint
    assert emotion.pitch == pytest.approx(12, abs=0.1)
    assert emotion.metadata["utterances"] == CLIPS
    assert any(pair.up.any() for layer in emotion.adapter.layers for pair in layer.values())
    spoken = MiniMaxSpeech.from_pretrained(tiny_model, "cpu").synthesize("Hello.", emotion="happy")
    assert spoken.seconds > 0
    assert run("--name", "happy", "--data", manifest, *QUICK) == 2  # it is there already


def test_what_was_stopped_goes_on_to_the_same_end(
    run: Callable[..., int], lines: list[dict[str, Any]], tmp_path: Path, tiny_model: Path
) -> None:
    manifest = write(tmp_path / "data.jsonl", lines)
    quick = [*QUICK[2:], "--steps", 30, "--name", "happy", "--data", manifest]
    whole, again = tmp_path / "whole.safetensors", tmp_path / "again.safetensors"
    assert run(*quick, "-o", whole) == 0
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "minimax_speech.cli", "finetune", "emotion", *quick, "-o"]
    command += [again, "-m", tiny_model, "--work", tmp_path / "other"]
    process = subprocess.Popen([str(w) for w in command], env=environment, stderr=subprocess.PIPE)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(b"train 10"):
            process.send_signal(signal.SIGTERM)
            break
    process.stderr.read()
    assert process.wait(60) == 130
    assert not again.exists()
    assert subprocess.run([str(w) for w in command], env=environment, timeout=120).returncode == 0
    first, second = Emotion.load(whole), Emotion.load(again)
    for name, tensor in first.tensors.items():
        assert np.allclose(tensor, second.tensors[name], atol=2e-3), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda line: line | {"emotion": "sad"},
            "no utterance whose \"emotion\" is 'happy': it has sad",
        ),
        (lambda line: line | {"emotion": "happy"}, "0 s of 'happy' with a text"),
        (lambda line: {**line, "text": None}, "0 s of 'happy' with a text"),
        (lambda line: line | {"language": "xx"}, "0 s of 'happy'.*a language of the model"),
        (lambda line: line | {"audio": "/nowhere.wav", "duration": 5.0}, "nowhere.wav"),
    ],
)
def test_data_that_teach_nothing_are_refused(
    run: Callable[..., int],
    lines: list[dict[str, Any]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    change: Callable[[dict[str, Any]], dict[str, Any]],
    message: str,
) -> None:
    changed = [{**change(line), "id": str(number)} for number, line in enumerate(lines)]
    manifest = write(tmp_path / "data.jsonl", changed)
    assert run("--name", "happy", "--data", manifest, *QUICK) == 2
    error = capsys.readouterr().err
    assert re.search(message, error)
    assert not home.adapter_file("happy").exists()


def test_references_are_neutral_ones_of_the_same_speaker(
    lines: list[dict[str, Any]], tmp_path: Path, tiny_model: Path
) -> None:
    alone = {**lines[0], "speaker": "s9", "id": "alone"}
    manifest = write(tmp_path / "data.jsonl", [*lines, alone])
    targets, neutral = find_triplets(manifest, "happy", ["en"])
    assert len(targets) == CLIPS
    assert set(neutral) == {"s0", "s1"}
    for speaker, items in neutral.items():
        assert {(item.emotion, item.speaker) for item in items} == {("neutral", speaker)}
    bundle = Bundle.load(tiny_model)
    triplets = hear_triplets(bundle, targets, neutral, tmp_path / "run")
    heard = triplets.heard[targets[0].id]
    assert len(heard.tokens) == pytest.approx(25 * (SECONDS + 0.2), abs=2)  # silence is cut
    stored = hear_triplets(bundle, targets, neutral, tmp_path / "run").heard[targets[0].id]
    assert np.array_equal(stored.tokens, heard.tokens)
    assert np.array_equal(stored.timbre, heard.timbre)


def test_a_whisper_shifts_no_pitch(tiny_model: Path, tmp_path: Path) -> None:
    rng, bundle = np.random.default_rng(0), Bundle.load(tiny_model)
    whisper = 0.1 * tone(4.0) * rng.standard_normal(4 * io.SAMPLE_RATE).astype(np.float32)
    whisper[:4800] = tone(0.2)  # something that has a pitch by chance
    heard = {}
    for name, sound in (("whisper", whisper), ("aloud", tone(4.0))):
        io.write(tmp_path / f"{name}.wav", sound, io.SAMPLE_RATE)
        item = Utterance(tmp_path / f"{name}.wav", "Hello.", "s", "en", 4.0, emotion=name, id=name)
        heard[name] = hear(bundle, item)
    assert np.isnan(heard["whisper"].pitch)
    assert heard["aloud"].pitch == pytest.approx(12 * np.log2(220), abs=0.1)
    whispered = Triplets([replace(item, id="whisper")], {"s": ["aloud"]}, heard)
    assert (whispered.pitch, whispered.breath) == (0.0, 1.0)
    alike = Triplets([replace(item, id="aloud")], {"s": ["aloud"]}, heard)
    assert (alike.pitch, alike.tilt, alike.breath) == (0.0, 0.0, 0.0)


def test_brightness_is_measured_as_it_is_made(tiny_model: Path, tmp_path: Path) -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal(96_000).astype(np.float32)
    heard, bundle = {}, Bundle.load(tiny_model)
    for name, tilt in (("neutral", 0.0), ("bright", 1.5)):
        sound = Prosody(tilt=tilt).apply(noise, io.SAMPLE_RATE)
        io.write(tmp_path / f"{name}.wav", sound, io.SAMPLE_RATE)
        item = Utterance(tmp_path / f"{name}.wav", "Hello.", "s", "en", 4.0, emotion=name, id=name)
        heard[name] = hear(bundle, item)
    assert Triplets([item], {"s": ["neutral"]}, heard).tilt == pytest.approx(1.5, abs=0.2)


def test_too_little_is_refused(lines: list[dict[str, Any]], tmp_path: Path) -> None:
    manifest = write(tmp_path / "data.jsonl", lines[:8])
    with pytest.raises(InputError, match=r"24 s of 'happy'.*at least 60 s are needed"):
        find_triplets(manifest, "happy", ["en"])


def test_what_is_too_short_to_hear_a_voice_in_is_left_out(
    lines: list[dict[str, Any]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = [dict(line, id=f"short{n}", duration=1.0) for n, line in enumerate(lines[:3])]
    manifest = write(tmp_path / "data.jsonl", [*short, *lines])
    targets, neutral = find_triplets(manifest, "happy", ["en"])
    found = [*targets, *(item for items in neutral.values() for item in items)]
    assert min(item.duration for item in found) > 1.5
    emotional = sum(line.get("emotion") == "happy" for line in short)
    assert emotional
    assert f"{emotional} of" in capsys.readouterr().err
