"""Test lists: what to say, in whose voice, and what it is compared with.

Three formats, told apart by the file's extension:

- JSONL: `{"id", "text", "reference" | "voice", "language", "reference_text"?, "target"?,
  "speaker"?}` a line;
- .txt: a text a line, for the default voice;
- any other: the lists of seed-tts-eval, `utt|prompt_text|prompt_wav|text` or
  `utt|prompt_text|prompt_wav|text|gt` a line.

Relative paths count from the list's own folder.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minimax_speech.errors import InputError
from minimax_speech.files import read_text

VOICE_SUFFIX = ".safetensors"
_LONGEST_ID = 200
"""Bytes; file systems allow 255, with what is put around the name."""
FIELDS = ("id", "text", "reference", "reference_text", "voice", "language", "target", "speaker")


@dataclass(frozen=True)
class TestItem:
    """One utterance to synthesise and score.

    Attributes:
        id: names the utterance and its audio file `<id>.wav`; unique in a list.
        text: what to say.
        language: language code of the text.
        reference: the clip whose voice to clone.
        reference_text: its transcript; with it the cloning is one-shot.
        voice: name or .safetensors file of a voice, in place of a reference.
        target: a recording of the same text by the same speaker (the ground truth).
        speaker: who speaks in reference and target.
    """

    __test__ = False  # Not a test case, whatever pytest makes of the name.

    id: str
    text: str
    language: str
    reference: Path | None = None
    reference_text: str | None = None
    voice: str | None = None
    target: Path | None = None
    speaker: str | None = None

    def __post_init__(self) -> None:
        plain = self.id.isprintable() and not self.id.startswith(".") and not {*"/\\"} & {*self.id}
        if not self.id or not plain or len(self.id.encode()) > _LONGEST_ID:
            raise InputError(f"id {self.id!r} cannot name a file: use letters, digits, - and _")
        if not self.text.strip():
            raise InputError(f'the "text" of {self.id!r} is empty: say what to speak')
        if self.reference is not None and self.voice is not None:
            raise InputError(f'{self.id!r} has both "reference" and "voice": keep one')


def load(path: str | Path, language: str = "en") -> list[TestItem]:
    """Read a test list: .jsonl, .txt, or else seed-tts-eval's format.

    Args:
        path: the list.
        language: of all lines but those of JSONL that name one.

    Raises:
        InputError: the file cannot be read, is empty, or a line is wrong (named as file:line).
    """
    path = Path(path)
    parse = _parse_json if path.suffix == ".jsonl" else _parse_seed_tts
    lines = read_text(path, "test list").split("\n")
    items: list[TestItem] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            if path.suffix == ".txt":
                item = TestItem(f"{number:04}", line.strip(), language)
            else:
                item = parse(line.strip(), path.parent, language)
            if item.id in line_of:
                raise InputError(f"id {item.id!r} was used before, in line {line_of[item.id]}")
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from error
        line_of[item.id] = number
        items.append(item)
    if not items:
        raise InputError(f"the test list {path} is empty: give at least one line")
    return items


def _parse_json(line: str, folder: Path, language: str) -> TestItem:
    try:
        fields: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON ({error})") from error
    if not isinstance(fields, dict):
        raise InputError('not a JSON object: write {"id": ..., "text": ..., "reference": ...}')
    for name, value in fields.items():
        if name not in FIELDS:
            raise InputError(f"unknown field {name!r}: use {', '.join(FIELDS)}")
        if value is not None and not isinstance(value, str):
            raise InputError(f"field {name!r} is {value!r}: write a string")
    given: dict[str, str] = {name: value for name, value in fields.items() if value is not None}
    for name in ("id", "text"):
        if name not in given:
            raise InputError(f'the field "{name}" is missing')
    return TestItem(
        id=given["id"],
        text=given["text"],
        language=given.get("language", language),
        reference=_path(given.get("reference"), folder),
        reference_text=given.get("reference_text"),
        voice=_voice(given.get("voice"), folder),
        target=_path(given.get("target"), folder),
        speaker=given.get("speaker"),
    )


def _parse_seed_tts(line: str, folder: Path, language: str) -> TestItem:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) not in (4, 5):
        raise InputError(
            f"{len(parts)} fields, expected utt|prompt_text|prompt_wav|text or one more for the "
            "ground truth (a test list in JSON must be named .jsonl)"
        )
    utterance, prompt_text, prompt, text = parts[:4]
    if not prompt:
        raise InputError("prompt_wav is empty: name the reference clip")
    return TestItem(
        id=utterance.removesuffix(".wav"),
        text=text,
        language=language,
        reference=_path(prompt, folder),
        reference_text=prompt_text or None,
        target=_path(parts[4], folder) if len(parts) == 5 and parts[4] else None,
    )


def _voice(name: str | None, folder: Path) -> str | None:
    """A name, or the path of a voice's file."""
    return str(folder / name) if name is not None and name.endswith(VOICE_SUFFIX) else name


def _path(name: str | None, folder: Path) -> Path | None:
    return None if name is None else folder / name
