"""Speaker similarity, between a floor and a ceiling measured with the same verifier.

A cosine says little by itself: verifiers differ in what two recordings of one person score. So it
is placed between what different speakers score (floor) and what other clips of the same speaker
score (ceiling), all of them compared clip by clip.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.evaluation.statistics import Interval, bootstrap_gap, bootstrap_mean


@dataclass(frozen=True)
class SimilarityBounds:
    """Floor and ceiling of a verifier on a set of speakers.

    Attributes:
        floors: mean cosine of each speaker's clips to the other speakers' clips, (speakers,).
        ceilings: mean cosine between the clips of each speaker with at least two, (speakers,).
    """

    floors: tuple[float, ...]
    ceilings: tuple[float, ...]

    def floor(self, seed: int = 0) -> Interval:
        """Mean over the speakers, with its interval."""
        return bootstrap_mean(self.floors, seed=seed)

    def ceiling(self, seed: int = 0) -> Interval:
        """Mean over the speakers, with its interval."""
        return bootstrap_mean(self.ceilings, seed=seed)

    def gap_closed(self, similarities: Sequence[float], seed: int = 0) -> Interval:
        """(similarity - floor) / (ceiling - floor), with its interval; 1 is as like as real clips.

        Raises:
            InputError: no similarities, or the ceiling is not above the floor.
        """
        return bootstrap_gap(similarities, self.floors, self.ceilings, seed)


def cosine(a: Samples, b: Samples) -> float:
    """Cosine of two vectors that `SpeakerVerifier.embed` gave; 0 where one clip was silent."""
    if a.shape != b.shape:
        return 0.0
    return float(a @ b)


def similarity_bounds(vectors: Mapping[str, Sequence[Samples]]) -> SimilarityBounds:
    """Floor and ceiling from the vectors (dim,) of several clips per speaker.

    Raises:
        InputError: fewer than two speakers, or none with two clips.
    """
    if len(vectors) < 2:
        raise InputError(f"{len(vectors)} speakers: a different-speaker floor needs two")
    if all(len(clips) < 2 for clips in vectors.values()):
        raise InputError("no speaker has two clips: a same-speaker ceiling needs one who has")
    stacked = {speaker: np.stack(clips) for speaker, clips in vectors.items() if len(clips)}
    floors, ceilings = [], []
    for speaker, clips in stacked.items():
        # The mean over the other speakers, not over their clips: each counts the same.
        others = [float((clips @ o.T).mean()) for name, o in stacked.items() if name != speaker]
        floors.append(float(np.mean(others)))
        if len(clips) > 1:
            pairs = (clips @ clips.T)[np.triu_indices(len(clips), k=1)]
            ceilings.append(float(pairs.mean()))
    return SimilarityBounds(tuple(floors), tuple(ceilings))
