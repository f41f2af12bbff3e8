"""A miniature corpus of synthesised "speech", made without any engine, and runs over it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from minimax_speech.data.corpus import token_count
from minimax_speech.data.manifest import Utterance, write_manifest
from minimax_speech.data.packed import PackedWriter
from minimax_speech.text.bpe import TextTokenizer

ROOT = Path(__file__).parents[2]
RATE = 24_000
LETTER_SECONDS = 0.09
SPEAKERS = {"anna": 210.0, "ben": 105.0, "cleo": 165.0, "dan": 130.0}  # fundamental, Hz
WORDS = ("deal", "oak", "lie", "sea", "moon", "ape", "row", "key", "aim", "zoo")


def speak(text: str, fundamental: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Harmonics with two resonances per letter; a space is near-silence."""
    size = round(LETTER_SECONDS * RATE)
    time = np.arange(size * len(text)) / RATE
    phase = 2 * np.pi * fundamental * (time + 0.002 * np.sin(2 * np.pi * 4 * time))
    harmonics = np.arange(1, int(8_000 / fundamental))
    waves = np.sin(harmonics[:, None] * phase)
    audio = np.zeros(len(time))
    for index, letter in enumerate(text):
        code = ord(letter) - ord("a")
        first, second = 300 + 35 * (code % 13), 1_000 + 110 * code
        hertz = harmonics * fundamental
        gains = sum(np.exp(-(((hertz - peak) / 200) ** 2)) for peak in (first, second))
        part = slice(index * size, (index + 1) * size)
        audio[part] = 0.0 if letter == " " else gains @ waves[:, part]
    audio = 0.2 * audio + 1e-3 * rng.standard_normal(len(audio))
    return np.clip(audio, -1, 1).astype(np.float32)


@dataclass
class Miniature:
    """Where the miniature corpus lies."""

    folder: Path

    @property
    def manifest(self) -> Path:
        return self.folder / "manifest.jsonl"

    def settings(self, out: Path, features: Path | None = None) -> list[str]:
        """Overrides that point a toy recipe to this corpus."""
        source = {"manifest": str(self.manifest), "features": str(features or self.folder)}
        return [
            f"out={out}",
            f"data.sources=[{json.dumps(source)}]",
            f"data.tokenizer={self.folder / 'tokenizer.json'}",
        ]


def make_miniature(folder: Path) -> Miniature:
    """Four speakers with seven clips each and one with a single clip, in one WAV file.

    Its features are made up: tokens by letter, latents by token: something to learn.
    """
    rng = np.random.default_rng(0)
    utterances: list[Utterance] = []
    pieces: list[NDArray[np.float32]] = []
    start = 0
    for number, speaker in enumerate([*SPEAKERS] * 7 + ["eve"]):
        text = " ".join(rng.choice(WORDS, 3 + number % 3))
        samples = speak(text, SPEAKERS.get(speaker, 190.0), rng)
        utterances.append(
            Utterance(
                audio=folder / "all.wav",
                text=None if number == 5 else text,
                speaker=speaker,
                language="en",
                duration=len(samples) / RATE,
                offset=start / RATE,
                bandwidth=8_000.0,
                id=f"clip-{number:02d}",
            )
        )
        pieces.append(samples)
        start += len(samples)
    soundfile.write(folder / "all.wav", np.concatenate(pieces), RATE, subtype="PCM_16")
    write_manifest(utterances, folder / "manifest.jsonl")
    texts = [item.text for item in utterances if item.text]
    TextTokenizer.train({"en": texts}, 300).save(folder / "tokenizer.json")
    made_up_features(folder, utterances, rng)
    return Miniature(folder)


def made_up_features(folder: Path, utterances: list[Utterance], rng: np.random.Generator) -> None:
    looks = rng.standard_normal((1000, 2, 64))
    with (
        PackedWriter(folder, "tokens", "int16") as tokens,
        PackedWriter(folder, "warped_tokens", "int16", (2,)) as warped,
        PackedWriter(folder, "latents", "float16", (64,)) as latents,
    ):
        for item in utterances:
            count = token_count(item)
            letters = [ord(letter) for letter in item.text or "a"]
            said = np.array([letters[i * len(letters) // count] for i in range(count)])
            noise = 0.1 * rng.standard_normal((2 * count, 64))
            tokens.add(item.id, said)
            warped.add(item.id, np.stack((said, said), axis=-1))
            latents.add(item.id, looks[said].reshape(-1, 64) + noise)


def recipe(stage: str, size: str = "toy") -> Path:
    """The file of a shipped recipe."""
    return ROOT / "recipes" / size / f"{stage}.yaml"


def history(out: Path, kind: str = "train") -> list[dict[str, Any]]:
    """The records of a run's log."""
    lines = (out / "history.jsonl").read_text(encoding="utf-8").splitlines()
    return [record for record in map(json.loads, lines) if record["kind"] == kind]
