"""What an emotion is learnt from: a text, how it is said with the emotion, and a neutral reference.

The reference is a neutral clip of the same speaker: from an emotional one the language model could
take the emotion itself, and the adapter would have nothing to learn (MiniMax-Speech, arXiv
2505.07916, 4.1).
"""

import hashlib
import itertools
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import soxr
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from safetensors.numpy import load_file, save_file

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.audio.pitch import find_periods
from minimax_speech.data.manifest import Utterance, read_manifest, read_samples
from minimax_speech.errors import InputError
from minimax_speech.files import replacing
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.listening import recording_tokens

NEUTRAL = "neutral"
MOST_REFERENCES = 12
"""Neutral clips of each speaker that are listened to."""
LEAST_SECONDS = 60.0
"""Of speech with the emotion; less teaches an adapter the sentences."""
SHORTEST_SECONDS, LONGEST_SECONDS = 1.5, 20.0
"""Of an utterance; in less there is not enough speech to hear a voice."""
_PITCH_SECONDS, _PITCH_HOP_SECONDS = 2.0, 0.01
"""Of each clip, whose pitch is found; there are many clips."""
_LEAST_VOICED = 0.2
"""Share of the frames of a clip; what is spoken aloud has more than a third."""
_WHISPERED, _HARDLY_VOICED = 0.6, 0.02
"""So much less voiced than neutral speech is a whisper; breathy speech is voiced, too."""
_BANDS_HZ = 200.0 * 2.0 ** np.arange(0, 5.01, 0.5)
"""Edges of the bands, half octaves, over which the slope of a spectrum is measured."""

T = TypeVar("T")


@dataclass(frozen=True)
class Heard:
    """What is taken of a recording.

    Attributes:
        tokens: of the audio, (tokens,).
        timbre: (timbre_dim,).
        pitch: median of the beginning, in semitones above 1 Hz; NaN where nothing is voiced.
        voiced: share of the beginning that is voiced.
        slope: of the spectrum, dB an octave.
    """

    tokens: NDArray[np.int32]
    timbre: NDArray[np.float32]
    pitch: float
    voiced: float
    slope: float


@dataclass(frozen=True)
class Triplets:
    """Utterances with an emotion, and what is heard of them and of neutral ones.

    Attributes:
        targets: with the emotion and a text.
        references: speaker -> ids of neutral utterances.
        heard: by the id of the utterance.
    """

    targets: list[Utterance]
    references: dict[str, list[str]]
    heard: dict[str, Heard]

    @property
    def pitch(self) -> float:
        """Semitones by which the emotion raises a voice: the median over the speakers."""
        return 0.0 if self.breath else self._change(lambda heard: heard.pitch)

    @property
    def tilt(self) -> float:
        """dB an octave by which the emotion brightens a voice: the median over the speakers."""
        return self._change(lambda heard: heard.slope)

    @property
    def breath(self) -> float:
        """Share of the voice that becomes breath, where that is much."""
        lost = -self._change(lambda heard: np.log(heard.voiced + _HARDLY_VOICED))
        share = float(1 - np.exp(-max(0.0, lost)))
        return 1.0 if share >= _WHISPERED else 0.0

    def _change(self, figure: Callable[[Heard], float]) -> float:
        """Of a figure, from neutral speech to that with the emotion; 0 where there is none."""
        changes = []
        for speaker, neutral in self.references.items():
            own = [figure(self.heard[item.id]) for item in self.targets if item.speaker == speaker]
            changes.append(_median(own) - _median([figure(self.heard[id]) for id in neutral]))
        change = _median(changes)
        return round(change, 2) if np.isfinite(change) else 0.0


def find_triplets(
    manifest: Path, name: str, languages: Sequence[str]
) -> tuple[list[Utterance], dict[str, list[Utterance]]]:
    """Utterances with an emotion, and neutral ones of each of their speakers.

    Utterances without a neutral one of the same speaker, without a text, too short or long, or in a
    language that is not among the given ones are left out; a line on stderr says how many.

    Raises:
        InputError: there are none, or too little of them.
    """
    utterances = read_manifest(manifest)
    named = sorted({item.emotion for item in utterances if item.emotion})
    wanted = [item for item in utterances if item.emotion == name]
    if not wanted:
        known = ", ".join(named) or "none"
        raise InputError(f'{manifest} has no utterance whose "emotion" is {name!r}: it has {known}')
    neutral: dict[str, list[Utterance]] = defaultdict(list)
    for item in utterances:
        if item.emotion in (None, NEUTRAL) and item.duration >= SHORTEST_SECONDS:
            neutral[item.speaker].append(item)
    targets = [
        item
        for item in wanted
        if item.text
        and item.speaker in neutral
        and item.language in languages
        and SHORTEST_SECONDS <= item.duration <= LONGEST_SECONDS
    ]
    seconds = sum(item.duration for item in targets)
    if seconds < LEAST_SECONDS:
        raise InputError(
            f"{manifest} has {seconds:.0f} s of {name!r} with a text, in a language of the model "
            f"and with a neutral utterance of the same speaker; at least {LEAST_SECONDS:g} s are "
            'needed: add clips, or lines of their speakers with "emotion": "neutral"'
        )
    if left := len(wanted) - len(targets):
        print(f"{left} of {len(wanted)} utterances are of no use and left out", file=sys.stderr)
    speakers = dict.fromkeys(item.speaker for item in targets)
    return targets, {speaker: _spread(neutral[speaker], MOST_REFERENCES) for speaker in speakers}


def hear_triplets(
    bundle: Bundle, targets: list[Utterance], neutral: dict[str, list[Utterance]], folder: Path
) -> Triplets:
    """Listen to utterances with a model; what was heard is kept in a folder.

    Raises:
        InputError: a recording cannot be used.
    """
    references = [item for items in neutral.values() for item in items]
    heard = _heard(bundle, targets, folder) | _heard(bundle, references, folder)
    ids = {speaker: [item.id for item in items] for speaker, items in neutral.items()}
    return Triplets(targets, ids, heard)


def _heard(bundle: Bundle, utterances: list[Utterance], folder: Path) -> dict[str, Heard]:
    """Of each utterance, from the folder where it was heard before."""
    path = folder / f"heard-{_digest(bundle, utterances)}.safetensors"
    if path.is_file():
        return _unpack(load_file(path))
    shown = track(
        utterances,
        "listening",
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    heard = {item.id: hear(bundle, item) for item in shown}
    folder.mkdir(parents=True, exist_ok=True)
    with replacing(path) as part:
        save_file(_pack(heard), part)
    return heard


@torch.inference_mode()
def hear(bundle: Bundle, utterance: Utterance) -> Heard:
    """What is taken of one recording.

    Raises:
        InputError: it cannot be read, or is silent.
    """
    rate = bundle.config.sample_rate
    samples = _prepared(utterance, rate)
    wave = torch.from_numpy(samples)
    try:
        timbre = bundle.speaker_encoder.embed([wave], rate)
    except ValueError as error:
        raise InputError(f"{utterance.audio}: {error}") from None
    return Heard(
        np.array(recording_tokens(bundle, [samples]), np.int32),
        timbre.cpu().numpy(),
        *_pitch(samples[: round(_PITCH_SECONDS * rate)], rate),
        _slope(samples, rate),
    )


def _pitch(samples: Samples, rate: int) -> tuple[float, float]:
    """Median in semitones above 1 Hz and the share that is voiced.

    The first is NaN of a whisper, in which a few frames seem to have a pitch.
    """
    places = range(0, len(samples), round(_PITCH_HOP_SECONDS * rate))
    periods = find_periods(samples, rate, places)
    voiced = periods[periods > 0]
    share = len(voiced) / len(periods)
    pitch = 12 * np.log2(rate / np.median(voiced)) if share >= _LEAST_VOICED else np.nan
    return float(pitch), share


def _slope(samples: Samples, rate: int) -> float:
    """Of a straight line through the levels (dB) of bands, an octave."""
    power = np.abs(np.fft.rfft(samples.astype(np.float64))) ** 2
    places = np.searchsorted(np.fft.rfftfreq(len(samples), 1 / rate), _BANDS_HZ)
    bands = [power[a:b].mean() for a, b in itertools.pairwise(places)]
    levels_db = 10 * np.log10(np.array(bands) + 1e-12)
    return float(np.polyfit(0.5 * np.arange(len(bands)), levels_db, 1)[0])


def _prepared(utterance: Utterance, rate: int) -> Samples:
    """An utterance at a rate (Hz): trimmed, and as loud as references are."""
    samples, own = read_samples(utterance)
    samples = soxr.resample(samples - samples.mean(), own, rate) if own != rate else samples
    loud = levels.level(samples, rate)  # of what is very quiet no speech would be found
    if levels.is_silent(levels.inspect(loud, rate)):
        raise InputError(f"{utterance.audio} is silent: leave utterance {utterance.id} out")
    return np.ascontiguousarray(levels.trim(loud, rate), np.float32)


def _spread(items: Sequence[T], most: int) -> list[T]:
    """At most so many, from everywhere."""
    places = np.linspace(0, len(items) - 1, min(most, len(items))).round().astype(int)
    return [items[place] for place in places]


def _median(values: Iterable[float]) -> float:
    """Of those that are numbers."""
    known = [value for value in values if np.isfinite(value)]
    return float(np.median(known)) if known else float("nan")


def _digest(bundle: Bundle, utterances: Iterable[Utterance]) -> str:
    whole = hashlib.blake2b(bundle.config.fingerprint.encode(), digest_size=8)
    for item in utterances:
        try:
            status = item.audio.stat()
        except OSError as error:
            raise InputError(
                f"audio file {item.audio} of utterance {item.id} cannot be read "
                f"({error.strerror}): correct the manifest"
            ) from None
        facts = (item.id, str(item.audio), item.offset, item.duration)
        whole.update(repr((*facts, status.st_size, status.st_mtime_ns)).encode())
    return whole.hexdigest()


def _pack(heard: dict[str, Heard]) -> dict[str, NDArray]:
    arrays: dict[str, NDArray] = {}
    for id, one in heard.items():
        arrays |= {f"tokens/{id}": one.tokens, f"timbre/{id}": one.timbre}
        arrays[f"sound/{id}"] = np.array([one.pitch, one.voiced, one.slope])
    return arrays


def _unpack(arrays: dict[str, NDArray]) -> dict[str, Heard]:
    ids = [key.removeprefix("tokens/") for key in arrays if key.startswith("tokens/")]
    return {
        id: Heard(arrays[f"tokens/{id}"], arrays[f"timbre/{id}"], *arrays[f"sound/{id}"].tolist())
        for id in ids
    }
