"""Speech with faults that are known: exactly those are dropped, and for what they are."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from minimax_speech.audio.io import SAMPLE_RATE, Samples
from minimax_speech.data.manifest import read_manifest
from minimax_speech.errors import InputError
from minimax_speech.evaluation.cleaning import filtering, kept_values, measures
from minimax_speech.evaluation.cleaning.filtering import Judges, filter_manifest
from minimax_speech.evaluation.cleaning.report import Report
from minimax_speech.evaluation.cleaning.sieve import Limit
from minimax_speech.evaluation.intelligibility import count_errors

pytest.importorskip("jiwer")

Spoken = dict[str, dict[str, Samples]]

LIMITS = {
    "seconds": Limit(1.0, 5.0),
    "loudness": Limit(-45.0, -9.0),
    "snr": Limit(low=15.0),
    "clipping": Limit(high=0.1),
    "bandwidth": Limit(low=3800.0),
    "silence": Limit(high=50.0),
    "words": Limit(low=1),
    "rate": Limit(0.5, 2.0),
    "cer": Limit(high=20.0),
    "similarity": Limit(low=0.7),
    "halves": Limit(low=0.6),
    "copies": Limit(high=0),
}


def noise(length: int, level: float) -> Samples:
    return np.random.default_rng(0).normal(0, level, length).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def dull(clip: Samples) -> Samples:
    return soxr.resample(soxr.resample(clip, SAMPLE_RATE, 5000), 5000, SAMPLE_RATE)


class Corpus:
    """A manifest in the making; its audio is 24 kHz, 16 bits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: list[dict[str, Any]] = []
        folder.mkdir()

    def add(self, name: str, samples: Samples | None, text: str | None, speaker: str) -> None:
        path = self._folder / f"{name}.wav"
        if samples is not None:
            soundfile.write(path, np.clip(samples, -1, 1), SAMPLE_RATE)
        line = {"audio": path.name, "speaker": speaker, "language": "en", "licence": "CC0-1.0"}
        self._lines.append(line | ({"text": text} if text else {}))

    @property
    def manifest(self) -> Path:
        path = self._folder / "manifest.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in self._lines))
        return path


def clean_corpus(folder: Path, spoken: Spoken) -> Corpus:
    """The sentences in both voices."""
    corpus = Corpus(folder)
    for speaker, said in spoken.items():
        for number, (text, samples) in enumerate(said.items()):
            corpus.add(f"{speaker}{number}", samples, text, speaker)
    return corpus


def kept(out: Path) -> list[str]:
    return [utterance.id for utterance in read_manifest(out / "manifest.jsonl")]


def names(clips: Sequence[str], speakers: Sequence[str] = ("alan", "clb")) -> list[str]:
    return [f"{speaker}{number}" for speaker in speakers for number in clips]


CLEAN = names("0123")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory, spoken: Spoken) -> tuple[Report, Path]:
    """A corpus with one clip of every fault, filtered by sound alone."""
    folder = tmp_path_factory.mktemp("faulty")
    corpus = clean_corpus(folder / "corpus", spoken)
    text, clip = next(iter(spoken["clb"].items()))
    top = np.quantile(np.abs(clip), 0.995)
    loud = np.tanh(20 * clip / np.abs(clip).max()) * 0.999
    for name, samples in {
        "quiet": clip / 30,
        "noisy": clip + noise(len(clip), 0.05),
        "clipped": np.clip(clip, -top, top),
        "dull": dull(clip),
        "mostly_silent": np.concatenate([silence(1), clip[:SAMPLE_RATE], silence(1)]),
        "short": clip[: SAMPLE_RATE // 2],
        "long": np.concatenate(list(spoken["clb"].values())),
        "loud": loud,
        "copy": clip,
        "missing": None,
    }.items():
        corpus.add(name, samples, text, "clb")
    corpus.add("corrupt", None, text, "clb")
    (folder / "corpus" / "corrupt.wav").write_bytes(b"RIFF" + bytes(range(200)))
    soundfile.write(folder / "corpus" / "nan.wav", np.full(48_000, np.nan), 24_000, "FLOAT")
    corpus.add("nan", None, text, "clb")
    limits = {name: limit for name, limit in LIMITS.items() if name != "rate"}
    return filter_manifest(
        corpus.manifest, folder / "out", limits, Judges(), jobs=1
    ), folder / "out"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("quiet", "loudness"),
        ("noisy", "snr"),
        ("clipped", "clipping"),
        ("dull", "bandwidth"),
        ("mostly_silent", "silence"),
        ("long", "seconds"),
        ("copy", "copies"),
        ("missing", "unreadable"),
        ("corrupt", "unreadable"),
        ("nan", "unreadable"),
    ],
)
def test_a_fault_is_dropped_for_what_it_is(
    faulty: tuple[Report, Path], name: str, reason: str
) -> None:
    assert list(faulty[0].dropped[name]) == [reason]


@pytest.mark.parametrize(("name", "reason"), [("loud", "loudness"), ("short", "seconds")])
def test_a_fault_that_brings_others_is_among_the_reasons(
    faulty: tuple[Report, Path], name: str, reason: str
) -> None:
    assert reason in faulty[0].dropped[name]


def test_the_rest_is_kept_with_all_that_its_lines_say(faulty: tuple[Report, Path]) -> None:
    out = faulty[1]
    assert kept(out) == CLEAN
    lines = [json.loads(line) for line in (out / "manifest.jsonl").read_text().splitlines()]
    assert {line["licence"] for line in lines} == {"CC0-1.0"}
    assert all(Path(line["audio"]).is_file() for line in lines)
    assert "duration" not in lines[0]  # nothing that the manifest did not say


def test_the_report_tells_what_was_dropped(faulty: tuple[Report, Path]) -> None:
    report = json.loads((faulty[1] / "report.json").read_text())
    assert (report["clips"], report["kept_clips"], report["unreadable"]) == (20, 8, 3)
    assert report["criteria"]["snr"]["limit"] == {"low": 15.0, "high": None}
    assert report["criteria"]["snr"]["dropped"] == 1 + ("snr" in report["dropped_clips"]["loud"])
    assert report["dropped_clips"]["noisy"]["snr"] < 15
    assert "corrupt.wav" in report["dropped_clips"]["corrupt"]["unreadable"]
    table = faulty[0].table()
    assert table.splitlines()[-1].startswith("8 of 20 clips kept")
    assert "≥ 15 dB" in table


@pytest.fixture
def judged(tmp_path: Path, spoken: Spoken) -> Corpus:
    """The clean corpus, to which mistakes of words and speakers are added."""
    return clean_corpus(tmp_path / "corpus", spoken)


def test_transcripts_that_are_not_what_is_said(
    tmp_path: Path, judged: Corpus, spoken: Spoken
) -> None:
    said = list(spoken["alan"].items())
    judged.add("wrong", said[0][1] * 0.9, said[1][0], "alan")
    judged.add("too_much", said[0][1] * 0.8, " ".join(text for text, _ in said), "alan")
    report = filter_manifest(judged.manifest, tmp_path / "out", LIMITS, Judges(("ctc",)), jobs=1)
    assert kept(tmp_path / "out") == CLEAN
    assert {name: list(reasons) for name, reasons in report.dropped.items()} == {
        "wrong": ["cer"],
        "too_much": ["rate"],
    }


def test_missing_transcripts_are_written_and_named(tmp_path: Path, spoken: Spoken) -> None:
    corpus = Corpus(tmp_path / "corpus")
    (text, clip), (other, told) = list(spoken["clb"].items())[:2]
    corpus.add("untold", clip, None, "clb")
    corpus.add("told", told, other, "clb")
    filter_manifest(corpus.manifest, tmp_path / "as_is", LIMITS, Judges(), jobs=1)
    assert [u.text for u in read_manifest(tmp_path / "as_is" / "manifest.jsonl")] == [None, other]
    judges = Judges(transcriber="ctc")
    report = filter_manifest(corpus.manifest, tmp_path / "out", LIMITS, judges, jobs=1)
    assert report.transcribed == 1
    untold, line = map(json.loads, (tmp_path / "out" / "manifest.jsonl").read_text().splitlines())
    assert count_errors(text, untold["text"], "en").cer < 25
    assert untold["transcribed_by"] == "ctc"
    assert line["text"] == other
    assert "transcribed_by" not in line


class Echo:
    """Hears nothing at all, and knows English only."""

    def check_language(self, language: str) -> None:
        if language != "en":
            raise InputError(f"it does not know {language!r}")

    def transcribe(self, samples: Samples, rate: int, language: str) -> str:
        return ""


def test_a_clip_in_which_no_word_is_heard_stays_without_a_transcript(
    tmp_path: Path, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (measures, filtering):
        monkeypatch.setattr(module, "load_recogniser", lambda *_: Echo())
    corpus = Corpus(tmp_path / "corpus")
    for number, (text, clip) in enumerate(spoken["clb"].items()):
        corpus.add(f"{number}", clip, text if number else None, "clb")
    judges = Judges(transcriber="echo")
    report = filter_manifest(corpus.manifest, tmp_path / "out", LIMITS, judges, jobs=1)
    assert report.dropped == {"0": {"words": 0}}


@pytest.mark.parametrize("verifier", ["own", "resemblyzer"])
def test_other_speakers_and_two_in_one_clip(
    tmp_path: Path, judged: Corpus, spoken: Spoken, verifier: str
) -> None:
    if verifier == "resemblyzer":
        pytest.importorskip("resemblyzer", reason="needs a C compiler")
    (text, alan), (_, clb) = (next(iter(said.items())) for said in spoken.values())
    judged.add("stranger", alan * 0.9, text, "clb")
    pair = np.concatenate([alan[: 2 * SAMPLE_RATE], clb[: 2 * SAMPLE_RATE]])
    judged.add("pair", pair, text, "pair")
    report = filter_manifest(
        judged.manifest, tmp_path / "out", LIMITS, Judges(verifier=verifier), jobs=1
    )
    assert kept(tmp_path / "out") == CLEAN
    assert {name: list(reasons) for name, reasons in report.dropped.items()} == {
        "stranger": ["similarity"],
        "pair": ["halves"],
    }


def test_other_limits_measure_nothing_again(
    tmp_path: Path, judged: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest, out = judged.manifest, tmp_path / "out"
    filter_manifest(manifest, out, LIMITS, Judges(("ctc",)), jobs=1)
    before = kept(out)
    first = (out / "manifest.jsonl").read_bytes(), (out / "report.json").read_bytes()
    monkeypatch.setattr(kept_values, "ordered_map", lambda *a, **_: iter(_nothing(a[1])))
    snr = json.loads((out / "report.json").read_text())["criteria"]["snr"]["percentiles"][1]
    filter_manifest(manifest, out, LIMITS | {"snr": Limit(low=snr)}, Judges(("ctc",)), jobs=1)
    assert 0 < len(kept(out)) < len(before)
    filter_manifest(manifest, out, LIMITS, Judges(("ctc",)), jobs=1)
    assert ((out / "manifest.jsonl").read_bytes(), (out / "report.json").read_bytes()) == first


def _nothing(utterances: Sequence[Any]) -> Sequence[Any]:
    assert len(utterances) == 0
    return utterances


def test_processes_come_to_the_same_result(tmp_path: Path, judged: Corpus) -> None:
    files = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        filter_manifest(judged.manifest, out, LIMITS, Judges(), jobs=jobs)
        files.append([(out / name).read_bytes() for name in ("manifest.jsonl", "report.json")])
    assert files[0] == files[1]


def test_if_nothing_passes_the_report_says_why(tmp_path: Path, judged: Corpus) -> None:
    manifest, out = judged.manifest, tmp_path / "out"
    filter_manifest(manifest, out, LIMITS, Judges(), jobs=1)
    with pytest.raises(InputError, match=r"no clip passes, 8 of 8 for snr: see .*report\.json"):
        filter_manifest(manifest, out, {"snr": Limit(low=90.0)}, Judges(), jobs=1)
    assert not (out / "manifest.jsonl").exists()
    assert json.loads((out / "report.json").read_text())["kept_clips"] == 0


def test_manifests_of_others_are_not_overwritten(tmp_path: Path, judged: Corpus) -> None:
    manifest = judged.manifest
    before = manifest.read_bytes()
    with pytest.raises(InputError, match="not from filtering: choose another folder"):
        filter_manifest(manifest, manifest.parent, LIMITS, Judges(), jobs=1)
    (manifest.parent / "measures").mkdir()
    with pytest.raises(InputError, match="would be overwritten"):
        filter_manifest(manifest, manifest.parent, LIMITS, Judges(), jobs=1)
    assert manifest.read_bytes() == before


def test_a_judge_must_know_the_languages(tmp_path: Path, spoken: Spoken) -> None:
    pytest.importorskip("pocketsphinx")
    line = {"audio": "a.wav", "speaker": "x", "language": "de", "duration": 1.0}
    (tmp_path / "m.jsonl").write_text(json.dumps(line))
    for judges in (Judges(("pocketsphinx",)), Judges(transcriber="pocketsphinx")):
        with pytest.raises(InputError, match="does not know the language 'de'"):
            filter_manifest(tmp_path / "m.jsonl", tmp_path / "out", LIMITS, judges)
    assert not (tmp_path / "out").exists()
