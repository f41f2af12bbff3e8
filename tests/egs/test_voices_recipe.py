"""The run script of voices: its stages, its commands, and who is measured on what."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from command_lines import parse
from tiny import tone

from minimax_speech.audio import io
from minimax_speech.data.manifest import read_manifest
from minimax_speech.data.recordings import ingest
from minimax_speech.evaluation.test_sets import load

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "egs" / "voices" / "run.sh"
STAND_IN = """#!/usr/bin/env bash
printf '%s\\0' "$@" >>"$COMMANDS"
printf '\\n' >>"$COMMANDS"
case "$1 ${2-}" in
    'prepare recordings') mkdir -p "$4" && cp -r "$CORPUS/." "$4" ;;
    'prepare held-out') printf 'One.\\nTwo.\\n' >"${@: -1}" ;;
    'prepare clips') echo "$4/0000.wav" ;;
    'finetune pvc') touch "$6" ;;
    'voice export') touch "$4" ;;
esac
"""
# Makes the lists; there are no reports to make tables of, and no model to measure.
PYTHON = f"""#!/usr/bin/env bash
case "$2" in
    split | list) exec {sys.executable} "$@" ;;
    *) printf '%s\\n' "$*" >>"$TABLES" ;;
esac
"""

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two speakers; one has eight texts, the other says two of them again and again."""
    folder = tmp_path_factory.mktemp("recordings")
    words = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"]
    for speaker in ("anna", "ben"):
        (folder / speaker).mkdir()
        for number in range(8):
            path = folder / speaker / f"{number}.wav"
            io.write(path, tone(2.0, 200 + number), io.SAMPLE_RATE)
            said = words[number if speaker == "anna" else number % 2]
            path.with_suffix(".txt").write_text(f"{said} words are said.")
    return ingest(folder, folder / "corpus", language="en", jobs=1, progress=False).parent


@pytest.fixture
def run(tmp_path: Path, corpus: Path) -> Run:
    """Runs the script in a folder of its own with a `tts` that only notes what it is told."""
    (tmp_path / "bin").mkdir()
    for name, text in (("tts", STAND_IN), ("python3", PYTHON)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    for name in ("ravdess", "kathleen"):
        (tmp_path / "in" / name).mkdir(parents=True)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "COMMANDS": str(tmp_path / "commands"),
            "TABLES": str(tmp_path / "tables"),
            "CORPUS": str(corpus),
        }
        return subprocess.run(
            ["bash", SCRIPT, *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )

    return run


def commands(folder: Path) -> list[list[str]]:
    lines = (folder / "commands").read_text().split("\0\n")
    return [line.split("\0") for line in lines if line]


def test_stages_of_recordings_give_commands_that_exist(run: Run, tmp_path: Path) -> None:
    done = run("--data", "in", "--work", "work", "--jobs", 1, "--stop-stage", 1)
    assert done.returncode == 0, done.stderr
    assert "no recordings of nemo_pl" in done.stdout
    verbs = {parse(command) for command in commands(tmp_path)}
    assert verbs == {
        "prepare recordings",
        "prepare clips",
        "prepare held-out",
        "finetune pvc",
        "voice add",
        "voice export",
        "voice mix",
        "evaluate",
    }
    tables = (tmp_path / "tables").read_text()
    assert all(f"/{name}.py" in tables for name in ("pvc", "mixing", "many"))
    # Nothing that is there is made again.
    before = len(commands(tmp_path))
    assert run("--data", "in", "--work", "work", "--stop-stage", 0).returncode == 0
    assert {parse(command) for command in commands(tmp_path)[before:]} == {"evaluate"}


def test_what_is_measured_is_not_learned_from(run: Run, tmp_path: Path, corpus: Path) -> None:
    assert run("--data", "in", "--stop-stage", 0).returncode == 0
    runs = tmp_path / "runs" / "pvc"
    learned = {path.stem: read_manifest(path) for path in (runs / "learned").glob("*.jsonl")}
    lists = {way: load(runs / f"{way}.jsonl") for way in ("zero_shot", "pvc")}
    assert set(learned) == {"anna", "ben"}
    for name, clips in learned.items():
        assert {clip.speaker for clip in clips} == {name}
        measured = (runs / "measured" / f"{name}.jsonl").read_text()
        items = [json.loads(line) for line in measured.splitlines()]
        assert not {item["text"] for item in items} & {clip.text for clip in clips}
        assert len(items) + len(clips) == 8
        assert all(Path(item["target"]).is_file() for item in items)
    for way, items in lists.items():
        assert [item.id for item in items] == [item.id for item in lists["pvc"]]
        assert all(
            item.voice == str(runs / f"voices/{way}/{item.speaker}.safetensors") for item in items
        )
    # Who has but one text says those of the other, too, once each, as far as there are some.
    said = {name: [item.text for item in lists["pvc"] if item.speaker == name] for name in learned}
    assert len(said["anna"]) == len(set(said["anna"])) == 2
    assert set(said["ben"]) == {said["ben"][0], *said["anna"]}


def test_wrong_options_are_refused(run: Run) -> None:
    for arguments, part in ((("--stage", "9"), "stage 9: use 0 to 3"), (("--x", "y"), "--x")):
        refused = run(*arguments)
        assert refused.returncode == 2
        assert part in refused.stderr
