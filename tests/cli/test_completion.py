"""What a shell completes, and that nobody waits for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from minimax_speech.cli import completion
from minimax_speech.cli.main import app
from minimax_speech.training.run import STAGES

Completed = Callable[..., list[str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Completed:
    """What bash is told to offer for the last word of a line; one voice is saved."""
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path))
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices" / "kate.safetensors").touch()

    def complete(*words: str) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", " ".join(["tts", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_TTS_COMPLETE", "complete_bash")
        with pytest.raises(SystemExit):
            app([], prog_name="tts")
        captured = capsys.readouterr()
        assert captured.err == ""
        return captured.out.split()

    return complete


def test_voices_are_the_users_and_the_models(completed: Completed) -> None:
    assert completed("synthesize", "-v", "k") == ["kate", "kathleen", "kerstin"]
    assert completed("convert", "a.wav", "--voice", "bd") == ["bdl"]
    assert completed("voice", "show", "ka") == ["kate", "kathleen"]
    assert completed("voice", "remove", "k") == ["kate"]


def test_voices_are_those_of_the_model_on_the_line(completed: Completed, tiny_model: Path) -> None:
    assert completed("synthesize", "-m", str(tiny_model), "-v", "") == ["default", "kate"]
    assert completed("synthesize", "-m", "nowhere", "-v", "") == ["kate"]
    assert completed("synthesize", "-m", "nowhere", "-e", "") == []


def test_other_names_are_completed(completed: Completed) -> None:
    assert completed("synthesize", "-e", "s") == ["sad", "surprised"]
    assert completed("synthesize", "-l", "d") == ["da", "de"]
    assert "auto" in completed("synthesize", "-l", "")
    assert "auto" not in completed("voice", "add", "x", "-l", "")
    assert completed("synthesize", "-m", "s") == ["small"]
    assert completed("batch", "--format", "") == ["wav", "flac", "mp3", "ogg"]
    assert completed("synthesize", "--device", "c") == ["cpu", "cuda"]
    assert completed("synth") == ["synthesize"]


def test_stages_are_those_that_are_trained(completed: Completed) -> None:
    assert completion.stages() == list(STAGES)
    assert completed("train", "flow-m") == ["flow-matching"]


def test_completing_a_voice_loads_no_torch() -> None:
    code = (
        "import atexit, sys\n"
        "from minimax_speech.cli.main import app\n"
        "heavy = ('torch', 'librosa', 'scipy', 'gradio', 'fastapi')\n"
        "atexit.register(lambda: print('loaded:', [m for m in heavy if m in sys.modules]))\n"
        "app(prog_name='tts')\n"
    )
    line = {"COMP_WORDS": "tts synthesize -v bd", "COMP_CWORD": "3"}
    environment = {**os.environ, **line, "_TTS_COMPLETE": "complete_bash", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert (done.stdout.split("\n")[:2], done.stderr) == (["bdl", "loaded: []"], "")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_is_taught_from_the_command_line(tmp_path: Path) -> None:
    program = (
        f"{sys.executable} -c 'from minimax_speech.cli.main import app; app(prog_name=\"tts\")'"
    )
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def typed(options: str) -> subprocess.CompletedProcess[str]:
        script = f"{program} {options}; exit $?"  # more than one command: bash stays the parent
        return subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, env=environment
        )

    shown = typed("--show-completion")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert "_TTS_COMPLETE=complete_bash" in shown.stdout
    assert typed("--install-completion").returncode == 0
    assert (tmp_path / ".bash_completions" / "tts.sh").read_text() == shown.stdout.rstrip("\n")
    (tmp_path / ".bashrc").unlink()
    (tmp_path / ".bashrc").mkdir()
    refused = typed("--install-completion")
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "Traceback" not in refused.stderr
