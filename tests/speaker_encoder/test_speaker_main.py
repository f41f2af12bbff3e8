import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from speaker_encoder import SpeakerEncoder, SpeakerEncoderConfig, save

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "speaker_encoder", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speaker_main")
    torch.manual_seed(0)
    save(folder / "tiny.safetensors", SpeakerEncoder(SpeakerEncoderConfig(channels=16, layers=1)))
    noise = np.random.default_rng(0).normal(0, 0.1, (32_000, 2))
    soundfile.write(folder / "a.wav", noise, 16_000)
    soundfile.write(folder / "short.wav", noise[:1000], 16_000)
    (folder / "text.wav").write_text("not audio")
    return folder


def test_prints_the_cosine(folder: Path) -> None:
    done = run(folder / "a.wav", folder / "a.wav", "--weights", folder / "tiny.safetensors")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1.0000\n", "")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.wav", "no audio file"),
        ("text.wav", "not readable audio"),
        ("short.wav", "give at least 1 s"),
    ],
)
def test_bad_audio_is_one_line(folder: Path, name: str, message: str) -> None:
    done = run(folder / "a.wav", folder / name, "--weights", folder / "tiny.safetensors")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_bad_weights_are_one_line(folder: Path) -> None:
    done = run(folder / "a.wav", folder / "a.wav", "--weights", folder / "text.wav")
    assert done.returncode == 2
    assert "not a safetensors file" in done.stderr
    assert done.stderr.count("\n") == 1
