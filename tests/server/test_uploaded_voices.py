"""/v1/audio/voices, with the tiny model."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from containers import write_container
from fastapi.testclient import TestClient
from serving import speech
from tiny import tone

from minimax_speech import MiniMaxSpeech, home
from minimax_speech.api import VoiceInfo
from minimax_speech.server import workshop
from minimax_speech.voice import Voice

Serve = Callable[..., TestClient]
PATH = "/v1/audio/voices"
CONSENT = "I am Alice and I agree."


def upload(client: TestClient, recording: bytes, field: str = "audio_sample", **form: str):
    """Send a recording; an empty field of the form is left out."""
    form = {"name": "alice", "consent": CONSENT, **form}
    data = {key: value for key, value in form.items() if value}
    return client.post(PATH, data=data, files={field: ("../clip.wav", recording, "audio/wav")})


def silence(seconds: float, channels: int, rate: int = 8000) -> bytes:
    """A FLAC of nothing."""
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, channels, "PCM_16", format="FLAC") as flac:
        block = np.zeros((rate * 60, channels), np.int16)
        for _ in range(round(seconds / 60)):
            flac.write(block)
    return file.getvalue()


def test_the_models_voices_are_listed(client: TestClient) -> None:
    (voice,) = client.get(PATH).json()["data"]
    assert (voice["id"], voice["name"], voice["origin"]) == ("default", "default", "model")
    assert client.get(f"{PATH}/default").json() == voice


@pytest.mark.parametrize("field", ["audio_sample", "file"])
def test_a_voice_is_cloned_spoken_with_and_removed(
    client: TestClient, clip: Path, field: str
) -> None:
    answer = upload(client, clip.read_bytes(), field, language="en")
    assert answer.status_code == 200, answer.text
    assert answer.json()["id"] == "alice"
    assert answer.json()["language"] == "en"
    assert [voice["id"] for voice in client.get(PATH).json()["data"]] == ["alice", "default"]
    saved = Voice.load(home.voice_file("alice"))
    assert saved.metadata["consent"] == CONSENT
    assert saved.metadata["references"] == ["audio_sample"]
    spoken = client.post("/v1/audio/speech", json=speech(voice={"id": "alice"}))
    assert spoken.status_code == 200
    assert spoken.content != client.post("/v1/audio/speech", json=speech()).content
    assert client.delete(f"{PATH}/alice").json()["deleted"] is True
    assert client.get(f"{PATH}/alice").status_code == 404
    assert client.delete(f"{PATH}/alice").status_code == 404


def test_a_phones_recording_is_cloned_and_a_long_one_refused(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("av", reason="pip install 'minimax-speech[formats]'")
    memo = write_container(tmp_path / "memo.m4a", tone(2.0), 24_000)
    answer = upload(client, memo.read_bytes())
    assert answer.status_code == 200, answer.text
    assert Voice.load(home.voice_file("alice")).metadata["references"] == ["audio_sample"]
    broken = upload(client, memo.read_bytes()[:5_000], name="bob")
    assert broken.status_code == 400
    assert "audio_sample cannot be read" in broken.json()["error"]["message"]
    monkeypatch.setattr(workshop, "MAX_RECORDING_SECONDS", 1.5)
    long = upload(client, memo.read_bytes(), name="bob")
    assert long.status_code == 400
    assert "lasts 2 s" in long.json()["error"]["message"]


def test_a_name_is_taken_once(client: TestClient, clip: Path) -> None:
    assert upload(client, clip.read_bytes()).status_code == 200
    again = upload(client, clip.read_bytes())
    assert again.status_code == 409
    assert again.json()["error"]["code"] == "name_taken"
    assert again.json()["error"]["param"] == "name"
    assert upload(client, clip.read_bytes(), name="default").status_code == 409


def test_the_name_of_designed_voices_is_none_for_others(client: TestClient, clip: Path) -> None:
    answer = upload(client, clip.read_bytes(), name="design")
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "name"


def test_a_name_may_be_taken_meanwhile(
    client: TestClient, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = MiniMaxSpeech.voice

    def overtaken(self: MiniMaxSpeech, *given: Any, **more: Any) -> Voice:
        voice = clone(self, *given, **more)
        home.make_voices_folder()
        replace(voice, metadata={"whose": "another's"}).save(home.voice_file("alice"))
        return voice

    monkeypatch.setattr(MiniMaxSpeech, "voice", overtaken)
    assert upload(client, clip.read_bytes()).status_code == 409
    assert Voice.load(home.voice_file("alice")).metadata == {"whose": "another's"}


def test_consent_is_asked_for_unless_it_is_not(serve: Serve, clip: Path) -> None:
    answer = upload(serve(), clip.read_bytes(), consent="  ")
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "consent_required"
    assert upload(serve(consent=False), clip.read_bytes(), consent="").status_code == 200


def test_the_models_voices_stay(client: TestClient) -> None:
    assert client.delete(f"{PATH}/default").status_code == 403
    assert client.get(f"{PATH}/default").status_code == 200


@pytest.mark.parametrize(
    "name", ["../evil", "..", "/etc/passwd", "a/b", "a\\b", ".hidden", "nul\0l", "x" * 101, " "]
)
def test_names_that_are_paths_are_refused(client: TestClient, clip: Path, name: str) -> None:
    answer = upload(client, clip.read_bytes(), name=name)
    assert answer.status_code == 400
    assert list(home.voices_folder().parent.rglob("*")) == []


@pytest.mark.parametrize("name", ["..%2F..%2Fevil", "%2e%2e%2fevil", "..", "a%5Cb", "%00"])
def test_paths_are_not_removed(client: TestClient, name: str) -> None:
    home.voices_folder().mkdir(parents=True)
    (home.voices_folder().parent / "evil.safetensors").touch()
    assert client.delete(f"{PATH}/{name}").status_code in (400, 404, 405)
    assert (home.voices_folder().parent / "evil.safetensors").exists()


def zip_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("clip.wav", bytes(20_000_000))
    return file.getvalue()


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        (b"", "audio_sample is empty"),
        (b"RIFF....WAVE", "not an audio file"),
        (zip_bomb(), "not an audio file"),
        (silence(60, 1), "audio_sample is silent"),
    ],
    ids=["empty", "garbage", "zip", "silent"],
)
def test_recordings_that_cannot_be_used(client: TestClient, recording: bytes, message: str) -> None:
    answer = upload(client, recording)
    assert answer.status_code == 400
    error = answer.json()["error"]["message"].replace("audio file audio_sample", "audio_sample")
    assert message in error
    assert "/tmp" not in error


def test_hours_in_few_bytes_are_refused_before_they_are_decoded(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = silence(10 * 3600, channels=8, rate=100)
    assert len(bomb) < 500_000
    monkeypatch.setattr("minimax_speech.audio.io._read_block", lambda *_: pytest.fail("decoded"))
    answer = upload(client, bomb)
    assert answer.status_code == 400
    assert "lasts 36000 s: use a file of at most 600 s" in answer.json()["error"]["message"]


def test_a_flac_that_was_sent_live_says_why_it_is_refused(client: TestClient) -> None:
    live = client.post("/v1/audio/speech", json=speech(response_format="flac")).content
    answer = upload(client, live)
    assert answer.status_code == 400
    assert "audio_sample does not tell its length" in answer.json()["error"]["message"]


def test_only_a_few_may_wait_for_the_workshop(
    serve: Serve, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minimax_speech.server.workshop._MOST_WAITING", -1)
    answer = upload(serve(), clip.read_bytes())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


def test_a_form_without_a_recording(client: TestClient) -> None:
    answer = client.post(PATH, data={"name": "alice", "consent": CONSENT})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "audio_sample"


def test_a_damaged_voice_is_listed_by_its_name(client: TestClient) -> None:
    home.voices_folder().mkdir(parents=True)
    home.voice_file("broken").write_bytes(b"nothing")
    assert [voice["id"] for voice in client.get(PATH).json()["data"]] == ["broken", "default"]
    spoken = client.post("/v1/audio/speech", json=speech(voice="broken"))
    assert spoken.status_code == 400
    assert "'broken'" in spoken.json()["error"]["message"]
    assert str(home.voices_folder()) not in spoken.text
    assert client.delete(f"{PATH}/broken").status_code == 200


def test_a_voice_that_is_removed_meanwhile_is_not_listed(
    client: TestClient, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(client, clip.read_bytes())
    listed = MiniMaxSpeech.voices

    def then_removed(engine: MiniMaxSpeech) -> list[VoiceInfo]:
        found = listed(engine)
        home.voice_file("alice").unlink(missing_ok=True)
        return found

    monkeypatch.setattr(MiniMaxSpeech, "voices", then_removed)
    assert [voice["id"] for voice in client.get(PATH).json()["data"]] == ["default"]
