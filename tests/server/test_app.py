"""What requests meet before their routes, and what the server tells of itself."""

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from serving import TEXT, speech

from minimax_speech import MiniMaxSpeech
from minimax_speech.errors import Busy, InputError
from minimax_speech.inference.scheduler import Scheduler
from minimax_speech.server.app import create_app
from minimax_speech.server.limits import Lifecycle
from minimax_speech.server.logs import LOGGER, JsonFormatter
from minimax_speech.server.process import warn_if_open
from minimax_speech.server.settings import ServerSettings

Serve = Callable[..., TestClient]
PATH = "/v1/audio/speech"
KEYS = ("first-key", "second-key")


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """What is logged, as JSON."""
    logged: list[dict[str, Any]] = []
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(  # type: ignore[method-assign]
        json.loads(JsonFormatter().format(record))
    )
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    yield logged
    LOGGER.removeHandler(handler)


def measured(client: TestClient, **headers: str) -> dict[str, float]:
    """Metrics by name, those with labels with the labels' values."""
    text = client.get("/metrics", headers=headers).text
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class TestKeys:
    @pytest.mark.parametrize("path", ["/v1/models", "/v1/audio/voices", "/metrics", "/nowhere"])
    @pytest.mark.parametrize(
        "given", [None, "Bearer wrong", "Bearer ", "Basic first-key", "first-key", "Bearer \xff"]
    )
    def test_without_a_key_there_is_nothing(
        self, serve: Serve, path: str, given: str | None
    ) -> None:
        headers = {} if given is None else {"Authorization": given.encode("latin-1")}
        answer = serve(api_keys=KEYS).get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "invalid_api_key"
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("key", KEYS)
    def test_each_key_opens(self, serve: Serve, key: str) -> None:
        client = serve(api_keys=KEYS)
        headers = {"Authorization": f"Bearer {key}"}
        assert client.get("/v1/models", headers=headers).status_code == 200
        assert client.post(PATH, json=speech(), headers=headers).status_code == 200

    @pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready"])
    def test_health_is_open(self, serve: Serve, path: str) -> None:
        assert serve(api_keys=KEYS).get(path).status_code == 200

    def test_a_body_is_not_read_without_a_key(self, serve: Serve) -> None:
        answer = serve(api_keys=KEYS).post("/v1/audio/voices", content=b"x" * 200_000_000)
        assert answer.status_code == 401


class TestBodies:
    def test_a_declared_size_is_enough_to_refuse(self, client: TestClient) -> None:
        answer = client.post("/v1/audio/voices", content=b"x" * 26_000_000)
        assert answer.status_code == 413
        assert "larger than 25 MB" in answer.json()["error"]["message"]
        assert client.post(PATH, content=b" " * 2_000_000).status_code == 413

    @pytest.mark.parametrize("path", ["/v1/audio/voices", PATH])
    def test_a_body_without_a_size_is_cut_off(self, engine: MiniMaxSpeech, path: str) -> None:
        app = create_app(engine, ServerSettings(max_upload_mb=0.5, max_text=10))
        part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        taken, sent = 0, list[dict[str, Any]]()

        async def receive() -> dict[str, Any]:
            nonlocal taken
            if sent:
                return {"type": "http.disconnect"}
            body = (part if taken == 0 and path != PATH else b"") + b" " * 100_000
            taken += len(body)
            return {"type": "http.request", "body": body, "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        kind = b"application/json" if path == PATH else b"multipart/form-data; boundary=x"
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "method": "POST",
            "path": path,
            "query_string": b"",
            "headers": [(b"content-type", kind)],
        }
        asyncio.run(app(scope, receive, send))
        assert sent[0]["status"] == 413
        assert taken <= (1_200_000 if path == PATH else 700_000)


class TestHealth:
    def test_it_tells_the_load(self, client: TestClient) -> None:
        assert client.get("/health").json() == {"status": "ok", "live": 0, "waiting": 0}
        assert client.get("/health/live").json() == {"status": "ok"}

    def test_while_draining_work_is_refused(self, engine: MiniMaxSpeech) -> None:
        lifecycle = Lifecycle()
        with TestClient(create_app(engine, lifecycle=lifecycle)) as client:
            lifecycle.drain()
            for path in ("/health", "/health/ready"):
                assert client.get(path).status_code == 503
                assert client.get(path).json()["status"] == "draining"
            assert client.get("/health/live").status_code == 200
            assert client.get("/metrics").status_code == 200
            answer = client.post(PATH, json=speech())
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["error"]["code"] == "draining"
        assert lifecycle.running == 0


class TestModels:
    def test_what_can_be_made_is_listed(self, client: TestClient) -> None:
        (model,) = client.get("/v1/models").json()["data"]
        assert model["id"] == "tiny"
        assert set(model["formats"]) == {"mp3", "opus", "aac", "flac", "wav", "pcm"}
        assert model["languages"] == ["en"]
        assert client.get("/v1/models/tiny").json() == model
        assert client.get("/v1/models/tts-1").json() == model
        assert client.get("/v1/models/gpt-5").status_code == 404

    def test_a_format_that_cannot_be_made_here(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in ("models", "speech"):
            name = f"minimax_speech.server.{module}"
            monkeypatch.setattr(f"{name}.formats_here", lambda: ("wav", "pcm"), raising=False)
        monkeypatch.setattr("minimax_speech.audio.encoder.formats_here", lambda: ("wav", "pcm"))
        answer = client.post(PATH, json=speech(response_format="aac"))
        assert answer.status_code == 400
        assert "'aac' cannot be made here: use one of wav, pcm" in answer.text
        assert client.get("/v1/models").json()["data"][0]["formats"] == ["wav", "pcm"]


class TestMetrics:
    def test_requests_are_counted_and_timed(self, client: TestClient) -> None:
        seconds = len(client.post(PATH, json=speech()).content) / 2 / 24_000
        client.post(PATH, json=speech(voice="nobody"))
        client.get("/nowhere/at/all")
        client.get("/v1/audio/voices/one")
        client.get("/v1/audio/voices/two")
        found = measured(client)
        assert found[f"tts_requests_total {PATH} 200"] == 1
        assert found[f"tts_requests_total {PATH} 400"] == 1
        assert found["tts_requests_total other 404"] == 1
        assert found["tts_requests_total /v1/audio/voices/{id} 404"] == 2
        assert found[f"tts_request_seconds_count {PATH}"] == 2
        assert found["tts_time_to_first_audio_seconds_count"] == 1
        assert found["tts_real_time_factor_count"] == 1
        assert found["tts_audio_seconds_total"] == pytest.approx(seconds)
        assert found["tts_streams_live"] == found["tts_streams_waiting"] == 0

    def test_servers_do_not_share_them(self, serve: Serve) -> None:
        one, other = serve(), serve()
        one.post(PATH, json=speech())
        assert measured(other)["tts_audio_seconds_total"] == 0


class TestLogs:
    def test_a_request_is_a_line_without_what_was_said(
        self, client: TestClient, lines: list[dict[str, Any]]
    ) -> None:
        answer = client.post(PATH, json=speech(), headers={"X-Request-Id": "mine-1"})
        assert answer.headers["x-request-id"] == "mine-1"
        (line,) = lines
        assert line["event"] == "request"
        assert line["id"] == "mine-1"
        assert (line["method"], line["route"], line["status"]) == ("POST", PATH, 200)
        assert (line["format"], line["characters"]) == ("pcm", len(TEXT))
        assert line["bytes"] == len(answer.content)
        assert line["audio_seconds"] == pytest.approx(len(answer.content) / 48_000, abs=1e-3)
        assert line["complete"] is True
        assert "Hello" not in json.dumps(lines)

    def test_ids_that_are_unfit_for_a_log_are_replaced(self, client: TestClient) -> None:
        given = 'x" injected'
        answer = client.get("/health", headers={"X-Request-Id": given})
        assert answer.headers["x-request-id"] != given
        assert len(answer.headers["x-request-id"]) == 32

    def test_an_error_is_told_without_its_message(
        self,
        client: TestClient,
        lines: list[dict[str, Any]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def fail(_: object, text: str, *__: Any, **___: Any) -> None:
            raise RuntimeError(text)

        monkeypatch.setattr("minimax_speech.inference.scheduler.Scheduler.stream", fail)
        assert client.post(PATH, json=speech()).status_code == 500
        failure, request = lines
        assert (failure["event"], failure["error"]) == ("failure", "RuntimeError")
        assert any("speech.py" in place for place in failure["at"])
        assert request["status"] == 500
        assert "Hello" not in json.dumps(lines)

    def test_others_are_quoted_no_further_than_their_first_line(self) -> None:
        """A task's error, as asyncio tells it, holds the error's message."""
        script = (
            "import asyncio, logging, warnings\n"
            "from minimax_speech.server.logs import log_to_stderr\n"
            "log_to_stderr()\n"
            "async def fail(): raise ValueError('Hello there')\n"
            "async def forget():\n"
            "    task = asyncio.create_task(fail())\n"
            "    await asyncio.wait([task])\n"
            "asyncio.run(forget())\n"
            "warnings.warn('old', FutureWarning)\n"
            "logging.getLogger('minimax_speech.text').warning('Hello there')\n"
        )
        command = [sys.executable, "-c", script]
        written = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        task, warning = map(json.loads, written.splitlines())
        assert (task["event"], task["error"]) == (
            "Task exception was never retrieved",
            "ValueError",
        )
        assert "FutureWarning: old" in warning["event"]
        assert "Hello" not in written


class TestCors:
    ORIGIN = "https://example.org"

    def test_it_is_off(self, client: TestClient) -> None:
        answer = client.get("/v1/models", headers={"Origin": self.ORIGIN})
        assert "access-control-allow-origin" not in answer.headers

    @pytest.mark.parametrize("origin", [ORIGIN, "null", "http://[", "http://127.0.0.1.nip.io"])
    def test_pages_of_elsewhere_can_send_nothing(self, client: TestClient, origin: str) -> None:
        headers = {"Origin": origin}
        for answer in (
            client.post(PATH, json={}, headers=headers),
            client.post("/v1/audio/voices", data={"name": "eve"}, headers=headers),
            client.delete("/v1/audio/voices/alice", headers=headers),
        ):
            assert answer.status_code == 403
            assert answer.json()["error"]["code"] == "origin_refused"

    @pytest.mark.parametrize(
        "origin", ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:8"]
    )
    def test_pages_of_this_machine_may(self, client: TestClient, origin: str) -> None:
        assert client.get("/v1/models", headers={"Origin": origin}).status_code == 200

    def test_named_origins_may(self, serve: Serve) -> None:
        client = serve(cors_origins=(self.ORIGIN,), api_keys=KEYS)
        asked = {"Origin": self.ORIGIN, "Access-Control-Request-Method": "POST"}
        answer = client.options(PATH, headers=asked)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == self.ORIGIN
        other = client.options(PATH, headers={**asked, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_a_server_that_has_failed_is_not_ready(
    engine: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedulers = []

    def scheduler(*most: int) -> Scheduler:
        schedulers.append(MiniMaxSpeech.scheduler(engine, *most))
        return schedulers[-1]

    monkeypatch.setattr(engine, "scheduler", scheduler)
    with TestClient(create_app(engine)) as client:
        client.post(PATH, json={"model": "tts-1", "voice": "alloy", "input": "Hello there."})
        assert client.get("/health/ready").status_code == 200
        schedulers[0].close()
        answer = client.get("/health/ready")
        assert (answer.status_code, answer.json()["status"]) == (503, "failed")
        assert client.get("/health/live").status_code == 200


def test_all_speech_is_marked_where_that_is_asked_for(serve: Serve) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    wanted = {"model": "tts-1", "voice": "alloy", "input": "Hello there.", "response_format": "pcm"}
    plain, marked = (
        serve(watermark=marked).post(PATH, json=wanted).content for marked in (False, True)
    )
    assert len(plain) == len(marked) > 0
    assert plain != marked


def test_busy_is_429_with_the_time_to_wait(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise Busy(64, 7)

    monkeypatch.setattr("minimax_speech.inference.scheduler.Scheduler.stream", refuse)
    answer = client.post(PATH, json=speech())
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7"
    assert answer.json()["error"]["type"] == "rate_limit_error"


class Stuck:
    """A stream that never begins."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[Any]:
        self.closed.wait(30)
        return iter(())

    def close(self) -> None:
        self.closed.set()


def test_what_takes_too_long_is_504_and_leaves_its_place(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = Stuck()
    monkeypatch.setattr(
        "minimax_speech.inference.scheduler.Scheduler.stream", lambda *_, **__: stuck
    )
    client = serve(timeout=1)
    answer = client.post(PATH, json=speech())
    assert answer.status_code == 504
    assert answer.json()["error"]["code"] == "timeout"
    assert stuck.closed.wait(30)


def test_unknown_paths_and_methods_are_errors_of_the_same_form(client: TestClient) -> None:
    assert client.get("/nowhere").json()["error"]["type"] == "invalid_request_error"
    answer = client.put(PATH)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["error"]["message"]
    assert client.options("/v1/audio/voices/one").headers["allow"] == "DELETE, GET"
    assert client.post("/openapi.json").status_code == 405


@pytest.mark.parametrize(
    ("keys", "host", "warns"),
    [((), "0.0.0.0", True), ((), "", True), (("a",), "0.0.0.0", False), ((), "127.0.0.1", False)],
)
def test_a_server_that_is_open_to_all_says_so(
    lines: list[dict[str, Any]], keys: tuple[str, ...], host: str, warns: bool
) -> None:
    warn_if_open(ServerSettings(api_keys=keys), host)
    assert [line["level"] for line in lines] == ["warning"] * warns


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"max_text": 0}, "max_text is 0: use a number of 1 or more"),
        ({"timeout": 0.0}, "timeout is 0.0: use a number of 1 or more"),
        ({"most_live": 0}, "most_live is 0"),
        ({"api_keys": ("",)}, "API key is empty"),
        ({"api_keys": ("kéy",)}, "not plain ASCII"),
    ],
)
def test_settings_out_of_range(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ServerSettings(**settings)
