"""Speaking and cloning never touch the network."""

import socket
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech import MiniMaxSpeech


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every attempt to reach the network fails, and is noted even where the failure is caught."""
    attempts: list[str] = []

    def refuse(name: str) -> Any:
        def attempt(*arguments: object, **_: object) -> None:
            attempts.append(name)
            raise OSError(f"{name} was called: there is no network here")

        return attempt

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse(name))
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse(name))
    return attempts


def test_the_network_is_cut_off(no_network: list[str]) -> None:
    with pytest.raises(OSError, match="no network"), socket.socket() as one:
        one.connect(("127.0.0.1", 9))
    assert no_network == ["connect"]


def test_the_whole_path_works_offline(
    tiny_model: Path, clips: dict[str, Path], own_place: Path, no_network: list[str]
) -> None:
    tts = MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")
    voices = [None, tts.voice(clips["good.wav"], reference_text="Hello there.")]
    texts = ["On May 5th, Dr. Smith paid $3.50.", "Hello there."]
    for audio in tts.synthesize(texts, voices, temperature=1.0, steps=1):
        assert np.abs(audio.samples).max() > 0
        audio.save(own_place / "a.mp3")
    assert no_network == []
