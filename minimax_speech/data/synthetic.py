"""A synthetic corpus: sentences spoken by the classical engines installed on this machine."""

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

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
from minimax_speech.data.plan import (
    Portion,
    cut_into_shards,
    engine_name,
    fingerprint,
    in_emotions,
    plan_items,
)
from minimax_speech.data.rendering import Item, Rejected, render, screen_pace
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
from minimax_speech.data.voices import write_espeak_data
from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, read_text


def make_corpus(
    portions: Sequence[Portion],
    out: Path,
    *,
    engines: Sequence[str] | None = None,
    natural_share: float = 0.5,
    espeak_voices: int | range = 300,
    warps: int | range = 9,
    emotions: Sequence[str] = (),
    jobs: int | None = None,
    ray: str | None = None,
    seed: int = 0,
    engines_root: Path | None = None,
    espeak: Path | None = None,
    resume: bool = True,
    progress: bool = True,
) -> Path:
    """Have sentences spoken, in one language or in several.

    Args:
        portions: what to say in each language, and how much.
        out: folder for ``audio/*.wav`` (24 kHz, 16 bit), ``manifest.jsonl``, ``speakers.tsv`` and
            ``report.json``.
        engines: names of the engines to use; by default all that are found.
        natural_share: fraction of a language's utterances by engines with recorded voices, where
            both kinds are found.
        espeak_voices: how many random espeak voices, or which: ``range(300, 340)`` are others than
            the default. They are the same speakers in all languages.
        warps: how many speakers to make of each recorded voice, or which, as for espeak_voices.
        emotions: each utterance is spoken neutrally and with each of these, of `STYLES`.
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
        InputError: no engine is found or speaks one of the languages, or an argument is out of
            range.
    """
    started = time.monotonic()
    out = Path(out).absolute()
    check_folder(out)
    texts = [read_sentences(portion.sentences) for portion in portions]
    numbers = espeak_voices if isinstance(espeak_voices, range) else range(espeak_voices)
    if not 0 <= natural_share <= 1:
        raise InputError(f"natural_share is {natural_share:g}: choose 0 to 1")
    in_emotions([], emotions)  # refuses those that there are not
    codes = list(dict.fromkeys(portion.language for portion in portions))
    with tempfile.TemporaryDirectory(prefix="voices-") as private:
        places = EnginePlaces(root=engines_root, espeak=espeak)
        found, places = _find_engines(engines, places, Path(private), codes, numbers)
        items: list[Item] = []
        for portion, sentences in zip(portions, texts, strict=True):
            speaking = _speaking(found, portion.language)
            items += plan_items(sentences, portion, speaking, warps, natural_share, seed)
        items = in_emotions(items, emotions) if emotions else items
        items = [replace(item, number=number) for number, item in enumerate(items)]
        tasks = cut_into_shards(items, found)
        plan = fingerprint(tasks)
        prepare_folder(out, plan, resume)
        classes = {name: type(engine) for name, engine in found.items()}
        failed = run_shards(
            out,
            tasks,
            _speak_shard,
            jobs=jobs,
            initialise=_start_worker,
            arguments=(classes, places, plan[:8]),
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
        **_report(corpus, items),
        "failed_shards": failed,
        "settings": {"natural_share": natural_share, "seed": seed},
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
    names: Sequence[str] | None,
    places: EnginePlaces,
    private: Path,
    codes: Sequence[str],
    numbers: range,
) -> tuple[dict[str, Engine], EnginePlaces]:
    """The engines to use, and their places with espeak's random voices written to ``private``.

    Each of them speaks at least one of the languages, and each language has at least one of them.
    """
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
            write_espeak_data(engine.data, private, codes, numbers)
            places = replace(places, espeak_data=private)
            engine = Espeak(places)
        reasons = [reason for code in codes if (reason := _why_silent(engine, code))]
        if len(reasons) < len(codes):
            found[name] = engine
        missing += reasons
    if names is not None and (unused := [name for name in names if name not in found]):
        reason = next(reason for reason in missing if reason.startswith(unused[0]))
        raise InputError(f"an engine asked for is not usable: {reason}")
    for code in codes:
        if not _speaking(found, code):
            raise InputError(f'no speech engine is usable for "{code}": {" | ".join(missing)}')
    return found, places


def _why_silent(engine: Engine, code: str) -> str | None:
    """Why an engine does not speak a language; None where it does."""
    try:
        return None if engine.voices(code) else f'{engine.name}: no voice for "{code}"'
    except EngineMissing as error:
        return f"{engine.name}: {error}"


def _speaking(engines: Mapping[str, Engine], code: str) -> dict[str, Engine]:
    """Those of the engines that speak a language."""
    return {name: engine for name, engine in engines.items() if _why_silent(engine, code) is None}


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
    name = engine_name(task)
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
        emotion=item.emotion,
        id=f"{_corpus_name}-{item.number:07d}",
    )


def _report(corpus: Corpus, items: Sequence[Item]) -> dict[str, Any]:
    planned = Counter(item.speaker.voice.language for item in items)
    spoken: dict[str, list[Utterance]] = {code: [] for code in planned}
    engines: dict[str, dict[str, Any]] = {}
    for utterance in corpus.utterances:
        spoken[utterance.language].append(utterance)
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
    by_language = {
        code: {
            "planned": planned[code],
            "utterances": len(utterances),
            "speakers": len({utterance.speaker for utterance in utterances}),
            "hours": round(sum(utterance.duration for utterance in utterances) / 3600, 4),
        }
        for code, utterances in spoken.items()
    }
    return {"languages": by_language, "engines": engines, "rejected": _reasons(corpus)}


def _reasons(corpus: Corpus) -> dict[str, int]:
    return dict(Counter(rejection.reason for rejection in corpus.rejected).most_common())
