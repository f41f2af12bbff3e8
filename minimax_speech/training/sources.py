"""Load the manifests of a recipe and set validation utterances aside."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from minimax_speech.data.corpus import Corpus
from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.packed import PackedFeatures
from minimax_speech.data.sharded import ShardedFeature, Shards
from minimax_speech.errors import InputError
from minimax_speech.text.characters import spoken_characters
from minimax_speech.training.run_config import DataConfig, Source


@dataclass
class Split:
    """Training and validation part of the data.

    Attributes:
        valid_by_source: indices into ``valid``, by the manifest's folder.
        repeats: (len(train),) how often an epoch uses each utterance.
        shards: (len(train),) number of the shard that each utterance lies in, where any source has
            shards; what lies in manifests has numbers of its own, as if it were alone in a shard.
        here: (len(train),) whether this machine holds it.
    """

    train: Corpus
    valid: Corpus
    valid_by_source: dict[str, list[int]]
    repeats: NDArray
    shards: NDArray | None = None
    here: NDArray | None = None


Feature = PackedFeatures | ShardedFeature


class FeatureSet:
    """One feature of several sources. Ids are "<number of the source>:<id in its manifest>"."""

    def __init__(self, parts: Sequence[Feature]) -> None:
        self.parts = parts

    def __getitem__(self, utterance_id: str) -> NDArray:
        """Array (length, *shape) of one utterance."""
        number, _, own = utterance_id.partition(":")
        return self.parts[int(number)][own]


def _chance(utterance: Utterance) -> float:
    """A number in [0, 1) that depends on nothing but the utterance's id."""
    digest = hashlib.blake2b(utterance.id.encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _usable(
    source: Source, shards: Shards | None, data: DataConfig, excluded: set[str]
) -> list[Utterance]:
    kept = [
        item
        for item in read_manifest(shards.manifest if shards else Path(source.name))
        if data.min_seconds <= item.duration <= data.max_seconds
        and not item.speaker.startswith(tuple(data.exclude_speakers))
        and (item.text is None or spoken_characters(item.text) not in excluded)
    ]
    if not kept:
        raise InputError(
            f"{source.name} has no utterance of {data.min_seconds}-{data.max_seconds} s "
            "that is not excluded: widen data.min_seconds/max_seconds or check the manifest"
        )
    if shards is None:
        for audio in {item.audio for item in kept}:
            if not audio.is_file():
                raise InputError(
                    f"{source.name} names {audio}, which does not exist: make it again"
                )
    return sorted(kept, key=_chance)


def _feature(
    source: Source, shards: Shards | None, name: str, items: Sequence[Utterance]
) -> Feature:
    if shards is not None:
        return ShardedFeature(shards, name, items)
    if source.features is None:
        raise InputError(
            f"the source {source.name} needs `features`: a folder made by `tts prepare features`"
        )
    return PackedFeatures(Path(source.features), name)


def _hold_out(
    items: list[Utterance], shards: Shards | None, count: int
) -> tuple[list[Utterance], list[Utterance]]:
    """The utterances for validation, and the others: of shards, those of the first one.

    The process that validates reads the first one in any case.
    """
    first = [item for item in items if shards is None or shards.number_of(item) == 0]
    held = first[: min(count, len(first) // 10)]
    names = {item.id for item in held}
    return held, [item for item in items if item.id not in names]


def _named(number: int, shards: Shards | None, items: Sequence[Utterance]) -> list[Utterance]:
    """With ids that no other source has, and speakers that no other shard has."""
    if shards is None:
        return [replace(item, id=f"{number}:{item.id}") for item in items]
    return [
        replace(item, id=f"{number}:{item.id}", speaker=f"{item.speaker}@{item.audio.stem}")
        for item in items
    ]


def _excluded_texts(data: DataConfig) -> set[str]:
    if not data.exclude_texts:
        return set()
    try:
        lines = Path(data.exclude_texts).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read data.exclude_texts {data.exclude_texts}: {error}") from None
    return {spoken_characters(line) for line in lines}


def _balanced(items: Sequence[Utterance], repeats: NDArray, power: float) -> NDArray:
    """How often to use each utterance so that languages count by their seconds to a power.

    An epoch stays as long as it was.
    """
    if not 0 <= power <= 1:
        raise InputError(f"data.language_power is {power:g}: use 0 to 1")
    _, language = np.unique([item.language for item in items], return_inverse=True)
    seconds = np.bincount(language, repeats * [item.duration for item in items])
    wanted = seconds**power
    factors = wanted / wanted.sum() * seconds.sum() / seconds
    return repeats * factors[language]


def _with_features(
    source: Source, shards: Shards | None, items: list[Utterance], names: Sequence[str]
) -> tuple[list[Utterance], dict[str, Feature]]:
    """Those utterances of a source that have all features, and the features."""
    parts: dict[str, Feature] = {}
    for name in names:
        part = parts[name] = _feature(source, shards, name, items)
        items = [item for item in items if item.id in part]
    return items, parts


def load_split(data: DataConfig, features: Sequence[str], needs_text: bool) -> Split:
    """Read all sources; the first ``valid_utterances`` of each, by hash, are for validation.

    Args:
        data: the recipe's data section.
        features: precomputed features that the stage reads; utterances without them are left out.
        needs_text: leave out utterances without transcript.

    Raises:
        InputError: no source, an unreadable manifest, missing features.
    """
    if not data.sources:
        raise InputError("data.sources is empty: name at least one manifest")
    excluded = _excluded_texts(data)
    train: list[Utterance] = []
    valid: list[Utterance] = []
    valid_by_source: dict[str, list[int]] = {}
    repeats: list[float] = []
    numbers: list[int] = []
    here: list[bool] = []
    packed: dict[str, list[Feature]] = {name: [] for name in features}
    for number, source in enumerate(data.sources):
        shards = Shards(Path(source.shards)) if source.shards else None
        items = _usable(source, shards, data, excluded)
        if needs_text:
            items = [item for item in items if item.text]
        items, parts = _with_features(source, shards, items, features)
        for name, part in parts.items():
            packed[name].append(part)
        held, rest = _hold_out(items, shards, data.valid_utterances)
        indices = valid_by_source.setdefault(source.folder.name, [])
        indices += range(len(valid), len(valid) + len(held))
        homes = [shards.number_of(item) for item in rest] if shards else range(len(rest))
        numbers += homes
        here += [shards is None or home in shards.here for home in homes]
        valid += _named(number, shards, held)
        train += _named(number, shards, rest)
        repeats += [source.repeat] * len(rest)
    if not train:
        raise InputError("the sources hold nothing to train on: check transcripts and features")
    usage = np.array(repeats)
    if data.language_power != 1:
        usage = _balanced(train, usage, data.language_power)
    merged = {name: FeatureSet(parts) for name, parts in packed.items()}
    others = train
    if not valid:  # then one that is learnt from is looked at, too
        first = numbers.index(0) if 0 in numbers else 0
        valid, valid_by_source = [train[first]], {"all": [0]}
        others = [*train[:first], *train[first + 1 :]]
    sharded = any(source.shards for source in data.sources)
    return Split(
        Corpus(train, merged),
        Corpus(valid, merged, others),
        {name: indices for name, indices in valid_by_source.items() if indices},
        usage,
        np.array(numbers) if sharded else None,
        np.array(here),
    )
