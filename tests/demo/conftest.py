"""A real `tts demo` with the bundled model, and a real browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import MOST_TEXT

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]


def _free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 120
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    server.kill()
    pytest.fail(f"tts demo did not start: {server.communicate()[1]}")


@pytest.fixture(scope="session")
def home_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo's saved voices and temporary files lie."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="session")
def demo_url(home_folder: Path) -> Iterator[str]:
    """Where a `tts demo` of its own listens."""
    pytest.importorskip("gradio", reason="the extra demo is not installed")
    port = _free_port()
    temporary = home_folder / "tmp"
    temporary.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "MINIMAX_SPEECH_HOME": str(home_folder),
        "TMPDIR": str(temporary),
    }
    command = [sys.executable, "-m", "minimax_speech.cli", "demo", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--max-text", str(MOST_TEXT), "--max-upload-mb", "2", "--device", "cpu"],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    url = f"http://127.0.0.1:{port}/"
    _wait_for(url, server)
    yield url
    server.terminate()
    _, errors = server.communicate(timeout=60)
    assert "Traceback" not in errors, errors
    left = [path.name for path in temporary.iterdir() if not path.name.startswith("torchinductor")]
    assert left == []  # nothing of what was uploaded or said


@pytest.fixture(scope="session")
def browser(demo_url: str) -> Iterator[object]:
    """Chromium without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=OPTIONS)
        yield chromium
        chromium.close()
