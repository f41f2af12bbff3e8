"""Multilingual corpora with transcripts in files of their own kind.

lhotse has recipes for both, for other uses: that for MLS looks through all languages and parts, one
header of an audio file after the other; that for Emilia wants the older layout of loose files.
"""

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from minimax_speech.data.layouts.base import Chosen, Layout, clip_of
from minimax_speech.data.recording_sources import Clip, Location
from minimax_speech.errors import InputError
from minimax_speech.files import read_text

MLS_LANGUAGES = {
    "en": "english",
    "de": "german",
    "nl": "dutch",
    "fr": "french",
    "es": "spanish",
    "it": "italian",
    "pt": "portuguese",
    "pl": "polish",
}
EMILIA_LANGUAGES = {code: code.upper() for code in ("en", "zh", "de", "fr", "ja", "ko")}


def _read_mls(chosen: Chosen) -> Iterator[Clip]:
    """``mls_german_opus/train/audio/1/2/1_2_000003.opus``: reader, book; or flac, without _opus."""
    for folder in sorted(chosen.place.glob(f"mls_{chosen.local}*")):
        suffix = ".opus" if folder.name.endswith("_opus") else ".flac"
        about = read_text(folder / "metainfo.txt", "table of readers").splitlines()
        genders = {reader.strip(): sex.strip() for reader, sex, *_ in map(_columns, about)}
        for part in chosen.parts:
            lines = read_text(folder / part / "transcripts.txt", "transcripts").splitlines()
            for name, text in (line.split("\t") for line in lines):
                reader, book, _ = name.split("_")
                path = folder / part / "audio" / reader / book / f"{name}{suffix}"
                yield clip_of(chosen, path, reader, text, gender=genders.get(reader))


def _columns(line: str) -> list[str]:
    return line.split("|")


def _read_emilia(chosen: Chosen) -> Iterator[Clip]:
    """``DE/DE-B000000.tar`` of pairs ``DE_B00000_S00000_W000000.mp3`` and ``.json``."""
    for path in sorted((chosen.place / chosen.local).glob("*.tar")):
        yield from _read_emilia_tar(chosen, path)


def _read_emilia_tar(chosen: Chosen, path: Path) -> Iterator[Clip]:
    sounds: dict[str, Location] = {}
    about: dict[str, dict[str, str]] = {}
    try:
        with tarfile.open(path, "r:") as archive:
            for member in archive:
                name = PurePosixPath(member.name)
                if name.suffix == ".mp3":
                    sounds[name.stem] = Location(path, member.offset_data, member.size)
                elif name.suffix == ".json" and (file := archive.extractfile(member)):
                    about[name.stem] = json.load(file)
    except (OSError, tarfile.TarError) as error:
        raise InputError(f"{path} cannot be read ({error}): get it again") from error
    for stem, location in sounds.items():
        if stem in about:
            yield Clip(
                id=stem,
                name=f"{chosen.local}/{path.stem}/{stem}.mp3",
                location=location,
                speaker=about[stem]["speaker"],
                language=chosen.language,
                text=about[stem]["text"],
            )


MLS = Layout(
    "Multilingual LibriSpeech",
    "https://www.openslr.org/94",
    (
        "mls_{local}*/metainfo.txt",
        "mls_{local}*/{part}/transcripts.txt",
        "mls_{local}*/{part}/audio",
    ),
    MLS_LANGUAGES,
    _read_mls,
    ("train", "dev", "test"),
)
EMILIA = Layout(
    "Emilia",
    "https://huggingface.co/datasets/amphion/Emilia-Dataset",
    ("{local}/*.tar",),
    EMILIA_LANGUAGES,
    _read_emilia,
)
