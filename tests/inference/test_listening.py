"""Recordings become tokens in windows, whatever blocks they come in."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from minimax_speech.audio.io import SAMPLE_RATE, Samples
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.listening import hear, recording_tokens
from minimax_speech.models.audio_tokenizer import AudioTokenizer, AudioTokenizerConfig
from speaker_encoder.features import LogMel

HOP = 960


@torch.inference_mode()
@pytest.mark.parametrize("seconds", [0.01, 1.0, 61.5, 62.0, 63.99, 124.0])
def test_a_recording_in_blocks_has_the_tokens_of_its_windows(
    tiny_model: Path, seconds: float
) -> None:
    bundle = Bundle.load(tiny_model)
    generator = np.random.default_rng(0)
    samples = generator.normal(0, 0.1, round(seconds * SAMPLE_RATE)).astype(np.float32)

    def blocks() -> Iterator[Samples]:
        yield from np.array_split(samples, 7)

    tokens = recording_tokens(bundle, blocks())
    assert len(tokens) == -(-len(samples) // HOP)
    wave = torch.from_numpy(np.pad(samples, (0, -len(samples) % HOP)))[None]
    for start in range(0, len(tokens), 1500):
        first, end = max(0, start - 50), min(len(tokens), start + 1550)
        mel = LogMel(SAMPLE_RATE)(wave[:, first * HOP : end * HOP])
        heard = bundle.audio_tokenizer.encode(mel, torch.tensor([end - first]))[0]
        window = tokens[start : start + 1500]
        assert heard[start - first :][: len(window)].tolist() == window


def test_a_head_of_readings_hears_its_language_and_what_the_text_has() -> None:
    sizes = {"channels": 8, "layers": [1, 1, 1], "ctc_layers": 1, "decoder_layers": [1, 1, 1]}
    tokenizer = AudioTokenizer(AudioTokenizerConfig(**sizes, alphabet="aбα", form="read")).eval()
    heard = np.exp(hear(tokenizer, [3, 1, 4], "ru", ["ба", "α"]))
    assert heard.shape == (6, 4)
    assert (heard[:, [0, 2, 3]] > 0).all()
    assert heard[:, 1].max() == 0
    np.testing.assert_allclose(heard.sum(1), 1, rtol=1e-5)
