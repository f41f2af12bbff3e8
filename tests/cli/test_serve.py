"""`tts serve`: what its options lead to."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from minimax_speech.cli import serve
from minimax_speech.server.settings import ServerSettings

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would be served, and how."""
    calls: list[tuple[Any, ...]] = []
    monkeypatch.delenv("TTS_API_KEYS", raising=False)
    monkeypatch.setattr(serve, "_run_here", lambda *given: calls.append(("here", *given)))
    monkeypatch.setattr(
        "minimax_speech.server.cluster.run_on_ray", lambda *given: calls.append(("ray", *given))
    )
    return calls


def test_it_is_for_this_machine_alone_unless_told_otherwise(
    tts: Run, started: list[tuple[Any, ...]]
) -> None:
    assert tts("serve") == 0
    assert started == [("here", None, "auto", ServerSettings(), "127.0.0.1", 8000)]


def test_options(tts: Run, started: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTS_API_KEYS", "two, three,")
    options = "--api-key one --most-live 3 --most-waiting 5 --max-text 70 --max-upload-mb 1.5"
    more = "--timeout 20 --cors-origin https://a.example --cors-origin https://b.example"
    assert tts("serve", *options.split(), *more.split(), "--no-consent", "-m", "dir") == 0
    settings = ServerSettings(
        api_keys=("one", "two", "three"),
        most_live=3,
        most_waiting=5,
        max_text=70,
        max_upload_mb=1.5,
        timeout=20,
        cors_origins=("https://a.example", "https://b.example"),
        consent=False,
    )
    assert started == [("here", "dir", "auto", settings, "127.0.0.1", 8000)]


@pytest.mark.parametrize(
    ("options", "workers"), [(["--workers", "3"], 3), (["--ray"], 1), (["--ray", "--workers=2"], 2)]
)
def test_several_workers_are_rays(
    tts: Run, started: list[tuple[Any, ...]], options: list[str], workers: int
) -> None:
    assert tts("serve", *options) == 0
    assert started == [("ray", None, "auto", ServerSettings(), workers, "127.0.0.1", 8000)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--timeout", "0"], "timeout is 0.0: use a number of 1 or more"),
        (["--max-upload-mb", "0"], "max_upload_mb is 0.0: use a number of 0.1 or more"),
        (["--api-key", ""], "API key is empty"),
        (["--timeout", "nan"], "timeout is nan"),
        (["--max-upload-mb", "inf"], "max_upload_mb is inf"),
        (["--cors-origin", "example.org"], "'example.org' is not an origin"),
        (["--cors-origin", "https://example.org/"], "'https://example.org/' is not an origin"),
        (["--port", "70000"], "--port"),
    ],
)
def test_wrong_options(
    tts: Run,
    capsys: Capture,
    started: list[tuple[Any, ...]],
    options: list[str],
    message: str,
) -> None:
    assert tts("serve", *options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert started == []


@pytest.mark.parametrize(
    ("options", "package", "extra"), [([], "fastapi", "serve"), (["--ray"], "ray", "ray")]
)
def test_a_missing_package_says_how_to_install_it(
    tts: Run,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    package: str,
    extra: str,
) -> None:
    monkeypatch.delitem(sys.modules, "minimax_speech.server.app", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    assert tts("serve", *options) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    install = f"pip install 'minimax-speech[{extra}]'"
    assert captured.err == f"error: the package {package} is not installed: {install}\n"
