"""Lines of speech to one recording: even in loudness, with natural pauses between them.

Everything here takes sound as it comes in and gives what is ready, so that speech that is streamed
is put together as speech that is there already.
"""

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.audio.leveller import Leveller
from minimax_speech.audio.levels import MARGIN_SECONDS
from minimax_speech.audio.prosody import Chain, Prosody
from minimax_speech.audio.trimmer import FADE_SECONDS, Trimmer
from minimax_speech.inference.check import Check, heard
from minimax_speech.inference.script import Line
from minimax_speech.inference.takes import Take
from minimax_speech.inference.word_times import SpokenLine

_LEAST_WRITTEN = 2**-15
"""What is below would be silence in a file of 16 bits, and lengthen one that is asked for."""
_NOTHING = np.zeros(0, np.float32)


class Recording:
    """What is heard of the lines of one text, one after another.

    recording = Recording(rate, prosody)
    recording.begin(line), recording.push(samples) ..., recording.end(take)

    Attributes:
        length: samples so far.
        lines: those that have ended, and where they lie.
    """

    def __init__(self, rate: int, prosody: Prosody) -> None:
        self.rate = rate
        self.length = 0
        self.lines: list[SpokenLine] = []
        self._prosody = prosody
        self._leveller = Leveller(rate)
        self._pause = 0  # samples that are owed before another line
        self._line: _Line | None = None
        self._checks: list[Check | None] = []

    @property
    def heard(self) -> float | None:
        """Share of the characters that are heard, where that was asked."""
        return heard(self._checks)

    def begin(self, line: Line) -> Samples:
        """The silence (samples,) before a line."""
        lead = self._silence(line.lead)
        silence = np.zeros(self._pause + len(lead), np.float32)
        self._line = _Line(
            line, self.rate, self._prosody, self._leveller, self.length + len(silence)
        )
        # What a text asks for is exact, other pauses go with the speed.
        self._pause = round(line.pause / self._prosody.speed * self.rate)
        return self._count(silence)

    def push(self, samples: Samples) -> Samples:
        """Take samples (samples,) of the line in, as the decoder gives them; what is ready."""
        assert self._line is not None
        return self._count(self._line.push(samples))

    def end(self, take: Take) -> Samples:
        """The rest (samples,) of the line, of which this is the take, and the silence after it."""
        line = self._line
        assert line is not None
        rest = np.concatenate([line.finish(), self._silence(line.line.trail)])
        offset = line.first_token / self.rate
        self.lines.append(SpokenLine(take.text, take.tokens, offset, self._prosody.speed))
        self._checks.append(take.check)
        self._line = None
        return self._count(rest)

    def _silence(self, seconds: float | None) -> Samples:
        return np.zeros(round((seconds or 0.0) * self.rate), np.float32)

    def _count(self, samples: Samples) -> Samples:
        self.length += len(samples)
        return samples


class _Line:
    """One line on its way: levelled, without longer silence at its edges, with its prosody.

    The silences that it asks for around it are exact to the sample, and no margin of the speech
    adds to them.
    """

    def __init__(
        self, line: Line, rate: int, prosody: Prosody, leveller: Leveller, start: int
    ) -> None:
        """``start`` is the place of its first sample in the recording."""
        self.line = line
        self._start, self._speed = start, prosody.speed
        margins = [MARGIN_SECONDS if s is None else FADE_SECONDS for s in (line.lead, line.trail)]
        self._trimmer = Trimmer(rate, *margins)
        self._edges = _WrittenEdges(line.lead is not None, line.trail is not None)
        sound = Chain(leveller, self._trimmer, prosody.processor(rate), self._edges)
        self.push, self.finish = sound.push, sound.finish

    @property
    def first_token(self) -> float:
        """Where the first token begins, in samples of the recording."""
        return self._start - self._edges.dropped - self._trimmer.cut / self._speed


class _WrittenEdges:
    """Drops what would be silence in a file from the beginning, the end, or both."""

    def __init__(self, before: bool, after: bool) -> None:
        self.dropped = 0  # samples, from the beginning
        self._waiting, self._after = before, after
        self._held = _NOTHING

    def push(self, samples: Samples) -> Samples:
        if not self._waiting and not self._after:
            return samples
        written = np.flatnonzero(np.abs(samples) >= _LEAST_WRITTEN)
        if self._waiting:
            first = int(written[0]) if len(written) else len(samples)
            self.dropped += first
            samples, written = samples[first:], written - first
            self._waiting = not len(written)
        if not self._after:
            return samples
        if not len(written):
            self._held = np.concatenate([self._held, samples])
            return _NOTHING
        ready = np.concatenate([self._held, samples[: written[-1] + 1]])
        self._held = samples[written[-1] + 1 :]
        return ready

    def finish(self) -> Samples:
        return _NOTHING
