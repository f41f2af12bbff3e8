"""Who says what in a synthetic corpus, how fast and how loud.

A plan depends on its arguments and on the engines found, never on how many processes carry it out.
"""

import hashlib
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count as count_up
from itertools import groupby
from pathlib import Path
from typing import TypeVar

import numpy as np

from minimax_speech.data.engines import Engine
from minimax_speech.data.rendering import Item, estimated_seconds
from minimax_speech.data.shards import ShardTask
from minimax_speech.data.styles import STYLES
from minimax_speech.data.voices import Speaker, natural_speakers
from minimax_speech.errors import InputError
from minimax_speech.text import languages

T = TypeVar("T")

RATES = (0.9, 1.15)
PEAKS_DB = (-10.0, -1.0)
NEUTRAL = "neutral"
MARGINS = (0.1, 0.2)
"""Seconds of silence before and after the speech."""

LONGEST_SHARD, SHORTEST_SHARD, WANTED_SHARDS = 1800.0, 120.0, 64
"""A small corpus is cut into shorter shards, so that many processes can share it."""


@dataclass(frozen=True)
class Portion:
    """What a corpus says in one language; every sentence is used once before any is repeated.

    Attributes:
        sentences: texts in spoken form, or a file with one a line.
        language: their code.
        hours: about how much audio to make. Give this, or
        count: how many utterances; both left out, each sentence is spoken once.

    Raises:
        InputError: an unknown language, or both hours and count.
    """

    sentences: Iterable[str] | Path
    language: str = "en"
    hours: float | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        languages.get(self.language)
        if self.hours is not None and self.count is not None:
            raise InputError("both hours and count are given: choose one")

    @classmethod
    def parse(
        cls, spec: str, language: str, hours: float | None = None, count: int | None = None
    ) -> "Portion":
        """A portion as one writes it: ``FILE``, ``CODE=FILE`` or ``CODE=FILE:HOURS``.

        Args:
            spec: such as "de=de.txt:3".
            language: where the spec names none.
            hours, count: the same.

        Raises:
            InputError: an unknown language, or both hours and count.
        """
        code, equals, file = spec.partition("=")
        if not equals:
            code, file = language, spec
        code = languages.get(code).code
        path, _, ending = file.rpartition(":")
        if equals and path and ending.replace(".", "", 1).isdecimal():
            return cls(Path(path), code, float(ending))
        return cls(Path(file), code, hours, count)


def plan_items(
    texts: Sequence[str],
    portion: Portion,
    engines: Mapping[str, Engine],
    warps: int | range,
    natural_share: float,
    seed: int,
) -> list[Item]:
    """The items of a portion, of the given texts.

    Args:
        texts: sentences to speak.
        portion: how much of them.
        engines: those that speak the language, by name.
        warps: how many speakers to make of each recorded voice, or which.
        natural_share: fraction of the items that recorded voices speak, if there are both kinds.
        seed: of all choices.

    Raises:
        InputError: there is nothing to make, or there are no such warps.
    """
    hours = portion.hours
    count = len(texts) if hours is None and portion.count is None else portion.count
    items = _items(texts, engines, portion.language, warps, natural_share, random.Random(seed))
    taken: list[Item] = []
    seconds = 0.0
    while (count is not None and len(taken) < count) or (
        hours is not None and seconds < hours * 3600
    ):
        taken.append(next(items))
        seconds += estimated_seconds(taken[-1].text) / taken[-1].rate
    if not taken:
        raise InputError(f"nothing to make: hours is {hours}, count is {count}; give more than 0")
    return taken


def in_emotions(items: Sequence[Item], emotions: Sequence[str]) -> list[Item]:
    """Each item in a neutral reading, and in each of the emotions.

    Raises:
        InputError: there is no style for one.
    """
    for name in emotions:
        if name not in STYLES:
            raise InputError(f"no style for emotion {name!r}: choose from {', '.join(STYLES)}")
    read: list[Item] = []
    for item in items:
        read.append(replace(item, emotion=NEUTRAL))
        for name in emotions:
            read.append(replace(item, emotion=name, rate=item.rate * STYLES[name].rate))
    return read


def _items(
    texts: Sequence[str],
    engines: Mapping[str, Engine],
    language: str,
    warps: int | range,
    natural_share: float,
    random_: random.Random,
) -> Iterator[Item]:
    """Endless: sentences and speakers each in random rounds, both kinds of voices interleaved."""
    natural: list[Speaker] = []
    by_rule: list[Speaker] = []
    for engine in engines.values():
        if engine.natural:
            natural += natural_speakers(engine, language, warps)
        else:
            by_rule += [Speaker(engine.name, voice) for voice in engine.voices(language)]
    share = natural_share if natural and by_rule else float(bool(natural))
    sentence_rounds = _rounds(texts, random_)
    natural_rounds, rule_rounds = _rounds(natural, random_), _rounds(by_rule, random_)
    for index in count_up():
        is_natural = int((index + 1) * share) > int(index * share)
        yield Item(
            number=index,
            text=next(sentence_rounds),
            speaker=next(natural_rounds if is_natural else rule_rounds),
            rate=round(random_.uniform(*RATES), 2),
            peak_db=round(random_.uniform(*PEAKS_DB), 1),
            margins=(
                round(random_.uniform(*MARGINS), 3),
                round(random_.uniform(*MARGINS), 3),
            ),
        )


def _rounds(things: Sequence[T], random_: random.Random) -> Iterator[T]:
    while True:
        yield from random_.sample(things, len(things))


def cut_into_shards(items: Sequence[Item], engines: Mapping[str, Engine]) -> list[ShardTask]:
    """Shards of one engine and language each; those that take longest first."""
    seconds = [estimated_seconds(item.text) / item.rate for item in items]
    target = min(LONGEST_SHARD, max(SHORTEST_SHARD, sum(seconds) / WANTED_SHARDS))

    def kind(index: int) -> tuple[str, str]:
        speaker = items[index].speaker
        return speaker.engine, speaker.voice.language

    # Switching voices is slow, so a voice's items follow each other.
    order = sorted(range(len(items)), key=lambda i: (*kind(i), items[i].speaker.id))
    tasks: list[ShardTask] = []
    for (engine, language), group in groupby(order, key=kind):
        indices = list(group)
        shards = math.ceil(sum(seconds[i] for i in indices) / target)
        for part in np.array_split(indices, min(shards, len(indices))):
            name = f"{engine}_{language}_{len(tasks):05d}"
            tasks.append(ShardTask(name, [items[i] for i in part], sum(seconds[i] for i in part)))
    return sorted(tasks, key=lambda task: -task.seconds / engines[engine_name(task)].speed)


def engine_name(task: ShardTask) -> str:
    """The engine that speaks a shard."""
    return task.items[0].speaker.engine


def fingerprint(tasks: Sequence[ShardTask]) -> str:
    """A name for a plan that no other plan has."""
    digest = hashlib.sha256()
    for task in sorted(tasks, key=lambda task: task.name):
        digest.update(repr((task.name, task.items)).encode())
    return digest.hexdigest()
