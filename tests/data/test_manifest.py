import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from minimax_speech.data.manifest import (
    Utterance,
    from_cuts,
    read_manifest,
    read_samples,
    to_cuts,
    write_manifest,
)
from minimax_speech.errors import InputError

RATE = 24000


@pytest.fixture
def shard(tmp_path: Path) -> Path:
    path = tmp_path / "audio" / "shard.wav"
    path.parent.mkdir()
    samples = (np.arange(3 * RATE) % 1000 / 2000).astype(np.float32)
    soundfile.write(path, samples, RATE)
    return path


@pytest.fixture
def utterances(shard: Path) -> list[Utterance]:
    return [
        Utterance(shard, "One.", "anna", "en", 1.0, 0.0, gender="female", id="first"),
        Utterance(shard, None, "ben", "de", 0.5, 1.25, emotion="happy", bandwidth=8000.0, id="b"),
    ]


def line(**changes: object) -> str:
    fields = {"audio": "a.wav", "text": "Hi.", "speaker": "s", "language": "en", "duration": 1.0}
    return json.dumps({**fields, **changes}, ensure_ascii=False)


def write_lines(folder: Path, *lines: str) -> Path:
    path = folder / "manifest.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_written_manifest_reads_back_equal(tmp_path: Path, utterances: list[Utterance]) -> None:
    path = tmp_path / "manifest.jsonl"
    write_manifest(utterances, path)
    assert read_manifest(path) == utterances
    assert json.loads(path.read_text().splitlines()[0])["audio"] == "audio/shard.wav"


def test_audio_outside_the_manifests_folder_keeps_its_place(
    tmp_path: Path, utterances: list[Utterance]
) -> None:
    path = tmp_path / "elsewhere" / "manifest.jsonl"
    write_manifest(utterances, path)
    assert read_manifest(path) == utterances


def test_manifest_and_its_audio_may_move_together(
    tmp_path: Path, utterances: list[Utterance]
) -> None:
    write_manifest(utterances, tmp_path / "manifest.jsonl")
    moved = tmp_path.with_name(tmp_path.name + "_moved")
    tmp_path.rename(moved)
    assert read_samples(read_manifest(moved / "manifest.jsonl")[0])[0].size == RATE


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{not json", "not JSON"),
        ("[1]", "expected a JSON object"),
        ('{"audio": "a.wav", "language": "en"}', '"speaker" is missing'),
        (line(speaker=""), '"speaker" must be text'),
        (line(text=3), '"text" must be text'),
        (line(duration="1"), '"duration" must be a number'),
        (line(duration=0), "must be more than 0"),
        (line(offset=-1), '"offset" must be a number'),
        (line(emotoin="happy"), 'did you mean "emotion"'),
        (line(duration=None), "cannot be read"),
    ],
)
def test_bad_line_is_named_by_file_and_number(tmp_path: Path, bad: str, complaint: str) -> None:
    path = write_lines(tmp_path, line(), "", bad)
    with pytest.raises(InputError) as caught:
        read_manifest(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:3: ")
    assert complaint in message
    assert "\n" not in message


def test_repeated_id_is_refused(tmp_path: Path) -> None:
    path = write_lines(tmp_path, line(id="x"), line(id="x", offset=2))
    with pytest.raises(InputError, match=r':2: id "x" was used before, in line 1'):
        read_manifest(path)


def test_missing_manifest_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"manifest .* cannot be read"):
        read_manifest(tmp_path / "none.jsonl")


def test_fields_of_other_tools_are_ignored_and_duration_comes_from_the_file(
    tmp_path: Path, shard: Path
) -> None:
    fields = {"audio": "audio/shard.wav", "speaker": "s", "language": "en", "licence": "CC0"}
    path = write_lines(tmp_path, json.dumps({**fields, "offset": 1}))
    (utterance,) = read_manifest(path)
    assert utterance.duration == pytest.approx(2.0)
    assert utterance.text is None


def test_samples_are_the_stretch_that_the_line_selects(utterances: list[Utterance]) -> None:
    whole, rate = soundfile.read(utterances[1].audio, dtype="float32")
    samples, _ = read_samples(utterances[1])
    np.testing.assert_array_equal(samples, whole[round(1.25 * rate) : round(1.75 * rate)])


def test_stretch_beyond_the_files_end_is_refused(shard: Path) -> None:
    with pytest.raises(InputError, match=r"ends at 3\.000 s"):
        read_samples(Utterance(shard, None, "s", "en", 1.0, 2.5))


def test_lhotse_cuts_there_and_back(utterances: list[Utterance]) -> None:
    pytest.importorskip("lhotse")
    cuts = to_cuts(utterances)
    assert from_cuts(cuts) == utterances
    audio = [cut.load_audio() for cut in cuts]
    assert [a.shape for a in audio] == [(1, RATE), (1, RATE // 2)]
    np.testing.assert_allclose(audio[1][0], read_samples(utterances[1])[0], atol=1e-6)


def test_supervisions_of_lhotse_recipes_become_utterances(shard: Path) -> None:
    lhotse = pytest.importorskip("lhotse")
    recording = lhotse.Recording.from_file(shard, recording_id="r")
    supervisions = [
        lhotse.SupervisionSegment(
            "s1", "r", 0.5, 1.0, text="One.", language="English", speaker="a"
        ),
        lhotse.SupervisionSegment("s2", "r", 2.0, 0.5, language="English", speaker="b"),
    ]
    cuts = lhotse.CutSet.from_manifests(
        lhotse.RecordingSet.from_recordings([recording]),
        lhotse.SupervisionSet.from_segments(supervisions),
    )
    first, second = from_cuts(cuts, language="en")
    assert (first.offset, first.duration, first.text, first.speaker) == (0.5, 1.0, "One.", "a")
    assert (second.offset, second.text, second.language) == (2.0, None, "en")


def test_cut_without_a_speaker_is_refused(shard: Path) -> None:
    lhotse = pytest.importorskip("lhotse")
    cut = lhotse.Recording.from_file(shard, recording_id="r").to_cut()
    with pytest.raises(InputError, match="has no supervision"):
        from_cuts(lhotse.CutSet.from_cuts([cut]))
