"""Many speakers from few voices: random espeak voices, and warps of the natural ones.

A speaker's name says all that is needed to make it again: ``espeak:v017`` is the espeak voice
number 17 of the series below; ``flite:rms:a1.10:p0.84`` is flite's voice rms with formants
scaled by 1.10 and fundamental frequency by 0.84.
"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from minimax_speech.data.engines.base import Engine, EngineVoice
from minimax_speech.data.engines.espeak import DATA_FOLDER
from minimax_speech.data.engines.espeak_reading import VOICE_OF_LANGUAGE
from minimax_speech.errors import InputError

FULL_BANDWIDTH = 12000.0
MOST_ESPEAK_VOICES = 345
"""espeak-ng keeps a list of at most 350 voices, languages among them."""

WARPS: tuple[tuple[float, float], ...] = (
    (1.0, 1.0),
    (0.84, 0.88),
    (1.19, 1.15),
    (1.1, 0.84),
    (0.91, 1.2),
    (1.0, 0.8),
    (1.19, 0.92),
    (0.84, 1.12),
    (1.0, 1.25),
    (1.1, 1.3),
    (0.91, 0.84),
    (1.19, 1.4),
    (0.84, 0.72),
)
"""(formant scale, fundamental frequency scale), the most different from each other first."""
NEAR_WARP = 0.1
"""Formant scales this near to 1 leave the speaker's gender as it was heard."""


@dataclass(frozen=True)
class Speaker:
    """One speaker of the synthetic corpus: a voice of an engine, perhaps warped."""

    engine: str
    voice: EngineVoice
    formants: float = 1.0
    """Resampling factor that scales all formants."""
    pitch: float = 1.0
    """Scale of the fundamental frequency."""

    @property
    def id(self) -> str:
        """The name in manifests."""
        if self.engine == "espeak":
            return f"espeak:{self.voice.name}"
        return f"{self.engine}:{self.voice.name}:a{self.formants:.2f}:p{self.pitch:.2f}"

    @property
    def bandwidth(self) -> float:
        """Highest frequency in the speaker's audio in Hz; the warp moves it with the formants."""
        return min(FULL_BANDWIDTH, self.voice.sample_rate / 2 * self.formants)

    @property
    def gender(self) -> str | None:
        """Of the recorded person, where the warp is too mild to change what is heard."""
        return self.voice.gender if abs(self.formants - 1.0) <= NEAR_WARP + 1e-9 else None


def natural_speakers(engine: Engine, language: str, warps: int | range) -> list[Speaker]:
    """The speakers of an engine with recorded voices: each voice with each warp.

    ``warps`` is how many of `WARPS`, or which: ``range(11, 13)`` are others than the first 11.

    Raises:
        InputError: there are no such warps.
    """
    chosen = warps if isinstance(warps, range) else range(warps)
    if not (chosen and chosen[0] >= 0 and chosen[-1] < len(WARPS)):
        raise InputError(
            f"warps is {_range_name(warps)}: choose 1 to {len(WARPS)}, or a range in "
            f"0-{len(WARPS) - 1}"
        )
    return [
        Speaker(engine.name, voice, formants, pitch)
        for voice in engine.voices(language)
        for formants, pitch in (WARPS[number] for number in chosen)
    ]


def _range_name(numbers: int | range) -> str:
    return f"{numbers.start}-{numbers.stop - 1}" if isinstance(numbers, range) else str(numbers)


def espeak_voice_name(number: int) -> str:
    """The name of a random espeak voice: "v017"."""
    return f"v{number:03d}"


def espeak_voice_file(number: int) -> str:
    """Random voice ``number`` as a voice file (espeak-ng docs/voices.md); the same everywhere.

    Two kinds are drawn, as larynx and vocal tract come: lower pitch with longer tracts (lower
    formants), higher pitch with shorter ones, overlapping in the middle. Single formants, spectral
    tilt, voice quality and glottal source then vary on their own.
    """
    random_ = random.Random(f"espeak voice {number}")
    low_voice = random_.random() < 0.5
    lowest, highest = (75.0, 150.0) if low_voice else (140.0, 290.0)
    f0 = math.exp(random_.uniform(math.log(lowest), math.log(highest)))
    tract = random_.uniform(84.0, 112.0) if low_voice else random_.uniform(98.0, 132.0)
    lines = [
        "language variant",
        f"name {espeak_voice_name(number)}",
        f"pitch {f0:.0f} {f0 * random_.uniform(1.2, 1.75):.0f}",
        *_formant_lines(random_, tract),
        *_quality_lines(random_),
        f"speed {random_.randint(88, 112)}",
    ]
    return "\n".join(lines) + "\n"


def write_espeak_data(
    original: Path, folder: Path, codes: Sequence[str], numbers: Iterable[int]
) -> None:
    """Lay out ``folder / "espeak-ng-data"`` with the numbered random voices as its only variants.

    Everything else is linked from ``original / "espeak-ng-data"``. Languages other than those of
    the codes are left out, as espeak lists a limited number of voices.

    Raises:
        InputError: too many voices.
    """
    chosen = list(numbers)
    most = MOST_ESPEAK_VOICES - len(codes)
    if len(chosen) > most:
        raise InputError(f"{len(chosen)} espeak voices are too many: choose up to {most}")
    source, target = original / DATA_FOLDER, folder / DATA_FOLDER
    wanted = {VOICE_OF_LANGUAGE.get(code, code) for code in codes}
    variants = target / "voices" / "!v"
    variants.mkdir(parents=True)
    for path in source.iterdir():
        if path.name not in ("lang", "voices"):
            (target / path.name).symlink_to(path)
    for path in source.glob("lang/**/*"):
        if path.is_file() and path.name.lower() in wanted:
            link = target / path.relative_to(source)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(path)
    for number in chosen:
        (variants / espeak_voice_name(number)).write_text(espeak_voice_file(number))


def _formant_lines(random_: random.Random, tract: float) -> list[str]:
    """Frequency, height and width of formants 0–8, in percent of the stock voice."""
    tilt = random_.uniform(-9.0, 9.0)
    lines = []
    for formant in range(9):
        frequency = tract * random_.uniform(0.93, 1.07)
        height = min(190.0, max(35.0, 100.0 + tilt * (formant - 2) + random_.uniform(-25.0, 25.0)))
        width = random_.uniform(75.0, 165.0)
        shift = (
            f" {random_.randint(-120, 120)}" if 1 <= formant <= 3 and random_.random() < 0.5 else ""
        )
        lines.append(f"formant {formant} {frequency:.0f} {height:.0f} {width:.0f}{shift}")
    return lines


def _quality_lines(random_: random.Random) -> list[str]:
    """Attributes of voice quality, each present in a part of the voices."""

    def numbers(*ranges: tuple[int, int]) -> str:
        return " ".join(str(random_.randint(low, high)) for low, high in ranges)

    tone: Sequence[tuple[int, int]] = (
        (80, 250),
        (120, 255),
        (500, 1000),
        (60, 200),
        (1500, 3000),
        (30, 140),
        (3500, 6000),
        (10, 80),
    )
    attributes: dict[str, tuple[float, Sequence[tuple[int, int]]]] = {
        "voicing": (0.5, [(70, 130)]),
        "consonants": (0.5, [(70, 140), (70, 140)]),
        "roughness": (0.4, [(0, 4)]),
        "flutter": (0.5, [(0, 6)]),
        "breath": (0.4, [(0, 3)] * 8),
        "echo": (0.2, [(5, 40), (5, 15)]),
        "intonation": (0.5, [(1, 4)]),
        "tone": (0.6, tone),
        "klatt": (0.45, [(1, 5)]),
    }
    return [
        f"{name} {numbers(*ranges)}"
        for name, (share, ranges) in attributes.items()
        if random_.random() < share
    ]
