"""What the audio tokenizer hears: the tokens of recordings, and the characters in tokens.

In windows, each with some of what is around it: memory does not grow with the recording.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch

from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import Tape, pieces
from minimax_speech.inference.alignment import LogProbs
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.models.audio_tokenizer import AudioTokenizer
from minimax_speech.text.characters import CharacterSet
from minimax_speech.text.spelling import symbols_of
from speaker_encoder.features import LogMel

_FRAMES_PER_TOKEN = 2  # of CTC
_UNHEARD = -1e4  # a logit
_WINDOW, _CONTEXT = 60 * TOKENS_PER_SECOND, 2 * TOKENS_PER_SECOND  # tokens


@torch.inference_mode()
def hear(
    tokenizer: AudioTokenizer, tokens: Sequence[int], language: str, spellings: Iterable[str]
) -> LogProbs:
    """Log-probabilities (2N, 1 + characters) of what N tokens say.

    A head that spells readings hears the symbols of the language and of the text's spellings alone.
    """
    device = tokenizer.to_codes.weight.device
    characters, parts = CharacterSet(tokenizer.config.alphabet), []
    known = symbols_of(language) if tokenizer.config.form == "read" else characters.alphabet
    foreign = ~torch.tensor(characters.among({*known, *"".join(spellings)}), device=device)
    for window, kept in _windows(len(tokens)):
        part = torch.tensor([list(tokens[window])], device=device)
        logits = tokenizer.ctc_logits(part, torch.tensor([part.shape[1]], device=device))[0]
        inside = slice(_FRAMES_PER_TOKEN * kept.start, _FRAMES_PER_TOKEN * kept.stop)
        logits = logits.masked_fill(foreign, _UNHEARD)
        parts.append(logits[inside].float().log_softmax(-1).cpu().numpy())
    return np.concatenate(parts)


@torch.inference_mode()
def recording_tokens(bundle: Bundle, blocks: Iterable[Samples]) -> list[int]:
    """The tokens of a recording at the model's rate, which comes in blocks (samples,)."""
    rate, device = bundle.config.sample_rate, bundle.device
    hop = rate // TOKENS_PER_SECOND
    mel = LogMel(rate).to(device)
    tape = Tape()
    tokens: list[int] = []

    def hear_next(count: int) -> None:
        """Hear the next window of a recording of ``count`` tokens, or of more than it needs."""
        window, kept = _window(len(tokens), count)
        wave = torch.from_numpy(tape.read(window.start * hop, window.stop * hop))
        lengths = torch.tensor([window.stop - window.start], device=device)
        heard = bundle.audio_tokenizer.encode(mel(wave[None].to(device)), lengths)
        tokens.extend(heard[0, kept].tolist())
        tape.forget((len(tokens) - _CONTEXT) * hop)

    for piece in pieces(blocks, _WINDOW * hop):
        tape.append(piece)
        whole = tape.end // hop
        while len(tokens) + _WINDOW + _CONTEXT <= whole:
            hear_next(whole)
    count = -(-tape.end // hop)
    while len(tokens) < count:
        hear_next(count)
    return tokens


def _windows(count: int) -> Iterator[tuple[slice, slice]]:
    """Slices of ``count`` tokens that are heard together, and what to keep of each."""
    for start in range(0, count, _WINDOW):
        yield _window(start, count)


def _window(start: int, count: int) -> tuple[slice, slice]:
    """The window of ``count`` tokens that begins at one, and what to keep of it."""
    first, end = max(0, start - _CONTEXT), min(count, start + _WINDOW + _CONTEXT)
    return slice(first, end), slice(start - first, min(count, start + _WINDOW) - first)
