"""Words and when they are said, as files: SubRip (.srt), WebVTT (.vtt) or JSON (.json)."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from minimax_speech.errors import InputError
from minimax_speech.files import check_folder, write_text

FORMATS = (".srt", ".vtt", ".json")

_MOST_WORDS, _MOST_CHARACTERS = 7, 42
_LONGEST_PAUSE = 1.0  # seconds; the words after it are not shown before they are said
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "۔")
_TITLE = re.compile(r"[A-Z][a-z]?\.|Mrs\.|Prof\.")  # such as Dr. and J.: the name follows
_CLOSING = "\"'”’»)]}」』】）"


class Word(NamedTuple):
    """A word as it is written, and when it is said.

    Attributes:
        text: as written, its punctuation with it.
        start: in seconds from the beginning of the audio.
        end: in seconds.
    """

    text: str
    start: float
    end: float


def check_place(path: str | Path) -> None:
    """Refuse a subtitle file that could not be written; ask before long work.

    Raises:
        InputError: its extension is none of `FORMATS`, or its folder takes no files.
    """
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise InputError(
            f"the extension of {str(path)!r} is not one of subtitles: use {', '.join(FORMATS)}"
        )
    if path.is_dir():
        raise InputError(f"{path} is a folder: name a file in it")
    if check_folder(path.parent) != path.parent.absolute():
        raise InputError(f"output folder {path.parent} does not exist: create it first")


def write(path: str | Path, words: Sequence[Word]) -> None:
    """Write words to a file in the format of its extension; it appears whole or not at all.

    Raises:
        InputError: as for `check_place`.
    """
    check_place(path)
    formats = {".srt": srt, ".vtt": vtt, ".json": as_json}
    write_text(path, formats[Path(path).suffix.lower()](words))


def as_json(words: Sequence[Word]) -> str:
    """A list of objects with "word", "start" and "end" (seconds)."""
    return json.dumps(as_objects(words), ensure_ascii=False, indent=1) + "\n"


def as_objects(words: Sequence[Word]) -> list[dict[str, str | float]]:
    """What `as_json` writes; milliseconds are the finest that is told."""
    return [
        {"word": word.text, "start": round(word.start, 3), "end": round(word.end, 3)}
        for word in words
    ]


def srt(words: Sequence[Word]) -> str:
    """SubRip: numbered cues, their times with a comma."""
    return "".join(
        f"{number}\n{_clock(cue[0].start, ',')} --> {_clock(cue[-1].end, ',')}\n{_text(cue)}\n\n"
        for number, cue in enumerate(cues(words), 1)
    )


def vtt(words: Sequence[Word]) -> str:
    """WebVTT: cues, their times with a stop."""
    escaped = [
        word._replace(text=word.text.replace("&", "&amp;").replace("<", "&lt;")) for word in words
    ]
    return "WEBVTT\n\n" + "".join(
        f"{_clock(cue[0].start, '.')} --> {_clock(cue[-1].end, '.')}\n{_text(cue)}\n\n"
        for cue in cues(escaped)
    )


def cues(words: Sequence[Word]) -> list[list[Word]]:
    """The words in groups that are shown together.

    A group is cut at the end of a sentence, at a long pause, and before it is too long to read.
    """
    groups: list[list[Word]] = []
    for word in words:
        if not groups or _is_full(groups[-1], word):
            groups.append([])
        groups[-1].append(word)
    return groups


def _is_full(cue: list[Word], following: Word) -> bool:
    return (
        len(cue) == _MOST_WORDS
        or len(_text([*cue, following])) > _MOST_CHARACTERS
        or _ends_sentence(cue[-1].text.rstrip(_CLOSING))
        or following.start - cue[-1].end > _LONGEST_PAUSE
    )


def _ends_sentence(word: str) -> bool:
    return word.endswith(_SENTENCE_ENDS) and not _TITLE.fullmatch(word)


def _text(cue: Sequence[Word]) -> str:
    return " ".join(word.text for word in cue)


def _clock(seconds: float, point: str) -> str:
    """As 00:01:02,345."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
