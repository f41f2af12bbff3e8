"""One text made audible line by line, while its tokens are drawn by someone else."""

from collections.abc import Sequence

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.inference.acoustics import AcousticStream
from minimax_speech.inference.durations import expected_tokens
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.pipeline import Pipeline
from minimax_speech.inference.request import Request
from minimax_speech.inference.session import Progress
from minimax_speech.inference.settings import Settings
from minimax_speech.inference.utterance import Utterance, warn_of_faults


class Speaking:
    """Makes of the tokens of each line in turn what `Pipeline.pieces` makes of the text.

    Attributes:
        recording: of what was said.
        made: lines that are done.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        script: Sequence[Utterance],
        settings: Settings,
        recording: Recording,
    ) -> None:
        self.recording, self.made = recording, 0
        self._pipeline, self._script, self._settings = pipeline, script, settings
        self._expected = [expected_tokens(utterance.line.text) for utterance in script]
        self._sound: AcousticStream | None = None  # of the line, once it has begun
        self._sounds: list[Samples] = []

    def __len__(self) -> int:
        """How many lines there are."""
        return len(self._script)

    @property
    def seconds(self) -> float:
        """Of speech so far."""
        return self.recording.length / self.recording.rate

    @property
    def tokens_left(self) -> float:
        """About how many are to be drawn and heard before all is said."""
        return sum(self._expected[self.made :])

    def request(self, number: int) -> Request:
        """What the engine is asked for of the line of this number."""
        return self._script[number].request(self._settings)

    def tokens_for_more(self, count: int) -> int:
        """How many tokens a line must have until more can be heard than of ``count``."""
        return self._pipeline.tokens_for_more(count)

    def hear(self, progress: Progress) -> Samples:
        """What more can be heard (samples,) once the line that is being made has gone on."""
        pieces = []
        utterance = self._script[self.made]
        if self._sound is None:
            pieces.append(self.recording.begin(utterance.line))
            self._sound = self._pipeline.sound(utterance, self._settings)
        self._sounds.append(self._sound.push(progress.tokens))
        pieces.append(self.recording.push(self._sounds[-1]))
        if progress.result:
            self._sounds.append(self._sound.finish())
            pieces.append(self.recording.push(self._sounds[-1]))
            utterance.tokens, utterance.ended = progress.result.tokens, progress.result.ended
            pieces.append(self._end(utterance))
        return np.concatenate(pieces)

    def _end(self, utterance: Utterance) -> Samples:
        """The rest of a line (samples,)."""
        take = self._pipeline.take(utterance, np.concatenate(self._sounds), self._settings)
        rest = self.recording.end(take)
        utterance.take = take
        utterance.forget_sound()
        self._sound, self._sounds = None, []
        self.made += 1
        if self.made == len(self):
            warn_of_faults(self._script)
        return rest
