"""Long recordings into utterances: speech of the bundled model, with pauses between."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from containers import write_container

from minimax_speech.audio.io import SAMPLE_RATE, Samples
from minimax_speech.audio.subtitles import Word
from minimax_speech.data.cutting import Lengths
from minimax_speech.data.manifest import Utterance, read_manifest, read_samples
from minimax_speech.data.recordings import ingest
from minimax_speech.data.segments import segment
from minimax_speech.errors import InputError

Spoken = dict[str, dict[str, Samples]]

LENGTHS = Lengths(shortest=1.0, longest=20.0, pause=0.5, margin=0.15)
PAUSE = 1.0


@dataclass(frozen=True)
class Evenly:
    """Aligns by the clock: each sentence is where `talk` puts it, its words evenly spread."""

    seconds: tuple[float, ...] = ()
    refused: str = ""

    def __call__(self, recording: Path, text: str, language: str) -> list[Word]:
        if recording.stem == self.refused:
            raise InputError(f"{recording.name} does not say the text")
        words, position = [], PAUSE
        sentences = [part + "." for part in text.split(".") if part.strip()]
        for sentence, seconds in zip(sentences, self.seconds, strict=True):
            parts = sentence.split()
            for number, word in enumerate(parts):
                start = position + seconds * number / len(parts)
                words.append(Word(word, start, start + seconds / len(parts)))
            position += seconds + PAUSE
        return words


def talk(path: Path, sentences: dict[str, Samples], rate: int = SAMPLE_RATE) -> Evenly:
    """Write the sentences with a second of silence around each."""
    silence = np.zeros(round(PAUSE * SAMPLE_RATE), np.float32)
    parts = [silence]
    for samples in sentences.values():
        parts += [samples, silence]
    path.parent.mkdir(exist_ok=True)
    soundfile.write(path, np.concatenate(parts), rate)
    return Evenly(tuple(len(samples) / SAMPLE_RATE for samples in sentences.values()))


def run(source: Path, out: Path, align: Any = Evenly(), **settings: Any) -> list[Utterance]:
    defaults = {"language": "en", "jobs": 1, "progress": False, "lengths": LENGTHS}
    return read_manifest(segment(source, out, align, **{**defaults, **settings}))


def report(out: Path) -> dict[str, Any]:
    return json.loads((out / "report.json").read_text())


def test_utterances_are_stretches_of_the_recording(tmp_path: Path, spoken: Spoken) -> None:
    said = spoken["clb"]
    talk(tmp_path / "in" / "talk.flac", said)
    before = (tmp_path / "in" / "talk.flac").read_bytes()
    utterances = run(tmp_path / "in" / "talk.flac", tmp_path / "out")
    assert len(utterances) == len(said)
    position = PAUSE
    for utterance, samples in zip(utterances, said.values(), strict=True):
        seconds = len(samples) / SAMPLE_RATE
        assert utterance.offset == pytest.approx(position - 0.15, abs=0.25)
        assert utterance.duration == pytest.approx(seconds + 0.3, abs=0.4)
        assert read_samples(utterance)[1] == SAMPLE_RATE
        position += seconds + PAUSE
    first = utterances[0]
    assert (first.speaker, first.language, first.text) == ("talk", "en", None)
    assert first.id == f"talk@{first.offset:.2f}"
    assert (tmp_path / "in" / "talk.flac").read_bytes() == before
    assert not (tmp_path / "out" / "audio").exists()
    assert report(tmp_path / "out")["rejected"] == {}


def test_a_transcript_gives_each_sentence_its_text(tmp_path: Path, spoken: Spoken) -> None:
    said = spoken["clb"]
    align = talk(tmp_path / "in" / "talk.wav", said)
    (tmp_path / "in" / "talk.txt").write_text("\n".join(said))
    utterances = run(tmp_path / "in", tmp_path / "out", align)
    assert [utterance.text for utterance in utterances] == list(said)
    assert report(tmp_path / "out")["transcribed"] == len(said)


def test_phone_recordings_are_copied(tmp_path: Path, spoken: Spoken) -> None:
    pytest.importorskip("av", reason="pip install 'minimax-speech[formats]'")
    said = spoken["clb"]
    talk(tmp_path / "talk.wav", said)
    (tmp_path / "in").mkdir()
    memo = tmp_path / "in" / "talk.m4a"
    write_container(memo, soundfile.read(tmp_path / "talk.wav", dtype="float32")[0], SAMPLE_RATE)
    expected = run(tmp_path / "talk.wav", tmp_path / "expected")
    utterances = run(tmp_path / "in", tmp_path / "out")
    assert len(utterances) == len(expected) == len(said)
    for utterance, like in zip(utterances, expected, strict=True):
        assert utterance.offset == pytest.approx(like.offset, abs=0.2)
        assert read_samples(utterance)[1] == SAMPLE_RATE
    line = {"audio": str(memo), "speaker": "me", "offset": expected[1].offset - 0.5}
    (tmp_path / "m.jsonl").write_text(json.dumps(line))
    rest = run(tmp_path / "m.jsonl", tmp_path / "rest")
    assert len(rest) == len(said) - 1


def test_what_cannot_be_used_is_reported_and_the_rest_goes_on(
    tmp_path: Path, spoken: Spoken
) -> None:
    source = tmp_path / "in"
    talk(source / "good.wav", spoken["alan"])
    talk(source / "other.wav", spoken["alan"])
    (source / "other.txt").write_text("Something else.")
    soundfile.write(source / "hush.wav", np.zeros(3 * SAMPLE_RATE), SAMPLE_RATE)
    (source / "corrupt.flac").write_bytes(b"fLaC" + bytes(range(200)))
    short = {
        "": np.concatenate([np.zeros(24_000, np.float32), spoken["alan"][min(spoken["alan"])]])
    }
    talk(
        source / "short.wav", {name: samples[: 24_000 + 15_000] for name, samples in short.items()}
    )
    utterances = run(source, tmp_path / "out", Evenly(refused="other"), speaker_from="clip")
    assert {utterance.speaker for utterance in utterances} == {"in/good"}
    rejected = report(tmp_path / "out")["rejected_stretches"]
    assert rejected.pop("hush.wav") == "nobody speaks"
    assert rejected.pop("other.wav") == "other.wav does not say the text"
    assert "corrupt.flac is not an audio file" in rejected.pop("corrupt.flac")
    ((stretch, reason),) = rejected.items()
    assert stretch.startswith("short.wav ")
    assert reason == "too short"


def test_stretches_of_a_manifest_are_looked_at_alone(tmp_path: Path, spoken: Spoken) -> None:
    said = spoken["clb"]
    talk(tmp_path / "talk.wav", said)
    first = len(next(iter(said.values()))) / SAMPLE_RATE
    line = {"audio": "talk.wav", "speaker": "me", "gender": "female", "language": "en"}
    place = {"offset": PAUSE + first, "duration": PAUSE + 4.0}
    (tmp_path / "m.jsonl").write_text(json.dumps(line | place))
    utterances = run(tmp_path / "m.jsonl", tmp_path / "out")
    assert {(u.speaker, u.gender) for u in utterances} == {("me", "female")}
    assert utterances[0].offset == pytest.approx(2 * PAUSE + first - 0.15, abs=0.25)
    assert utterances[-1].offset + utterances[-1].duration <= PAUSE + first + PAUSE + 4.0


def test_an_interrupted_run_keeps_finished_recordings(tmp_path: Path, spoken: Spoken) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    talk(source / "a.wav", spoken["alan"])
    talk(source / "b.wav", spoken["clb"])
    run(source, out)
    whole = (out / "manifest.jsonl").read_bytes()
    (out / "parts" / "recording_00001.json").unlink()
    first = (out / "parts" / "recording_00000.json").stat().st_mtime_ns
    run(source, out)
    assert (out / "manifest.jsonl").read_bytes() == whole
    assert (out / "parts" / "recording_00000.json").stat().st_mtime_ns == first
    with pytest.raises(InputError, match="other sources or settings"):
        run(source, out, lengths=Lengths(2.0, 20.0, 0.5, 0.15))


def test_a_corpus_can_be_made_of_it(tmp_path: Path, spoken: Spoken) -> None:
    """The first utterance begins with the recording: its place must still be told."""
    clip = np.concatenate([next(iter(spoken["clb"].values())), np.zeros(24_000, np.float32)])
    (tmp_path / "in").mkdir()
    soundfile.write(tmp_path / "in" / "talk.wav", np.tile(clip, 2), SAMPLE_RATE)
    found = run(tmp_path / "in", tmp_path / "out", lengths=Lengths(1.0, 20.0, 0.5, 2.0))
    assert found[0].offset == 0
    made = ingest(
        tmp_path / "out" / "manifest.jsonl", tmp_path / "corpus", trim=False, jobs=1, progress=False
    )
    taken = read_manifest(made)
    assert [u.duration for u in taken] == pytest.approx([u.duration for u in found], abs=1e-3)


@pytest.mark.parametrize(
    ("name", "content", "settings", "complaint"),
    [
        ("in.wav", b"no sound", {}, "no utterance is found in .*: .*not an audio file"),
        ("in.wav", None, {}, "no recording was found"),
        ("none", None, {}, "cannot be read"),
        ("in.wav", b"", {"language": None}, "language of in.wav is not known"),
        ("in.wav", b"", {"language": "xx"}, "unknown language 'xx'"),
        ("in.wav", b"", {"lengths": Lengths(5.0, 2.0, 0.5, 0.1)}, "5 s must lie between 0 and"),
    ],
)
def test_unusable_sources_are_input_errors(
    tmp_path: Path, name: str, content: bytes | None, settings: dict[str, Any], complaint: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        run(tmp_path / name, tmp_path / "out", **settings)
