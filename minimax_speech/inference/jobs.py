"""What a batch is to say: JSONL, one job a line.

    {"text", "reference" | "voice", "reference_text"?, "language"?, "emotion"?, "seed"?,
     "id" | "output"?}

besides any of `Settings` and `Prosody`. A reference or voice may be a list: references are pooled,
voices mixed. Relative paths count from the list's own folder.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from minimax_speech.audio import io
from minimax_speech.audio.prosody import Prosody
from minimax_speech.errors import InputError
from minimax_speech.files import read_text
from minimax_speech.inference.settings import Settings

GENERATION = tuple(setting.name for setting in fields(Settings))
PROSODY = tuple(setting.name for setting in fields(Prosody))
SETTINGS = (*GENERATION, *PROSODY)
_NAMES = ("id", "output")
_STRINGS = ("text", "reference_text", "language", "emotion", *_NAMES)
_LISTS = ("reference", "voice")
KEYS = (*_STRINGS, *_LISTS, "seed", *SETTINGS)

_LONGEST_NAME = 200
"""Bytes; file systems allow 255, with what is put around the name."""
_NAMED_LINES = 5


@dataclass(frozen=True)
class Job:
    """One file to make.

    Attributes:
        line: of the list, from 1.
        file: name of the audio file.
        text: what to say.
        references: clips of the voice to clone.
        reference_text: what the one reference says (one-shot cloning).
        voices: names or files, each with a weight or without, in place of references.
        language: code or auto.
        emotion: its name, with a strength or without.
        seed: as in any synthesis.
        settings: those of `Settings` and of `Prosody` that were chosen.
    """

    line: int
    file: str
    text: str
    references: tuple[str, ...] = ()
    reference_text: str | None = None
    voices: tuple[str, ...] = ()
    language: str = "auto"
    emotion: str | None = None
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)


def read_jobs(
    path: Path, format: str = "wav", defaults: Mapping[str, Any] | None = None
) -> list[Job]:
    """The jobs of a list; whatever can be wrong with a line that no model need be asked about is.

    Args:
        path: the list.
        format: of the files whose line names none: one of `audio.io.FORMATS`.
        defaults: what a line that does not say otherwise has, by key; a line that names a reference
            or a voice takes neither from here.

    Raises:
        InputError: the file cannot be read, or is empty, or lines are wrong: names the first.
    """
    lines = read_text(path, "job list").split("\n")
    digits = max(4, len(str(len(lines))))
    jobs: list[Job] = []
    faults: dict[int, str] = {}
    line_of: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            job = _job(line, number, f"{number:0{digits}}", format, defaults or {}, path.parent)
            if job.file in line_of:
                raise InputError(f"{job.file} is the file of line {line_of[job.file]}, too")
            line_of[job.file] = number
            jobs.append(job)
        except InputError as error:
            faults[number] = str(error)
    refuse(path, faults)
    if not jobs:
        raise InputError(f"the job list {path} is empty: give at least one line")
    return jobs


def refuse(path: Path, faults: Mapping[int, str]) -> None:
    """Raise an InputError where lines of a list are wrong: what is wrong with the first, and which.

    Args:
        path: the list.
        faults: line, from 1 -> what is wrong.
    """
    if not faults:
        return
    first, *others = sorted(faults)
    shown = ", ".join(map(str, others[:_NAMED_LINES])) + (", …" * (len(others) > _NAMED_LINES))
    more = f" (also wrong: {shown})" if others else ""
    raise InputError(f"{path}:{first}: {faults[first]}{more}")


def _job(
    line: str, number: int, name: str, format: str, defaults: Mapping[str, Any], folder: Path
) -> Job:
    said = _fields(line)
    given = {**defaults, **said}
    if {*said} & {*_LISTS}:  # its own voice
        given = {key: value for key, value in given.items() if key not in _LISTS or key in said}
    if not isinstance(given.get("text"), str) or not given["text"].strip():
        raise InputError('"text" is missing or empty: say what to speak')
    if "reference" in given and "voice" in given:
        raise InputError('there are both "reference" and "voice": keep one')
    references = [str(folder / clip) for clip in _strings(given, "reference")]
    if "reference_text" in given and len(references) != 1:
        raise InputError(f'"reference_text" belongs to one reference, not to {len(references)}')
    settings = {key: given[key] for key in SETTINGS if key in given}
    Settings(**{key: value for key, value in settings.items() if key in GENERATION})
    Prosody(**{key: value for key, value in settings.items() if key in PROSODY})
    return Job(
        number,
        _file(given, name, format),
        given["text"],
        tuple(references),
        given.get("reference_text"),
        tuple(_voice(voice, folder) for voice in _strings(given, "voice")),
        given.get("language", "auto"),
        given.get("emotion"),
        _seed(given.get("seed", 0)),
        settings,
    )


def _fields(line: str) -> dict[str, Any]:
    """What a line says; null says nothing."""
    try:
        said = json.loads(line)
    except ValueError as error:
        raise InputError(f'not JSON ({error}): write {{"text": "Hello."}} on each line') from None
    if not isinstance(said, dict):
        raise InputError('not a JSON object: write {"text": …}')
    for key, value in said.items():
        if key not in KEYS:
            raise InputError(f"unknown key {key!r}: use {', '.join(KEYS)}")
        if key in _STRINGS and not isinstance(value, str | None):
            raise InputError(f'"{key}" is {value!r}: write a string')
    return {key: value for key, value in said.items() if value is not None}


def _strings(given: Mapping[str, Any], key: str) -> list[str]:
    """A string, or a list of strings, as a list."""
    value = given.get(key, [])
    strings = [value] if isinstance(value, str) else value
    if not isinstance(strings, list) or not all(isinstance(one, str) and one for one in strings):
        raise InputError(f'"{key}" is {value!r}: write a string, or a list of strings')
    return strings


def _voice(voice: str, folder: Path) -> str:
    """A name as it is, a file from the list's folder."""
    name = voice.rpartition(":")[0] if ".safetensors:" in voice else voice
    return str(folder / voice) if name.endswith(".safetensors") else voice


def _seed(seed: Any) -> int:
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**63:
        raise InputError(f'"seed" is {seed!r}: use a whole number from 0 to {2**63 - 1}')
    return seed


def _file(given: Mapping[str, Any], name: str, format: str) -> str:
    """The file's name: as asked for, or that of the line; its extension says the format."""
    if "id" in given and "output" in given:
        raise InputError('there are both "id" and "output": keep one')
    for key in _NAMES:
        if key in given:
            name = given[key]
            plain = name.isprintable() and not name.startswith(".") and not {*"/\\"} & {*name}
            if not name or not plain or len(name.encode()) > _LONGEST_NAME:
                raise InputError(
                    f'"{key}" is {name!r}, which cannot name a file in the folder: use letters, '
                    "digits, - and _"
                )
    if "output" in given and Path(name).suffix:
        io.output_format(name)
        return name
    return f"{name}.{format}"
