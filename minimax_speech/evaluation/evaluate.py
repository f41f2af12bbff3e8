"""Evaluate a synthesiser, a codec or recordings, and report.

The synthesiser comes as a callable: evaluation knows no model. What it speaks is kept as
`<id>.wav`, so an evaluation that was interrupted goes on where it stopped, also with a mended list.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from minimax_speech.audio import io
from minimax_speech.audio.claims import claim, find_missing
from minimax_speech.audio.io import Audio, Samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.quality import compare_files
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.report import Provenance, Report
from minimax_speech.evaluation.scoring import check_item, score, summarise
from minimax_speech.evaluation.test_sets import VOICE_SUFFIX, TestItem
from minimax_speech.evaluation.verifiers import SpeakerVerifier
from minimax_speech.evaluation.workers import ordered_map, show_progress
from minimax_speech.files import check_folder, digest

FAULTS_SHOWN = 3


def evaluate(
    synthesise: Callable[[TestItem], Audio],
    items: Sequence[TestItem],
    recognisers: Sequence[SpeechRecogniser],
    verifiers: Sequence[SpeakerVerifier],
    out: str | Path,
    *,
    check: Callable[[TestItem], None] | None = None,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    speaker_clips: Mapping[str, Sequence[Path]] | None = None,
    title: str = "Synthesis",
    workers: int = 2,
) -> Report:
    """Speak a test list and score it.

    All items are checked before the first is spoken.

    Args:
        synthesise: speaks one item. Called only for items whose `<id>.wav` is not in `out` yet,
            or there from another text or voice.
        items: the test list; see `test_sets.load`.
        recognisers: judges of intelligibility; each must know the items' languages.
        verifiers: judges of speaker similarity, for the items that have a reference or target.
        out: folder for the audio, `report.json` and `report.md`; made where it does not exist.
        check: raises an InputError for an item that `synthesise` would refuse.
        seed: of the bootstrap; noted in the report.
        settings: whatever else decides how it sounds (model, its weights, sampling options, seed
            of the synthesis). Noted in the report; audio of other settings is not mixed in.
        speaker_clips: real clips by speaker, for floor and ceiling of the similarity; without
            them the items' own references and targets serve.
        title: of the report.
        workers: processes for the judges that run on the CPU alone.

    Returns:
        The report, which is saved in `out` as well.

    Raises:
        InputError: items cannot be spoken or scored (names the first few), a file cannot be read
            or written, or `out` holds audio that was made with other settings.
    """
    out, settings = Path(out), {**(settings or {})}
    decisive = settings | {"seed": seed}
    requests: dict[str, str] = {}

    def look(item: TestItem) -> None:
        check_item(item, recognisers)
        requests[item.id] = _fingerprint(item)

    faults = _faults(items, look)
    ids = set(find_missing(out, decisive, requests))
    missing = [item for item in items if item.id in ids]
    if check is not None:
        faults |= _faults(missing, check)
    _refuse(faults, items)
    claim(out, decisive, requests)
    files = {item.id: out / f"{item.id}.wav" for item in items}
    for item in show_progress(missing, len(missing), "speaking"):
        synthesise(item).save(files[item.id])
    return evaluate_recordings(
        items,
        recognisers,
        verifiers,
        out,
        recordings=files,
        seed=seed,
        settings=settings,
        speaker_clips=speaker_clips,
        title=title,
        workers=workers,
    )


def evaluate_recordings(
    items: Sequence[TestItem],
    recognisers: Sequence[SpeechRecogniser],
    verifiers: Sequence[SpeakerVerifier],
    out: str | Path,
    *,
    recordings: Mapping[str, Path] | None = None,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    speaker_clips: Mapping[str, Sequence[Path]] | None = None,
    title: str = "Recordings",
    workers: int = 2,
) -> Report:
    """Score recordings that exist already, such as the speakers' own.

    Args:
        recordings: the audio file of each item, by id; without it the items' targets.

    The other arguments, the result and the errors are those of `evaluate`.
    """
    check_folder(out)
    _refuse(_faults(items, lambda item: check_item(item, recognisers)), items)
    files = dict(recordings) if recordings is not None else _targets(items)
    lost = [item.id for item in items if item.id not in files]
    if lost:
        raise InputError(f"{len(lost)} items have no recording, the first is {lost[0]!r}: add it")
    clips = speaker_clips if speaker_clips is not None else _clips_of(items)
    scores = score(items, files, recognisers, verifiers, clips, workers)
    report = Report(
        title=title,
        rows=scores.rows,
        summaries=scores.summaries(seed),
        provenance=Provenance.of_this_process(seed, settings or {}),
        flags=scores.flags(),
    )
    report.save(out)
    return report


def evaluate_resynthesis(
    codec: Callable[[Samples], Samples],
    clips: Sequence[Path] | Mapping[str, Path],
    out: str | Path,
    *,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    title: str = "Resynthesis",
    workers: int = 2,
) -> Report:
    """Measure how well a codec returns what it was given: PESQ, STOI, multi-resolution STFT.

    Args:
        codec: encodes and decodes mono audio at 24 kHz, (samples,) -> (samples,), aligned.
        clips: recordings, by id or named by their files.
        out: folder for the resynthesised audio and the report; resumed as by `evaluate`.
        seed: of the bootstrap.
        settings: which codec; as for `evaluate`.
        title: of the report.
        workers: processes that measure.

    Raises:
        InputError: no clips, two of one name, a file that cannot be read or written, or `out`
            holds audio that was made with other settings.
    """
    originals = _named(clips)
    out, settings = Path(out), {**(settings or {})}
    for path in originals.values():
        io.duration(path)
    requests = {id: digest(path) for id, path in originals.items()}
    missing = find_missing(out, settings, requests)
    claim(out, settings, requests)
    files = {id: out / f"{id}.wav" for id in originals}
    for id in show_progress(missing, len(missing), "resynthesising"):
        samples, rate = io.read(originals[id])
        io.write(files[id], codec(samples), rate)
    pairs = list(originals.values()), list(files.values())
    results = ordered_map(compare_files, *pairs, workers=workers)
    rows: list[dict[str, Any]] = [
        {"id": id, "audio": str(files[id]), "original": str(originals[id])} for id in originals
    ]
    for row, result in zip(rows, show_progress(results, len(rows), "measuring"), strict=True):
        row["measures"] = asdict(result)
    report = Report(
        title=title,
        rows=rows,
        summaries={"all": summarise(rows, seed)},
        provenance=Provenance.of_this_process(seed, settings),
    )
    report.save(out)
    return report


def _faults(items: Sequence[TestItem], check: Callable[[TestItem], None]) -> dict[str, str]:
    """What an InputError of `check` says of each item that it refuses, by id."""
    faults: dict[str, str] = {}
    for item in items:
        try:
            check(item)
        except InputError as error:
            faults[item.id] = str(error)
    return faults


def _refuse(faults: Mapping[str, str], items: Sequence[TestItem]) -> None:
    """One line for all that is wrong with a list; nothing where nothing is."""
    if not items:
        raise InputError("nothing to evaluate: the test list is empty")
    named = [f"{item.id}: {faults[item.id]}" for item in items if item.id in faults]
    if len(named) == 1:
        raise InputError(named[0])
    if named:
        more = f"; and {len(named) - FAULTS_SHOWN} more" if len(named) > FAULTS_SHOWN else ""
        raise InputError(
            f"{len(named)} of {len(items)} items cannot be evaluated: "
            f"{'; '.join(named[:FAULTS_SHOWN])}{more}"
        )


def _fingerprint(item: TestItem) -> str:
    """Changes with whatever decides how an item is spoken, the content of its files included."""
    reference = digest(item.reference) if item.reference is not None else None
    voice = item.voice
    if voice is not None and Path(voice).suffix == VOICE_SUFFIX:
        voice = digest(Path(voice))
    parts = (item.text, item.language, reference, item.reference_text, voice)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _targets(items: Sequence[TestItem]) -> dict[str, Path]:
    return {item.id: item.target for item in items if item.target is not None}


def _clips_of(items: Sequence[TestItem]) -> dict[str, list[Path]]:
    """The items' own real clips by speaker; a reference of nobody's name is its own speaker."""
    clips: dict[str, list[Path]] = {}
    for item in items:
        real = [path for path in (item.reference, item.target) if path is not None]
        if real:
            known = clips.setdefault(item.speaker or str(real[0]), [])
            known += [path for path in real if path not in known]
    return clips


def _named(clips: Sequence[Path] | Mapping[str, Path]) -> dict[str, Path]:
    named = dict(clips) if isinstance(clips, Mapping) else {path.stem: path for path in clips}
    if not named:
        raise InputError("nothing to resynthesise: give clips")
    if len(named) != len(clips):
        raise InputError(
            "two clips have the same file name: give them as a mapping of ids to files"
        )
    return named
