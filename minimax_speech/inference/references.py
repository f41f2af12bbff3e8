"""Recordings of a speaker to a Voice."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND, expected_tokens
from minimax_speech.text import languages
from minimax_speech.text.normalise import normalise
from minimax_speech.text.scripts import admit
from minimax_speech.voice import Prompt, Voice
from speaker_encoder.features import LogMel

MAX_PROMPT_SECONDS = 12.0
"""A prompt and the sentence after it must fit into what the speech language model has seen."""

IMPOSSIBLE, UNLIKELY = 3.0, 2.0
"""How many times longer or shorter than its text takes a clip cannot be, or hardly is."""

_PAUSES = 0.5  # seconds that a clip may be silent without being slow
_SHOWN_CHARACTERS = 40


def clone(
    bundle: Bundle,
    clips: Sequence[Samples],
    name: str,
    text: str | None = None,
    metadata: dict[str, Any] | None = None,
) -> Voice:
    """The voice of one speaker's recordings.

    Args:
        bundle: the model that is to speak with it.
        clips: prepared by `audio.levels`, (samples,) at the model's rate.
        name: of the voice.
        text: what the one clip says; the voice then carries it as its prompt (one-shot cloning).
        metadata: what the voice is to remember.

    Raises:
        InputError: the clips cannot be used, or do not fit the text.
    """
    config = bundle.config
    waves = [torch.from_numpy(np.ascontiguousarray(clip)) for clip in clips]
    prompt = language = None
    if text is not None:
        if len(clips) != 1:
            raise InputError(f"a reference text belongs to one clip, not to {len(clips)}: give one")
        language = languages.detect(text, config.languages)
        text = admit(text, config.languages, "reference text")
        prompt = _prompt(bundle, waves[0], text, language)
    try:
        timbre = bundle.speaker_encoder.embed(waves, config.sample_rate)
    except ValueError as error:
        raise InputError(str(error)) from error
    return Voice(
        timbre.cpu().numpy(), name, config.fingerprint, language, prompt, dict(metadata or {})
    )


@torch.inference_mode()
def _prompt(bundle: Bundle, wave: Tensor, text: str, language: str) -> Prompt:
    rate = bundle.config.sample_rate
    spoken = normalise(text, language)
    if not spoken:
        raise InputError(f"reference text {text!r} holds nothing to say: give what the clip says")
    if len(wave) > MAX_PROMPT_SECONDS * rate:
        raise InputError(
            f"the reference holds {len(wave) / rate:.1f} s of speech; with its text at most "
            f"{MAX_PROMPT_SECONDS:g} s can be used: cut clip and text, or leave the text out"
        )
    _check_length(spoken, text, len(wave) / rate)
    samples_per_token = rate // TOKENS_PER_SECOND
    audio = F.pad(wave, (0, -len(wave) % samples_per_token))[None].to(bundle.device)
    lengths = torch.tensor([audio.shape[1] // samples_per_token], device=audio.device)
    mel = LogMel(rate).to(audio.device)(audio)
    tokens = bundle.audio_tokenizer.encode(mel, lengths)[0]
    latents = bundle.encoder.encode(audio).mean[0]
    return Prompt(spoken, tokens.cpu().numpy().astype(np.int32), latents.cpu().numpy())


def _check_length(spoken: str, text: str, seconds: float) -> None:
    """Refuse a text that the clip cannot hold, and doubt one that it hardly holds."""
    expected = expected_tokens(spoken) / TOKENS_PER_SECOND
    ratio = max((seconds - _PAUSES) / expected, expected / seconds)
    if ratio <= UNLIKELY:
        return
    shown = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    problem = (
        f"reference text {shown!r} takes about {expected:.1f} s to say, and the reference holds "
        f"{seconds:.1f} s of speech"
    )
    if ratio > IMPOSSIBLE:
        raise InputError(f"{problem}: give exactly what the clip says, or leave the text out")
    logging.getLogger(__name__).warning(f"{problem}: unless it is exactly that, leave it out")
