"""`tts watermark`, and `--watermark` of the verbs that speak."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minimax_speech.audio import io, watermark
from minimax_speech.audio.io import Audio, Samples
from minimax_speech.audio.provenance import DISCLOSURE

Run = Callable[..., int]
Calls = list[tuple[Any, ...]]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def speech(spoken: dict[str, dict[str, Samples]]) -> Samples:
    return np.concatenate([*spoken["clb"].values()])


@pytest.mark.parametrize("format", ["wav", "mp3", "ogg"])
def test_what_is_marked_is_told_from_what_is_not(
    format: str, speech: Samples, tts: Run, tmp_path: Path, capsys: Capture
) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    marked, plain = tmp_path / f"marked.{format}", tmp_path / f"plain.{format}"
    Audio(watermark.apply(speech, 24_000), 24_000).save(marked)
    io.write(plain, speech, 24_000)
    assert tts("watermark", marked, "--json") == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["marked"], facts["comment"]) == (True, DISCLOSURE)
    assert facts["confidence"] > 0.9
    assert facts["seconds"] == pytest.approx(len(speech) / 24_000, abs=0.1)
    assert tts("watermark", plain) == 0
    mark, confidence, comment = capsys.readouterr().out.splitlines()
    assert (mark, comment) == ("mark: not found", "comment: none")
    assert float(confidence.removeprefix("confidence: ")) < 0.3


def test_what_cannot_be_judged_is_refused(tts: Run, tmp_path: Path, capsys: Capture) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    io.write(tmp_path / "short.wav", np.zeros(2_400, np.float32), 24_000)
    for path, problem in (("short.wav", "too short"), ("none.wav", "does not exist")):
        assert tts("watermark", tmp_path / path) == 2
        assert problem in capsys.readouterr().err


def test_the_verbs_that_speak_can_mark(tts: Run, calls: Calls, clip: Path, tmp_path: Path) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    out = tmp_path / "out.wav"
    assert tts("synthesize", "Hello.", "-o", out, "--watermark") == 0
    assert calls[-1][-1]["watermark"] is True
    assert tts("synthesize", "Hello.", "-o", out, "--watermark", "--stream") == 0
    assert calls[-1][-1]["watermark"] is True
    assert tts("convert", clip, "-o", out, "--watermark") == 0
    assert calls[-1][-1] == {"watermark": True}
    assert tts("convert", clip, "-o", out) == 0
    assert calls[-1][-1] == {}


def test_a_batch_is_made_again_to_be_marked(
    tts: Run, tiny_model: Path, tmp_path: Path, capsys: Capture
) -> None:
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    jobs, out = tmp_path / "jobs.jsonl", tmp_path / "out"
    jobs.write_text('{"text": "Hello there.", "language": "en", "steps": 1, "cfg_scale": 0}\n')
    line = ("batch", jobs, "-o", out, "-m", tiny_model, "--device", "cpu", "--json")
    made, sounds = [], []
    for mark in ([], ["--watermark"], ["--watermark"]):
        assert tts(*line, *mark) == 0
        made.append(json.loads(capsys.readouterr().out)["made"])
        sounds.append(io.read(out / "0001.wav")[0])
    assert made == [1, 1, 0]
    change, expected = sounds[1] - sounds[0], watermark.apply(sounds[0], 24_000) - sounds[0]
    assert np.square(change - expected).mean() < 0.1 * np.square(change).mean()


@pytest.mark.usefixtures("without_perth")
@pytest.mark.parametrize("verb", ["synthesize", "convert", "batch"])
def test_without_the_extra_it_ends_before_it_begins(
    verb: str, tts: Run, calls: Calls, clip: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "jobs.jsonl").write_text('{"text": "Hello there."}\n')
    what = {"synthesize": "Hello.", "convert": clip, "batch": tmp_path / "jobs.jsonl"}[verb]
    out = tmp_path / ("out" if verb == "batch" else "out.wav")
    assert tts(verb, what, "-o", out, "--watermark") == 2
    assert "pip install 'minimax-speech[watermark]'" in capsys.readouterr().err
    assert calls == []
    assert not out.exists()
