"""The demo as a test sees it in a browser."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from minimax_speech.audio.io import Samples

MOST_TEXT = 200
"""Characters that the demo is told to take at once."""
_TIMEOUT = 60_000  # milliseconds


class Page:
    """The demo in a tab of its own, and what it did."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.set_default_timeout(_TIMEOUT)
        page.goto(url)
        page.wait_for_selector("#speak-button")

    def find(self, name: str) -> Any:
        """The component of this id."""
        return self.page.locator(f"#{name}")

    def tab(self, name: str) -> None:
        """Open a tab."""
        self.find(f"tab-{name}-button").click()

    def upload(self, name: str, *files: Path) -> None:
        """Give files to an upload component."""
        self.find(name).locator("input[type=file]").set_input_files(list(files))

    def voice(self, part: str) -> None:
        """Wait until the card tells of such a voice."""
        self.find("voice-card").get_by_text(part).first.wait_for()

    def toast(self, part: str) -> None:
        """Wait for a message that pops up, and close it."""
        message = self.page.locator(".toast-body", has_text=part)
        message.first.wait_for()
        assert "Traceback" not in message.first.inner_text()
        message.first.locator("button").click()
        message.first.wait_for(state="detached")

    def speak(self, text: str, button: str = "speak-button", speech: str = "speech") -> Samples:
        """Say a text and return what the audio element would play, (samples,) at 24 kHz."""
        before = self.source(speech)
        if text:
            self.find("text").locator("textarea").fill(text)
        self.find(button).click()
        self.page.wait_for_function(
            """([name, before]) => {
                const audio = document.querySelector(`#${name} audio`);
                return audio.src && audio.src !== before && audio.readyState >= 2;
            }""",
            arg=[speech, before],
        )
        data = self.page.evaluate(
            "async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())]",
            self.source(speech),
        )
        samples, rate = soundfile.read(io.BytesIO(bytes(data)), dtype="float32")
        assert rate == 24_000
        assert self.audio("duration", speech) == pytest.approx(len(samples) / rate, abs=0.05)
        assert np.sqrt(np.square(samples).mean()) > 0.01
        return samples

    def source(self, speech: str = "speech") -> str:
        """The address of what a player plays."""
        return str(self.audio("src", speech))

    def audio(self, what: str, speech: str = "speech") -> Any:
        """A property of a player's audio element."""
        return self.page.evaluate(f"document.querySelector('#{speech} audio').{what}")
