"""Emotions as a user meets them: any voice has them, in batches too, and mistakes are answered."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny import random_emotion

from minimax_speech import MiniMaxSpeech, Voice, home
from minimax_speech.audio import prosody
from minimax_speech.audio.colour import Colour
from minimax_speech.audio.psola import Psola
from minimax_speech.cli.main import app
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle

FAST = {"temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
TEXT = "The quick brown fox jumps over the lazy dog."


@pytest.fixture
def tts(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MiniMaxSpeech:
    """The tiny model, with two emotions of its own and one of another."""
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))
    bundle = Bundle.load(tiny_model)
    for seed, name in enumerate(("happy", "sad", "strange")):
        fingerprint = "other" if name == "strange" else bundle.lm_fingerprint
        emotion = random_emotion(
            bundle.speech_lm,
            name,
            seed=seed,
            fingerprint=fingerprint,
            pitch=2.0 * seed,
            tilt=-1.0 * seed,
            breath=0.5 * seed,
        )
        emotion.save(home.adapter_file(name))
    return MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")


@pytest.fixture
def run(tiny_model: Path) -> Callable[..., int]:
    def command(*arguments: object) -> int:
        with pytest.raises(SystemExit) as end:
            app([*map(str, arguments), "-m", str(tiny_model)], prog_name="tts")
        return int(end.value.code or 0)

    return command


def test_emotions_cloned_voices_and_mixtures_in_one_batch(tts: MiniMaxSpeech, clip: Path) -> None:
    cloned = tts.voice(clip)
    mixture = Voice.mix([cloned, tts.voice("default")], [0.3, 0.7])
    voices = [cloned, mixture, None, cloned, mixture]
    emotions = ["happy", "sad:0.5", "happy:1.5", None, "happy"]
    together = tts.synthesize([TEXT] * 5, voices, "en", range(5), emotion=emotions, **FAST)
    for number, (audio, voice, emotion) in enumerate(zip(together, voices, emotions, strict=True)):
        alone = tts.synthesize(TEXT, voice, "en", number, emotion=emotion, **FAST)
        assert len(audio.samples) == len(alone.samples)
        assert np.allclose(audio.samples, alone.samples, atol=1e-4)
    without = tts.synthesize([TEXT] * 5, voices, "en", range(5), **FAST)
    same = [
        len(a.samples) == len(b.samples) and np.allclose(a.samples, b.samples, atol=1e-4)
        for a, b in zip(together, without, strict=True)
    ]
    assert same == [emotion is None for emotion in emotions]


def test_no_strength_is_no_emotion(tts: MiniMaxSpeech) -> None:
    plain = tts.synthesize(TEXT, language="en", **FAST)
    off = tts.synthesize(TEXT, language="en", emotion="happy:0", **FAST)
    assert np.array_equal(off.samples, plain.samples)


def test_an_emotion_raises_the_voice(tts: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[float] = []

    class Spy(Psola):
        def __init__(self, rate: int, semitones: float) -> None:
            raised.append(semitones)
            super().__init__(rate, semitones)

    monkeypatch.setattr(prosody, "Psola", Spy)
    tts.synthesize([TEXT] * 3, language="en", emotion=["happy", "sad:0.5", None], **FAST)
    assert raised == [1.0]
    tts.synthesize(TEXT, language="en", emotion="sad:2", pitch=11.0, **FAST)
    for _ in tts.stream(TEXT, language="en", emotion="sad", pitch=1.5, **FAST):
        pass
    assert raised == [1.0, 12.0, 3.5]


def test_an_emotion_colours_the_voice(tts: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch) -> None:
    coloured: list[tuple[float, float]] = []

    class Spy(Colour):
        def __init__(self, rate: int, tilt: float, breath: float) -> None:
            coloured.append((tilt, breath))
            super().__init__(rate, tilt, breath)

    monkeypatch.setattr(prosody, "Colour", Spy)
    for strength in ("sad", "sad:0.5", "sad:2"):  # what is more than all is all
        tts.synthesize([TEXT] * 2, language="en", emotion=["happy", strength], **FAST)
    assert coloured == [(-1.0, 0.5), (-0.5, 0.25), (-2.0, 1.0)]


def test_a_stream_has_the_emotion(tts: MiniMaxSpeech) -> None:
    whole = tts.synthesize(TEXT, language="en", emotion="sad", **FAST)
    stream = tts.stream(TEXT, language="en", emotion="sad", live=False, **FAST)
    pieces = np.concatenate([chunk.samples for chunk in stream])
    assert np.allclose(pieces, whole.samples, atol=1e-4)
    live = tts.stream(TEXT, language="en", emotion="sad", **FAST)
    plain = tts.stream(TEXT, language="en", **FAST)
    first, other = (next(iter(chunks)).samples for chunks in (live, plain))
    assert not np.array_equal(first, other)


def test_what_there_is_not_is_refused(tts: MiniMaxSpeech) -> None:
    with pytest.raises(InputError, match="'angry': use happy, sad, strange, or make it"):
        tts.synthesize(TEXT, emotion="angry")
    with pytest.raises(InputError, match=r"'strange' belongs to another model \(other\)"):
        tts.synthesize(TEXT, emotion="strange")
    with pytest.raises(InputError, match=r"happy:9.*strength of 0 to 2"):
        tts.synthesize(TEXT, emotion="happy:9")
    with pytest.raises(InputError, match="1 texts and 2 of emotion"):
        tts.synthesize(TEXT, emotion=["happy", "sad"])
    with pytest.raises(InputError, match="emotion is 3"):
        tts.synthesize([TEXT], emotion=[3])  # type: ignore[list-item]


def test_an_emotion_made_again_is_read_again(tts: MiniMaxSpeech) -> None:
    before = tts.synthesize(TEXT, language="en", emotion="happy", **FAST)
    home.adapter_file("happy").write_bytes(home.adapter_file("sad").read_bytes())
    after = tts.synthesize(TEXT, language="en", emotion="happy", **FAST)
    sad = tts.synthesize(TEXT, language="en", emotion="sad", **FAST)
    assert np.array_equal(after.samples, sad.samples)
    assert not np.array_equal(after.samples, before.samples)


def test_a_batch_of_lines_with_emotions(
    tts: MiniMaxSpeech, run: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs, out = tmp_path / "jobs.jsonl", tmp_path / "out"
    lines = [{"text": TEXT, "emotion": "happy"}, {"text": TEXT}, {"text": TEXT, "emotion": "sad:0"}]
    jobs.write_text("\n".join(map(json.dumps, lines)))
    fast = ["--temperature", 1, "--steps", 1, "--cfg-scale", 0, "--device", "cpu"]
    line = ["batch", jobs, "-o", out, "-e", "sad", *fast, "--json"]
    assert run(*line) == 0
    capsys.readouterr()
    for file, emotion in (("0001", "happy"), ("0002", "sad"), ("0003", None)):
        alone = tts.synthesize(TEXT, emotion=emotion, **FAST).samples
        made = soundfile.read(out / f"{file}.wav")[0]
        assert len(made) == len(alone)
        assert np.abs(made - alone).max() < 1e-2
    home.adapter_file("happy").write_bytes(home.adapter_file("sad").read_bytes())
    assert run(*line) == 0
    states = [row["state"] for row in json.loads(capsys.readouterr().out)["files"]]
    assert states == ["made", "kept", "kept"]  # the file behind the first one's emotion changed
    jobs.write_text('{"text": "Hi.", "emotion": "angry"}')
    assert run(*line) == 2
    assert "no emotion is called 'angry': use happy, sad" in capsys.readouterr().err


def test_info_lists_those_of_the_model(
    tts: MiniMaxSpeech, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("info", "--json") == 0
    assert json.loads(capsys.readouterr().out)["emotions"] == ["happy", "sad"]
    assert run("info") == 0
    assert "emotions: happy, sad\n" in capsys.readouterr().out


def test_a_wrong_strength_is_refused_before_the_model_is_loaded(
    tmp_path: Path, run: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("synthesize", "Hi.", "-o", tmp_path / "a.wav", "-e", "happy:much") == 2
    assert "error: emotion 'happy:much': write a name" in capsys.readouterr().err
    assert not (tmp_path / "a.wav").exists()
