"""Manifests: one JSON object a line, one utterance an object.

A line names an audio file (relative paths count from the manifest's own folder), what is said in
it and by whom. Many utterances may share one long file: ``offset`` and ``duration`` (seconds)
select a stretch of it.
"""

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from minimax_speech.errors import InputError
from minimax_speech.files import read_text, replacing

if TYPE_CHECKING:
    from lhotse import CutSet

TEXT_FIELDS = ("audio", "text", "speaker", "language", "emotion", "gender", "id")
NUMBER_FIELDS = ("duration", "offset", "bandwidth")
REQUIRED_FIELDS = ("audio", "speaker", "language")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One stretch of speech by one speaker."""

    audio: Path
    """The file that holds it."""
    text: str | None
    """What is said, or None where nobody wrote it down."""
    speaker: str
    language: str
    """Language code, such as "en"."""
    duration: float
    """Seconds."""
    offset: float = 0.0
    """Seconds from the start of the file."""
    emotion: str | None = None
    bandwidth: float | None = None
    """Highest frequency that the source carries, in Hz."""
    gender: str | None = None
    id: str = ""
    """Unique within a manifest; made from the file's name and the offset where none is given."""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", default_id(self.audio, self.offset))


def default_id(audio: str | Path, offset: float) -> str:
    """The id of an utterance that is given none: its file's path, and its place (s) in there."""
    suffix = f"@{offset:.6f}".rstrip("0").rstrip(".") if offset else ""
    return Path(audio).with_suffix("").as_posix() + suffix


class NoDuration(ValueError):
    """A line gives no duration, and its audio file cannot be read to find it."""


def read_manifest(path: str | Path, unreadable: dict[str, str] | None = None) -> list[Utterance]:
    """Read a manifest.

    A line without ``duration`` takes the rest of its audio file, whose header is then read.

    Args:
        path: of the manifest.
        unreadable: takes the id (`default_id` of the path in the line, if there is none) of each
            line whose file cannot be read to find its duration, and why; without it such a line is
            not valid.

    Raises:
        InputError: the file is missing, or a line is not a valid utterance (named as file:line).
    """
    path = Path(path)
    lines = read_text(path, "manifest").splitlines()
    utterances: list[Utterance] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            fields = _parse_line(line)
            utterance = from_json(fields, path.parent)
            if utterance.id in line_of:
                raise ValueError(
                    f'id "{utterance.id}" was used before, in line {line_of[utterance.id]}'
                )
        except ValueError as error:
            if unreadable is None or not isinstance(error, NoDuration):
                raise InputError(f"{path}:{number}: {error}") from error
            id = fields.get("id") or default_id(fields["audio"], fields.get("offset") or 0.0)
            unreadable[id] = str(error)
            continue
        line_of[utterance.id] = number
        utterances.append(utterance)
    return utterances


def write_manifest(utterances: Iterable[Utterance], path: str | Path) -> None:
    """Write a manifest; audio files under its folder are named relative to it.

    The file appears complete or not at all.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part, part.open("w", encoding="utf-8") as file:
        for utterance in utterances:
            file.write(json.dumps(to_json(utterance, path.parent), ensure_ascii=False) + "\n")


def to_json(utterance: Utterance, folder: Path) -> dict[str, Any]:
    """The fields of a manifest line; ``folder`` is the one that holds the manifest."""
    audio = utterance.audio.absolute()
    if audio.is_relative_to(folder.absolute()):
        audio = audio.relative_to(folder.absolute())
    fields: dict[str, Any] = {
        "id": utterance.id,
        "audio": audio.as_posix(),
        "text": utterance.text,
        "speaker": utterance.speaker,
        "language": utterance.language,
        "offset": round(utterance.offset, 6),
        "duration": round(utterance.duration, 6),
    }
    for name in ("emotion", "bandwidth", "gender"):
        if (value := getattr(utterance, name)) is not None:
            fields[name] = value
    return fields


def from_json(fields: Mapping[str, Any], folder: Path) -> Utterance:
    """The utterance of a manifest line; ``folder`` is the one that holds the manifest.

    Raises:
        ValueError: a field is missing, misspelt or of the wrong type, or the duration is not given
            and the audio file cannot be read.
    """
    known = (*TEXT_FIELDS, *NUMBER_FIELDS)
    # Corpora carry fields of their own (licence, source); only what looks like a slip is refused.
    for name in fields:
        if name not in known and (close := difflib.get_close_matches(name, known, n=1, cutoff=0.8)):
            raise ValueError(f'unknown field "{name}": did you mean "{close[0]}"?')
    values = {name: fields[name] for name in known if fields.get(name) is not None}
    for name in REQUIRED_FIELDS:
        if name not in values:
            raise ValueError(f'"{name}" is missing: a line needs {", ".join(REQUIRED_FIELDS)}')
    for name, value in values.items():
        if name in TEXT_FIELDS and not (isinstance(value, str) and value):
            raise ValueError(
                f'"{name}" must be text that is not empty (or be left out), got {value!r}'
            )
        if name in NUMBER_FIELDS and (
            isinstance(value, bool) or not isinstance(value, int | float) or value < 0
        ):
            raise ValueError(f'"{name}" must be a number and not negative, got {value!r}')
    audio = folder / values.pop("audio")
    if "duration" not in values:
        values["duration"] = _file_seconds(audio) - values.get("offset", 0.0)
    if not values["duration"] > 0:
        raise ValueError(f'"duration" must be more than 0 s, got {values["duration"]:g}')
    return Utterance(audio=audio, text=values.pop("text", None), **values)


def read_samples(utterance: Utterance) -> tuple[np.ndarray, int]:
    """The utterance's audio, averaged to mono: float32 (samples,), and its sampling rate in Hz.

    Raises:
        InputError: the file is missing, unreadable or shorter than the manifest says.
    """
    import soundfile

    try:
        with soundfile.SoundFile(utterance.audio) as file:
            rate = file.samplerate
            start, length = round(utterance.offset * rate), round(utterance.duration * rate)
            if start + length > file.frames + 1:
                raise InputError(
                    f"{utterance.audio} ends at {file.frames / rate:.3f} s, before utterance "
                    f"{utterance.id} does: correct its offset and duration"
                )
            file.seek(start)
            samples = file.read(length, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise InputError(
            f"audio file {utterance.audio} of utterance {utterance.id} cannot be read "
            f"({_reason(error)}): correct the manifest or copy the file again"
        ) from error
    return samples.mean(axis=1, dtype=np.float32), rate


def to_cuts(utterances: Iterable[Utterance]) -> "CutSet":
    """The utterances as lhotse cuts with one supervision each; reads each audio file's header."""
    from lhotse import CutSet, MonoCut, Recording, SupervisionSegment

    recordings: dict[Path, Recording] = {}
    cuts = []
    for utterance in utterances:
        if utterance.audio not in recordings:
            recordings[utterance.audio] = Recording.from_file(
                utterance.audio, recording_id=str(utterance.audio)
            )
        recording = recordings[utterance.audio]
        supervision = SupervisionSegment(
            id=utterance.id,
            recording_id=recording.id,
            start=0.0,
            duration=utterance.duration,
            text=utterance.text,
            language=utterance.language,
            speaker=utterance.speaker,
            gender=utterance.gender,
            custom={"emotion": utterance.emotion} if utterance.emotion is not None else None,
        )
        cuts.append(
            MonoCut(
                id=utterance.id,
                start=utterance.offset,
                duration=utterance.duration,
                channel=0,
                supervisions=[supervision],
                recording=recording,
                custom={"bandwidth": utterance.bandwidth}
                if utterance.bandwidth is not None
                else None,
            )
        )
    return CutSet.from_cuts(cuts)


def from_cuts(cuts: "CutSet", language: str | None = None) -> list[Utterance]:
    """One utterance for each supervision of lhotse cuts, as lhotse's recipes prepare them.

    Args:
        cuts: cuts over plain audio files with one channel.
        language: code for every utterance; needed where the recipe gives none, or gives a name
            ("English") in place of a code.

    Raises:
        InputError: a cut has no supervision, no speaker or no language, several channels, or audio
            that is not a plain file.
    """
    return [utterance for cut in cuts for utterance in _from_cut(cut, language)]


def _parse_line(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg} at column {error.colno})") from error
    if not isinstance(fields, dict):
        raise ValueError(f"expected a JSON object, got {line[:60]}")
    return fields


def _file_seconds(audio: Path) -> float:
    import soundfile

    try:
        return float(soundfile.info(audio).duration)
    except (OSError, soundfile.LibsndfileError) as error:
        raise NoDuration(
            f'"duration" is missing and {audio} cannot be read to find it ({_reason(error)}): '
            "correct the path or give the duration"
        ) from error


def _reason(error: Exception) -> str:
    """Why a file cannot be read, without its path, which stands in the message already."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(getattr(error, "error_string", error)).strip().rstrip(".")


def _from_cut(cut: Any, language: str | None) -> Iterator[Utterance]:
    sources = cut.recording.sources if cut.has_recording else []
    if len(sources) != 1 or sources[0].type != "file" or cut.recording.num_channels != 1:
        raise InputError(
            f"cut {cut.id} is not one channel of a plain audio file: save it as such first"
        )
    if not cut.supervisions:
        raise InputError(f"cut {cut.id} has no supervision that names its speaker: add one")
    for supervision in cut.supervisions:
        spoken = language or supervision.language
        for name, value in (("speaker", supervision.speaker), ("language", spoken)):
            if not value:
                raise InputError(f"supervision {supervision.id} names no {name}: set it")
        yield Utterance(
            audio=Path(sources[0].source),
            text=supervision.text or None,
            speaker=supervision.speaker,
            language=spoken,
            duration=supervision.duration,
            offset=cut.start + supervision.start,
            emotion=(supervision.custom or {}).get("emotion"),
            bandwidth=(cut.custom or {}).get("bandwidth"),
            gender=supervision.gender,
            id=supervision.id,
        )
