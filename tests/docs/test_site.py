"""The site of docs/ is built without a warning, and loads nothing from elsewhere."""

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from minimax_speech import MiniMaxSpeech

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    pytest.importorskip("material", reason="needs mkdocs-material: pip install '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment)
    assert done.returncode == 0, done.stderr
    return folder


def test_it_loads_nothing_from_elsewhere(site: Path) -> None:
    loading = re.compile(
        r"<(?:script|link|img|iframe|audio|source)\b[^>]*(?:src|href)=\"?(?:https?:)?//"
    )
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        assert not loading.search(page.read_text(encoding="utf-8")), page


def test_guides_lead_to_results(site: Path) -> None:
    page = (site / "guides" / "cloning.html").read_text(encoding="utf-8")
    assert 'href="../egs/voices/RESULTS.html"' in page
    assert (site / "egs" / "voices" / "RESULTS.html").is_file()


def test_results_lead_nowhere_that_is_not_on_the_site(site: Path) -> None:
    page = (site / "egs" / "voices" / "RESULTS_design.html").read_text(encoding="utf-8")
    assert "descriptions.jsonl" in page
    assert 'href="descriptions.jsonl"' not in page


def test_the_python_reference_has_the_signatures_that_there_are() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    section = text.split("## MiniMaxSpeech", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^`(\w+)\((.*)\)`$", section, re.MULTILINE)
    assert {name for name, _ in found} >= {"from_pretrained", "voice", "synthesize", "stream"}
    for name, written in found:
        parameters = inspect.signature(getattr(MiniMaxSpeech, name)).parameters.values()
        shown = [str(p).partition(":")[0] for p in parameters if p.name not in ("self", "cls")]
        named = [part.partition("=")[0].strip() for part in written.split(",")]
        assert [n for n in named if n not in ("*", "")] == shown, name
