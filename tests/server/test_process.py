"""A server process: the official client, signals, connections."""

import base64
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import httpx
import pytest
from serving import TEXT, seconds_of, speech

pytest.importorskip("fastapi", reason="pip install 'minimax-speech[serve]'")

ROOT = Path(__file__).parents[2]
PATH = "/v1/audio/speech"
KEY = "a-key"
LONG = f"{TEXT} " * 3000
"""Hours of speech: whoever does not read it leaves it unfinished."""
MEDIUM = f"{TEXT} " * 16
"""More than all buffers between server and client hold."""


class Server:
    """A running server, and what it logs."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        assert process.stderr is not None
        self.url = ""
        for line in process.stderr:
            content = json.loads(line)
            if content["event"] == "listening":
                self.url = content["url"]
                break
        assert self.url, process.wait(10)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(json.loads(line))

    @property
    def address(self) -> tuple[str, int]:
        parsed = urlparse(self.url)
        assert parsed.hostname is not None
        assert parsed.port is not None
        return parsed.hostname, parsed.port

    def health(self, path: str = "/health") -> dict[str, Any]:
        return httpx.get(self.url + path).json()

    def stop(self) -> int:
        """Wait for the end, and for all lines."""
        code = self.process.wait(60)
        self._reader.join(10)
        return code


@contextmanager
def running(model: Path, home: Path, *options: str) -> Iterator[Server]:
    """A server process with a model."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MINIMAX_SPEECH_HOME": str(home),
        "TTS_API_KEYS": KEY,
    }
    command = [sys.executable, "-m", "minimax_speech.cli", "serve", "--port", "0", "--device"]
    command += ["cpu", "--model", str(model), "--max-text", "1000000", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        yield Server(process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for tests that leave it as it is."""
    with running(tiny_model, tmp_path_factory.mktemp("home")) as server:
        yield server


def eventually(what: Callable[[], bool]) -> bool:
    """Whether something becomes true, given plenty of time."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def listener(server: Server, text: str) -> Iterator[http.client.HTTPResponse]:
    """A client that has got the head of an answer, and reads no more of it for now."""
    connection = http.client.HTTPConnection(*server.address)
    connection.sock = socket.socket()
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sock.connect(server.address)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    with closing(connection):
        connection.request("POST", PATH, json.dumps(speech(input=text)), headers)
        answer = connection.getresponse()
        assert answer.status == 200
        yield answer


class TestOpenAI:
    """The official client, unchanged."""

    @pytest.fixture
    def client(self, server: Server) -> Any:
        openai = pytest.importorskip("openai", reason="pip install 'minimax-speech[dev]'")
        return openai.OpenAI(base_url=f"{server.url}/v1", api_key=KEY)

    @pytest.mark.parametrize("format", ["mp3", "opus", "aac", "flac", "wav", "pcm"])
    def test_formats(self, client: Any, format: str, tmp_path: Path) -> None:
        answer = client.audio.speech.create(
            model="gpt-4o-mini-tts", voice="alloy", input=TEXT, response_format=format
        )
        answer.write_to_file(tmp_path / "speech")
        assert seconds_of(format, (tmp_path / "speech").read_bytes()) > 0.3

    def test_streaming(self, client: Any) -> None:
        create = client.audio.speech.with_streaming_response.create
        wanted = {
            "model": "tts-1",
            "voice": "nova",
            "input": f"{TEXT} " * 4,
            "response_format": "pcm",
        }
        with create(**wanted) as answer:
            pieces = list(answer.iter_bytes())
        whole = client.audio.speech.create(**wanted)
        assert len(pieces) > 5
        assert b"".join(pieces) == whole.content

    def test_events(self, client: Any) -> None:
        create = client.audio.speech.with_streaming_response.create
        with create(
            model="gpt-4o-mini-tts",
            voice="coral",
            input=TEXT,
            response_format="mp3",
            stream_format="sse",
        ) as answer:
            lines = [line.removeprefix("data: ") for line in answer.iter_lines()]
        *deltas, done = [json.loads(line) for line in lines if line.startswith("{")]
        audio = b"".join(base64.b64decode(delta["audio"]) for delta in deltas)
        assert seconds_of("mp3", audio) > 0.3
        assert done["usage"]["total_tokens"] > 0

    def test_errors_are_its_errors(self, client: Any) -> None:
        import openai

        with pytest.raises(openai.BadRequestError, match="no voice is called") as error:
            client.audio.speech.create(model="tts-1", voice="nobody", input=TEXT)
        assert error.value.param == "voice"
        assert error.value.request_id
        with pytest.raises(openai.NotFoundError, match="gpt-5"):
            client.audio.speech.create(model="gpt-5", voice="alloy", input=TEXT)
        with pytest.raises(openai.AuthenticationError):
            client.with_options(api_key="wrong").models.list()

    def test_models(self, client: Any) -> None:
        assert [model.id for model in client.models.list()] == ["tiny"]


def test_who_hangs_up_frees_the_place(server: Server) -> None:
    with listener(server, LONG):
        assert server.health()["live"] == 1
    assert eventually(lambda: server.health()["live"] == 0)
    assert eventually(lambda: any(line.get("complete") is False for line in server.lines))


def test_who_hangs_up_while_waiting_frees_the_place(tiny_model: Path, tmp_path: Path) -> None:
    with running(tiny_model, tmp_path, "--most-live", "1", "--most-waiting", "1") as server:
        headers = {"Authorization": f"Bearer {KEY}"}
        with listener(server, LONG):
            with pytest.raises(httpx.ReadTimeout):
                httpx.post(server.url + PATH, json=speech(), headers=headers, timeout=0.5)
            assert eventually(lambda: server.health()["waiting"] == 0)
            waiting = threading.Thread(
                target=httpx.post,
                args=(server.url + PATH,),
                kwargs={"json": speech(), "headers": headers, "timeout": 60},
            )
            waiting.start()
            assert eventually(lambda: server.health()["waiting"] == 1)
            refused = httpx.post(server.url + PATH, json=speech(), headers=headers)
            assert refused.status_code == 429
            assert int(refused.headers["retry-after"]) >= 1
        waiting.join(30)
        assert not waiting.is_alive()


def test_a_signal_ends_nothing_that_was_begun(tiny_model: Path, tmp_path: Path) -> None:
    with running(tiny_model, tmp_path) as server:
        headers = {"Authorization": f"Bearer {KEY}"}
        expected = httpx.post(
            server.url + PATH, json=speech(input=MEDIUM), headers=headers, timeout=60
        ).content
        with listener(server, MEDIUM) as answer:
            server.process.send_signal(signal.SIGTERM)
            assert eventually(lambda: server.health("/health/ready")["status"] == "draining")
            refused = httpx.post(server.url + PATH, json=speech(), headers=headers)
            assert refused.status_code == 503
            assert "retry-after" in refused.headers
            assert server.health()["live"] == 1
            assert answer.read() == expected
        assert server.stop() == 0
        assert server.lines[-1]["event"] == "stopped"


def test_a_second_signal_ends_at_once(tiny_model: Path, tmp_path: Path) -> None:
    statuses: list[int] = []

    def wait_in_vain(url: str) -> None:
        headers = {"Authorization": f"Bearer {KEY}"}
        answer = httpx.post(url + PATH, json=speech(), headers=headers, timeout=60)
        statuses.append(answer.status_code)

    with running(tiny_model, tmp_path, "--most-live", "1") as server, listener(server, LONG):
        waiting = threading.Thread(target=wait_in_vain, args=(server.url,))
        waiting.start()
        assert eventually(lambda: server.health()["waiting"] == 1)
        server.process.send_signal(signal.SIGTERM)
        assert eventually(lambda: server.health()["status"] == "draining")
        server.process.send_signal(signal.SIGTERM)
        assert server.stop() == 0
        waiting.join(30)
    assert statuses == [503]


def test_an_answer_that_takes_too_long_is_seen_to_be_cut_off(
    tiny_model: Path, tmp_path: Path
) -> None:
    with running(tiny_model, tmp_path, "--timeout", "5") as server:
        with listener(server, LONG) as answer:
            assert eventually(lambda: server.health()["live"] == 0)
            with pytest.raises(http.client.IncompleteRead):
                answer.read()
        assert any(line.get("error") == "TimeoutError" for line in server.lines)
        assert TEXT not in str(server.lines)


def test_a_body_that_becomes_too_large_is_refused_before_its_end(server: Server) -> None:
    head = (
        f"POST /v1/audio/voices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(head.encode())
        for piece in (part, *[bytes(1_000_000)] * 26):
            connection.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
        assert connection.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize(("key", "status"), [(KEY, 413), ("wrong", 401)])
def test_who_is_refused_amid_sending_gets_the_answer(server: Server, key: str, status: int) -> None:
    """It is not lost in the reset of a connection that is closed with much to be read."""
    head = (
        f"POST /v1/audio/voices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000000\r\n\r\n"
    )
    with socket.create_connection(server.address, timeout=30) as connection:
        connection.sendall(head.encode())
        for _ in range(100):
            connection.sendall(bytes(1_000_000))
        assert connection.recv(12) == f"HTTP/1.1 {status}".encode()


def test_a_port_that_is_taken_is_one_line(server: Server, tiny_model: Path) -> None:
    command = [sys.executable, "-m", "minimax_speech.cli", "serve", "--model", str(tiny_model)]
    command += ["--port", str(server.address[1])]
    result = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"error: cannot listen on 127.0.0.1, port {server.address[1]} (")
