"""Finding the clips, transcripts and speakers of a folder, tar archive or manifest."""

import io
import json
import tarfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Literal, cast, get_args

from minimax_speech.audio import container
from minimax_speech.audio.opening import SoundFile, open_audio
from minimax_speech.errors import InputError
from minimax_speech.files import read_text

AUDIO_SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", *container.SUFFIXES)
SpeakerFrom = Literal["auto", "folder", "clip"]


@dataclass(frozen=True)
class Location:
    """A file, or a stretch of bytes in an uncompressed tar archive."""

    file: Path
    start: int = 0
    size: int = -1
    """Bytes; -1 for all."""

    def open(self) -> BinaryIO:
        """Its bytes as a file; those of an archive's member are read into memory."""
        file = self.file.open("rb")
        if self.size < 0:
            return file
        with file:
            file.seek(self.start)
            return io.BytesIO(file.read(self.size))

    def open_audio(self) -> SoundFile | container.Container:
        """Its sound, from the start on; of an archive's member, if libsndfile reads it.

        Raises:
            InputError: as `audio.opening.open_audio`.
            OSError, RuntimeError: a member that cannot be read.
        """
        return open_audio(self.file) if self.size < 0 else SoundFile(self.open())


@dataclass(frozen=True)
class Clip:
    """One recording to take in."""

    id: str
    """The source's name and the clip's path inside it, so that it is unique among corpora."""
    name: str
    """Path inside the source."""
    location: Location
    speaker: str
    language: str
    text: str | None = None
    emotion: str | None = None
    gender: str | None = None
    offset: float = 0.0
    """Seconds."""
    duration: float | None = None
    """Seconds; None for all the rest of the file."""
    sample_rate: float | None = None
    """In Hz, of the original, where the file was resampled since."""


def check_speaker_from(name: str) -> SpeakerFrom:
    """The name, if it is one of `SpeakerFrom`.

    Raises:
        InputError: it is not.
    """
    if name not in get_args(SpeakerFrom):
        raise InputError(f"--speaker-from is {name!r}: use auto, folder or clip")
    return cast(SpeakerFrom, name)


def find_clips(
    source: Path,
    manifest: Path | None,
    language: str | None,
    speaker: str | None,
    speaker_from: SpeakerFrom,
) -> list[Clip]:
    """Every clip of a source, sorted by name.

    Args:
        source: an audio file, a folder, an uncompressed ``.tar``, or a JSONL manifest (paths
            relative to it).
        manifest: an optional JSONL manifest of a folder or tar; only the clips it names are taken.
        language: code, where the manifest gives none.
        speaker: one speaker for all.
        speaker_from: see ``recordings.ingest``.

    Raises:
        InputError: the source cannot be read, holds no clip, or a clip's language is not known.
    """
    if source.suffix == ".jsonl":
        manifest, files = source, None
    else:
        files = _list_files(source)
    lines = _read_lines(manifest) if manifest is not None else None
    if lines is None:
        assert files is not None
        texts = _find_texts(files)
        lines = [
            {"path": name, "text": texts.get(name)}
            for name in sorted(files)
            if PurePosixPath(name).suffix.lower() in AUDIO_SUFFIXES
        ]
    folder_of = _folder_speakers([line["path"] for line in lines], source.stem)
    clips = []
    for line in lines:
        name = line["path"]
        location = Location(source.parent / name) if files is None else files.get(name)
        if location is None:  # a manifest may cover more than this source
            continue
        if not (spoken := line.get("language") or language):
            raise InputError(
                f"the language of {name} is not known: give its code, --language en, or write it "
                "in the manifest"
            )
        owner = speaker or (line.get("speaker") if speaker_from != "folder" else None)
        owner = owner or folder_of[name]
        if speaker_from == "clip":
            owner = f"{owner}/{PurePosixPath(name).stem}"
        clips.append(
            Clip(
                id=_identity(source.stem, name, line.get("offset")),
                name=name,
                location=location,
                speaker=owner,
                language=spoken,
                text=line.get("text") or None,
                emotion=line.get("emotion"),
                gender=line.get("gender"),
                offset=line.get("offset") or 0.0,
                duration=line.get("duration") if "offset" in line else None,
                sample_rate=line.get("sample_rate"),
            )
        )
    check_clips(clips, source)
    return clips


def check_clips(clips: Sequence[Clip], source: Path) -> None:
    """Refuse a source without clips, or with two of one id.

    Raises:
        InputError: as said.
    """
    if not clips:
        kinds = ", ".join(AUDIO_SUFFIXES)
        raise InputError(f"no recording was found in {source}: put {kinds} files there")
    counts = Counter(clip.id for clip in clips)
    if len(counts) < len(clips):
        twice = counts.most_common(1)[0][0]
        raise InputError(f"two recordings in {source} are both called {twice}: rename one of them")


def _identity(source: str, name: str, offset: float | None) -> str:
    path = PurePosixPath(name).with_suffix("")
    whole = path if path.parts[0] == source else PurePosixPath(source) / path
    return whole.as_posix() + (f"@{offset:g}" if offset else "")


def _list_files(source: Path) -> dict[str, Location]:
    """Name inside the source → where its bytes are."""
    if source.is_dir():
        return {
            path.relative_to(source).as_posix(): Location(path)
            for path in sorted(source.rglob("*"))
            if path.is_file()
        }
    if source.suffix.lower() in AUDIO_SUFFIXES:
        beside = source.with_suffix(".txt")
        return {path.name: Location(path) for path in (source, beside) if path.is_file()}
    try:
        # "r:" refuses compressed archives, whose members cannot be reached without unpacking.
        with tarfile.open(source, "r:") as archive:
            return {
                member.name.removeprefix("./"): Location(source, member.offset_data, member.size)
                for member in archive
                if member.isfile()
            }
    except (OSError, tarfile.TarError) as error:
        raise InputError(
            f"{source} cannot be read ({error}): "
            f"give a folder, an uncompressed .tar or a .jsonl manifest"
        ) from error


def _read_lines(manifest: Path) -> list[dict[str, Any]]:
    """The lines of a manifest of recordings, each with its clip's name under "path"."""
    lines = []
    for number, text in enumerate(read_text(manifest, "manifest").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            line["path"] = str(line.get("audio") or line["path"])
            _check_types(line)
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise InputError(
                f"{manifest}:{number}: this line is wrong ({error}): write a JSON object that "
                'names its clip in "audio" or "path"'
            ) from error
        lines.append(line)
    return lines


def _check_types(line: Mapping[str, Any]) -> None:
    for name in ("text", "speaker", "language", "emotion", "gender"):
        if not isinstance(line.get(name), str | None):
            raise ValueError(f'"{name}" is {line[name]!r}')
    for name in ("offset", "duration", "sample_rate"):
        if not isinstance(line.get(name), int | float | None):
            raise ValueError(f'"{name}" is {line[name]!r}')


def _find_texts(files: Mapping[str, Location]) -> dict[str, str]:
    """Clip name → transcript, from ``metadata.csv`` (``id|text``) or a ``.txt`` beside the clip."""
    tables: dict[PurePosixPath, dict[str, str]] = {}
    for name, location in files.items():
        path = PurePosixPath(name)
        if path.name == "metadata.csv":
            tables[path.parent] = _read_table(location)
    texts: dict[str, str] = {}
    for name in files:
        path = PurePosixPath(name)
        if path.suffix.lower() not in AUDIO_SUFFIXES:
            continue
        beside = files.get(path.with_suffix(".txt").as_posix())
        if beside is not None:
            texts[name] = " ".join(_decode(beside).split())
            continue
        for folder in path.parents:
            if text := tables.get(folder, {}).get(path.stem):
                texts[name] = text
                break
    return texts


def _read_table(location: Location) -> dict[str, str]:
    """File stem → text, of LJSpeech's layout: ``id|text`` or ``id|as written|as spoken``."""
    table = {}
    for line in io.StringIO(_decode(location)):
        identity, *columns = line.rstrip("\n").split("|")
        if columns and (text := (columns[-1] or columns[0]).strip()):
            path = PurePosixPath(identity.strip())
            table[path.stem if path.suffix.lower() in AUDIO_SUFFIXES else path.name] = text
    return table


def _decode(location: Location) -> str:
    try:
        with location.open() as file:
            return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{location.file} is not UTF-8 text ({error}): convert it") from error


def _folder_speakers(names: list[str], whole: str) -> dict[str, str]:
    """Clip → its speaker by its first folder, or ``whole`` where there is but one folder."""
    folders = {name: PurePosixPath(name).parts[0] if "/" in name else whole for name in names}
    several = len(set(folders.values())) > 1
    return {name: folder if several else whole for name, folder in folders.items()}
