"""`tts batch`: lists are checked as a whole, files are made once, and one failure stays alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

import minimax_speech
from minimax_speech import MiniMaxSpeech

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]

FAST = ["--temperature", "1", "--steps", "1", "--cfg-scale", "0"]
TEXTS = ["Hello there.", "How are you?", "The quick brown fox jumps over the lazy dog.", "Hi."]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIMAX_SPEECH_HOME", str(tmp_path / "home"))


def write(path: Path, *lines: Any) -> Path:
    """A job list: of objects, or of strings as they stand."""
    path.write_text("".join(f"{x if isinstance(x, str) else json.dumps(x)}\n" for x in lines))
    return path


@pytest.fixture
def jobs(tmp_path: Path, clip: Path) -> Path:
    voices: list[dict[str, Any]] = [{}, {"reference": clip.name}, {"voice": "default"}, {"seed": 3}]
    lines = [{"text": text, **voice} for text, voice in zip(TEXTS, voices, strict=True)]
    return write(tmp_path / "jobs.jsonl", *lines)


@pytest.fixture
def batch(tts: Run, tiny_model: Path, tmp_path: Path) -> Run:
    """Run a list with the tiny model into `tmp_path/out`."""

    def run(path: Path, *options: object) -> int:
        out = tmp_path / "out"
        return tts("batch", path, "-o", out, "-m", tiny_model, "--device", "cpu", *FAST, *options)

    return run


def sounds(folder: Path) -> dict[str, np.ndarray]:
    return {path.name: soundfile.read(path)[0] for path in sorted(folder.glob("*.wav"))}


def test_each_line_is_spoken_as_if_alone(
    batch: Run, jobs: Path, clip: Path, tiny_model: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert batch(jobs, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["made"], answer["kept"], answer["failed"]) == (4, 0, 0)
    assert [Path(row["path"]).name for row in answer["files"]] == [
        f"000{line}.wav" for line in (1, 2, 3, 4)
    ]
    assert answer["seconds"] == pytest.approx(sum(r["seconds"] for r in answer["files"]), abs=0.01)
    model = MiniMaxSpeech.from_pretrained(tiny_model, device="cpu")
    settings = {"temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
    made = sounds(tmp_path / "out")
    for file, text, voice, seed in (
        ("0002.wav", TEXTS[1], model.voice(clip), 0),
        ("0004.wav", TEXTS[3], None, 3),
    ):
        alone = model.synthesize(text, voice, seed=seed, **settings).samples
        assert len(alone) == len(made[file])
        assert np.abs(alone - made[file]).max() < 1e-2


def test_lines_may_differ_in_prosody_and_words_be_respelled(
    batch: Run, tmp_path: Path, capsys: Capture
) -> None:
    lines = [{"text": "Hi foo."}, {"text": "Hi foo.", "speed": 0.5}, {"text": "Hi [foo](bar)."}]
    path, words = write(tmp_path / "jobs.jsonl", *lines), tmp_path / "words.txt"
    words.write_text("foo  bar\n")
    assert batch(path, "--pronunciation", words) == 0
    first, slow, marked = sounds(tmp_path / "out").values()
    assert len(slow) == pytest.approx(2 * len(first), rel=0.01)
    assert np.array_equal(first, marked)
    assert batch(path) == 0  # without the dictionary the first two lines say something else
    assert "2 made, 1 kept" in capsys.readouterr().err
    assert not np.array_equal(sounds(tmp_path / "out")["0001.wav"], first)
    assert batch(path, "--volume", "0.5", "--force") == 0
    loud = sounds(tmp_path / "out")["0003.wav"]
    assert np.allclose(loud, marked / 2, atol=1e-4)
    assert batch(write(path, {"text": "Hi.", "speed": 9}), "--force") == 2
    assert "speed" in capsys.readouterr().err


def test_only_what_changed_is_made_again(
    batch: Run, jobs: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert batch(jobs) == 0
    out = tmp_path / "out"
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.wav")}
    capsys.readouterr()
    assert batch(jobs) == 0
    assert "0 made, 4 kept" in capsys.readouterr().err
    lines = [json.loads(line) for line in jobs.read_text().splitlines()]
    lines[0]["text"] = "Hello again."
    lines[3]["seed"] = 4
    (out / "0002.wav").unlink()
    assert batch(write(jobs, *lines)) == 0
    assert "3 made, 1 kept" in capsys.readouterr().err
    after = {path.name: path.stat().st_mtime_ns for path in out.glob("*.wav")}
    assert [name for name in after if after[name] == before[name]] == ["0003.wav"]
    assert batch(jobs, "--top-k", 5) == 0
    assert "4 made, 0 kept" in capsys.readouterr().err


def test_another_recording_under_the_same_name_is_another_voice(
    batch: Run, jobs: Path, clip: Path, capsys: Capture
) -> None:
    assert batch(jobs) == 0
    samples, rate = soundfile.read(clip)
    soundfile.write(clip, 0.5 * samples, rate)
    capsys.readouterr()
    assert batch(jobs) == 0
    assert "1 made, 3 kept" in capsys.readouterr().err


def test_files_of_others_are_not_replaced_unless_told(
    batch: Run, jobs: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "0003.wav").write_text("mine")
    assert batch(jobs) == 2
    assert "0003.wav" in capsys.readouterr().err
    assert [path.name for path in out.iterdir()] == ["0003.wav"]
    assert batch(jobs, "--force") == 0
    assert len(sounds(out)["0003.wav"]) > 0
    assert batch(jobs, "--force") == 0
    assert "4 made, 0 kept" in capsys.readouterr().err


def test_names_and_formats(batch: Run, tmp_path: Path) -> None:
    lines = [
        {"text": "One.", "id": "first"},
        {"text": "Two.", "output": "second.wav"},
        "",
        {"text": "Three.", "output": "third"},
        {"text": "Four."},
    ]
    path = write(tmp_path / "jobs.jsonl", *lines)
    assert batch(path, "--format", "flac", "--sample-rate", 16_000) == 0
    made = {p.name for p in (tmp_path / "out").iterdir() if p.suffix != ".json"}
    assert made == {"first.flac", "second.wav", "third.flac", "0005.flac"}
    assert {soundfile.info(tmp_path / "out" / name).samplerate for name in made} == {16_000}


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ({"text": " "}, '"text" is missing or empty'),
        ({"text": "Hi.", "txt": "Hi."}, "unknown key 'txt'"),
        ({"text": 3}, '"text" is 3'),
        ({"text": "Hi.", "seed": -1}, '"seed" is -1'),
        ({"text": "Hi.", "steps": 0}, "steps is 0"),
        ({"text": "Hi.", "temperature": "hot"}, "temperature is 'hot'"),
        ({"text": "Hi.", "voice": "nobody"}, "'nobody'"),
        ({"text": "Hi.", "voice": "default:-1"}, "'default:-1'"),
        ({"text": "Hi.", "voice": "default", "reference": "clip.wav"}, "keep one"),
        ({"text": "Hi.", "reference": "absent.wav"}, "absent.wav"),
        ({"text": "Hi.", "reference": "jobs.jsonl"}, "is not an audio file"),
        ({"text": "Hi.", "reference_text": "Hi."}, "not to 0"),
        ({"text": "Hi.", "language": "xx"}, "'xx'"),
        ({"text": "Hi.", "language": "de"}, "does not speak 'de'"),
        ({"text": "…"}, "nothing to say"),
        ({"text": "Hi.", "id": "../a"}, "'../a'"),
        ({"text": "Hi.", "output": "a.doc"}, "'a.doc'"),
        ({"text": "Hi.", "output": "0001.wav"}, "file of line 1"),
    ],
)
def test_a_wrong_line_is_named_before_anything_is_spoken(
    batch: Run, jobs: Path, tmp_path: Path, capsys: Capture, line: Any, part: str
) -> None:
    write(jobs, *jobs.read_text().splitlines(), line)
    assert batch(jobs) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert captured.err.startswith(f"error: {jobs}:5: ")
    assert part in captured.err
    assert not (tmp_path / "out").exists()


def test_the_first_of_several_wrong_lines_is_explained_and_all_are_named(
    batch: Run, jobs: Path, capsys: Capture
) -> None:
    write(jobs, "{", {"text": "Hi."}, {"text": ""})
    assert batch(jobs) == 2
    error = capsys.readouterr().err
    assert f"{jobs}:1: not JSON" in error
    assert "(also wrong: 3)" in error


def test_an_empty_list_is_refused(batch: Run, tmp_path: Path, capsys: Capture) -> None:
    assert batch(write(tmp_path / "jobs.jsonl", "")) == 2
    assert "is empty" in capsys.readouterr().err


def test_a_line_that_fails_does_not_stop_the_others(
    batch: Run, jobs: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    synthesize = MiniMaxSpeech.synthesize

    def broken(self: MiniMaxSpeech, texts: Any, *arguments: Any, **options: Any) -> Any:
        if TEXTS[1] in texts:
            raise RuntimeError("two\nlines")
        return synthesize(self, texts, *arguments, **options)

    monkeypatch.setattr(MiniMaxSpeech, "synthesize", broken)
    assert batch(jobs, "--json") == 1
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert [row["state"] for row in answer["files"]] == ["made", "failed", "made", "made"]
    assert f"error: {jobs}:2: RuntimeError: two lines" in captured.err
    assert sorted(sounds(tmp_path / "out")) == ["0001.wav", "0003.wav", "0004.wav"]
    monkeypatch.undo()
    assert batch(jobs) == 0
    assert "1 made, 3 kept" in capsys.readouterr().err


KILLED = """
import os, signal, sys
from minimax_speech.audio import io
from minimax_speech.inference import windows
windows.LINES["cpu"] = 1
write, left = io.write, [2]
def kill(*arguments, **options):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    write(*arguments, **options)
io.write = kill
from minimax_speech.cli.main import app
app(sys.argv[1:])
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_killed_batch_goes_on_and_ends_like_one_that_was_not(
    batch: Run,
    jobs: Path,
    tiny_model: Path,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = ["batch", str(jobs), "-o", str(tmp_path / "out"), "-m", str(tiny_model), *FAST]
    root = Path(minimax_speech.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *line, "--device", "cpu"],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    left = sounds(tmp_path / "out")
    assert len(left) == 2
    monkeypatch.setattr("minimax_speech.inference.windows.LINES", {"cpu": 1})
    assert batch(jobs) == 0
    assert "2 made, 2 kept" in capsys.readouterr().err
    resumed = sounds(tmp_path / "out")
    assert batch(jobs, "--force") == 0
    whole = sounds(tmp_path / "out")
    assert resumed.keys() == whole.keys()
    for name, samples in whole.items():
        assert np.array_equal(samples, resumed[name]), name
        assert name not in left or np.array_equal(samples, left[name])
