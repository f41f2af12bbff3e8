import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from fake_engines import Buzz, Hum

from minimax_speech.data import shards
from minimax_speech.data.engines import ENGINES, available
from minimax_speech.data.manifest import read_manifest, read_samples, write_manifest
from minimax_speech.data.plan import Portion
from minimax_speech.data.synthetic import make_corpus, read_sentences, screen_speakers
from minimax_speech.errors import InputError

SENTENCES = [f"This is the sentence number {n} of a small corpus." for n in range(24)]


@pytest.fixture(autouse=True)
def fake_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "hum", Hum)
    monkeypatch.setitem(ENGINES, "buzz", Buzz)


@pytest.fixture
def short_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minimax_speech.data.plan.SHORTEST_SHARD", 20.0)


def make(out: Path, sentences: list[str] | None = None, **settings: Any) -> Path:
    defaults = {"engines": ["hum", "buzz"], "jobs": 1, "warps": 3, "progress": False}
    wanted = {k: settings.pop(k) for k in ("language", "hours", "count") if k in settings}
    portion = Portion(sentences or SENTENCES, **wanted)
    return make_corpus([portion], out, **{**defaults, **settings})


def audio_bytes(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "audio").iterdir())}


def test_corpus_is_whole_and_in_shape(tmp_path: Path) -> None:
    manifest = make(tmp_path / "corpus", count=48)
    utterances = read_manifest(manifest)
    assert len(utterances) == 48
    assert Counter(u.text for u in utterances) == dict.fromkeys(SENTENCES, 2)
    assert sum(u.speaker.startswith("hum:") for u in utterances) == 24
    natural = Counter(u.speaker for u in utterances if u.speaker.startswith("hum:"))
    assert len(natural) == 6
    assert set(natural.values()) == {4}
    peaks = []
    for utterance in utterances:
        samples, rate = read_samples(utterance)
        assert rate == 24000
        loud = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max())
        assert 0.09 < loud[0] / rate < 0.21
        assert 0.09 < (len(samples) - loud[-1]) / rate < 0.21
        peaks.append(20 * np.log10(np.abs(samples).max()))
    assert -10.1 < min(peaks) < -7 < -3 < max(peaks) < -0.9
    report = json.loads((tmp_path / "corpus" / "report.json").read_text())
    assert report["utterances"] == 48
    assert report["engines"]["hum"]["utterances"] == 24
    assert report["languages"]["en"]["planned"] == report["languages"]["en"]["utterances"] == 48
    assert len((tmp_path / "corpus" / "speakers.tsv").read_text().splitlines()) == 1 + 6 + 2


def test_one_corpus_in_two_languages_with_the_same_speakers(tmp_path: Path) -> None:
    portions = [
        Portion(SENTENCES, "en", count=16),
        Portion([f"Dies ist Satz Nummer {n}." for n in range(9)], "de"),
    ]
    manifest = make_corpus(
        portions, tmp_path, engines=["buzz"], jobs=2, natural_share=0.0, progress=False
    )
    utterances = read_manifest(manifest)
    assert Counter(u.language for u in utterances) == {"en": 16, "de": 9}
    assert all((u.language == "de") == (u.text or "").startswith("Dies") for u in utterances)
    assert len({u.id for u in utterances}) == 25
    speakers = {
        code: {u.speaker for u in utterances if u.language == code} for code in ("en", "de")
    }
    assert speakers["en"] == speakers["de"]
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["languages"]["de"]["utterances"] == report["languages"]["de"]["planned"] == 9


def test_each_language_needs_an_engine(tmp_path: Path) -> None:
    portions = [Portion(SENTENCES), Portion(["En mening."], "sv")]
    with pytest.raises(InputError, match='no speech engine is usable for "sv"'):
        make_corpus(portions, tmp_path, engines=["hum"], progress=False)


def test_warp_scales_the_formants_and_keeps_pitch_and_tempo(tmp_path: Path) -> None:
    utterances = read_manifest(make(tmp_path, count=24, natural_share=1.0, engines=["hum"]))
    for utterance in utterances:
        samples, rate = read_samples(utterance)
        _, voice, _, pitch = utterance.speaker.split(":")
        spectrum = np.abs(np.fft.rfft(samples, 2**17))
        measured = spectrum.argmax() * rate / 2**17
        expected = {"high": 220.0, "low": 110.0}[voice] * float(pitch[1:])
        assert measured == pytest.approx(expected, rel=0.02)
        spoken = utterance.duration - 0.3
        assert 0.8 < spoken / (0.35 + 0.062 * len(utterance.text or "")) < 1.2


def test_plan_follows_the_seed_and_not_the_jobs(tmp_path: Path, short_shards: None) -> None:
    first = make(tmp_path / "a", count=30)
    again = make(tmp_path / "b", count=30, jobs=2)
    other = make(tmp_path / "c", count=30, seed=1)
    assert first.read_text() == again.read_text()
    assert audio_bytes(tmp_path / "a") == audio_bytes(tmp_path / "b")
    assert first.read_text() != other.read_text()
    # Corpora are trained on together: no id may be in two of them.
    ids = [{utterance.id for utterance in read_manifest(path)} for path in (first, other)]
    assert ids[0].isdisjoint(ids[1])


def test_hours_set_the_length(tmp_path: Path) -> None:
    utterances = read_manifest(make(tmp_path, hours=0.02))
    assert sum(u.duration for u in utterances) == pytest.approx(72, rel=0.25)


def test_what_engines_get_wrong_is_left_out_and_counted(tmp_path: Path) -> None:
    bad = {
        "please refuse this": "refused",
        "say empty here": "empty",
        "say silent here": "silent",
        "say clipped here": "clipped",
        "an endless sentence it is": "too long for the text",
    }
    make(tmp_path, [*SENTENCES, *bad])
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rejected"] == dict.fromkeys(bad.values(), 1)
    assert report["utterances"] == len(SENTENCES)
    assert not set(bad) & {u.text for u in read_manifest(tmp_path / "manifest.jsonl")}


def test_sentence_that_kills_the_engine_costs_only_itself(tmp_path: Path) -> None:
    make(tmp_path, [*SENTENCES, "a crash here", "one more crash"], jobs=2)
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["rejected"] == {"engine crashed": 2}
    assert report["utterances"] == len(SENTENCES)
    assert report["failed_shards"] == {}


def test_resumed_corpus_equals_an_uninterrupted_one(
    tmp_path: Path, short_shards: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    whole = make(tmp_path / "whole", count=40, engines_root=root)
    with monkeypatch.context() as patience:
        patience.setattr(shards, "MOST_CRASHES", 1)
        (root / "buzz_dies").touch()
        make(tmp_path / "broken", count=40, engines_root=root)
    report = json.loads((tmp_path / "broken" / "report.json").read_text())
    assert report["failed_shards"]
    assert all(name.startswith("buzz") for name in report["failed_shards"])
    survivors = {
        path: path.stat().st_mtime_ns for path in (tmp_path / "broken/parts").glob("*.json")
    }
    (root / "buzz_dies").unlink()
    resumed = make(tmp_path / "broken", count=40, engines_root=root)
    assert resumed.read_text() == whole.read_text()
    assert audio_bytes(tmp_path / "broken") == audio_bytes(tmp_path / "whole")
    assert survivors
    assert all(path.stat().st_mtime_ns == time for path, time in survivors.items())


def test_another_plan_in_the_same_folder_is_refused_unless_started_anew(tmp_path: Path) -> None:
    make(tmp_path, count=10)
    with pytest.raises(InputError, match="corpus of other sources or settings"):
        make(tmp_path, count=12)
    assert len(read_manifest(make(tmp_path, count=12, resume=False))) == 12


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"engines": ["nobody"]}, 'unknown engine "nobody"'),
        ({"language": "xx"}, "unknown language 'xx'"),
        ({"language": "sv"}, 'no voice for "sv"'),
        ({"language": "he"}, "Hebrew cannot be hummed"),
        ({"natural_share": 2.0}, "natural_share is 2"),
        ({"count": 1, "hours": 1.0}, "both hours and count"),
        ({"count": 0}, "nothing to make"),
        ({"sentences": ["…", " "]}, "no sentence"),
    ],
)
def test_wrong_arguments_are_input_errors(
    tmp_path: Path, settings: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(InputError, match=complaint):
        make(tmp_path, **settings)


def test_sentences_come_from_a_file_once_each(tmp_path: Path) -> None:
    file = tmp_path / "sentences.txt"
    file.write_text("One  two.\n\nOne two.\n…\nThree.\n", encoding="utf-8")
    assert read_sentences(file) == ["One two.", "Three."]
    with pytest.raises(InputError, match=r"text file .* cannot be read"):
        read_sentences(tmp_path / "none.txt")


def test_screening_keeps_whom_the_recogniser_understands(tmp_path: Path) -> None:
    manifest = make(tmp_path)
    everyone = {u.speaker for u in read_manifest(manifest)}
    scores = dict.fromkeys(everyone, 0.05) | {"buzz:low:a1.00:p1.00": 0.6}
    kept = screen_speakers(manifest, scores, max_cer=0.3)
    assert {u.speaker for u in kept} == everyone - {"buzz:low:a1.00:p1.00"}
    write_manifest(kept, tmp_path / "screened.jsonl")
    assert read_manifest(tmp_path / "screened.jsonl") == kept
    with pytest.raises(InputError, match="no speaker"):
        screen_speakers(manifest, scores, max_cer=0.01)
    with pytest.raises(InputError, match='name "stranger"'):
        screen_speakers(manifest, {"stranger": 0.1}, max_cer=0.3)


def test_engines_of_this_machine_make_a_corpus(tmp_path: Path) -> None:
    found = available()
    usable = [name for name in ("espeak", "flite") if not isinstance(found[name], str)]
    if not usable:
        pytest.skip("neither espeak-ng nor flite is installed")
    manifest = make(tmp_path, SENTENCES[:6], engines=usable, espeak_voices=3)
    utterances = read_manifest(manifest)
    assert {u.speaker.split(":")[0] for u in utterances} == set(usable)
    assert all(1.0 < u.duration < 8.0 for u in utterances)
    assert soundfile.info(utterances[0].audio).samplerate == 24000
