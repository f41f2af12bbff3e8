"""A corpus as training sees it: utterances, their audio and features, and references."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from minimax_speech.data.manifest import Utterance
from minimax_speech.errors import InputError

SAMPLE_RATE = 24_000
SAMPLES_PER_TOKEN = 960
CANDIDATES = 8
"""Other utterances of a speaker among which one of the right length is looked for."""


class Feature(Protocol):
    """Precomputed arrays by utterance id."""

    def __getitem__(self, utterance_id: str) -> NDArray: ...


@dataclass(frozen=True)
class Example:
    """A stretch of an utterance to be spoken, and a reference that says in which voice."""

    utterance: Utterance
    start: int  # first token
    stop: int  # behind the last token
    reference: NDArray[np.float32]  # (samples,)

    @property
    def whole(self) -> bool:
        """Whether the stretch is the whole utterance, so that its text applies."""
        return self.start == 0 and self.stop == token_count(self.utterance)


def token_count(utterance: Utterance) -> int:
    """Audio tokens of an utterance: its samples padded up to whole tokens."""
    return -(-round(utterance.duration * SAMPLE_RATE) // SAMPLES_PER_TOKEN)


@lru_cache(maxsize=256)
def _opened(path: Path, _process: int) -> soundfile.SoundFile:
    """An open audio file; each process needs its own, since the read position is the file's."""
    try:
        file = soundfile.SoundFile(path)
    except (OSError, soundfile.LibsndfileError) as error:
        raise InputError(
            f"audio file {path} cannot be read ({error}): make the corpus again"
        ) from error
    if file.samplerate != SAMPLE_RATE or file.channels != 1:
        raise InputError(
            f"{path} has {file.samplerate} Hz and {file.channels} channels, training reads "
            f"{SAMPLE_RATE} Hz mono: convert it with `tts prepare recordings`"
        )
    return file


class Corpus:
    """Utterances with random access to their audio and features.

    Args:
        utterances: what there is to learn from; 24 kHz mono files.
        features: precomputed arrays by name (``tokens``, ``latents``).
        others: more clips of the same speakers, which serve as references only.
    """

    def __init__(
        self,
        utterances: Sequence[Utterance],
        features: Mapping[str, Feature] | None = None,
        others: Sequence[Utterance] = (),
    ) -> None:
        self.utterances = [*utterances, *others]
        self.features = dict(features or {})
        self.tokens = np.array([token_count(item) for item in utterances], dtype=np.int64)
        self._by_speaker: dict[str, list[int]] = defaultdict(list)
        for index, item in enumerate(self.utterances):
            self._by_speaker[item.speaker].append(index)

    def __len__(self) -> int:
        """Utterances to learn from; they stand before those that only serve as references."""
        return len(self.tokens)

    def audio(self, index: int, start: int = 0, stop: int | None = None) -> NDArray[np.float32]:
        """Samples [start, stop) of an utterance, counted from its start, zeros beyond its end."""
        item = self.utterances[index]
        total = round(item.duration * SAMPLE_RATE)
        stop = total if stop is None else stop
        file = _opened(Path(item.audio), os.getpid())
        file.seek(round(item.offset * SAMPLE_RATE) + start)
        samples = file.read(max(0, min(stop, total) - start), dtype="float32")
        return np.pad(samples, (0, stop - start - len(samples)))

    def crop(self, index: int, samples: int, rng: np.random.Generator) -> NDArray[np.float32]:
        """A random stretch of an utterance, padded with zeros where it is too short."""
        total = round(self.utterances[index].duration * SAMPLE_RATE)
        start = int(rng.integers(0, max(1, total - samples)))
        return self.audio(index, start, start + samples)

    def padded(self, index: int) -> NDArray[np.float32]:
        """The whole utterance, padded with zeros to whole tokens."""
        return self.audio(index, 0, int(self.tokens[index]) * SAMPLES_PER_TOKEN)

    def example(self, index: int, seconds: float, rng: np.random.Generator) -> Example:
        """A target and a reference of at most ``seconds`` from elsewhere in the same voice.

        The reference is another clip of the speaker. A speaker with a single clip gives a third of
        it away as reference; the rest is the target. Reference and target never overlap.
        """
        samples = round(seconds * SAMPLE_RATE)
        count = int(self.tokens[index])
        other = self.another(index, rng)
        if other is not None:
            length = min(samples, round(self.utterances[other].duration * SAMPLE_RATE))
            return Example(self.utterances[index], 0, count, self.crop(other, length, rng))
        given = min(count // 3, samples // SAMPLES_PER_TOKEN)
        if rng.random() < 0.5:
            reference = self.audio(index, 0, given * SAMPLES_PER_TOKEN)
            return Example(self.utterances[index], given, count, reference)
        reference = self.audio(
            index, (count - given) * SAMPLES_PER_TOKEN, count * SAMPLES_PER_TOKEN
        )
        return Example(self.utterances[index], 0, count - given, reference)

    def another(self, index: int, rng: np.random.Generator) -> int | None:
        """Another utterance of the same speaker, or None."""
        others = self._by_speaker[self.utterances[index].speaker]
        if len(others) < 2:
            return None
        pick = others[int(rng.integers(0, len(others) - 1))]
        return pick if pick != index else others[-1]

    def another_near(self, index: int, tokens: int, rng: np.random.Generator) -> int | None:
        """Of a few other utterances of the same speaker the one nearest in length, or None."""
        picks = [self.another(index, rng) for _ in range(CANDIDATES)]
        others = [pick for pick in picks if pick is not None]
        return min(others, key=lambda pick: abs(int(self.tokens[pick]) - tokens), default=None)
