"""The Dockerfile has nothing that hadolint would change, and what it copies is there."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(shutil.which("hadolint") is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing() -> None:
    done = subprocess.run(["hadolint", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_what_is_built_from_is_let_through() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line[1:] for line in lines if line.startswith("!")}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.findall(r'"(\w+)\*"', project)
    assert let_through == {"pyproject.toml", "README.md", "LICENSE", *packages}
    assert all((ROOT / name).exists() for name in let_through)


def test_torch_is_the_one_that_the_package_asks_for() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for requirement in re.findall(r'"(torch(?:audio)?[<>=][^"]*)"', project):
        assert f'"{requirement}"' in dockerfile
