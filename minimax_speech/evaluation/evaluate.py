"""Evaluate a synthesiser, a codec or recordings, and report.

The synthesiser comes as a callable: evaluation knows no model. What it speaks is kept as
`<id>.wav`, so an evaluation that was interrupted goes on where it stopped.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from minimax_speech.audio import io
from minimax_speech.audio.io import Audio, Samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.quality import compare_files
from minimax_speech.evaluation.recognisers import SpeechRecogniser
from minimax_speech.evaluation.report import Provenance, Report, write_text
from minimax_speech.evaluation.scoring import score, summarise
from minimax_speech.evaluation.test_sets import TestItem
from minimax_speech.evaluation.verifiers import SpeakerVerifier
from minimax_speech.evaluation.workers import ordered_map, show_progress

REQUEST_FILE = "request.json"


def evaluate(
    synthesise: Callable[[TestItem], Audio],
    items: Sequence[TestItem],
    recognisers: Sequence[SpeechRecogniser],
    verifiers: Sequence[SpeakerVerifier],
    out: str | Path,
    *,
    seed: int = 0,
    settings: Mapping[str, Any] | None = None,
    speaker_clips: Mapping[str, Sequence[Path]] | None = None,
    title: str = "Synthesis",
    workers: int = 2,
) -> Report:
    """Speak a test list and score it.

    Args:
        synthesise: speaks one item. Called only for items whose `<id>.wav` is not in `out` yet.
        items: the test list; see `test_sets.load`.
        recognisers: judges of intelligibility; each must know the items' languages.
        verifiers: judges of speaker similarity, for the items that have a reference or target.
        out: folder for the audio, `report.json` and `report.md`; made where it does not exist.
        seed: of the bootstrap; noted in the report.
        settings: whatever else decides how it sounds (model, sampling options, seed of the
            synthesis). Noted in the report; audio made with other settings is not mixed in.
        speaker_clips: real clips by speaker, for floor and ceiling of the similarity; without
            them the items' own references and targets serve.
        title: of the report.
        workers: processes for the judges that run on the CPU alone.

    Returns:
        The report, which is saved in `out` as well.

    Raises:
        InputError: an item cannot be scored, a file cannot be read or written, or `out` holds
            audio that was made with other settings.
    """
    out, settings = Path(out), {**(settings or {})}
    _claim(out, settings | {"seed": seed}, {item.id: _fingerprint(item) for item in items})
    files = {item.id: out / f"{item.id}.wav" for item in items}
    missing = [item for item in items if not files[item.id].exists()]
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
    if not items:
        raise InputError("nothing to evaluate: the test list is empty")
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
    _claim(out, settings, {id: str(path) for id, path in originals.items()})
    files = {id: out / f"{id}.wav" for id in originals}
    missing = [id for id in originals if not files[id].exists()]
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


def _claim(out: Path, settings: Mapping[str, Any], requests: Mapping[str, str]) -> None:
    """Note in `out` what its audio is made from, or refuse if it was made from something else."""
    path = out / REQUEST_FILE
    settings = json.loads(json.dumps(dict(settings), default=str))
    known: dict[str, str] = {}
    if path.exists():
        try:
            before = json.loads(path.read_text(encoding="utf-8"))
            known = before["requests"]
            same = before["settings"] == settings
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path} cannot be read ({error}): choose another folder") from error
        changed = [id for id in requests if known.get(id, requests[id]) != requests[id]]
        if not same or changed:
            what = "other settings" if not same else f"another text or voice for {changed[0]!r}"
            raise InputError(
                f"{out} holds audio made with {what}: choose another folder or empty it"
            )
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the output folder {out}: {error.strerror}") from error
    content = {"settings": settings, "requests": {**known, **requests}}
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def _fingerprint(item: TestItem) -> str:
    """Changes with whatever decides how an item is spoken."""
    parts = (item.text, item.language, item.reference, item.reference_text, item.voice)
    return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()[:16]


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
