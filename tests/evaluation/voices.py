"""Synthetic speech-like sounds for these tests."""

import numpy as np

from minimax_speech.audio.io import Samples


def voice(seconds: float, pitch: float = 120.0, seed: int = 0, rate: int = 24_000) -> Samples:
    """A buzz with moving formants and syllables, (samples,): speech enough for PESQ."""
    time = np.arange(int(seconds * rate)) / rate
    generator = np.random.default_rng(seed)
    buzz = np.zeros_like(time)
    formant = 500 + 300 * np.sin(2 * np.pi * 1.3 * time + generator.uniform(0, 6))
    for harmonic in range(1, 30):
        frequency = pitch * harmonic
        gain = np.exp(-(((frequency - formant) / 250) ** 2)) + 0.3 * np.exp(
            -(((frequency - 3 * formant) / 400) ** 2)
        )
        buzz += gain * np.sin(2 * np.pi * frequency * time)
    syllables = np.clip(np.sin(2 * np.pi * 3 * time), 0, None) ** 0.5
    noise = 1e-3 * generator.standard_normal(len(time))
    return (0.2 * buzz * syllables + noise).astype(np.float32)
