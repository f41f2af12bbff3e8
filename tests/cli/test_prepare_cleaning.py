"""`tts prepare segments|filter`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech.audio import io
from minimax_speech.audio.io import SAMPLE_RATE, Samples
from minimax_speech.data.manifest import read_manifest

Run = Callable[..., int]
Capture = pytest.CaptureFixture[str]
Spoken = dict[str, dict[str, Samples]]


def words(text: str) -> list[str]:
    return text.lower().replace(".", "").split()


def test_from_a_talk_with_its_text_to_clean_sentences(
    tts: Run, tmp_path: Path, spoken: Spoken, capsys: Capture
) -> None:
    """The bundled model aligns, the bundled recogniser judges."""
    pytest.importorskip("jiwer")
    silence = np.zeros(SAMPLE_RATE // 2, np.float32)
    talk = [part for samples in spoken["clb"].values() for part in (samples, silence)]
    (tmp_path / "talks").mkdir()
    io.write(tmp_path / "talks" / "talk.wav", np.concatenate(talk), SAMPLE_RATE)
    (tmp_path / "talks" / "talk.txt").write_text(" ".join(spoken["clb"]))
    line = ["segments", tmp_path / "talks", tmp_path / "found", "-l", "en", "-j", 1]
    assert tts("prepare", *line) == 0
    found = Path(capsys.readouterr().out.strip())
    assert [u.text for u in read_manifest(found)] == list(spoken["clb"])
    assert tts("prepare", "filter", found, tmp_path / "clean", "--recogniser", "ctc", "-j", 1) == 0
    captured = capsys.readouterr()
    assert captured.out == f"{tmp_path / 'clean' / 'manifest.jsonl'}\n"
    assert "4 of 4 clips kept" in captured.err
    assert "≤ 20 %" in captured.err
    assert read_manifest(tmp_path / "clean" / "manifest.jsonl") == read_manifest(found)


@pytest.fixture
def corpus(tmp_path: Path, spoken: Spoken) -> Path:
    """Manifest of a clip as it is, and of one that is quiet."""
    lines = []
    for name, gain in (("plain", 1.0), ("quiet", 0.02)):
        text, samples = next(iter(spoken["alan"].items()))
        io.write(tmp_path / f"{name}.wav", gain * samples, SAMPLE_RATE)
        lines.append({"audio": f"{name}.wav", "text": text, "speaker": "me", "language": "en"})
    (tmp_path / "m.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return tmp_path / "m.jsonl"


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ([], ["plain"]),
        (["--off", "loudness"], ["plain", "quiet"]),
        (["--min-loudness", "-70"], ["plain", "quiet"]),
        (["--max-loudness", "-40", "--min-loudness", "-70"], ["quiet"]),
    ],
)
def test_criteria_have_limits_and_can_be_left_out(
    tts: Run, corpus: Path, tmp_path: Path, options: list[str], kept: list[str]
) -> None:
    pytest.importorskip("jiwer")
    assert tts("prepare", "filter", corpus, tmp_path / "out", "-j", 1, *options) == 0
    left = read_manifest(tmp_path / "out" / "manifest.jsonl")
    assert [utterance.audio.stem for utterance in left] == kept


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["segments", "none", "out", "-l", "en"], "none cannot be read"),
        (["segments", ".", "out"], "the language of clip.wav is not known"),
        (["segments", ".", "clip.wav", "-l", "en"], "clip.wav is a file"),
        (["segments", ".", "out", "-l", "en", "--speaker-from", "name"], "auto, folder or clip"),
        (["segments", ".", "out", "-l", "en", "--min-seconds", "30"], "30 s must lie between"),
        (["segments", ".", "out", "-l", "en", "--pause", "0.1"], "'--pause'"),
        (["segments", ".", "out", "-l", "en", "-m", "nomodel"], "'nomodel'"),
        (["segments", ".", "out", "-l", "en", "--device", "tpu"], "'tpu'"),
        (["filter", "none.jsonl", "out"], "manifest none.jsonl cannot be read"),
        (["filter", "empty.jsonl", "out"], "empty.jsonl is empty"),
        (["filter", "m.jsonl", "clip.wav"], "clip.wav is a file"),
        (["filter", "m.jsonl", "."], "would be overwritten"),
        (["filter", "m.jsonl", "out", "--off", "noise"], "--off 'noise' is no criterion"),
        (["filter", "m.jsonl", "out", "--min-seconds", "40"], "from 40 to 30: swap them"),
        (["filter", "m.jsonl", "out", "--max-cer", "9"], "nothing without --recogniser"),
        (["filter", "m.jsonl", "out", "--min-halves", "0"], "nothing without --verifier"),
        (["filter", "m.jsonl", "out", "--recogniser", "ctx"], "unknown recogniser 'ctx'"),
        (["filter", "m.jsonl", "out", "--transcribe", "ctx"], "unknown recogniser 'ctx'"),
        (["filter", "m.jsonl", "out", "--verifier", "me"], "unknown verifier 'me'"),
        (["filter", "m.jsonl", "out", "--verifier", "wavlm-large=x"], "wavlm-large"),
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
    pytest.importorskip("jiwer")
    monkeypatch.chdir(tmp_path)
    io.write("clip.wav", np.ones(24_000, np.float32), 24_000)
    line: dict[str, Any] = {"audio": "clip.wav", "speaker": "me", "language": "en"}
    Path("manifest.jsonl").write_text(json.dumps(line) + "\n")
    Path("m.jsonl").symlink_to("manifest.jsonl")
    Path("measures").mkdir()
    Path("empty.jsonl").write_text("\n")
    before = sorted(tmp_path.rglob("*"))
    assert tts("prepare", *arguments) == 2
    assert sorted(tmp_path.rglob("*")) == before
    captured = capsys.readouterr()
    assert captured.out == ""
    assert part in captured.err
    assert captured.err.count("\n") == 1
