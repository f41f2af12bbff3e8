"""A manifest of the clips of another that pass limits, and a report on those that do not."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from minimax_speech.data.manifest import Utterance, default_id, read_manifest, to_json
from minimax_speech.data.shard_workers import usable_cores
from minimax_speech.errors import InputError
from minimax_speech.evaluation.cleaning.criteria import (
    copies,
    disagreement,
    likeness,
    speaking_rates,
)
from minimax_speech.evaluation.cleaning.kept_values import Values, measure_all
from minimax_speech.evaluation.cleaning.measures import (
    load_recogniser,
    load_verifier,
    measure_sound,
    measure_voice,
    measure_words,
    vector_of,
)
from minimax_speech.evaluation.cleaning.report import Report
from minimax_speech.evaluation.cleaning.sieve import Limit, Sieve
from minimax_speech.files import check_folder, digest, read_text, write_text

MEASURES = "measures"
"""Folder of what was measured; the clips themselves are never written."""


@dataclass(frozen=True)
class Judges:
    """Who listens, each as `name` or `name=WEIGHTS`.

    Attributes:
        recognisers: compare what they hear with the transcripts.
        transcriber: the recogniser that writes the missing transcripts, if any.
        verifier: compares voices, if any.
        device: torch's name of where they compute.
    """

    recognisers: Sequence[str] = ()
    transcriber: str | None = None
    verifier: str | None = None
    device: str = "cpu"


def filter_manifest(
    manifest: Path,
    out: Path,
    limits: Mapping[str, Limit],
    judges: Judges,
    jobs: int | None = None,
) -> Report:
    """Write the manifest of the clips that pass all limits, `out/manifest.jsonl`, and a report.

    In stages, so that what one drops costs no more: sound ("seconds", "loudness", "snr",
    "clipping", "bandwidth", "silence"), words ("words", "rate", "cer"), voices ("similarity",
    "halves"), and "copies". What is measured stays in `out/measures`: with other limits, or after
    an interruption, only what is missing is measured. Other fields of the manifest's lines, such
    as a licence, are kept; a transcript that was written names its writer as "transcribed_by".

    Args:
        manifest: JSONL; its audio is only read.
        out: folder to make.
        limits: by the names above; those that are not there drop nothing.
        judges: who listens.
        jobs: processes; all cores by default. On a device other than the CPU, one.

    Raises:
        InputError: the manifest or the folder cannot be used, a judge is unknown, does not load or
            does not know a language, or no clip passes.
    """
    unreadable: dict[str, str] = {}
    lines, utterances = _read(manifest, unreadable)
    _check_output(manifest, out)
    _check_judges(utterances, judges)
    workers = jobs or usable_cores()
    measuring = _Measuring(out / MEASURES, judges, workers)
    sieve = Sieve(utterances, limits)

    sound = measuring.sound(utterances)
    unreadable |= {id: v["unreadable"] for id, v in sound.items() if "unreadable" in v}
    sieve.drop(unreadable, "unreadable")
    sieve.apply(
        {"seconds": {u.id: u.duration for u in sieve.left}}
        | {
            name: {u.id: sound[u.id][name] for u in sieve.left}
            for name in ("loudness", "snr", "clipping", "bandwidth", "silence")
        }
    )
    writers = _sift_words(sieve, sound, measuring)
    if judges.verifier:
        voices = measuring.voices(sieve.left)
        halves = {id: v["halves"] for id, v in voices.items() if v["halves"] is not None}
        vectors = {id: vector_of(v) for id, v in voices.items()}
        sieve.apply({"similarity": likeness(sieve.left, vectors), "halves": halves})
    sieve.apply({"copies": copies(sieve.left, {u.id: sound[u.id]["digest"] for u in sieve.left})})

    report = Report(utterances, sieve.left, sieve.verdicts, sieve.dropped, len(writers))
    report.save(out / "report.json")
    if not sieve.left:
        (out / "manifest.jsonl").unlink(missing_ok=True)
        raise InputError(f"no clip passes, {report.main_reason()}: see {out / 'report.json'}")
    _write(lines, sieve.left, writers, out)
    return report


class _Measuring:
    """Measures with the judges, and keeps what they say in a folder."""

    def __init__(self, folder: Path, judges: Judges, workers: int) -> None:
        self.judges = judges
        self._folder = folder
        self._workers = workers
        self._judging = workers if judges.device == "cpu" else 1

    def sound(self, utterances: Sequence[Utterance]) -> dict[str, Values]:
        file = self._folder / "sound.jsonl"
        return measure_all(file, utterances, measure_sound, self._workers, "measuring")

    def words(self, recogniser: str, utterances: Sequence[Utterance]) -> dict[str, str]:
        measure = partial(measure_words, recogniser, self.judges.device)
        file = self._folder / f"words_{_file_name(recogniser)}.jsonl"
        title = f"listening ({recogniser.partition('=')[0]})"
        values = measure_all(file, utterances, measure, self._judging, title)
        return {id: value["heard"] for id, value in values.items()}

    def voices(self, utterances: Sequence[Utterance]) -> dict[str, Values]:
        assert self.judges.verifier is not None
        measure = partial(measure_voice, self.judges.verifier, self.judges.device)
        file = self._folder / f"voice_{_file_name(self.judges.verifier)}.jsonl"
        return measure_all(file, utterances, measure, self._judging, "comparing voices")


def _sift_words(sieve: Sieve, sound: Mapping[str, Values], measuring: _Measuring) -> dict[str, str]:
    """Write the missing transcripts, and judge all; utterance's id → who wrote its transcript."""
    judges = measuring.judges
    writers: dict[str, str] = {}
    if judges.transcriber:
        untranscribed = [u for u in sieve.left if u.text is None]
        heard = measuring.words(judges.transcriber, untranscribed)
        writers = dict.fromkeys(heard, judges.transcriber)
        sieve.left = [replace(u, text=heard.get(u.id, u.text) or None) for u in sieve.left]
        counts = {u.id: len((u.text or "").split()) for u in sieve.left if u.id in writers}
        sieve.apply({"words": counts})
    seconds = {id: value.get("speech_seconds", 0.0) for id, value in sound.items()}
    sieve.apply({"rate": speaking_rates(sieve.left, seconds)})
    judged = {name: measuring.words(name, sieve.left) for name in judges.recognisers}
    sieve.apply({"cer": disagreement(sieve.left, judged, writers)})
    return {u.id: writers[u.id] for u in sieve.left if u.id in writers}


def _read(
    manifest: Path, unreadable: dict[str, str]
) -> tuple[dict[str, dict[str, Any]], list[Utterance]]:
    """The fields of each utterance's line by its id, and the utterances.

    Where a line gives no id, it is the audio's path as written there: what is measured can then be
    found again from any folder.
    """
    utterances = read_manifest(manifest, unreadable)
    if not utterances and not unreadable:
        raise InputError(f"manifest {manifest} is empty: write an utterance a line")
    texts = read_text(manifest, "manifest").splitlines()
    parsed = [json.loads(text) for text in texts if text.strip()]
    ids = [
        line.get("id") or default_id(line["audio"], line.get("offset") or 0.0) for line in parsed
    ]
    lines = {id: line for id, line in zip(ids, parsed, strict=True) if id not in unreadable}
    if len(lines) < len(utterances):
        raise InputError(
            f"two lines of {manifest} have the same id: write another one in one of them"
        )
    named = [replace(u, id=id) for u, id in zip(utterances, lines, strict=True)]
    return lines, named


def _check_output(manifest: Path, out: Path) -> None:
    check_folder(out)
    there = out / "manifest.jsonl"
    if there.exists() and not (out / MEASURES).is_dir():
        raise InputError(f"{there} is there, and not from filtering: choose another folder")
    if there.exists() and there.samefile(manifest):
        raise InputError(f"{manifest} would be overwritten: choose another folder than {out}")


def _check_judges(utterances: Sequence[Utterance], judges: Judges) -> None:
    """Load the judges before anything is measured: a mistake shows at once."""
    for name in judges.recognisers:
        recogniser = load_recogniser(name, judges.device)
        for language in sorted({u.language for u in utterances}):
            recogniser.check_language(language)
    if judges.transcriber:
        recogniser = load_recogniser(judges.transcriber, judges.device)
        for language in sorted({u.language for u in utterances if u.text is None}):
            recogniser.check_language(language)
    if judges.verifier:
        load_verifier(judges.verifier, judges.device)


def _file_name(spec: str) -> str:
    """The judge's name, and what tells weights of the user's from others."""
    name, _, weights = spec.partition("=")
    if not weights:
        return name
    if Path(weights).is_file():
        return f"{name}-{digest(Path(weights))}"
    return f"{name}-{hashlib.blake2b(weights.encode(), digest_size=8).hexdigest()}"


def _write(
    lines: Mapping[str, dict[str, Any]],
    utterances: Sequence[Utterance],
    writers: Mapping[str, str],
    out: Path,
) -> None:
    """Write the manifest of some utterances with the other fields of their lines, by their ids."""
    written = []
    for utterance in utterances:
        fields = to_json(utterance, out)
        line = lines[utterance.id] | {name: fields[name] for name in ("id", "audio", "text")}
        if utterance.id in writers:
            line["transcribed_by"] = writers[utterance.id].partition("=")[0]
        written.append(json.dumps(line, ensure_ascii=False) + "\n")
    write_text(out / "manifest.jsonl", "".join(written))
