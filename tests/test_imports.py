"""Who may import whom: only downward, also inside functions; and importing does nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("minimax_speech", "speaker_encoder", "flow_vae", "demo")

LEVELS = {
    "speaker_encoder": 0,
    "flow_vae": 0,
    "minimax_speech.config": 1,
    "minimax_speech.errors": 1,
    "minimax_speech.files": 1,
    "minimax_speech.home": 1,
    "minimax_speech.text": 1,
    "minimax_speech.audio": 1,
    "minimax_speech.models": 2,
    "minimax_speech.data": 2,
    "minimax_speech.voice": 3,
    "minimax_speech.emotion": 3,
    "minimax_speech.inference": 4,
    "minimax_speech.training": 5,
    "minimax_speech.evaluation": 5,
    "minimax_speech.api": 6,
    "minimax_speech.finetuning": 6,
    "minimax_speech.studio": 6,
    "minimax_speech.server": 7,
    "minimax_speech.cli": 7,
    "demo": 7,
}
STRANGERS = [
    {"speaker_encoder", "flow_vae"},
    {"minimax_speech.models", "minimax_speech.data"},
    {"minimax_speech.training", "minimax_speech.evaluation"},
    {"minimax_speech.models", "flow_vae"},
]
"""Pairs of which neither may import the other."""

FILES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str | None:
    """The row of the table that a module belongs to; None for other packages."""
    parts = module.split(".")
    if parts[0] not in PACKAGES:
        return None
    return parts[0] if parts[0] != "minimax_speech" else ".".join(parts[:2])


def imported(path: Path) -> set[str]:
    """Every module that a file imports anywhere, as absolute names.

    `from minimax_speech import config` imports a module too, so the names count as well.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write it out"
            assert node.module is not None
            if node.module == "minimax_speech":
                names |= {f"minimax_speech.{alias.name}" for alias in node.names}
            else:
                names.add(node.module)
    return names


def fault(importer: str, target: str) -> str | None:
    """Why one room may not import another, or None."""
    if importer == target:
        return None
    if LEVELS[target] > LEVELS[importer]:
        return f"{target} is above {importer}"
    if {importer, target} in STRANGERS:
        return f"{importer} and {target} do not know each other"
    return None


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_go_downward(path: Path) -> None:
    importer = room_of(module_name(path))
    if importer == "minimax_speech":  # the package itself: names its public classes lazily
        return
    assert importer in LEVELS, f"{importer} has no level: add it to the table"
    targets = {room_of(name) for name in imported(path)} - {None}
    faults = [fault(importer, target) for target in targets if target in LEVELS]
    assert [text for text in faults if text] == []


def test_the_table_refuses_what_it_should() -> None:
    assert fault("minimax_speech.text", "minimax_speech.models")
    assert fault("minimax_speech.training", "minimax_speech.evaluation")
    assert fault("minimax_speech.models", "flow_vae")
    assert fault("speaker_encoder", "minimax_speech.errors")
    assert fault("minimax_speech.cli", "minimax_speech.api") is None
    assert fault("minimax_speech.models", "speaker_encoder") is None


def test_the_demo_knows_nothing_below_the_facade() -> None:
    files = (ROOT / "demo").rglob("*.py")
    rooms = {room_of(name) for path in files for name in imported(path)} - {None, "demo"}
    names = {"minimax_speech.Audio", "minimax_speech.Voice"}
    assert rooms <= {"minimax_speech.studio", "minimax_speech.errors", *names}


def test_the_light_modules_load_no_torch() -> None:
    code = (
        "import sys, minimax_speech, minimax_speech.cli.main, minimax_speech.config, "
        "minimax_speech.audio.levels; "
        "heavy = {'torch', 'librosa', 'lhotse', 'transformers', 'matplotlib', 'py3langid'}; "
        "heavy &= set(sys.modules); "
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stderr


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import minimax_speech

    with pytest.raises(AttributeError, match="nonsense"):
        _ = minimax_speech.nonsense
    assert minimax_speech.Audio.__name__ == "Audio"
