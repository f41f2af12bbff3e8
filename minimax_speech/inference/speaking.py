"""One text made audible line by line, while its tokens are drawn by someone else."""

from collections.abc import Sequence

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.inference.acoustic_stream import AcousticStream
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
        self._sound: AcousticStream | None = None  # of the line, once it has tokens
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

    def take(self, progress: Progress) -> AcousticStream:
        """Go on with the line that is being made: what is to be made audible of it."""
        if self._sound is None:
            self._sound = self._pipeline.sound(self._script[self.made], self._settings)
        self._sound.take(progress.tokens, ended=progress.result is not None)
        return self._sound

    def hear(self, progress: Progress, sound: Samples) -> Samples:
        """What more is heard (samples,) once that is audible, as this sound (samples,)."""
        utterance, pieces = self._script[self.made], []
        if not self._sounds:
            pieces.append(self.recording.begin(utterance.line))
        self._sounds.append(sound)
        pieces.append(self.recording.push(sound))
        if progress.result:
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
