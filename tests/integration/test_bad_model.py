"""A model directory with a fault: one line, exit code 2, nothing written."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from tiny import PARTS

Refused = Callable[..., str]


@pytest.fixture
def broken(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model, to break."""
    return Path(shutil.copytree(tiny_model, tmp_path / "broken"))


def swap(path: Path, kind: str) -> None:
    """Damage a weights file."""
    whole = path.read_bytes()
    if kind == "missing":
        path.unlink()
    elif kind == "truncated":
        path.write_bytes(whole[: len(whole) // 2])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "random":
        path.write_bytes(np.random.default_rng(0).bytes(5_000))
    elif kind == "another part":
        other = "flow_matching" if path.stem == "speech_lm" else "speech_lm"
        shutil.copyfile(path.with_stem(other), path)
    else:
        tensors = load_file(path)
        with safe_open(path, "pt") as file:
            metadata = file.metadata()
        del tensors[min(name for name in tensors if not name.endswith("::scale"))]
        save_file(tensors, path, metadata)


DAMAGES = {
    "missing": "lacks",
    "truncated": "is damaged",
    "empty": "is damaged",
    "random": "is damaged",
    "another part": "expected a",
    "lacking a key": "lacks",
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_part(
    part: str,
    damage: str,
    broken: Path,
    clips: dict[str, Path],
    speak: list[str],
    refused: Refused,
) -> None:
    path = broken / f"{part}.safetensors"
    swap(path, damage)
    # Cloning needs every part.
    line = refused(*speak, "Hi.", "-m", broken, "-r", clips["good.wav"], "-o", "a.wav")
    assert path.name in line
    assert DAMAGES[damage] in line


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("config.yaml", "", "missing key 'name'"),
        ("config.yaml", "name: [", "not valid YAML"),
        ("config.yaml", "{name: a, languages: [], fingerprint: b}", "languages is empty"),
        ("config.yaml", "{name: a, languages: [en], fingerprint: b, max_seconds: .nan}", "is nan"),
        ("config.yaml", "{name: a, languages: [en], fingerprint: b, sample_rate: 0}", "is 0"),
        ("config.yaml", "{name: a, languages: [en], fingerprint: b, generation: {steps: 0}}", "0"),
        ("config.yaml", "{name: a, languages: [en], fingerprint: b}", "another model"),
        ("tokenizer.json", "{}", "not a readable tokenizer"),
        ("voices/default.safetensors", "{}", "is damaged"),
    ],
)
def test_damaged_facts(
    name: str, content: str, part: str, broken: Path, speak: list[str], refused: Refused
) -> None:
    (broken / name).write_text(content)
    line = refused(*speak, "Hi.", "-m", broken, "-o", "a.wav")
    assert part in line


def test_a_model_of_another_rate(broken: Path, speak: list[str], refused: Refused) -> None:
    config = broken / "config.yaml"
    config.write_text(config.read_text().replace("24000", "16000"))
    assert "24000 and 16000 Hz" in refused(*speak, "Hi.", "-m", broken, "-o", "a.wav")
