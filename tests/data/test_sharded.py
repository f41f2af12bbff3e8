"""Shards hold what the corpus held, speakers together, and open one by one."""

import json
import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from minimax_speech.data.corpus import Corpus
from minimax_speech.data.manifest import Utterance, read_manifest, write_manifest
from minimax_speech.data.packed import PackedWriter
from minimax_speech.data.sharded import ShardedFeature, Shards, _divide, make_shards
from minimax_speech.errors import InputError

RATE = 24_000


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine speakers with one to four clips of 1 s, whose features are their numbers."""
    folder = tmp_path_factory.mktemp("corpus")
    rng = np.random.default_rng(0)
    utterances = [
        Utterance(folder / "all.wav", f"clip {n}", f"s{n % 9}", "en", 1.0, float(n), id=f"c{n}")
        for n in range(20)
    ]
    samples = rng.integers(-(2**15), 2**15, 20 * RATE).astype(np.int16)
    soundfile.write(folder / "all.wav", samples, RATE, subtype="PCM_16")
    write_manifest(utterances, folder / "manifest.jsonl")
    with PackedWriter(folder / "features", "tokens", "int16") as tokens:
        for number, item in enumerate(utterances[:-1]):  # the last one has none
            tokens.add(item.id, np.full(25, number))
    return folder


def made(corpus: Path, out: Path, **settings: object) -> Path:
    return make_shards(corpus / "manifest.jsonl", out, hours=4 / 3600, jobs=1, **settings)


def test_shards_hold_what_the_corpus_held(corpus: Path, tmp_path: Path) -> None:
    before = read_manifest(corpus / "manifest.jsonl")
    after = read_manifest(made(corpus, tmp_path, features=corpus / "features"))
    assert {item.id for item in after} == {item.id for item in before[:-1]}
    old, new = Corpus(before), Corpus(after)
    shards = Shards(tmp_path)
    tokens = ShardedFeature(shards, "tokens", after)
    for index, item in enumerate(after):
        number = int(item.id.removeprefix("c"))
        assert (item.text, item.speaker) == (f"clip {number}", f"s{number % 9}")
        assert (new.audio(index) == old.audio(number)).all()
        assert tokens[item.id].tolist() == [number] * 25
        assert item.id in tokens
    assert shards.here == frozenset(range(shards.count))


def test_a_shard_needs_no_other(corpus: Path, tmp_path: Path) -> None:
    after = read_manifest(made(corpus, tmp_path, features=corpus / "features"))
    for path in (tmp_path / "audio" / "00001.wav", tmp_path / "parts"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(tmp_path / "features" / "00001")
    shards = Shards(tmp_path)
    assert 1 not in shards.here
    assert shards.missing([0, 1]) == [tmp_path / "audio" / "00001.wav"]
    tokens = ShardedFeature(shards, "tokens", after)
    for item in after:
        if Shards.number_of(item) != 1:
            assert len(tokens[item.id]) == 25


@settings(max_examples=60, deadline=None)
@given(
    clips=st.lists(st.integers(1, 7), min_size=1, max_size=8),
    seconds=st.floats(0.5, 12),
)
def test_no_clip_is_parted_from_all_others_of_its_speaker(clips: list[int], seconds: float) -> None:
    utterances = [
        Utterance(Path("x.wav"), None, str(speaker), "en", 1.0, id=f"{speaker}-{n}")
        for speaker, count in enumerate(clips)
        for n in range(count)
    ]
    shards = _divide(utterances, seconds)
    assert sorted(item.id for shard in shards for item in shard) == sorted(
        item.id for item in utterances
    )
    together: dict[str, list[int]] = defaultdict(list)
    for number, shard in enumerate(shards):
        assert shard
        for item in shard:
            together[item.speaker].append(number)
    for speaker, numbers in together.items():
        alone = [n for n in numbers if numbers.count(n) == 1]
        assert not alone or clips[int(speaker)] == 1
    assert all(sum(i.duration for i in shard) < seconds + 4 for shard in shards)


def test_interrupted_shards_go_on_and_others_are_refused(corpus: Path, tmp_path: Path) -> None:
    made(corpus, tmp_path)
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "audio").iterdir()}
    first = min(times)
    (tmp_path / "parts" / f"{first.stem}.json").unlink()
    made(corpus, tmp_path)
    again = {path for path, time in times.items() if path.stat().st_mtime_ns != time}
    assert again == {first}
    with pytest.raises(InputError, match="other sources or settings"):
        made(corpus, tmp_path, features=corpus / "features")


def test_what_cannot_be_used_is_said_in_a_line(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no features in"):
        made(corpus, tmp_path / "out", features=tmp_path)
    with pytest.raises(InputError, match=r"shards\.json"):
        Shards(tmp_path / "nowhere")
    made(corpus, tmp_path / "plain")
    with pytest.raises(InputError, match="hold no latents: make them again"):
        ShardedFeature(Shards(tmp_path / "plain"), "latents", [])
    (tmp_path / "plain" / "shards.json").write_text(json.dumps({"shards": "many"}))
    with pytest.raises(InputError, match="damaged"):
        Shards(tmp_path / "plain")


def test_audio_of_another_rate_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(8_000), 8_000)
    write_manifest(
        [Utterance(tmp_path / "a.wav", None, "s", "en", 1.0)], tmp_path / "manifest.jsonl"
    )
    with pytest.raises(InputError, match="24000 Hz mono"):
        make_shards(tmp_path / "manifest.jsonl", tmp_path / "out", jobs=1)
