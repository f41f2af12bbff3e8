"""What an interface offers, over the tiny model."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tiny import tone

from minimax_speech import Audio, MiniMaxSpeech, Voice, home
from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.studio import (
    CONSENT_STATEMENT,
    Delivery,
    Limits,
    Spoken,
    Studio,
    Told,
    TuningNews,
)

TEXT = "The quick brown fox. Hello there."


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Saved voices are those of the test."""
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def tts(tiny_model: Path) -> MiniMaxSpeech:
    return MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")


@pytest.fixture
def studio(tts: MiniMaxSpeech) -> Iterator[Studio]:
    studio = Studio(tts)
    yield studio
    studio.close()


def test_all_speech_is_marked_where_that_is_asked_for(tts: MiniMaxSpeech, tmp_path: Path) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    plain, marked = Studio(tts), Studio(tts, watermark=True)
    heard = []
    for studio, long in [(plain, False), (marked, False), (plain, True), (marked, True)]:
        say = studio.speak_long if long else studio.speak
        spoken = [*say(TEXT, None, Delivery(), tmp_path)][-1]
        assert isinstance(spoken, Spoken)
        heard.append(soundfile.read(spoken.audio)[0])
    for one, other in (heard[:2], heard[2:]):
        assert len(one) == len(other)
        assert not np.array_equal(one, other)
    for studio in (plain, marked):
        studio.close()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a clip into a folder whose name nobody should read."""

    def write(name: str, samples: Samples) -> Path:
        folder = tmp_path / "secret"
        folder.mkdir(exist_ok=True)
        io.write(folder / name, samples, 24_000)
        return folder / name

    return write


def test_a_voice_is_cloned_with_consent_alone(studio: Studio, write: Callable[..., Path]) -> None:
    clips = [write("a.wav", tone(2.0)), write("b.wav", tone(3.0))]
    assert [heard.name for heard in studio.hear(clips)] == ["a.wav", "b.wav"]
    with pytest.raises(InputError, match="not cloned"):
        studio.clone(clips, consented=False)
    voice = studio.clone(clips, consented=True)
    assert voice.metadata["references"] == ["a.wav", "b.wav"]
    assert voice.metadata["consent"] == CONSENT_STATEMENT
    assert "secret" not in str(voice.metadata)
    studio.consent = False
    assert "consent" not in studio.clone(clips, consented=False).metadata


@pytest.mark.parametrize(
    ("name", "samples", "part"),
    [
        ("silent.wav", np.zeros(48_000, np.float32), "reference silent.wav is silent"),
        ("short.wav", tone(0.2), "short.wav holds 0.2 s of speech"),
        ("large.wav", np.zeros(700_000, np.float32), "large.wav has 1.4 MB: give at most 1 MB"),
    ],
)
def test_a_clip_that_cannot_be_used_is_named_without_its_place(
    studio: Studio, write: Callable[..., Path], name: str, samples: Samples, part: str
) -> None:
    studio.limits = Limits(upload_mb=1)
    clip = write(name, samples)
    for use in (studio.hear, lambda clips: studio.clone(clips, True)):
        with pytest.raises(InputError, match=part) as refused:
            use([clip])
        assert "secret" not in str(refused.value)


def test_too_many_and_no_clips_are_refused(studio: Studio, write: Callable[..., Path]) -> None:
    clip = write("a.wav", tone(2.0))
    with pytest.raises(InputError, match="6 clips are given: choose at most 5"):
        studio.hear([clip] * 6)
    with pytest.raises(InputError, match="no clips are given"):
        studio.hear([])


def test_voices_are_saved_mixed_and_deleted(studio: Studio, write: Callable[..., Path]) -> None:
    voice = studio.clone([write("a.wav", tone(2.0, 300))], consented=True)
    assert studio.save(voice, " alice ") == "alice"
    assert Voice.load(home.voice_file("alice")).name == "alice"
    assert [(info.name, info.origin) for info in studio.voices()] == [
        ("alice", "saved"),
        ("default", "model"),
    ]
    assert np.array_equal(studio.voice("alice").timbre, voice.timbre)
    for taken in ("alice", "default"):
        with pytest.raises(InputError, match=f"'{taken}' exists already"):
            studio.save(voice, taken)
    for none in ("", "../up", "a/b"):
        with pytest.raises(InputError, match="cannot be saved"):
            studio.save(voice, none)
    mixed = studio.mix({"alice": 0.75, "default": 0.25, "nobody": 0.0})
    assert mixed.metadata["mixture"] == {"alice": 0.75, "default": 0.25}
    with pytest.raises(InputError, match="1 voices have a share"):
        studio.mix({"alice": 1.0, "default": 0.0})
    with pytest.raises(InputError, match="'default' is not a saved one"):
        studio.remove("default")
    studio.remove("alice")
    assert not home.voice_file("alice").exists()
    with pytest.raises(InputError, match="no voice is called 'alice'"):
        studio.voice("alice")


def test_nothing_is_saved_where_that_is_off(tts: MiniMaxSpeech) -> None:
    studio = Studio(tts, saving=False)
    Voice(np.ones(32, np.float32), "bob", "x").save(_made(home.voice_file("bob")))
    with pytest.raises(InputError, match="--no-save"):
        studio.save(tts.voice("default"), "carol")
    with pytest.raises(InputError, match="--no-save"):
        studio.remove("bob")
    assert [path.stem for path in home.voices_folder().iterdir()] == ["bob"]
    studio.close()


def test_a_path_is_no_voice(studio: Studio, write: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="no voice is called"):
        studio.voice(str(write("a.wav", tone(2.0))))


def test_pieces_and_files_are_the_same_speech(
    studio: Studio, tts: MiniMaxSpeech, tmp_path: Path
) -> None:
    delivery = Delivery(language="en", speed=1.5, seed=3)
    *pieces, spoken = studio.speak(TEXT, None, delivery, tmp_path)
    assert all(isinstance(piece, Audio) for piece in pieces)
    assert isinstance(spoken, Spoken)
    heard = np.concatenate([piece.samples for piece in pieces])
    alone = tts.stream(TEXT, language="en", seed=3, speed=1.5)
    assert len(heard) == sum(len(piece.samples) for piece in alone)
    filed, rate = soundfile.read(spoken.audio, dtype="float32")
    assert (rate, len(filed)) == (24_000, len(heard))
    np.testing.assert_allclose(filed, np.clip(heard, -1, 1), atol=1e-4)
    assert spoken.seconds == pytest.approx(len(heard) / rate)
    assert [word.text for word in spoken.words] == TEXT.split()
    assert spoken.subtitles.read_text().startswith("1\n00:00:")
    assert spoken.picture is not None


def test_a_long_text_is_told_of_and_ends_in_files(studio: Studio, tmp_path: Path) -> None:
    text = TEXT.replace(". ", ".\n\n")
    *told, spoken = studio.speak_long(text, None, Delivery(), tmp_path)
    assert isinstance(spoken, Spoken)
    assert told[-1] == Told(2, 2)
    assert spoken.seconds == pytest.approx(soundfile.info(spoken.audio).duration)
    assert "fox" in spoken.subtitles.read_text()
    assert [word.text for word in spoken.words] == text.split()
    assert spoken.picture is None


def test_texts_that_are_empty_or_too_long_are_refused(studio: Studio, tmp_path: Path) -> None:
    studio.limits = Limits(text=10, long_text=20)
    for speak, most in ((studio.speak, 10), (studio.speak_long, 20)):
        for text, part in (("x" * 21, f"21 characters, more than {most}"), (" ", "is empty")):
            with pytest.raises(InputError, match=part):
                list(speak(text, None, Delivery(), tmp_path))


def test_what_is_left_at_its_default_is_left_to_the_voice() -> None:
    assert not any(Delivery().options.values())
    assert Delivery(emotion="sad", strength=0.5, pitch=2.0).options == {
        "speed": None,
        "pitch": 2.0,
        "volume": None,
        "emotion": "sad:0.5",
        "watermark": None,
    }


def test_a_text_file_must_be_text(studio: Studio, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Grüße", encoding="utf-8")
    assert studio.read_text(file) == "Grüße"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"text file a\.txt is not UTF-8"):
        studio.read_text(file)


def test_languages_have_names(studio: Studio) -> None:
    assert studio.languages == [("English", "en")]


@pytest.fixture
def recordings(write: Callable[..., Path]) -> list[Path]:
    return [write(f"{number}.wav", tone(4.0, 200 + 10 * number)) for number in range(5)]


def tuned(studio: Studio, files: list[Path], **changed: Any) -> list[TuningNews | Voice]:
    asked = {"name": "dora", "language": "en", "steps": 20, "consented": True} | changed
    return list(studio.tune(files=files, **asked))


def test_a_voice_is_tuned_and_saved(studio: Studio, recordings: list[Path]) -> None:
    *news, voice = tuned(studio, recordings)
    assert isinstance(voice, Voice)
    assert voice.metadata["method"] == "pvc"
    assert voice.metadata["consent"] == CONSENT_STATEMENT
    assert np.array_equal(Voice.load(home.voice_file("dora")).timbre, voice.timbre)
    told = [one.progress for one in news if isinstance(one, TuningNews) and one.progress]
    assert [one.done for one in told if one.stage == "listening"] == [1, 2, 3, 4, 5]
    steps = [one for one in told if one.stage == "tuning"]
    assert [one.done for one in steps] == list(range(1, 21))
    assert all(one.total == 20 and one.loss is not None for one in steps)
    assert news[-1] == replace(news[-1], seconds_left=0.0)


def test_tuning_ends_when_nobody_watches(studio: Studio, recordings: list[Path]) -> None:
    running = set(threading.enumerate())
    work = studio.tune("dora", recordings, "en", 200, True)
    next(news for news in work if news.progress and news.progress.stage == "tuning")
    (thread,) = set(threading.enumerate()) - running
    work.close()
    thread.join(timeout=60)
    assert not thread.is_alive()
    assert not home.voice_file("dora").exists()


def test_recordings_that_cannot_be_used_are_refused(studio: Studio, recordings: list[Path]) -> None:
    with pytest.raises(InputError, match="is not cloned"):
        tuned(studio, recordings, consented=False)
    with pytest.raises(InputError, match="'default' exists already"):
        tuned(studio, recordings, name="default")
    with pytest.raises(InputError, match="no recordings are given"):
        tuned(studio, [])
    with pytest.raises(InputError, match=r"8\.0 s of speech in 2 recordings"):
        tuned(studio, recordings[:2])
    studio.limits = Limits(recording_minutes=0.2)
    with pytest.raises(InputError, match=r"give at most 0\.2"):
        tuned(studio, recordings)


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    return path
