"""What tests of several packages share."""

import os
import sys
from pathlib import Path

import pytest
import torch

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples

# Tests run side by side: threads would only take the cores from one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Before anything imports Triton: without a device its kernels are interpreted.
if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")


@pytest.fixture(scope="session")
def tiny_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the exported parts of a tiny model, and its tokenizer.json."""
    from tiny import write_parts

    folder = tmp_path_factory.mktemp("parts")
    write_parts(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_parts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a whole tiny model with random weights and a default voice: do not change it."""
    from tiny import PARTS, tone

    from minimax_speech.inference.assembly import assemble
    from minimax_speech.inference.bundle import Bundle
    from minimax_speech.inference.references import clone

    folder = tmp_path_factory.mktemp("tiny_model")
    assemble(
        dict.fromkeys(PARTS, tiny_parts),
        tiny_parts / "tokenizer.json",
        folder,
        name="tiny",
        languages=["en"],
        card="# tiny\n\nRandom weights.\n",
    )
    (folder / "voices").mkdir()
    voice = clone(Bundle.load(folder), [tone(2.0)], "default")
    voice.save(folder / "voices" / "default.safetensors")
    return folder


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """A wav file of two seconds that can serve as a reference."""
    from tiny import tone

    path = tmp_path / "clip.wav"
    io.write(path, tone(2.0), io.SAMPLE_RATE)
    return path


@pytest.fixture
def without_perth(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra `watermark` were not installed."""
    from minimax_speech.audio import watermark

    watermark.load.cache_clear()
    perth = [name for name in sys.modules if name.partition(".")[0] == "perth"]
    for name in {"perth", *perth}:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.fixture(scope="session")
def spoken() -> dict[str, dict[str, Samples]]:
    """Real speech, by the bundled model: voice -> sentence -> samples (samples,) at 24 kHz."""
    from minimax_speech import MiniMaxSpeech

    sentences = [
        "The old house stood at the end of a quiet street.",
        "She put the letter on the table and went out.",
        "We walked along the river until it was dark.",
        "There was nothing left in the garden but a chair.",
    ]
    tts = MiniMaxSpeech.from_pretrained(device="cpu")
    return {
        voice: {
            sentence: audio.samples
            for sentence, audio in zip(
                sentences, tts.synthesize(sentences, voice, language="en"), strict=True
            )
        }
        for voice in ("alan", "clb")
    }
