"""What the audio tokenizer hears: the tokens of recordings, and the characters in tokens.

In windows, each with some of what is around it: memory does not grow with the recording.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch

from minimax_speech.audio.io import Samples
from minimax_speech.inference.alignment import LogProbs
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from speaker_encoder.features import LogMel

_FRAMES_PER_TOKEN = 2  # of CTC
_WINDOW, _CONTEXT = 60 * TOKENS_PER_SECOND, 2 * TOKENS_PER_SECOND  # tokens


@torch.inference_mode()
def hear(tokenizer: AudioTokenizer, tokens: Sequence[int]) -> LogProbs:
    """Log-probabilities (2N, 1 + characters) of what N tokens say."""
    device = tokenizer.to_codes.weight.device
    parts = []
    for window, kept in _windows(len(tokens)):
        part = torch.tensor([list(tokens[window])], device=device)
        logits = tokenizer.ctc_logits(part, torch.tensor([part.shape[1]], device=device))[0]
        inside = slice(_FRAMES_PER_TOKEN * kept.start, _FRAMES_PER_TOKEN * kept.stop)
        parts.append(logits[inside].float().log_softmax(-1).cpu().numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def recording_tokens(bundle: Bundle, samples: Samples) -> list[int]:
    """The tokens of a recording (samples,) at the model's rate."""
    rate, device = bundle.config.sample_rate, bundle.device
    hop = rate // TOKENS_PER_SECOND
    wave = torch.from_numpy(np.pad(samples, (0, -len(samples) % hop)))
    mel = LogMel(rate).to(device)
    tokens: list[int] = []
    for window, kept in _windows(len(wave) // hop):
        part = mel(wave[None, window.start * hop : window.stop * hop].to(device))
        lengths = torch.tensor([window.stop - window.start], device=device)
        tokens += bundle.audio_tokenizer.encode(part, lengths)[0, kept].tolist()
    return tokens


def _windows(count: int) -> Iterator[tuple[slice, slice]]:
    """Slices of ``count`` tokens that are heard together, and what to keep of each."""
    for start in range(0, count, _WINDOW):
        first, end = max(0, start - _CONTEXT), min(count, start + _WINDOW + _CONTEXT)
        yield slice(first, end), slice(start - first, min(count, start + _WINDOW) - first)
