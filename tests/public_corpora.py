"""Public corpora in miniature: noise, in files that are called and laid out like the real ones."""

import io
import json
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile

SENTENCES = (
    "The sea is calm.",
    "A moon over oaks.",
    "Keys lie in a row.",
    "Apes aim at zoos.",
    "The oak is by the sea.",
    "No ape has a key.",
    "A deal is a deal.",
    "Moons do not lie.",
)
CHINESE = ("广州女大学生", "登山失联四天", "警方找到疑似", "女尸身上衣物")
COMMON_VOICE_COLUMNS = (
    *("client_id", "path", "sentence_id", "sentence", "sentence_domain", "up_votes", "down_votes"),
    *("age", "gender", "accents", "variant", "locale", "segment"),
)


def noise(seconds: float, rate: int, seed: int) -> np.ndarray:
    """Noise in syllables: (samples,), loud enough to be taken for speech."""
    time = np.arange(round(seconds * rate)) / rate
    hiss = np.random.default_rng(seed).standard_normal(len(time))
    return (0.1 * hiss * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time))).astype(np.float32)


class Sounds:
    """Writes one sound after the other, each of its own length."""

    def __init__(self, rate: int, seconds: float) -> None:
        self.rate, self.seconds, self.count = rate, seconds, 0

    def __call__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.bytes(path.suffix))

    def bytes(self, suffix: str) -> bytes:
        self.count += 1
        kind, subtype = {".opus": ("OGG", "OPUS")}.get(suffix, (suffix[1:].upper(), None))
        samples = noise(self.seconds + 0.01 * self.count, self.rate, self.count)
        file = io.BytesIO()
        soundfile.write(file, samples, self.rate, format=kind, subtype=subtype)
        return file.getvalue()


def write(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)


def libritts(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "LibriTTS", Sounds(24_000, seconds)
    people = {
        "84": ("train-clean-100", "F"),
        "103": ("train-clean-100", "M"),
        "1089": ("test-clean", "M"),
    }
    rows = (f"{who} | {sex} | {part} | 25.03 | Someone" for who, (part, sex) in people.items())
    write(place / "SPEAKERS.txt", [";ID  |SEX| SUBSET           |MINUTES| NAME", *rows])
    for who, (part, _) in people.items():
        chapter = place / part / who / "121123"
        texts = {
            f"{who}_121123_{number:06d}_000000": SENTENCES[number % len(SENTENCES)]
            for number in range(clips)
        }
        for name, text in texts.items():
            sound(chapter / f"{name}.wav")
            write(chapter / f"{name}.normalized.txt", [text])
        lines = [f"{name}\t{text}\t{text}" for name, text in texts.items()]
        write(chapter / f"{who}_121123.trans.tsv", lines)
        write(chapter / f"{who}_121123.book.tsv", [f"{line}\t1\t2\t20.5" for line in lines])


def ljspeech(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "LJSpeech-1.1", Sounds(22_050, seconds)
    texts = {f"LJ001-{n + 1:04d}": SENTENCES[n % len(SENTENCES)] for n in range(clips)}
    write(place / "metadata.csv", (f"{name}|{text}|{text}" for name, text in texts.items()))
    for name in texts:
        sound(place / "wavs" / f"{name}.wav")


def vctk(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "VCTK-Corpus-0.92", Sounds(48_000, seconds)
    write(
        place / "speaker-info.txt",
        [
            "ID  AGE  GENDER  ACCENTS  REGION COMMENTS ",
            "p225  23  F    English    Southern  England",
            "p226  22  M    English    Surrey",
            "p360  19  M    American    New Jersey",
        ],
    )
    for who in ("p225", "p226", "p360"):
        for number in range(clips):
            name = f"{who}_{number + 1:03d}"
            write(place / "txt" / who / f"{name}.txt", [SENTENCES[number % len(SENTENCES)]])
            for microphone in ("mic1", "mic2"):
                sound(place / "wav48_silence_trimmed" / who / f"{name}_{microphone}.flac")


def aishell3(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "data_aishell3", Sounds(44_100, seconds)
    people = {"SSB0005": "train", "SSB0009": "train", "SSB0011": "test"}
    rows = [f"{who}\tB\tfemale\tnorth" for who in people]
    write(place / "spk-info.txt", ["# speaker\tage\tgender\taccent", "", *rows])
    contents: dict[str, list[str]] = {"train": [], "test": []}
    labels = ["# name|pinyin|text"]
    for who, part in people.items():
        for number in range(clips):
            text, name = CHINESE[number % len(CHINESE)], f"{who}{number + 1:04d}"
            contents[part].append(f"{name}.wav\t" + " ".join(f"{sign} nv3" for sign in text))
            labels.append(f"{name}|{' '.join('nv3' for _ in text)}|{text}$")
            sound(place / part / "wav" / who / f"{name}.wav")
    for part, lines in contents.items():
        write(place / part / "content.txt", lines)
    write(place / "train" / "label_train-set.txt", labels)


def mls(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "mls_german_opus", Sounds(16_000, seconds)
    people = {"10148": ("train", "M"), "252": ("train", "F"), "4536": ("test", "M")}
    write(
        place / "metainfo.txt",
        [
            " SPEAKER   |   GENDER   | PARTITION  |  MINUTES   |  BOOK ID   |  TITLE  | CHAPTER ",
            *(
                f"  {who}   |   {sex}   |   {part}   |  9.1  | 10119 | Die Uhr | 1"
                for who, (part, sex) in people.items()
            ),
        ],
    )
    for part in ("train", "dev", "test"):
        names = [
            f"{who}_10119_{n:06d}" for who in people for n in range(clips) if people[who][0] == part
        ]
        write(
            place / part / "transcripts.txt",
            (
                f"{name}\tdas meer ist für {'uns alle'[: 3 + n % 5]} da"
                for n, name in enumerate(names)
            ),
        )
        (place / part / "audio").mkdir(parents=True, exist_ok=True)
        for name in names:
            reader, book, _ = name.split("_")
            sound(place / part / "audio" / reader / book / f"{name}.opus")


def commonvoice(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "cv-corpus-21.0-2025-03-14" / "de", Sounds(32_000, seconds)
    people = {"a1" * 64: "train", "b2" * 64: "train", "c3" * 64: "test"}
    rows: dict[str, list[str]] = {part: [] for part in ("train", "dev", "test", "validated")}
    for first, (who, part) in enumerate(people.items()):
        for number in range(clips):
            name = f"common_voice_de_{17298952 + 100 * first + number}.mp3"
            text = f'"Das Meer ist {number}.'
            gender = ("female_feminine", "", "male_masculine")[first]
            row = "\t".join((who, name, "s1", text, "", "2", "0", "", gender, "", "", "de", ""))
            rows[part].append(row)
            rows["validated"].append(row)
            sound(place / "clips" / name)
    for part, lines in rows.items():
        write(place / f"{part}.tsv", ["\t".join(COMMON_VOICE_COLUMNS), *lines])


def emilia(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "Emilia" / "DE", Sounds(24_000, seconds)
    place.mkdir(parents=True)
    for batch in range(2):
        with tarfile.open(place / f"DE-B00000{batch}.tar", "w") as archive:
            for number in range(clips):
                speaker = f"DE_B0000{batch}_S0000{number % 2}"
                stem = f"{speaker}_W{number:06d}"
                about = {
                    **({"id": stem, "wav": f"x/mp3/{stem}.mp3"} if batch else {"_id": stem}),
                    "text": f" Das Meer ist {number}, und es ist da.",
                    "duration": seconds,
                    "speaker": speaker,
                    "language": "de",
                    "dnsmos": 3.3,
                }
                for suffix, data in (
                    (".json", json.dumps(about).encode()),
                    (".mp3", sound.bytes(".mp3")),
                ):
                    member = tarfile.TarInfo(stem + suffix)
                    member.size = len(data)
                    archive.addfile(member, io.BytesIO(data))


def esd(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "Emotion Speech Dataset", Sounds(16_000, seconds)
    signs = {
        "0001": (CHINESE, "gb18030", "生气"),
        "0019": (SENTENCES, "utf-16", "Angry"),
        "0020": (SENTENCES, "utf-8", "Angry"),
    }
    for who, (texts, encoding, word) in signs.items():
        lines = []
        for first, emotion in enumerate(("Neutral", "Angry", "Happy", "Sad", "Surprise")):
            for number in range(clips):
                name = f"{who}_{350 * first + number + 1:06d}"
                lines.append(f"{name}\t{texts[number % len(texts)]}\t{word}")
                sound(place / who / emotion / f"{name}.wav")
        write(place / who / f"{who}.txt", lines, encoding)


def crema_d(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "CREMA-D", Sounds(16_000, seconds)
    actors = {"1001": "Male", "1002": "Female", "1090": "Male"}
    rows = [f"{actor},51,{sex},Caucasian,Not Hispanic" for actor, sex in actors.items()]
    write(place / "VideoDemographics.csv", ["ActorID,Age,Sex,Race,Ethnicity", *rows])
    for actor in actors:
        for sentence in ("DFA", "IEO", "TSI", "MTI")[:clips]:
            for emotion in ("ANG_XX", "NEU_XX", "HAP_LO"):
                sound(place / "AudioWAV" / f"{actor}_{sentence}_{emotion}.wav")


def ravdess(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "RAVDESS", Sounds(48_000, seconds)
    for actor in ("01", "02", "24"):
        for emotion in ("01", "05", "08")[:clips]:
            for sentence in ("01", "02"):
                sound(place / f"Actor_{actor}" / f"03-01-{emotion}-01-{sentence}-01-{actor}.wav")
        sound(place / f"Actor_{actor}" / f"03-02-05-01-01-01-{actor}.wav")


def folder(folder: Path, seconds: float, clips: int) -> None:
    place, sound = folder / "clips", Sounds(44_100, seconds)
    for number in range(clips):
        sound(place / f"{number:03d}.wav")
        write(place / f"{number:03d}.txt", [SENTENCES[number % len(SENTENCES)]])


CORPORA: dict[str, Callable[[Path, float, int], None]] = {
    "aishell3": aishell3,
    "commonvoice": commonvoice,
    "crema-d": crema_d,
    "emilia": emilia,
    "esd": esd,
    "libritts": libritts,
    "ljspeech": ljspeech,
    "mls": mls,
    "ravdess": ravdess,
    "vctk": vctk,
    "folder": folder,
}
"""Makers of each corpus, by the name of its layout or its folder under ``egs``: they take the
folder to make it in, the length of its clips, and how many there are to be of each speaker."""
