"""`tts prepare`: each verb makes what its name says."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from minimax_speech.audio import io
from minimax_speech.data.layouts import LAYOUTS
from minimax_speech.evaluation import recognisers
from minimax_speech.inference.assembly import PART_NAMES

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]

PARTS = [
    *(word for name in PART_NAMES for word in ("--part", f"{name}=none")),
    *("--text-tokenizer", "none.json", "-l", "en"),
]


def test_sentences_and_their_tokenizer(tts: Run, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "in.txt").write_text("The cat sat on the mat.\nThe dog sat on the log.\n")
    (tmp_path / "not.txt").write_text("The dog sat on the log.\n")
    out, tokens = tmp_path / "out.txt", tmp_path / "tokenizer.json"
    line = [tmp_path / "in.txt", "-o", out, "--exclude", tmp_path / "not.txt", "--count", 20]
    assert tts("prepare", "sentences", *line) == 0
    assert capsys.readouterr().out == f"{out}\n"
    made = out.read_text().splitlines()
    assert "The cat sat on the mat." in made
    assert "The dog sat on the log." not in made
    assert tts("prepare", "text-tokenizer", f"en={out}", "-o", tokens, "--vocab-size", 400) == 0
    assert json.loads(tokens.read_text())["model"]["type"] == "BPE"


def test_a_tokenizer_of_a_manifest_extends_another(tts: Run, tmp_path: Path) -> None:
    (tmp_path / "en.txt").write_text("The cat sat on the mat.\n")
    base, more, manifest = (tmp_path / name for name in ("base.json", "more.json", "m.jsonl"))
    lines = [
        {
            "audio": "a.wav",
            "speaker": "s",
            "language": code,
            "text": text,
            "duration": 1,
            "id": text,
        }
        for code, text in (("de", "Größe 7."), ("fr", "Ça va."), ("de", "Übel."))
    ]
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert tts("prepare", "text-tokenizer", f"en={tmp_path / 'en.txt'}", "-o", base) == 0
    assert tts("prepare", "text-tokenizer", f"de={manifest}", "-o", more, "--extend", base) == 0
    known = json.loads(base.read_text())["model"]["vocab"]
    new = {*json.loads(more.read_text())["model"]["vocab"]} - {*known}
    assert {"<de>", "ö", "ß"} <= new
    assert "ç" not in new  # the manifest's French is not German


def test_recordings_become_a_corpus(tts: Run, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "clips").mkdir()
    noise = np.random.default_rng(0).normal(0, 0.1, 24_000).astype(np.float32)
    io.write(tmp_path / "clips" / "a.wav", noise, 24_000)
    (tmp_path / "clips" / "a.txt").write_text("Hello, Dr. 7.")
    line = [tmp_path / "clips", tmp_path / "corpus", "-l", "en", "--speaker", "me", "-j", 1]
    assert tts("prepare", "recordings", *line) == 0
    manifest = Path(capsys.readouterr().out.strip())
    entry = json.loads(manifest.read_text())
    assert (entry["text"], entry["speaker"], entry["language"]) == (
        "Hello, Doctor seven.",
        "me",
        "en",
    )


def test_the_help_names_every_layout(tts: Run, capsys: Capture) -> None:
    assert tts("prepare", "recordings", "--help") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert all(name in said for name in LAYOUTS)


def test_screening_keeps_the_speakers_that_are_understood(
    tts: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """The judge hears "good day" in loud clips and nonsense in quiet ones."""
    pytest.importorskip("jiwer")
    lines = []
    for speaker, level in (("clear", 0.5), ("mumble", 0.01)):
        io.write(tmp_path / f"{speaker}.wav", np.full(24_000, level, np.float32), 24_000)
        utterance = {"audio": f"{speaker}.wav", "text": "Good day.", "speaker": speaker}
        lines.append(json.dumps({**utterance, "language": "en", "duration": 1.0}))
    (tmp_path / "all.jsonl").write_text("\n".join(lines) + "\n")

    def transcribe(samples: np.ndarray, _rate: int, _language: str) -> str:
        return "good day" if samples.max() > 0.1 else "zzz"

    judge = SimpleNamespace(transcribe=transcribe, form="written")
    monkeypatch.setattr(recognisers.RECOGNISERS, "create", lambda _: judge)
    out = tmp_path / "kept.jsonl"
    assert tts("prepare", "screen", tmp_path / "all.jsonl", "-o", out) == 0
    assert [json.loads(line)["speaker"] for line in out.read_text().splitlines()] == ["clear"]
    assert "1 of 2 speakers" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["text-tokenizer", "sentences.txt", "-o", "t.json"], "CODE=FILE"),
        (["text-tokenizer", "xx=sentences.txt", "-o", "t.json"], "xx"),
        (["text-tokenizer", "de=m.jsonl", "-o", "t.json"], "no transcript in the language 'de'"),
        (["text-tokenizer", "en=m.jsonl", "-o", "t.json", "--extend", "none.json"], "none.json"),
        (
            ["text-tokenizer", "en=m.jsonl", "-o", "t", "--extend", "x", "--lowercase"],
            "--lowercase changes nothing with --extend",
        ),
        (["recordings", ".", "out", "--layout", "librispeech"], "unknown layout 'librispeech'"),
        (["recordings", ".", "out", "--layout", "vctk"], "no VCTK 0.92 in"),
        (["recordings", ".", "out", "--layout", "vctk", "--speaker", "me"], "leave out --manifest"),
        (["recordings", ".", "out", "--part", "train"], "--part train needs the --layout"),
        (["recordings", "none", "out", "--speaker-from", "name"], "auto, folder or clip"),
        (["recordings", "none", "out", "-l", "en"], "none"),
        (["features", "none.jsonl", "out"], "nothing to extract"),
        (["model", "m", "--part", "x=y", "--text-tokenizer", "t.json", "-l", "en"], "'x'"),
        (["recordings", ".", "out", "-l", "xx"], "xx"),
        (["synthetic", "none.txt", "out"], "none.txt"),
        (["synthetic", "none.txt", "out", "--warps", "two"], "--warps is 'two'"),
        (["synthetic", "none.txt", "out", "--espeak-voices", "9-5"], "300-339"),
        (["sentences", "texts.txt", "-o", "none/x.txt"], "create it first"),
        (["sentences", "texts.txt", "-o", "."], "is a folder"),
        (["sentences", "-o", "x.txt", "-l", "sv"], "no sentence comes out for 'sv'"),
        (["sentences", "none.txt", "-o", "x.txt"], "none.txt cannot be read"),
        (["text-tokenizer", "en=texts.txt", "-o", "none/t.json"], "create it first"),
        (["held-out", "texts.txt", "-o", "clip.wav/x"], "is a file"),
        (["screen", "m.jsonl", "-o", "none/x.jsonl"], "create it first"),
        (["screen", "none.jsonl", "-o", "x.jsonl"], "manifest none.jsonl cannot be read"),
        (["recordings", ".", "clip.wav", "-l", "en"], "clip.wav is a file"),
        (["synthetic", "texts.txt", "clip.wav/x"], "clip.wav is a file"),
        (["synthetic", "texts.txt", "out", "--engines-root", "none"], "engines none"),
        (["features", "m.jsonl", "clip.wav", "--vae-encoder", "x"], "clip.wav is a file"),
        (["features", "m.jsonl", "out", "--device", "tpu"], "unknown device 'tpu'"),
        (["test-list", "m.jsonl", "clip.wav"], "clip.wav is a file"),
        (["clips", "m.jsonl", "clip.wav/x", "--speaker", "me"], "clip.wav is a file"),
        (["model", "clip.wav", *PARTS], "clip.wav is a file"),
        (["model", "m", *PARTS, "--card", "none.md"], "model card none.md cannot be read"),
        (["model", "m", *PARTS, "--part", "speech_lm"], "NAME=PATH"),
        (["engines", "--espeak", "none"], "engines none"),
        (["engines", "-l", "xx"], "unknown language 'xx'"),
    ],
)
def test_a_mistake_costs_one_line(
    tts: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    arguments: list[str],
    part: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    io.write("clip.wav", np.ones(24_000, np.float32), 24_000)
    Path("texts.txt").write_text("Hello there.\n")
    line = {"audio": "clip.wav", "text": "Hi.", "speaker": "me", "language": "en"}
    Path("m.jsonl").write_text(json.dumps(line) + "\n")
    before = sorted(tmp_path.rglob("*"))
    assert tts("prepare", *arguments) == 2
    assert sorted(tmp_path.rglob("*")) == before
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert captured.err.count("\n") == 1
