"""Values measured of a corpus' clips, kept in a file, so that none is measured twice."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from minimax_speech.data.manifest import Utterance
from minimax_speech.evaluation.workers import ordered_map, show_progress

Values = dict[str, Any]


def measure_all(
    file: Path,
    utterances: Sequence[Utterance],
    measure: Callable[[Utterance], Values],
    workers: int,
    title: str,
) -> dict[str, Values]:
    """The values of each utterance, by its id: those that a file holds, and the others measured.

    Each is added to the file as soon as it is there: what an interruption leaves is kept.

    Args:
        file: JSONL; need not exist. Values whose audio has changed since are measured again.
        utterances: all whose values are wanted.
        measure: gives what JSON can hold; importable by name, since processes call it.
        workers: processes that may measure at once.
        title: beside the progress bar.
    """
    prints = {utterance.id: _fingerprint(utterance) for utterance in utterances}
    known = _read(file, prints)
    missing = [utterance for utterance in utterances if utterance.id not in known]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as kept:
        measured = ordered_map(measure, missing, workers=workers)
        for utterance, values in zip(
            missing, show_progress(measured, len(missing), title), strict=True
        ):
            line = {"id": utterance.id, "of": prints[utterance.id], "values": values}
            kept.write(json.dumps(line, ensure_ascii=False) + "\n")
            kept.flush()
            known[utterance.id] = values
    return known


def _read(file: Path, prints: dict[str, str]) -> dict[str, Values]:
    """What the file holds of the audio with these fingerprints; a line cut short is removed."""
    if not file.exists():
        return {}
    data = file.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with file.open("r+b") as damaged:
            damaged.truncate(whole)
    known: dict[str, Values] = {}
    for line in map(json.loads, data[:whole].splitlines()):
        if prints.get(line["id"]) == line["of"]:
            known[line["id"]] = line["values"]
    return known


def _fingerprint(utterance: Utterance) -> str:
    """Changes with the audio that an utterance is; by the file's date, not by what it holds."""
    try:
        status = utterance.audio.stat()
        file = f"{status.st_size} {status.st_mtime_ns}"
    except OSError:
        file = "missing"
    place = f"{file} {utterance.offset} {utterance.duration} {utterance.language}"
    return hashlib.blake2b(place.encode(), digest_size=8).hexdigest()
