"""CTC log-probabilities that spell what a test wants."""

import numpy as np

from minimax_speech.inference.alignment import LogProbs

ALPHABET = " abcdefghijklmnopqrstuvwxyz"


def spelled(text: str, spacing: int = 4, sure: float = 0.95, pad: int = 0) -> LogProbs:
    """Log-probabilities (T, 27) with a spike every ``spacing`` frames, the first at ``pad``."""
    frames = [0] * pad
    for character in text:
        frames += [ALPHABET.index(character) + 1] + [0] * (spacing - 1)
    return of_classes(frames + [0] * pad, sure)


def of_classes(frames: list[int], sure: float = 0.95) -> LogProbs:
    """Log-probabilities that are sure of one class in each frame."""
    classes = 1 + len(ALPHABET)
    probabilities = np.full((len(frames), classes), (1 - sure) / (classes - 1), np.float32)
    probabilities[np.arange(len(frames)), frames] = sure
    return np.log(probabilities)
