"""`tts prepare held-out|test-list|clips|engines`."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from minimax_speech.audio import io
from minimax_speech.data.engines import ENGINES, Engine, EngineMissing, EnginePlaces

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Manifest of two speakers who say the same four sentences, all in one file."""
    seconds = np.arange(16 * 24_000) / 24_000
    io.write(tmp_path / "all.wav", np.sin(2 * np.pi * 220 * seconds).astype(np.float32) / 4, 24_000)
    lines = []
    for number in range(8):
        line = {
            "audio": "all.wav",
            "text": f"Sentence {'abcd'[number % 4]}!",
            "speaker": ("ann", "bob")[number // 4],
            "language": "en",
            "offset": 2.0 * number,
            "duration": 1.0 + number % 2,
        }
        lines.append(json.dumps(line))
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines))
    return tmp_path / "manifest.jsonl"


def items(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "list.jsonl").read_text().splitlines()]


def test_held_out_texts_are_spoken_and_do_not_depend_on_what_else_there_is(
    tts: Run, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.txt").write_text("Dr. No has 3 cats.\n")
    line = [tmp_path / "own.txt", "-o", tmp_path / "out.txt", "--manifest", corpus, "--count", 2]
    assert tts("prepare", "held-out", *line) == 0
    first = (tmp_path / "out.txt").read_text().splitlines()
    assert len(first) == 3
    assert "Doctor No has three cats." in first
    reordered = corpus.read_text().splitlines()[::-1]
    corpus.write_text("\n".join(reordered[:7]))
    assert tts("prepare", "held-out", *line) == 0
    assert (tmp_path / "out.txt").read_text().splitlines() == first


def test_items_clone_another_clip_of_the_speaker(tts: Run, corpus: Path, tmp_path: Path) -> None:
    assert tts("prepare", "test-list", corpus, tmp_path / "test", "--count", 6) == 0
    made = items(tmp_path / "test")
    assert len(made) == 6
    assert [item["speaker"] for item in made].count("ann") == 3
    for item in made:
        reference = io.read(tmp_path / "test" / item["reference"])[0]
        assert len(reference) == 2 * 24_000  # the shorter ones are too short
        assert item["reference"] != item["target"]


def test_texts_and_speakers_can_be_chosen(tts: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("sentence b\n")
    line = [corpus, tmp_path / "test", "--texts", tmp_path / "texts.txt", "--speaker", "bob"]
    assert tts("prepare", "test-list", *line) == 0
    (only,) = items(tmp_path / "test")
    assert (only["text"], only["speaker"]) == ("Sentence b!", "bob")


def test_new_texts_have_no_target(tts: Run, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "say.txt").write_text("One new.\nTwo new.\nThree new.\n")
    line = [corpus, tmp_path / "test", "--say", tmp_path / "say.txt"]
    assert tts("prepare", "test-list", *line) == 0
    made = items(tmp_path / "test")
    assert sorted(item["text"] for item in made) == ["One new.", "Three new.", "Two new."]
    assert {item["speaker"] for item in made} == {"ann", "bob"}
    assert all("target" not in item for item in made)


def test_clips_are_cut_out_of_the_corpus(
    tts: Run, corpus: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert tts("prepare", "clips", corpus, tmp_path / "bob", "--speaker", "bob") == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [len(io.read(path)[0]) for path in paths] == [48_000, 48_000]


def test_engines_are_listed(tts: Run, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def missing(self: Engine, places: EnginePlaces) -> None:
        raise EngineMissing("it is not there")

    for engine in ENGINES.values():
        monkeypatch.setattr(engine, "__init__", missing)
    assert tts("prepare", "engines") == 2
    captured = capsys.readouterr()
    assert captured.out.count("to install it") == len(ENGINES)
    assert captured.err.count("\n") == 1


def test_why_an_engine_does_not_speak_a_language_is_told(
    tts: Run, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    def unreadable(self: Engine, language: str) -> None:
        raise EngineMissing("it cannot read that")

    monkeypatch.setattr(ENGINES["openjtalk"], "voices", unreadable)
    assert tts("prepare", "engines", "-l", "he") == 0
    assert "no use for he: it cannot read that" in capsys.readouterr().out


def test_a_test_list_is_in_the_language_of_what_is_said(
    tts: Run, corpus: Path, tmp_path: Path
) -> None:
    lines = [json.loads(line) for line in corpus.read_text().splitlines()]
    for line in lines[1::2]:  # the long ones, which serve as references
        line["language"] = "de"
    corpus.write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "say.txt").write_text("Sentence a.\nSentence c.\n")
    line = [corpus, tmp_path / "test", "--texts", tmp_path / "say.txt"]
    assert tts("prepare", "test-list", *line) == 0
    assert {item["language"] for item in items(tmp_path / "test")} == {"en"}


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["held-out", "-o", "out.txt"], "nothing to hold out"),
        (["held-out", "-o", "out.txt", "--manifest", "manifest.jsonl", "--count", "5"], "4 diff"),
        (["test-list", "manifest.jsonl", "t", "--texts", "a", "--say", "b"], "not both"),
        (["test-list", "manifest.jsonl", "t", "--min-seconds", "9"], "9 s"),
        (["test-list", "manifest.jsonl", "t", "--speaker", "eve"], "no such text"),
        (["clips", "manifest.jsonl", "c", "--speaker", "eve"], "'eve'"),
    ],
)
def test_a_mistake_costs_one_line(
    tts: Run,
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    arguments: list[str],
    part: str,
) -> None:
    monkeypatch.chdir(corpus.parent)
    assert tts("prepare", *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert captured.err.count("\n") == 1
