import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from voices import voice

from minimax_speech.audio import io
from minimax_speech.audio.io import Audio
from minimax_speech.errors import InputError
from minimax_speech.evaluation.evaluate import (
    evaluate,
    evaluate_recordings,
    evaluate_resynthesis,
)
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.test_sets import TestItem
from minimax_speech.evaluation.verifiers import SpeakerVerifier

PITCHES = {"low": 90.0, "high": 210.0}


class ScriptedRecogniser(SpeechRecogniser):
    """Hears one and the same sentence everywhere."""

    name = "scripted"
    languages = frozenset({"en"})

    def transcribe(self, samples, sample_rate, language):
        return "one two three"


class SpectrumVerifier(SpeakerVerifier):
    """Tells voices apart by where their spectrum's peaks lie."""

    name = "spectrum"

    def _embed(self, samples, sample_rate):
        return np.abs(np.fft.rfft(samples[:sample_rate], 24_000))[:1000].astype(np.float32)


@pytest.fixture
def items(tmp_path):
    """Two speakers; the first text is heard without error, the second lacks a word of four."""
    for speaker, pitch in PITCHES.items():
        for kind, seed in (("reference", 0), ("target", 1)):
            io.write(tmp_path / f"{speaker}-{kind}.wav", voice(1.5, pitch, seed), 24_000)

    def item(id, text, speaker):
        files = (tmp_path / f"{speaker}-{kind}.wav" for kind in ("reference", "target"))
        reference, target = files
        return TestItem(id, text, "en", reference=reference, target=target, speaker=speaker)

    return [
        item("a", "One, two, three.", "low"),
        item("b", "One two four three.", "high"),
        item("c", "1 2 3", "high"),
    ]


class Synthesiser:
    """Speaks in the right voice, and counts."""

    def __init__(self):
        self.spoken = []

    def __call__(self, item):
        self.spoken.append(item.id)
        return Audio(voice(1.4, PITCHES[item.speaker], seed=2), 24_000)


def run(items, out, synthesise=None, **options):
    judges = [ScriptedRecogniser()], [SpectrumVerifier()]
    return evaluate(synthesise or Synthesiser(), items, *judges, out, workers=1, **options)


def test_a_complete_evaluation(items, tmp_path):
    out = tmp_path / "out"
    report = run(items, out, seed=5, settings={"steps": 4}, title="Tiny")
    measures = report.summaries["all"]
    assert measures["wer/scripted"].value.mean == pytest.approx(100 * 1 / 10)
    assert measures["wer/scripted, mean of utterances"].value.mean == pytest.approx(25 / 3)
    assert measures["wer/scripted"].unit == "%"
    likeness = measures["similarity/spectrum"]
    assert likeness.floor.mean < likeness.value.mean
    assert 0.5 < likeness.gap_closed.mean < 1.5
    assert [row["id"] for row in report.rows] == ["a", "b", "c"]
    assert report.rows[1]["transcripts"] == {"scripted": "one two three"}
    assert report.flags == {"empty": [], "truncated": [], "looping": []}
    saved = json.loads((out / "report.json").read_text())
    assert saved["provenance"]["seed"] == 5
    assert saved["provenance"]["settings"] == {"steps": 4}
    assert "| wer/scripted | 10.0 % |" in (out / "report.md").read_text()


def test_an_interrupted_evaluation_goes_on(items, tmp_path):
    class Interrupted(Synthesiser):
        def __call__(self, item):
            if item.id == "b":
                raise KeyboardInterrupt
            return super().__call__(item)

    with pytest.raises(KeyboardInterrupt):
        run(items, tmp_path / "out", Interrupted())
    resumed = Synthesiser()
    whole = run(items, tmp_path / "out", resumed)
    assert resumed.spoken == ["b", "c"]
    again = Synthesiser()
    assert run(items, tmp_path / "out", again).rows == whole.rows
    assert again.spoken == []


def test_audio_of_other_settings_is_not_mixed_in(items, tmp_path):
    run(items, tmp_path / "out", settings={"steps": 4})
    with pytest.raises(InputError, match="other settings"):
        run(items, tmp_path / "out", settings={"steps": 8})
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "a.wav").touch()
    with pytest.raises(InputError, match=r"holds a a\.wav, and not of this list"):
        run(items, tmp_path / "strange")


def test_a_mended_list_goes_on_and_only_what_changed_is_spoken_again(items, tmp_path):
    out = tmp_path / "out"
    run(items, out)
    mended = [replace(items[0], text="One two."), *items[1:], replace(items[2], id="d")]
    again = Synthesiser()
    run(mended, out, again)
    assert again.spoken == ["a", "d"]
    shutil.copyfile(items[1].target, items[1].reference)
    again = Synthesiser()
    run(mended, out, again)
    assert again.spoken == ["b", "c", "d"]  # all of them speak after that clip


def test_a_voice_given_by_its_file_counts_by_what_it_holds(tmp_path):
    (tmp_path / "v.safetensors").write_bytes(b"one")
    item = TestItem("a", "One two three.", "en", voice=str(tmp_path / "v.safetensors"))
    counts = []
    for content in (b"one", b"one", b"two"):
        (tmp_path / "v.safetensors").write_bytes(content)
        run([item], tmp_path / "out", lambda _: counts.append(1) or Audio(voice(1.0), 24_000))
    assert len(counts) == 2


def test_all_faults_of_a_list_are_found_before_it_is_spoken(items, tmp_path):
    items[0].target.write_text("no sound")

    def check(item):
        raise InputError(f"{item.speaker} is hoarse")

    synthesiser = Synthesiser()
    with pytest.raises(InputError, match=r"3 of 3 .* a: .*not an audio file.*; b: high is hoarse"):
        run(items, tmp_path / "out", synthesiser, check=check)
    assert synthesiser.spoken == []
    assert not (tmp_path / "out").exists()


def test_clips_that_show_no_gap_leave_the_rest_of_the_report(items, tmp_path, caplog):
    clips = {"one": [items[0].reference, items[1].reference], "other": [items[1].reference]}
    report = run(items, tmp_path / "out", speaker_clips=clips)
    assert report.summaries["all"]["similarity/spectrum"].gap_closed is None
    assert report.summaries["all"]["wer/scripted"].value.mean > 0
    assert "is not above the different-speaker floor" in caplog.text


def test_failures_of_length_are_named(items, tmp_path):
    sounds = {"a": np.zeros(24_000, np.float32), "b": voice(0.5), "c": voice(4.0)}
    report = run(items, tmp_path / "out", lambda item: Audio(sounds[item.id], 24_000))
    assert report.flags == {"empty": ["a"], "truncated": ["b"], "looping": ["c"]}
    assert report.rows[0]["measures"]["similarity/spectrum"] == 0


def test_recordings_are_scored_against_the_reference(items, tmp_path):
    judges = [ScriptedRecogniser()], [SpectrumVerifier()]
    report = evaluate_recordings(items, *judges, tmp_path / "out", workers=1)
    assert report.rows[0]["audio"].endswith("low-target.wav")
    assert report.rows[0]["measures"]["length ratio"] == 1
    # The ceiling is made of the very same pairs.
    summary = report.summaries["all"]["similarity/spectrum"]
    assert summary.gap_closed.mean == pytest.approx(1, abs=0.05)
    with pytest.raises(InputError, match="first is 'a'"):
        evaluate_recordings(items, *judges, tmp_path / "out", recordings={})


def test_a_voice_without_clips_has_no_similarity(tmp_path):
    item = TestItem("a", "One two three.", "en", voice="kathleen")
    report = run([item], tmp_path / "out", lambda _: Audio(voice(1.0), 24_000))
    assert set(report.rows[0]["measures"]) == {"length ratio", "wer/scripted", "cer/scripted"}


def test_given_clips_decide_the_bounds(items, tmp_path):
    clips = {
        speaker: [tmp_path / f"{speaker}-reference.wav", tmp_path / f"{speaker}-reference.wav"]
        for speaker in PITCHES
    }
    report = run(items, tmp_path / "out", speaker_clips=clips)
    assert report.summaries["all"]["similarity/spectrum"].ceiling.mean == pytest.approx(1)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (TestItem("a", "...", "en", voice="v"), "no words"),
        (TestItem("a", "Hallo", "de", voice="v"), "does not know the language 'de'"),
    ],
)
def test_what_cannot_be_scored_is_refused(tmp_path, item, message):
    with pytest.raises(InputError, match=message):
        run([item], tmp_path / "out", lambda _: Audio(voice(1.0), 24_000))


def test_resynthesis(tmp_path):
    pytest.importorskip("pesq", reason="pesq is not installed (it needs a C compiler)")
    pytest.importorskip("pystoi", reason="pystoi is not installed")
    clips = []
    for index in range(2):
        clips.append(tmp_path / f"{index}.flac")
        io.write(clips[-1], voice(1.5, 100 + 50 * index, index), 24_000)
    quiet = evaluate_resynthesis(lambda x: 0.9 * x, clips, tmp_path / "quiet", workers=1)
    means = {name: summary.value.mean for name, summary in quiet.summaries["all"].items()}
    assert means["pesq_wb"] > 4.5
    assert means["stoi"] > 0.99
    assert 0 < means["ms_stft"] < 0.5
    assert (tmp_path / "quiet" / "1.wav").exists()
    assert quiet.rows[1]["original"] == str(clips[1])
    with pytest.raises(InputError, match="same file name"):
        evaluate_resynthesis(lambda x: x, [clips[0], clips[0]], tmp_path / "twice")
