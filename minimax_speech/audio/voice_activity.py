"""Where somebody speaks in a recording: voice activity, found while the sound comes in.

By Silero VAD (https://github.com/snakers4/silero-vad, MIT), whose weights come inside its package.
"""

from collections.abc import Iterable
from typing import NamedTuple

from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import pieces

RATE = 16_000
"""Hz of the samples that are looked at."""
SHORTEST_PAUSE = 0.2
"""Seconds; shorter pauses are those inside words and phrases, where nothing should be cut."""

_CHUNK = 512  # samples: what the model hears at once


class Stretch(NamedTuple):
    """A stretch of a recording, in seconds from its beginning."""

    start: float
    end: float


class VoiceActivity:
    """Finds speech, in noise and music too; keep one, since loading takes a moment."""

    def __init__(self) -> None:
        import torch

        threads = torch.get_num_threads()
        import silero_vad  # sets one thread, for the whole process

        torch.set_num_threads(threads)
        model = silero_vad.load_silero_vad()
        self._events = silero_vad.VADIterator(
            model, sampling_rate=RATE, min_silence_duration_ms=round(1000 * SHORTEST_PAUSE)
        )

    def find(self, blocks: Iterable[Samples]) -> list[Stretch]:
        """The stretches of speech in a recording, in order, with pauses between them.

        Args:
            blocks: the recording's samples (samples,) at `RATE`, in pieces of any length: no more
                than one of them is kept.
        """
        self._events.reset_states()
        found: list[Stretch] = []
        start: float | None = None
        position = 0
        for chunk in pieces(blocks, _CHUNK):
            position += len(chunk)
            if len(chunk) < _CHUNK:  # The model hears whole ones only.
                break
            event = self._events(chunk) or {}
            if "start" in event:
                start = event["start"] / RATE
            elif "end" in event and start is not None:
                found.append(Stretch(start, event["end"] / RATE))
                start = None
        if start is not None:
            found.append(Stretch(start, position / RATE))
        return found
