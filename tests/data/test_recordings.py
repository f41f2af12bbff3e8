import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr
from containers import write_container

from minimax_speech.audio import container
from minimax_speech.data.manifest import Utterance, read_manifest, read_samples
from minimax_speech.data.recording_sources import Clip, Location
from minimax_speech.data.recordings import Rejected, _decode, ingest, measure_bandwidth
from minimax_speech.errors import InputError


def voice(seconds: float, rate: int = 16000, seed: int = 0, level: float = 0.1) -> np.ndarray:
    """Noise in syllables: enough like speech for levels and spectra."""
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(seed).standard_normal(len(time))
    return (level * noise * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)


def save(path: Path, samples: np.ndarray, rate: int = 16000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, samples, rate)


def take(source: Path, out: Path, **settings: Any) -> list[Utterance]:
    defaults = {"language": "en", "jobs": 1, "progress": False}
    return read_manifest(ingest(source, out, **{**defaults, **settings}))


def report(out: Path) -> dict[str, Any]:
    return json.loads((out / "report.json").read_text())


def ljspeech_layout(folder: Path) -> None:
    for name in ("LJ1", "LJ2", "LJ3"):
        save(folder / "wavs" / f"{name}.wav", voice(1.0))
    rows = ["LJ1|Dr. One|Doctor One", 'LJ2|"Two", he said|', "LJ9|Nobody"]
    (folder / "metadata.csv").write_text("\n".join(rows), encoding="utf-8")


def texts_beside_clips(folder: Path) -> None:
    for name, text in (("LJ1", "Doctor\nOne\n"), ("LJ2", '"Two", he said')):
        save(folder / f"{name}.flac", voice(1.0))
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    save(folder / "LJ3.ogg", voice(1.0))


def manifest_beside_clips(folder: Path) -> None:
    lines = []
    for name, text in (("LJ1", "Doctor One"), ("LJ2", '"Two", he said'), ("LJ3", None)):
        save(folder / "clips" / f"{name}.wav", voice(1.0))
        lines.append({"path": f"clips/{name}.wav", "text": text, "speaker": "corpus", "seconds": 1})
    text = "\n".join(json.dumps(line) for line in lines)
    (folder / "manifest.jsonl").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("lay_out", "source"),
    [
        (ljspeech_layout, "corpus"),
        (texts_beside_clips, "corpus"),
        (manifest_beside_clips, "corpus/manifest.jsonl"),
        (ljspeech_layout, "corpus.tar"),
    ],
)
def test_every_layout_gives_the_same_corpus(
    tmp_path: Path, lay_out: Callable[[Path], None], source: str
) -> None:
    lay_out(tmp_path / "corpus")
    with tarfile.open(tmp_path / "corpus.tar", "w") as archive:
        archive.add(tmp_path / "corpus", arcname="corpus")
    utterances = take(tmp_path / source, tmp_path / "out")
    assert [u.text for u in utterances] == ["Doctor One", '"Two", he said', None]
    assert {u.speaker for u in utterances} == {"corpus"}
    assert len({u.id for u in utterances}) == 3
    assert all(u.id.endswith(f"LJ{n}") for n, u in enumerate(utterances, start=1))
    for utterance in utterances:
        samples, rate = read_samples(utterance)
        assert rate == 24000
        assert len(samples) == 24000
        assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.066, rel=0.05)
    assert report(tmp_path / "out")["transcribed"] == 2


def test_folders_are_speakers(tmp_path: Path) -> None:
    for speaker in ("anna", "ben"):
        for number in range(2):
            save(tmp_path / "in" / speaker / f"{number}.wav", voice(1.0))
    utterances = take(tmp_path / "in", tmp_path / "out", jobs=2)
    assert [u.speaker for u in utterances] == ["anna", "anna", "ben", "ben"]
    one = take(tmp_path / "in", tmp_path / "one", speaker="me")
    assert {u.speaker for u in one} == {"me"}


def test_each_clip_may_be_its_own_speaker(tmp_path: Path) -> None:
    manifest_beside_clips(tmp_path / "in")
    utterances = take(tmp_path / "in" / "manifest.jsonl", tmp_path / "out", speaker_from="clip")
    assert [u.speaker for u in utterances] == ["corpus/LJ1", "corpus/LJ2", "corpus/LJ3"]


def test_manifest_of_a_tar_selects_and_describes_its_clips(tmp_path: Path) -> None:
    save(tmp_path / "a" / "one.wav", voice(1.0))
    save(tmp_path / "a" / "two.wav", voice(1.0))
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        archive.add(tmp_path / "a", arcname="a")
    line = {"language": "de", "speaker": "s", "gender": "male", "emotion": "calm", "text": "Eins."}
    lines = [
        {"path": "a/two.wav", "sample_rate": 8000, **line},
        {"path": "b/other_archive.wav", **line},
    ]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(json.dumps(line) for line in lines))
    (only,) = take(tmp_path / "a.tar", tmp_path / "out", manifest=manifest, language=None)
    assert (only.speaker, only.language, only.gender, only.emotion) == ("s", "de", "male", "calm")
    assert only.bandwidth == 4000


def test_manifest_may_select_a_stretch_of_a_long_file(tmp_path: Path) -> None:
    long = voice(6.0)
    save(tmp_path / "long.wav", long)
    line = {"audio": "long.wav", "speaker": "s", "offset": 2.0, "duration": 1.5}
    (tmp_path / "m.jsonl").write_text(json.dumps(line))
    (utterance,) = take(tmp_path / "m.jsonl", tmp_path / "out")
    assert utterance.duration == pytest.approx(1.5)


def test_unusable_clips_are_left_out_and_counted(tmp_path: Path) -> None:
    source = tmp_path / "in"
    save(source / "good.wav", voice(1.0))
    save(source / "short.wav", voice(0.2))
    save(source / "silent.wav", voice(1.0, level=1e-5))
    save(source / "clipped.wav", np.clip(voice(1.0, level=3.0), -1, 1))
    save(source / "long.wav", voice(3.0))
    save(source / "nothing.wav", np.zeros(0, dtype=np.float32))
    (source / "corrupt.flac").write_bytes(b"fLaC" + bytes(range(200)))
    (source / "empty.wav").write_bytes(b"")
    (source / "notes.md").write_text("not a recording")
    (utterance,) = take(source, tmp_path / "out", max_seconds=2.0)
    assert utterance.speaker == "in"
    assert report(tmp_path / "out")["rejected_clips"] == {
        "clipped.wav": "clipped",
        "corrupt.flac": "unreadable",
        "empty.wav": "unreadable",
        "long.wav": "too long",
        "nothing.wav": "too short",
        "short.wav": "too short",
        "silent.wav": "silent",
    }


def test_clips_left_out_are_counted_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    save(tmp_path / "in" / "good.wav", voice(1.0))
    save(tmp_path / "in" / "short.wav", voice(0.2))
    for name in "abcd":
        (tmp_path / "in" / f"{name}.wav").write_text("no sound")
    assert len(take(tmp_path / "in", tmp_path / "out")) == 1
    (warning,) = caplog.messages
    assert "5 of 6 recordings are left out" in warning
    assert "4 unreadable (a.wav, b.wav, c.wav, …), 1 too short (short.wav)" in warning
    (tmp_path / "in" / "good.wav").unlink()
    with pytest.raises(InputError, match=r"no recording .*: 4 unreadable \(a\.wav.*; give others"):
        take(tmp_path / "in", tmp_path / "none")


def test_a_folder_that_is_no_corpus_is_left_alone(tmp_path: Path) -> None:
    """The clips may lie in a folder called audio, beside which the corpus is to be made."""
    save(tmp_path / "audio" / "a.wav", voice(1.0))
    for resume in (True, False):
        with pytest.raises(InputError, match="choose another output folder"):
            take(tmp_path / "audio", tmp_path, resume=resume)
    assert (tmp_path / "audio" / "a.wav").is_file()


def test_missing_file_of_a_manifest_is_counted(tmp_path: Path) -> None:
    manifest_beside_clips(tmp_path)
    (tmp_path / "clips" / "LJ2.wav").unlink()
    assert len(take(tmp_path / "manifest.jsonl", tmp_path / "out")) == 2
    assert report(tmp_path / "out")["rejected"] == {"missing": 1}


def test_long_silences_are_trimmed_unless_told_not_to(tmp_path: Path) -> None:
    hush = voice(2.0, level=1e-4)
    save(tmp_path / "in" / "a.wav", np.concatenate([hush, voice(1.0), hush]))
    (trimmed,) = take(tmp_path / "in", tmp_path / "out")
    assert trimmed.duration == pytest.approx(1.3, abs=0.03)
    (whole,) = take(tmp_path / "in", tmp_path / "whole", trim=False)
    assert whole.duration == pytest.approx(5.0)


def test_phone_recordings_are_taken_in(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="pip install 'minimax-speech[formats]'")
    (tmp_path / "in").mkdir()
    write_container(tmp_path / "in" / "memo.m4a", voice(3.0, 48_000), 48_000)
    (tmp_path / "in" / "memo.txt").write_text("Three seconds.")
    line = {"audio": "in/memo.m4a", "speaker": "me", "offset": 1.0, "duration": 1.5}
    (tmp_path / "m.jsonl").write_text(json.dumps(line))
    (whole,) = take(tmp_path / "in", tmp_path / "out")
    assert whole.text == "Three seconds."
    assert whole.duration == pytest.approx(3.0, abs=0.1)
    (stretch,) = take(tmp_path / "m.jsonl", tmp_path / "stretch")
    assert stretch.duration == pytest.approx(1.5)
    heard, expected = read_samples(stretch)[0], read_samples(whole)[0][24_000:60_000]
    assert np.corrcoef(heard, expected)[0, 1] > 0.99


def test_phone_recordings_need_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memo = tmp_path / "memo.m4a"
    memo.write_bytes(bytes(4) + b"ftypM4A " + bytes(100))
    clip = Clip("in/memo", "memo.m4a", Location(memo), "in", "en")
    with pytest.raises(Rejected, match=r"^unreadable$"):
        _decode(clip)
    monkeypatch.setattr(container, "is_supported", lambda: False)
    with pytest.raises(Rejected, match=r"unreadable without PyAV: pip install .*\[formats\]"):
        _decode(clip)


def test_stereo_becomes_mono(tmp_path: Path) -> None:
    mono = voice(1.0, 24000)
    save(tmp_path / "in" / "a.wav", np.stack([mono, np.zeros_like(mono)], axis=1), 24000)
    (utterance,) = take(tmp_path / "in", tmp_path / "out")
    np.testing.assert_allclose(read_samples(utterance)[0], mono / 2, atol=2e-4)


def test_another_speed_makes_another_speaker(tmp_path: Path) -> None:
    rate = 24_000
    tone = 0.3 * np.sin(2 * np.pi * 1_000 * np.arange(2 * rate) / rate)
    save(tmp_path / "in" / "a.wav", tone.astype(np.float32), rate)
    [plain] = take(tmp_path / "in", tmp_path / "plain", speaker="ann", trim=False)
    [fast] = take(tmp_path / "in", tmp_path / "fast", speaker="ann", trim=False, speed=1.25)
    assert (plain.speaker, fast.speaker) == ("ann", "ann@1.25")
    assert fast.duration == pytest.approx(plain.duration / 1.25, abs=1e-3)
    spectrum = np.abs(np.fft.rfft(read_samples(fast)[0]))
    assert spectrum.argmax() / fast.duration == pytest.approx(1_250, abs=2)
    with pytest.raises(InputError, match="speed is 2: choose"):
        take(tmp_path / "in", tmp_path / "no", speed=2.0)


@pytest.mark.parametrize("cut", [4000.0, 8000.0])
def test_bandwidth_is_the_highest_frequency_with_energy(cut: float) -> None:
    samples = voice(3.0, 48000)
    spectrum = np.fft.rfft(samples)
    spectrum[np.fft.rfftfreq(len(samples), 1 / 48000) > cut] = 0
    low_passed = np.fft.irfft(spectrum).astype(np.float32)
    assert measure_bandwidth(low_passed, 48000) == pytest.approx(cut, abs=300)


def test_speakers_bandwidth_is_measured_once_for_all_clips(tmp_path: Path) -> None:
    for number in range(3):
        narrow = soxr.resample(voice(1.0, 16000, seed=number), 16000, 48000)
        save(tmp_path / "in" / f"{number}.wav", narrow, 48000)
    utterances = take(tmp_path / "in", tmp_path / "out")
    (bandwidth,) = {u.bandwidth for u in utterances}
    assert bandwidth == pytest.approx(8000, abs=500)


def test_interrupted_ingestion_resumes_to_the_same_corpus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minimax_speech.data.recordings.CLIPS_A_SHARD", 2)
    for number in range(5):
        save(tmp_path / "in" / f"{number}.wav", voice(1.0, seed=number))
    whole = ingest(tmp_path / "in", tmp_path / "out", language="en", jobs=1, progress=False)
    before = whole.read_bytes(), (tmp_path / "out/audio/shard_00001.wav").read_bytes()
    (tmp_path / "out/parts/shard_00001.json").unlink()
    (tmp_path / "out/audio/shard_00001.wav").write_bytes(b"half a shar")
    kept = (tmp_path / "out/parts/shard_00000.json").stat().st_mtime_ns
    ingest(tmp_path / "in", tmp_path / "out", language="en", jobs=1, progress=False)
    assert (whole.read_bytes(), (tmp_path / "out/audio/shard_00001.wav").read_bytes()) == before
    assert (tmp_path / "out/parts/shard_00000.json").stat().st_mtime_ns == kept


@pytest.mark.parametrize(
    ("name", "content", "settings", "complaint"),
    [
        ("none", None, {}, "cannot be read"),
        ("a.tar", b"not a tar", {}, "uncompressed .tar"),
        ("m.jsonl", b'{"text": "no path"}', {}, r"m\.jsonl:1: .*\"audio\" or \"path\""),
        ("m.jsonl", b'{"path": "a.wav", "text": 3}', {}, r"m\.jsonl:1: .*\"text\" is 3"),
        ("m.jsonl", b'{"path": "a.wav"}', {"language": None}, "language of a.wav is not known"),
        ("m.jsonl", b'{"path": "a.wav"}', {}, "no recording in .* can be used"),
        ("m.jsonl", b'{"path": "a.wav"}', {"min_seconds": 0.0}, "min_seconds"),
    ],
)
def test_unusable_sources_are_input_errors(
    tmp_path: Path, name: str, content: bytes | None, settings: dict[str, Any], complaint: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        take(tmp_path / name, tmp_path / "out", **settings)


def test_two_clips_of_one_name_are_refused(tmp_path: Path) -> None:
    save(tmp_path / "in" / "a.wav", voice(1.0))
    save(tmp_path / "in" / "a.flac", voice(1.0))
    with pytest.raises(InputError, match="both called in/a"):
        take(tmp_path / "in", tmp_path / "out")


def test_folder_without_recordings_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no recording was found"):
        take(tmp_path / "in", tmp_path / "out")
