"""Recordings of a speaker to a Voice."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError, excerpt
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND, expected_tokens
from minimax_speech.text import languages
from minimax_speech.text.normalise import normalise
from minimax_speech.text.scripts import admit
from minimax_speech.voice import Prompt, Voice
from speaker_encoder.features import LogMel

PROMPT_SECONDS = 4.0
"""How much of a recording serves as a prompt: the rest of what flow matching has seen in one go is
for the sentence, and flow matching takes longer the longer the prompt is."""
_FADE_SECONDS, _PAUSE_SECONDS = 0.04, 0.12
"""How a prompt ends that is cut amid speech: without a pause, the word that it breaks off would be
heard at the beginning of each sentence."""
MAX_SPOKEN_PROMPT_SECONDS = 12.0
"""A prompt with text and the sentence after it must fit into what the speech language model has
seen; it is used whole, since its text is."""

IMPOSSIBLE, UNLIKELY = 3.0, 2.0
"""How many times longer or shorter than its text takes a clip cannot be, or hardly is."""

_PAUSES = 0.5  # seconds that a clip may be silent without being slow


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
        text: what the one clip says; all of it is then the prompt, with its text (one-shot
            cloning). Else the beginning of the longest clip is, for flow matching alone.
        metadata: what the voice is to remember.

    Raises:
        InputError: the clips cannot be used, or do not fit the text.
    """
    config = bundle.config
    waves = [torch.from_numpy(np.ascontiguousarray(clip)) for clip in clips]
    try:
        timbre = bundle.speaker_encoder.embed(waves, config.sample_rate)
    except ValueError as error:
        raise InputError(str(error)) from error
    language: str | None = None
    if text is None:
        prompt = acoustic_prompt(bundle, max(waves, key=len))
    else:
        if len(clips) != 1:
            raise InputError(f"a reference text belongs to one clip, not to {len(clips)}: give one")
        language = languages.detect(text, config.languages)
        text = admit(text, config.languages, "reference text")
        prompt = _spoken_prompt(bundle, waves[0], text, language)
    bundle.check_voice_parts()
    return Voice(
        timbre.cpu().numpy(), name, config.fingerprint, language, prompt, dict(metadata or {})
    )


def acoustic_prompt(bundle: Bundle, wave: Tensor) -> Prompt:
    """The beginning of a recording (samples,), in whole tokens and ending in a pause."""
    rate = bundle.config.sample_rate
    samples_per_token = rate // TOKENS_PER_SECOND
    tokens = min(round(PROMPT_SECONDS * TOKENS_PER_SECOND), len(wave) // samples_per_token)
    pause, fade = round(_PAUSE_SECONDS * rate), round(_FADE_SECONDS * rate)
    spoken = wave[: tokens * samples_per_token - pause].clone()
    spoken[-fade:] *= torch.linspace(1, 0, fade)
    return encode(bundle, F.pad(spoken, (0, pause)), None)


def _spoken_prompt(bundle: Bundle, wave: Tensor, text: str, language: str) -> Prompt:
    """The whole of a recording (samples,) and what it says."""
    rate = bundle.config.sample_rate
    spoken = normalise(text, language)
    if not spoken:
        raise InputError(f"reference text {text!r} holds nothing to say: give what the clip says")
    if len(wave) > MAX_SPOKEN_PROMPT_SECONDS * rate:
        raise InputError(
            f"the reference holds {len(wave) / rate:.1f} s of speech; with its text at most "
            f"{MAX_SPOKEN_PROMPT_SECONDS:g} s can be used: cut clip and text, or leave the text out"
        )
    _check_length(spoken, text, len(wave) / rate)
    return encode(bundle, F.pad(wave, (0, -len(wave) % (rate // TOKENS_PER_SECOND))), spoken)


def _check_length(spoken: str, text: str, seconds: float) -> None:
    """Refuse a text that the clip cannot hold, and doubt one that it hardly holds."""
    expected = expected_tokens(spoken) / TOKENS_PER_SECOND
    ratio = max((seconds - _PAUSES) / expected, expected / seconds)
    if ratio <= UNLIKELY:
        return
    problem = (
        f"reference text {excerpt(text)} takes about {expected:.1f} s to say, and the reference "
        f"holds {seconds:.1f} s of speech"
    )
    if ratio > IMPOSSIBLE:
        raise InputError(f"{problem}: give exactly what the clip says, or leave the text out")
    logging.getLogger(__name__).warning(f"{problem}: unless it is exactly that, leave it out")


@torch.inference_mode()
def encode(bundle: Bundle, wave: Tensor, text: str | None) -> Prompt:
    """The prompt of a recording (samples,) that lasts a whole number of tokens."""
    rate = bundle.config.sample_rate
    audio = wave[None].to(bundle.device)
    lengths = torch.tensor([len(wave) * TOKENS_PER_SECOND // rate], device=audio.device)
    mel = LogMel(rate).to(audio.device)(audio)
    tokens = bundle.audio_tokenizer.encode(mel, lengths)[0]
    latents = bundle.encoder.encode(audio).mean[0]
    return Prompt(text, tokens.cpu().numpy().astype(np.int32), latents.cpu().numpy())
