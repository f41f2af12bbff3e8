"""What a voice is tuned on: its recordings as the models see them, made once and kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor
from torch.nn import functional as F

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.data.manifest import Utterance, read_samples
from minimax_speech.errors import InputError
from minimax_speech.files import replacing
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.references import encode
from minimax_speech.models.flow_network import FULL_BANDWIDTH_HZ

Transcribe = Callable[[Samples, int, str], str]
"""Writes a recording down in spoken form: samples (samples,), their rate in Hz, language code."""


@dataclass(frozen=True)
class Example:
    """One recording.

    Attributes:
        ids: language and text of the speech language model; empty where nothing was understood.
        tokens: audio tokens at 25 Hz, (tokens,).
        latents: Flow-VAE latents at 50 Hz, (2 * tokens, latent_dim).
        timbre: that the speaker encoder hears in it, (timbre_dim,).
        bandwidth: the highest frequency that it carries, Hz.
    """

    ids: list[int]
    tokens: Tensor
    latents: Tensor
    timbre: Tensor
    bandwidth: float

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.tokens) / TOKENS_PER_SECOND


def make_examples(
    bundle: Bundle, utterances: Sequence[Utterance], folder: Path, transcribe: Transcribe
) -> Iterator[Example]:
    """The examples of recordings, in order; those that lie in the folder already are read there.

    Args:
        bundle: the model.
        utterances: 24 kHz recordings, in languages that the model speaks.
        folder: keeps a file for each.
        transcribe: asked for the text of those that have none.

    Raises:
        InputError: a recording cannot be read.
        OSError: the folder cannot be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, utterance in enumerate(utterances):
        path = folder / f"{number:05d}.safetensors"
        if not path.is_file():
            with replacing(path) as part:
                part.write_bytes(_encoded(bundle, utterance, transcribe))
        yield _read(bundle, utterance, path)


def wave_of(bundle: Bundle, utterance: Utterance) -> Tensor:
    """A recording as loud as all, (samples,), in whole tokens at the model's rate.

    Raises:
        InputError: it cannot be read.
    """
    samples, rate = read_samples(utterance)
    wave = torch.from_numpy(levels.level(samples - samples.mean(), rate))
    return F.pad(wave, (0, -len(wave) % (bundle.config.sample_rate // TOKENS_PER_SECOND)))


def _encoded(bundle: Bundle, utterance: Utterance, transcribe: Transcribe) -> bytes:
    """The file of an example: its tensors, and what is said."""
    wave, language = wave_of(bundle, utterance), utterance.language
    rate = bundle.config.sample_rate
    text = utterance.text
    if text is None:
        text = transcribe(wave.numpy(), rate, language)
    heard = encode(bundle, wave, None)
    try:
        timbre = bundle.speaker_encoder.embed([wave], rate)
    except ValueError as error:
        raise InputError(f"recording {utterance.id} cannot be used: {error}") from error
    tensors = {
        "tokens": torch.from_numpy(heard.tokens),
        "latents": torch.from_numpy(heard.latents.astype(np.float16)),
        "timbre": timbre.cpu(),
    }
    return save(tensors, {"text": text})


def _read(bundle: Bundle, utterance: Utterance, path: Path) -> Example:
    with safe_open(path, framework="pt") as file:
        text, tokenizer = file.metadata()["text"], bundle.text_tokenizer
        ids = tokenizer.encode(text, utterance.language) if text else []
        return Example(
            [tokenizer.language_id(utterance.language), *ids] if ids else [],
            file.get_tensor("tokens").long(),
            file.get_tensor("latents").float(),
            file.get_tensor("timbre"),
            min(utterance.bandwidth or FULL_BANDWIDTH_HZ, FULL_BANDWIDTH_HZ),
        )
