"""POST /v1/audio/speech, with the tiny model."""

import base64
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from serving import TEXT, seconds_of, speech

from minimax_speech import MiniMaxSpeech
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import find_model
from minimax_speech.server.choices import VOICE_ALIASES, read_instructions
from minimax_speech.server.errors import ApiError

Serve = Callable[..., TestClient]
PATH = "/v1/audio/speech"
LONE_SURROGATE = rb'{"model": "tts-1", "input": "\ud800", "voice": "alloy"}'


def events(text: str) -> list[dict]:
    """The data of server-sent events."""
    found = []
    for block in text.strip().split("\n\n"):
        event, data = block.split("\n")
        content = json.loads(data.removeprefix("data: "))
        assert event == f"event: {content['type']}"
        found.append(content)
    return found


def samples(pcm: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / 32767


def test_pcm_is_what_the_engine_says(client: TestClient, engine: MiniMaxSpeech) -> None:
    answer = client.post(PATH, json=speech(seed=3))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/pcm"
    assert "content-length" not in answer.headers
    expected = np.concatenate([piece.samples for piece in engine.stream(TEXT, seed=3)])
    np.testing.assert_allclose(samples(answer.content), np.clip(expected, -1, 1), atol=2e-3)


@pytest.mark.parametrize(
    ("format", "media_type"),
    [
        ("wav", "audio/wav"),
        ("flac", "audio/flac"),
        ("opus", "audio/ogg"),
        ("mp3", "audio/mpeg"),
        ("aac", "audio/aac"),
    ],
)
def test_formats(client: TestClient, format: str, media_type: str) -> None:
    seconds = seconds_of("pcm", client.post(PATH, json=speech()).content)
    answer = client.post(PATH, json=speech(response_format=format))
    assert answer.headers["content-type"] == media_type
    assert -1e-3 <= seconds_of(format, answer.content) - seconds <= 0.1


def test_mp3_is_the_default(client: TestClient) -> None:
    answer = client.post(PATH, json={"model": "tiny", "input": TEXT, "voice": "alloy"})
    assert answer.headers["content-type"] == "audio/mpeg"
    assert answer.content


def test_server_sent_events_hold_the_same_audio(client: TestClient) -> None:
    whole = client.post(PATH, json=speech()).content
    answer = client.post(PATH, json=speech(stream_format="sse"))
    assert answer.headers["content-type"].startswith("text/event-stream")
    *deltas, done = events(answer.text)
    assert {delta["type"] for delta in deltas} == {"speech.audio.delta"}
    assert b"".join(base64.b64decode(delta["audio"]) for delta in deltas) == whole
    assert done["type"] == "speech.audio.done"
    tokens = round(len(whole) / 2 / 24_000 * 25)
    assert done["usage"] == {
        "input_tokens": len(TEXT),
        "output_tokens": tokens,
        "total_tokens": len(TEXT) + tokens,
    }


def test_streams_leave_piece_by_piece(serve: Serve, engine: MiniMaxSpeech) -> None:
    client = serve()
    with client.stream("POST", PATH, json=speech(input=f"{TEXT} " * 8)) as answer:
        pieces = list(answer.iter_raw())
    assert len(pieces) > 3


@pytest.mark.parametrize("voice", ["default", {"id": "default"}, None, "alloy", "onyx"])
def test_voices_by_name_and_id(client: TestClient, voice: object) -> None:
    assert client.post(PATH, json=speech(voice=voice)).status_code == 200


@pytest.mark.parametrize(
    ("options", "status", "param", "message"),
    [
        ({"model": "gpt-5"}, 404, "model", "'gpt-5' does not exist: use 'tiny'"),
        ({"voice": "nobody"}, 400, "voice", "no voice is called 'nobody'"),
        ({"voice": "/etc/passwd"}, 400, "voice", "no voice is called"),
        ({"voice": {"id": "../../x.safetensors"}}, 400, "voice", "no voice is called"),
        ({"voice": {"name": "x"}}, 400, "voice", ""),
        ({"speed": 4.0}, 400, "speed", "less than or equal to 2"),
        ({"speed": 0.25}, 400, "speed", "greater than or equal to 0.5"),
        ({"speed": "fast"}, 400, "speed", "number"),
        ({"seed": -1}, 400, "seed", "greater than or equal to 0"),
        ({"response_format": "midi"}, 400, "response_format", "'mp3', 'opus'"),
        ({"input": ""}, 400, "input", "at least 1 character"),
        ({"input": "x" * 4097}, 400, "input", "4097 characters: use at most 4096"),
        ({"input": "Hi. <#60#> Ho. <#41#>"}, 400, "input", "101 s of silence: use at most 100"),
        ({"input": "..."}, 400, None, "nothing to say"),
        ({"language": "xx"}, 400, None, "'xx'"),
        ({"emotion": "bored"}, 400, None, "no emotion is called 'bored'"),
        ({"instructions": "Mumble."}, 400, "instructions", "exactly one emotion"),
        ({"voice": "design"}, 400, "instructions", "needs instructions"),
        ({"voice": "design", "instructions": "An old man"}, 400, None, "designs no voices"),
        ({"pronunciation": {"gif": "123"}}, 400, None, "pronunciation of 'gif'"),
        ({"pronunciation": "words.txt"}, 400, "pronunciation", ""),
        ({"reverb": 1}, 400, "reverb", "not permitted"),
    ],
)
def test_wrong_requests(
    client: TestClient, options: dict, status: int, param: str | None, message: str
) -> None:
    answer = client.post(PATH, json=speech(**options))
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert error["param"] == param
    assert message in error["message"]
    assert "\n" not in error["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"model": "tts-1"}', LONE_SURROGATE])
def test_bodies_that_are_none(client: TestClient, body: bytes) -> None:
    answer = client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_an_engine_that_fails_is_a_500_that_tells_nothing(
    serve: Serve, engine: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve()
    monkeypatch.setattr(type(engine), "emotions", lambda _: 1 / 0)
    answer = client.post(PATH, json=speech(instructions="Be sad."))
    assert answer.status_code == 500
    assert answer.json()["error"]["type"] == "server_error"
    assert "zero" not in answer.text


@pytest.mark.parametrize(
    ("instructions", "emotion"),
    [
        ("Speak in a sad tone.", "sad"),
        ("WHISPER this", "whisper"),
        ("Please sound happy, and take your time", "happy"),
    ],
)
def test_instructions_that_name_an_emotion(instructions: str, emotion: str) -> None:
    assert read_instructions(instructions, ["happy", "sad", "whisper"]) == emotion


@pytest.mark.parametrize(
    "instructions",
    ["Do not be sad", "Don't sound sad", "sad and happy", "saddle up", "slowly", "less sad"],
)
def test_instructions_that_are_not_understood(instructions: str) -> None:
    with pytest.raises(ApiError, match=r"exactly one emotion.*happy, sad"):
        read_instructions(instructions, ["happy", "sad"])


def test_the_voices_of_openai_have_one_of_the_bundled_model_each() -> None:
    voices = {path.stem for path in Path(find_model(None), "voices").glob("*.safetensors")}
    assert set(VOICE_ALIASES.values()) <= voices
    assert len(VOICE_ALIASES) == 13
    guide = (Path(__file__).parents[2] / "docs/guides/serving.md").read_text(encoding="utf-8")
    for name, voice in VOICE_ALIASES.items():
        assert f"| {name} | {voice} |" in guide


def test_instructions_and_an_emotion_are_too_much(client: TestClient) -> None:
    answer = client.post(PATH, json=speech(instructions="Be sad", emotion="happy"))
    assert answer.status_code == 400
    assert "not both" in answer.json()["error"]["message"]


def test_a_voice_is_designed_once_for_the_same_instructions(
    serve: Serve, engine: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def design(self: MiniMaxSpeech, description: str, seed: int) -> object:
        asked.append((description, seed))
        if "accent" in description:
            raise InputError("nothing is understood")
        return self.voice("default")

    monkeypatch.setattr(type(engine), "design_voice", design)
    client = serve()
    for seed in (1, 1, 2):
        wanted = speech(voice="design", instructions="An old man", seed=seed)
        assert client.post(PATH, json=wanted).status_code == 200
    assert asked == [("An old man", 1), ("An old man", 2)]
    wanted = speech(voice="design", instructions="an accent")
    assert client.post(PATH, json=wanted).status_code == 400
