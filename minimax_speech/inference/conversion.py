"""A recording in another voice: what it says and when stay, who says it changes.

    recording -> audio tokens (25 Hz) -> latents (50 Hz) -> waveform (24 kHz)

Latents are made in windows, of no more than flow matching has seen in one go. A window goes on from
the voice's prompt and from the last latents of the window before, as if they were one recording,
and sees some of the tokens that follow: so the sound goes on at a join as it does elsewhere, amid a
word too. What is kept of a long recording is its samples and its latents, which are an eighth.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import torch

from minimax_speech.audio import levels
from minimax_speech.audio.io import Samples
from minimax_speech.errors import InputError
from minimax_speech.inference.acoustics import Acoustics, TokenLine
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.listening import recording_tokens
from minimax_speech.inference.settings import Settings
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN
from minimax_speech.voice import Prompt, Voice

MIN_SECONDS = 1.0
_BEHIND, _AHEAD = TOKENS_PER_SECOND, TOKENS_PER_SECOND // 2
"""Tokens of the window before from which a window goes on, and of the next one that it sees."""
_MIN_WINDOW = 5 * TOKENS_PER_SECOND
"""Tokens of a window, however long the voice's prompt is."""
_DECODED = 60 * TOKENS_PER_SECOND * LATENTS_PER_TOKEN
"""Latents that are decoded at once."""

Latents = npt.NDArray[np.float32]


def convert(
    bundle: Bundle,
    samples: Samples,
    voice: Voice,
    settings: Settings,
    seed: int,
    name: str,
    progress: Callable[[int, int], None] | None = None,
) -> Samples:
    """A recording in another voice: as long as it was, to the sample, and as loud.

    Args:
        bundle: the model.
        samples: the recording, (samples,) at the model's rate.
        voice: of this model.
        settings: of these, those of flow matching.
        seed: the same seed gives the same waveform.
        name: of the recording, in messages.
        progress: called with the number of windows done and of all windows.

    Raises:
        InputError: the recording is silent, or shorter than `MIN_SECONDS`.
    """
    tokens, loudness = _hear(bundle, samples, name)
    latents = _latents(bundle, tokens, voice, settings, seed, progress)
    converted = _waveform(bundle, latents)[: len(samples)]
    return levels.level(converted, bundle.config.sample_rate, loudness)


def _hear(bundle: Bundle, samples: Samples, name: str) -> tuple[list[int], float]:
    """The tokens of a recording (samples,), and how loud it is, in dB."""
    rate = bundle.config.sample_rate
    seconds = len(samples) / rate
    if round(seconds, 2) < MIN_SECONDS:
        raise InputError(
            f"{name} lasts {seconds:.2f} s; at least {MIN_SECONDS:g} s is needed: give a longer "
            "recording"
        )
    # A constant offset is not sound, and would hide silence.
    samples = samples - samples.mean()
    report = levels.inspect(samples, rate)
    if levels.is_silent(report):
        raise InputError(f"{name} is silent: give a recording of speech")
    return recording_tokens(bundle, [levels.level(samples, rate)]), report.rms_db


def _latents(
    bundle: Bundle,
    tokens: Sequence[int],
    voice: Voice,
    settings: Settings,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> Latents:
    """Latents (2N, latent_dim) of N tokens, window by window."""
    whole = np.asarray(tokens, np.int32)
    room = round(TOKENS_PER_SECOND * bundle.config.max_seconds) - _BEHIND - _AHEAD
    size = max(_MIN_WINDOW, room - (len(voice.prompt.tokens) if voice.prompt else 0))
    starts = range(0, len(whole), size)
    made = np.zeros((0, bundle.flow_matching.config.network.latent_dim), np.float32)
    windows: list[Latents] = []
    for number, start in enumerate(starts):
        before = whole[max(0, start - _BEHIND) : start]
        known = made[len(made) - LATENTS_PER_TOKEN * len(before) :]
        window_seed = np.random.SeedSequence((seed, number)).generate_state(1, np.uint64)[0]
        rendered = _render(
            bundle,
            whole[start : start + size + _AHEAD],
            _going_on(voice, before, known),
            settings,
            int(window_seed >> np.uint64(1)),
        )
        made = rendered[: LATENTS_PER_TOKEN * size]
        windows.append(made)
        if progress:
            progress(number + 1, len(starts))
    return np.concatenate(windows)


def _going_on(voice: Voice, tokens: npt.NDArray[np.int32], latents: Latents) -> Voice:
    """The voice with a prompt that ends in N tokens and their latents (2N, latent_dim)."""
    if voice.prompt:
        tokens = np.concatenate((voice.prompt.tokens, tokens))
        latents = np.concatenate((voice.prompt.latents, latents))
    return replace(voice, prompt=Prompt(None, tokens, latents))


def _render(
    bundle: Bundle,
    tokens: npt.NDArray[np.int32],
    voice: Voice,
    settings: Settings,
    seed: int,
) -> Latents:
    """Latents (2N, latent_dim) of N tokens that follow the voice's prompt."""
    # Acoustics of its own: each window's prompt is used once, and not worth keeping.
    line = TokenLine(voice, tokens.tolist(), seed)
    return Acoustics(bundle).latents([line], settings)[0].float().cpu().numpy()


@torch.inference_mode()
def _waveform(bundle: Bundle, latents: Latents) -> Samples:
    """Waveform (samples,) of latents (frames, latent_dim)."""
    decoder = bundle.decoder
    samples, end = np.empty(len(latents) * decoder.config.hop, np.float32), 0
    whole = torch.from_numpy(latents)[None].to(bundle.device)
    for piece in decoder.decode_chunks(whole, _DECODED):
        start, end = end, end + piece.shape[1]
        samples[start:end] = piece[0].float().cpu().numpy()
    return samples
