"""The real command line over the tiny model, in this process."""

import io as byteio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny import tone

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio import io
from minimax_speech.cli.main import app

FAST = ["--temperature", "1", "--steps", "1", "--cfg-scale", "0"]
"""Options with which the tiny model ends soon."""


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Saved voices and relative paths are those of the test."""
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TTS_DEBUG", raising=False)
    place = tmp_path / "place"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture(scope="session")
def tts(tiny_model: Path) -> MiniMaxSpeech:
    """The tiny model through the API."""
    return MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command line; what it and the libraries below it print is in the outcome."""

    def call(*arguments: object) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            app([str(argument) for argument in arguments], prog_name="tts")
        printed = capfd.readouterr()
        return Outcome(int(end.value.code or 0), printed.out, printed.err)

    return call


@pytest.fixture
def speak(tiny_model: Path) -> list[str]:
    """The beginning of a command line that works but for the text and the place."""
    return ["synthesize", "-m", str(tiny_model), *FAST]


@pytest.fixture
def refused(run: Callable[..., Outcome], own_place: Path) -> Callable[..., str]:
    """Run a command line that must be refused; returns its one line."""

    def call(*arguments: object) -> str:
        before = sorted(own_place.rglob("*"))
        outcome = run(*arguments)
        assert outcome.code == 2, outcome
        assert outcome.out == ""
        assert outcome.err.count("\n") == 1, outcome.err
        assert outcome.err.startswith("error: ")
        assert sorted(own_place.rglob("*")) == before  # nothing half-written
        return outcome.err

    return call


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """References of all kinds, by name."""
    folder = tmp_path_factory.mktemp("clips")
    speech = tone(2.0)
    sounds = {
        "good.wav": (speech, 24_000),
        "good.flac": (speech, 24_000),
        "stereo.wav": (np.stack([speech, 0.5 * speech], axis=1), 24_000),
        "narrow.wav": (tone(6.0)[:16_000], 8_000),
        "wide.wav": (np.repeat(speech, 4), 96_000),
        "clipped.wav": (np.clip(20 * speech, -1, 1), 24_000),
        "silent.wav": (np.zeros(48_000), 24_000),
        "constant.wav": (np.full(48_000, 0.5), 24_000),
        "short.wav": (tone(0.2), 24_000),
    }
    for name, (samples, rate) in sounds.items():
        io.write(folder / name, samples.astype(np.float32), rate)
    for name, value in {"nan.wav": np.nan, "infinite.wav": np.inf}.items():
        samples = np.where(np.arange(len(speech)) == 100, value, speech).astype(np.float32)
        soundfile.write(folder / name, samples, 24_000, subtype="FLOAT")
    whole, packed = (folder / "good.wav").read_bytes(), (folder / "good.flac").read_bytes()
    (folder / "cut.wav").write_bytes(whole[: 44 + 2 * 4_800])
    (folder / "header.wav").write_bytes(whole[:20])
    (folder / "cut.flac").write_bytes(packed[: len(packed) // 2])
    (folder / "corrupt.wav").write_bytes(np.random.default_rng(0).bytes(5_000))
    (folder / "text.wav").write_text("This is no sound.")
    (folder / "empty.wav").touch()
    (folder / "folder.wav").mkdir()
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture
def as_stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Put bytes on stdin, decoded as Python does in the C locale."""

    def put(data: bytes) -> None:
        text = byteio.TextIOWrapper(byteio.BytesIO(data), "utf-8", "surrogateescape")
        monkeypatch.setattr("sys.stdin", text)

    return put
