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
from minimax_speech.errors import InputError
from minimax_speech.text.characters import spoken_characters
from minimax_speech.training.run_config import DataConfig, Source


@dataclass
class Split:
    """Training and validation part of the data."""

    train: Corpus
    valid: Corpus
    valid_by_source: dict[str, list[int]]  # indices into ``valid``, by the manifest's folder
    repeats: NDArray  # (len(train),)


class FeatureSet:
    """One feature of several sources. Ids are "<number of the source>:<id in its manifest>"."""

    def __init__(self, parts: Sequence[PackedFeatures]) -> None:
        self.parts = parts

    def __getitem__(self, utterance_id: str) -> NDArray:
        """Array (length, *shape) of one utterance."""
        number, _, own = utterance_id.partition(":")
        return self.parts[int(number)][own]


def _chance(utterance: Utterance) -> float:
    """A number in [0, 1) that depends on nothing but the utterance's id."""
    digest = hashlib.blake2b(utterance.id.encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def _usable(source: Source, data: DataConfig, excluded: set[str]) -> list[Utterance]:
    kept = [
        item
        for item in read_manifest(Path(source.manifest))
        if data.min_seconds <= item.duration <= data.max_seconds
        and not item.speaker.startswith(tuple(data.exclude_speakers))
        and (item.text is None or spoken_characters(item.text) not in excluded)
    ]
    if not kept:
        raise InputError(
            f"{source.manifest} has no utterance of {data.min_seconds}-{data.max_seconds} s "
            "that is not excluded: widen data.min_seconds/max_seconds or check the manifest"
        )
    for audio in {item.audio for item in kept}:
        if not audio.is_file():
            raise InputError(
                f"{source.manifest} names {audio}, which does not exist: make it again"
            )
    return sorted(kept, key=_chance)


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
    excluded: set[str] = set()
    if data.exclude_texts:
        try:
            lines = Path(data.exclude_texts).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"cannot read data.exclude_texts {data.exclude_texts}: {error}"
            ) from None
        excluded = {spoken_characters(line) for line in lines}
    train: list[Utterance] = []
    valid: list[Utterance] = []
    valid_by_source: dict[str, list[int]] = {}
    repeats: list[float] = []
    packed: dict[str, list[PackedFeatures]] = {name: [] for name in features}
    for number, source in enumerate(data.sources):
        items = _usable(source, data, excluded)
        if needs_text:
            items = [item for item in items if item.text]
        for name in features:
            if source.features is None:
                raise InputError(
                    f"the source {source.manifest} needs `features`: a folder made by "
                    "`tts prepare features`"
                )
            part = PackedFeatures(Path(source.features), name)
            packed[name].append(part)
            items = [item for item in items if item.id in part]
        items = [replace(item, id=f"{number}:{item.id}") for item in items]
        held = min(data.valid_utterances, len(items) // 10)
        name = Path(source.manifest).absolute().parent.name
        indices = valid_by_source.setdefault(name, [])
        indices += range(len(valid), len(valid) + held)
        valid += items[:held]
        train += items[held:]
        if source.repeat <= 0:
            raise InputError(
                f"the source {source.manifest} has repeat {source.repeat:g}: give more than 0, or "
                "leave the source out"
            )
        repeats += [source.repeat] * (len(items) - held)
    if not train:
        raise InputError("the sources hold nothing to train on: check transcripts and features")
    usage = np.array(repeats)
    if data.language_power != 1:
        usage = _balanced(train, usage, data.language_power)
    merged = {name: FeatureSet(parts) for name, parts in packed.items()}
    if not valid:
        validation = Corpus(train[:1], merged, others=train[1:])
        return Split(Corpus(train, merged), validation, {"all": [0]}, usage)
    validation = Corpus(valid, merged, others=train)
    held_by_source = {name: indices for name, indices in valid_by_source.items() if indices}
    return Split(Corpus(train, merged), validation, held_by_source, usage)
