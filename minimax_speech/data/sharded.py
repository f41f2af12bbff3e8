"""A corpus in shards that travel alone: each holds its clips, their features and their speakers.

A shard is ``audio/00012.wav`` and the folder ``features/00012``. ``manifest.jsonl`` names the clips
of all shards, and is all that a machine needs of those that it does not read. The clips of a
speaker lie together, so that references are found in the same shard.

These are files that training reads at random, as it does those of a whole corpus, and no archives
that are read from one end to the other (lhotse's Shar, WebDataset): what a batch holds is planned
for an epoch at a time, and each clip needs another one of its speaker beside it.
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minimax_speech.data.corpus import Corpus
from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.packed import PackedFeatures, PackedWriter
from minimax_speech.data.shards import (
    ShardTask,
    finish_corpus,
    prepare_folder,
    read_shards,
    run_shards,
    write_json,
    write_shard,
)
from minimax_speech.errors import InputError
from minimax_speech.files import read_text

INDEX = "shards.json"
FULL_SCALE = 2**15


def make_shards(
    manifest: Path,
    out: Path,
    *,
    features: Path | None = None,
    hours: float = 1.0,
    jobs: int | None = None,
    ray: str | None = None,
    resume: bool = True,
    progress: bool = True,
) -> Path:
    """Copy a corpus into shards.

    Args:
        manifest: JSONL manifest of 24 kHz mono files.
        out: the folder to make.
        features: folder of the corpus's packed features, which the shards then hold too; clips
            without them are left out.
        hours: of audio in a shard, about; more where a speaker's two clips take more.
        jobs: processes; all cores by default.
        ray: address of a Ray cluster whose processes do it.
        resume: keep finished shards of the same corpus and settings.
        progress: show a bar on stderr.

    Returns:
        The manifest of all shards.

    Raises:
        InputError: the manifest or a file of it cannot be used, features are missing, or the folder
            holds something else.
    """
    started = time.monotonic()
    out = Path(out).absolute()
    utterances = read_manifest(manifest)
    names = sorted(path.stem for path in features.glob("*.bin")) if features else []
    if features is not None and not names:
        raise InputError(f"no features in {features}: make them with `tts prepare features`")
    for name in names:
        packed = PackedFeatures(Path(features or ""), name)
        utterances = [utterance for utterance in utterances if utterance.id in packed]
    if not utterances:
        raise InputError(f"{manifest} holds no utterance that can go into a shard")
    tasks = [
        ShardTask(f"{number:05d}", items, sum(item.duration for item in items))
        for number, items in enumerate(_divide(utterances, 3600 * hours))
    ]
    prepare_folder(out, _fingerprint(tasks, names), resume)
    failed = run_shards(
        out,
        tasks,
        _pack_shard,
        jobs=jobs,
        initialise=_start_worker,
        arguments=(features, names),
        ray=ray,
        progress=progress,
    )
    if failed:
        raise InputError(
            f"shard {min(failed)} of {manifest} could not be made: {failed[min(failed)]}"
        )
    corpus = read_shards(out, [task.name for task in tasks])
    write_json({"shards": len(tasks), "features": names}, out / INDEX)
    report = {"shards": len(tasks), "seconds_taken": round(time.monotonic() - started, 1)}
    return finish_corpus(out, corpus, report)


def _divide(utterances: Sequence[Utterance], seconds: float) -> list[list[Utterance]]:
    """Utterances of whole speakers in random order, cut after about so many seconds.

    A speaker with more is cut too, but never to a clip alone, which would find no reference.
    """
    speakers: dict[str, list[Utterance]] = defaultdict(list)
    for utterance in utterances:
        speakers[utterance.speaker].append(utterance)
    shards: list[list[Utterance]] = []
    filled = seconds
    for speaker in sorted(speakers, key=_chance):
        clips = sorted(speakers[speaker], key=lambda clip: _chance(clip.id))
        begun = 0  # the speaker's first clip in the shard that is filled
        for number, clip in enumerate(clips):
            parts = number - begun, len(clips) - number
            if filled >= seconds and (number == 0 or min(parts) > 1):
                shards.append([])
                begun, filled = number, 0.0
            shards[-1].append(clip)
            filled += clip.duration
    return shards


def _chance(name: str) -> bytes:
    return hashlib.blake2b(name.encode(), digest_size=8).digest()


def _fingerprint(tasks: Sequence[ShardTask], features: Sequence[str]) -> str:
    digest = hashlib.sha256(repr(features).encode())
    for task in tasks:
        digest.update(repr((task.name, task.items)).encode())
    return digest.hexdigest()


_features: dict[str, PackedFeatures] = {}


def _start_worker(folder: Path | None, names: Sequence[str]) -> None:
    _features.clear()
    if folder is not None:
        _features.update((name, PackedFeatures(folder, name)) for name in names)


def _pack_shard(out: Path, task: ShardTask, _skipped: frozenset[int]) -> float:
    for name, packed in _features.items():
        first = packed[task.items[0].id]
        folder = out / "features" / task.name
        with PackedWriter(folder, name, first.dtype.name, first.shape[1:]) as writer:
            for item in task.items:
                writer.add(item.id, packed[item.id])
    corpus = Corpus(task.items)
    clips = (
        (item, np.clip(np.round(corpus.audio(index) * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1))
        for index, item in enumerate(task.items)
    )
    return write_shard(out, task.name, clips, rejected=[])


# -- reading ---------------------------------------------------------------------------------------


class Shards:
    """The shards of a folder, of which this machine may hold some only.

    Raises:
        InputError: the folder holds no shards.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        index = read_text(folder / INDEX, "index of the shards")
        try:
            fields = json.loads(index)
            self.count, self.features = int(fields["shards"]), list(fields["features"])
        except (ValueError, LookupError, TypeError) as error:
            raise InputError(
                f"{folder / INDEX} is damaged ({error}): make the shards again"
            ) from None
        self.manifest = folder / "manifest.jsonl"

    @cached_property
    def here(self) -> frozenset[int]:
        """Numbers of the shards that this machine holds."""
        return frozenset(number for number in range(self.count) if self._audio(number).is_file())

    def missing(self, numbers: Iterable[int]) -> list[Path]:
        """The audio files of those shards that are not here."""
        return [self._audio(number) for number in sorted(set(numbers) - self.here)]

    def _audio(self, number: int) -> Path:
        return self.folder / "audio" / f"{number:05d}.wav"

    @staticmethod
    def number_of(utterance: Utterance) -> int:
        """The shard that an utterance of the manifest lies in."""
        return int(utterance.audio.stem)


class ShardedFeature:
    """Arrays of one feature of all shards, by utterance id; a shard is opened when it is needed."""

    def __init__(self, shards: Shards, name: str, utterances: Iterable[Utterance]) -> None:
        if name not in shards.features:
            raise InputError(
                f"the shards in {shards.folder} hold no {name}: make them again with "
                "`tts prepare shards --features`"
            )
        self._folder, self._name = shards.folder / "features", name
        self._shard = {utterance.id: utterance.audio.stem for utterance in utterances}
        self._open: dict[str, PackedFeatures] = {}

    def __getitem__(self, utterance_id: str) -> NDArray:
        shard = self._shard[utterance_id]
        if shard not in self._open:
            self._open[shard] = PackedFeatures(self._folder / shard, self._name)
        return self._open[shard][utterance_id]

    def __contains__(self, utterance_id: str) -> bool:
        return utterance_id in self._shard
