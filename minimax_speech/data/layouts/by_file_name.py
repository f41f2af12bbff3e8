"""Emotional corpora, whose file names say who speaks and how.

Their emotions get one name each: angry, calm, disgusted, fearful, happy, neutral, sad, surprised.
"""

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from pathlib import Path

from minimax_speech.data.layouts.base import Chosen, Layout, clip_of
from minimax_speech.data.recording_sources import Clip
from minimax_speech.errors import InputError
from minimax_speech.files import read_text

ESD_EMOTIONS = {
    "Angry": "angry",
    "Happy": "happy",
    "Neutral": "neutral",
    "Sad": "sad",
    "Surprise": "surprised",
}
ESD_FIRST_ENGLISH = 11
"""Speakers up to number 10 speak Chinese."""

CREMA_D_EMOTIONS = {
    "ANG": "angry",
    "DIS": "disgusted",
    "FEA": "fearful",
    "HAP": "happy",
    "NEU": "neutral",
    "SAD": "sad",
}
CREMA_D_SENTENCES = {
    "IEO": "It's eleven o'clock.",
    "TIE": "That is exactly what happened.",
    "IOM": "I'm on my way to the meeting.",
    "IWW": "I wonder what this is about.",
    "TAI": "The airplane is almost full.",
    "MTI": "Maybe tomorrow it will be cold.",
    "IWL": "I would like a new alarm clock.",
    "ITH": "I think I have a doctor's appointment.",
    "DFA": "Don't forget a jacket.",
    "ITS": "I think I've seen this before.",
    "TSI": "The surface is slick.",
    "WSI": "We'll stop in a couple of minutes.",
}

RAVDESS_SPEECH = ("03", "01")
"""Sound alone; spoken, not sung."""
RAVDESS_EMOTIONS = {
    "01": "neutral",
    "02": "calm",
    "03": "happy",
    "04": "sad",
    "05": "angry",
    "06": "fearful",
    "07": "disgusted",
    "08": "surprised",
}
RAVDESS_SENTENCES = {
    "01": "Kids are talking by the door.",
    "02": "Dogs are sitting by the door.",
}


def _read_esd(chosen: Chosen) -> Iterator[Clip]:
    """``0001/Angry/0001_000351.wav``, or split into train, evaluation and test below ``Angry``."""
    for folder in sorted(chosen.place.glob("00[0-2][0-9]")):
        if (int(folder.name) >= ESD_FIRST_ENGLISH) != (chosen.language == "en"):
            continue
        texts = read_esd_texts(folder / f"{folder.name}.txt")
        for path in sorted(folder.rglob("*.wav")):
            emotion = ESD_EMOTIONS.get(path.relative_to(folder).parts[0])
            yield clip_of(chosen, path, folder.name, texts.get(path.stem), emotion=emotion)


def read_esd_texts(path: Path) -> dict[str, str]:
    """File stem → text, of lines such as ``0001_000351<tab>text<tab>emotion``.

    Some files are UTF-8, some UTF-16, some GB 18030.

    Raises:
        InputError: the file cannot be read.
        UnicodeDecodeError: it is none of these.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            f"transcript {path} cannot be read ({error.strerror}): get it again"
        ) from None
    encoding = "utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig"
    try:
        lines = data.decode(encoding).splitlines()
    except UnicodeDecodeError:
        lines = data.decode("gb18030").splitlines()
    rows = (line.split("\t") for line in lines)
    return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}


def _read_crema_d(chosen: Chosen) -> Iterator[Clip]:
    """``AudioWAV/1001_DFA_ANG_XX.wav``: actor, sentence, emotion, strength."""
    table = read_text(chosen.place / "VideoDemographics.csv", "table of actors")
    sexes = {row["ActorID"]: row["Sex"] for row in csv.DictReader(table.splitlines())}
    for path in sorted((chosen.place / "AudioWAV").glob("*.wav")):
        actor, sentence, emotion, _ = path.stem.split("_")
        yield clip_of(
            chosen,
            path,
            actor,
            CREMA_D_SENTENCES[sentence],
            emotion=CREMA_D_EMOTIONS[emotion],
            gender=sexes.get(actor),
        )


def _read_ravdess(chosen: Chosen) -> Iterator[Clip]:
    """``Actor_01/03-01-05-01-01-01-01.wav``: medium, speech or song, emotion, strength, sentence,
    repetition, actor; women have even numbers.
    """
    for path in sorted(chosen.place.glob("Actor_*/*.wav")):
        *kind, emotion, _, sentence, _, actor = path.stem.split("-")
        if tuple(kind) == RAVDESS_SPEECH:
            yield clip_of(
                chosen,
                path,
                actor,
                RAVDESS_SENTENCES[sentence],
                emotion=RAVDESS_EMOTIONS[emotion],
                gender="male" if int(actor) % 2 else "female",
            )


ESD = Layout(
    "ESD",
    "https://hltsingapore.github.io/ESD",
    ("00[0-2][0-9]/00[0-2][0-9].txt", "00[0-2][0-9]/Neutral"),
    {"zh": "Chinese", "en": "English"},
    _read_esd,
)
CREMA_D = Layout(
    "CREMA-D",
    "https://github.com/CheyneyComputerScience/CREMA-D",
    ("VideoDemographics.csv", "AudioWAV/*.wav"),
    {"en": "English"},
    _read_crema_d,
)
RAVDESS = Layout(
    "RAVDESS",
    "https://zenodo.org/records/1188976",
    ("Actor_*/03-01-*.wav",),
    {"en": "English"},
    _read_ravdess,
)
