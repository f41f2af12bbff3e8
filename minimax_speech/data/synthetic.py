"""A synthetic corpus: sentences spoken by the classical engines installed on this machine.

The plan (who says which sentence, how fast, how loud) depends on the arguments and the engines
found, never on how many processes carry it out.
"""

import hashlib
import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count as count_up
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from minimax_speech.data.engines import (
    ENGINES,
    Engine,
    EngineError,
    EngineMissing,
    EnginePlaces,
    Espeak,
)
from minimax_speech.data.manifest import Utterance, read_manifest
from minimax_speech.data.rendering import Item, Rejected, estimated_seconds, render, screen_pace
from minimax_speech.data.shards import (
    Corpus,
    Rejection,
    ShardTask,
    finish_corpus,
    noting_current_item,
    prepare_folder,
    read_shards,
    run_shards,
    write_shard,
)
from minimax_speech.data.voices import Speaker, natural_speakers, write_espeak_data
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, read_text
from minimax_speech.text import languages

T = TypeVar("T")

RATES = (0.9, 1.15)
PEAKS_DB = (-10.0, -1.0)
MARGINS = (0.1, 0.2)
"""Seconds of silence before and after the speech."""

LONGEST_SHARD, SHORTEST_SHARD, WANTED_SHARDS = 1800.0, 120.0, 64
"""A small corpus is cut into shorter shards, so that many processes can share it."""


def make_corpus(
    sentences: Iterable[str] | Path,
    out: Path,
    *,
    hours: float | None = None,
    count: int | None = None,
    language: str = "en",
    engines: Sequence[str] | None = None,
    natural_share: float = 0.5,
    espeak_voices: int | range = 300,
    warps: int | range = 9,
    jobs: int | None = None,
    ray: str | None = None,
    seed: int = 0,
    engines_root: Path | None = None,
    espeak: Path | None = None,
    resume: bool = True,
    progress: bool = True,
) -> Path:
    """Have sentences spoken; every one is used once before any is repeated.

    Args:
        sentences: texts in spoken form, or a file with one a line.
        out: folder for ``audio/*.wav`` (24 kHz, 16 bit), ``manifest.jsonl``, ``speakers.tsv`` and
            ``report.json``.
        hours: about how much audio to make. Give this, or
        count: how many utterances; both left out, each sentence is spoken once.
        language: code of the sentences' language.
        engines: names of the engines to use; by default all that are found.
        natural_share: fraction of utterances by engines with recorded voices, where both kinds
            are found.
        espeak_voices: how many random espeak voices, or which: ``range(300, 340)`` are others than
            the default.
        warps: how many speakers to make of each recorded voice, or which, as for espeak_voices.
        jobs: processes; all cores by default.
        ray: address of a Ray cluster whose processes do it; they must see the same folders.
        seed: of the plan.
        engines_root: optional folder of unpacked engine packages.
        espeak: optional folder with libespeak-ng.so and espeak-ng-data.
        resume: keep finished shards of the same plan.
        progress: show a bar on stderr.

    Returns:
        The manifest's path.

    Raises:
        InputError: no engine is found or speaks the language, or an argument is out of range.
    """
    started = time.monotonic()
    out = Path(out).absolute()
    check_folder(out)
    languages.get(language)
    texts = read_sentences(sentences)
    numbers = espeak_voices if isinstance(espeak_voices, range) else range(espeak_voices)
    if not 0 <= natural_share <= 1:
        raise InputError(f"natural_share is {natural_share:g}: choose 0 to 1")
    if hours is not None and count is not None:
        raise InputError("both hours and count are given: choose one")
    if hours is None and count is None:
        count = len(texts)
    with tempfile.TemporaryDirectory(prefix="voices-") as private:
        places = EnginePlaces(root=engines_root, espeak=espeak)
        found, places = _find_engines(engines, places, Path(private), language, numbers)
        classes = {name: type(engine) for name, engine in found.items()}
        items = _items(texts, found, language, warps, natural_share, random.Random(seed))
        tasks = _cut_into_shards(_take(items, hours, count), found)
        fingerprint = _fingerprint(tasks)
        prepare_folder(out, fingerprint, resume)
        failed = run_shards(
            out,
            tasks,
            _speak_shard,
            jobs=jobs,
            initialise=_start_worker,
            arguments=(classes, places, fingerprint[:8]),
            ray=ray,
            title="Speaking",
            progress=progress,
        )
    corpus = read_shards(out, sorted(task.name for task in tasks))
    if not corpus.utterances:
        raise RuntimeError(
            f"no utterance was made in {out}: rejected {_reasons(corpus)}, shards given up {failed}"
        )
    report = {
        **_report(corpus),
        "failed_shards": failed,
        "settings": {"language": language, "natural_share": natural_share, "seed": seed},
        "wall_seconds": round(time.monotonic() - started, 1),
    }
    return finish_corpus(out, corpus, report)


def screen_speakers(manifest: Path, scores: Mapping[str, float], max_cer: float) -> list[Utterance]:
    """The utterances of the speakers that a recogniser understands well enough.

    Args:
        manifest: of the corpus.
        scores: speaker → character error rate (0–1).
        max_cer: the highest rate kept.

    Returns:
        The kept utterances; a speaker without a score is kept.

    Raises:
        InputError: a score names an unknown speaker, or nobody would be left.
    """
    utterances = read_manifest(manifest)
    if unknown := sorted(set(scores) - {utterance.speaker for utterance in utterances}):
        raise InputError(
            f'the scores name "{unknown[0]}", who is not in {manifest}: '
            f"take the scores of this corpus"
        )
    kept = [utterance for utterance in utterances if scores.get(utterance.speaker, 0.0) <= max_cer]
    if not kept:
        raise InputError(
            f"no speaker of {manifest} has a character error rate up to {max_cer:g}: allow more"
        )
    return kept


def read_sentences(sentences: Iterable[str] | Path) -> list[str]:
    """Distinct sentences, in order.

    Raises:
        InputError: the file cannot be read, or there is none.
    """
    source = ""
    if isinstance(sentences, Path):
        source, sentences = f" in {sentences}", read_text(sentences, "text file").splitlines()
    texts = list(dict.fromkeys(" ".join(sentence.split()) for sentence in sentences))
    texts = [text for text in texts if any(character.isalnum() for character in text)]
    if not texts:
        raise InputError(f"there is no sentence{source}: give at least one")
    return texts


def _find_engines(
    names: Sequence[str] | None, places: EnginePlaces, private: Path, language: str, numbers: range
) -> tuple[dict[str, Engine], EnginePlaces]:
    """The engines to use, and their places with espeak's random voices written to ``private``."""
    for name in names or ():
        if name not in ENGINES:
            raise InputError(f'unknown engine "{name}": choose from {", ".join(ENGINES)}')
    found: dict[str, Engine] = {}
    missing: list[str] = []
    for name in ENGINES if names is None else names:
        try:
            engine = ENGINES[name](places)
        except EngineMissing as error:
            missing.append(f"{name}: {error}; to install it: {ENGINES[name].install}")
            continue
        if isinstance(engine, Espeak):
            write_espeak_data(engine.data, private, language, numbers)
            places = replace(places, espeak_data=private)
            engine = Espeak(places)
        if engine.voices(language):
            found[name] = engine
        else:
            missing.append(f'{name}: no voice for "{language}"')
    if names is not None and missing:
        raise InputError(f"an engine asked for is not usable: {missing[0]}")
    if not found:
        raise InputError(f"no speech engine is usable: {' | '.join(missing)}")
    return found, places


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


def _take(items: Iterator[Item], hours: float | None, count: int | None) -> list[Item]:
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


def _cut_into_shards(items: Sequence[Item], engines: Mapping[str, Engine]) -> list[ShardTask]:
    """Shards of one engine each, a voice's items together; those that take longest first."""
    seconds = [estimated_seconds(item.text) / item.rate for item in items]
    target = min(LONGEST_SHARD, max(SHORTEST_SHARD, sum(seconds) / WANTED_SHARDS))
    # Switching voices is slow, so a voice's items follow each other.
    order = sorted(range(len(items)), key=lambda i: (items[i].speaker.engine, items[i].speaker.id))
    tasks: list[ShardTask] = []
    for engine, group in groupby(order, key=lambda i: items[i].speaker.engine):
        indices = list(group)
        shards = math.ceil(sum(seconds[i] for i in indices) / target)
        for part in np.array_split(indices, min(shards, len(indices))):
            name = f"{engine}_{len(tasks):05d}"
            tasks.append(ShardTask(name, [items[i] for i in part], sum(seconds[i] for i in part)))
    return sorted(tasks, key=lambda task: -task.seconds / engines[_engine_name(task)].speed)


def _engine_name(task: ShardTask) -> str:
    return task.items[0].speaker.engine


def _fingerprint(tasks: Sequence[ShardTask]) -> str:
    digest = hashlib.sha256()
    for task in sorted(tasks, key=lambda task: task.name):
        digest.update(repr((task.name, task.items)).encode())
    return digest.hexdigest()


_loaded: dict[str, Engine] = {}
_classes: dict[str, type[Engine]] = {}
_places = EnginePlaces()
_corpus_name = ""


def _start_worker(classes: dict[str, type[Engine]], places: EnginePlaces, corpus_name: str) -> None:
    global _places, _corpus_name
    _corpus_name = corpus_name
    _classes.update(classes)
    _places = places


def _speak_shard(out: Path, task: ShardTask, skipped: frozenset[int]) -> float:
    name = _engine_name(task)
    if name not in _loaded:  # once a process: libraries stay loaded anyway
        _loaded[name] = _classes[name](_places)
    spoken: list[tuple[Item, np.ndarray]] = []
    rejected: list[Rejection] = []
    with noting_current_item(out, task.name) as note:
        for index, item in enumerate(task.items):
            if index in skipped:
                rejected.append(Rejection(item.speaker.id, item.text, "engine crashed"))
                continue
            note(index)
            try:
                spoken.append((item, render(_loaded[name], item)))
            except (Rejected, EngineError) as error:
                rejected.append(Rejection(item.speaker.id, item.text, str(error)))
    kept, outliers = screen_pace(spoken)
    clips = ((_utterance(item), samples) for item, samples in kept)
    return write_shard(out, task.name, clips, rejected + outliers)


def _utterance(item: Item) -> Utterance:
    return Utterance(
        audio=Path("unplaced.wav"),  # write_shard places it
        text=item.text,
        speaker=item.speaker.id,
        language=item.speaker.voice.language,
        duration=0.0,
        bandwidth=item.speaker.bandwidth,
        gender=item.speaker.gender,
        id=f"{_corpus_name}-{item.number:07d}",
    )


def _report(corpus: Corpus) -> dict[str, Any]:
    engines: dict[str, dict[str, Any]] = {}
    for utterance in corpus.utterances:
        entry = engines.setdefault(
            utterance.speaker.split(":")[0], {"utterances": 0, "hours": 0.0, "rejected": 0}
        )
        entry["utterances"] += 1
        entry["hours"] += utterance.duration / 3600
    for rejection in corpus.rejected:
        entry = engines.setdefault(
            rejection.speaker.split(":")[0], {"utterances": 0, "hours": 0.0, "rejected": 0}
        )
        entry["rejected"] += 1
    for entry in engines.values():
        entry["hours"] = round(entry["hours"], 4)
    return {"engines": engines, "rejected": _reasons(corpus)}


def _reasons(corpus: Corpus) -> dict[str, int]:
    return dict(Counter(rejection.reason for rejection in corpus.rejected).most_common())
