"""Speech that is heard while it is made."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from minimax_speech.audio.io import Audio, Samples
from minimax_speech.audio.subtitles import Word
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.word_times import SpokenLine

FindWords = Callable[[Sequence[SpokenLine], float], list[Word]]


class Pieces(Iterator[Samples], Protocol):
    """Pieces of speech (samples,), such as a generator gives."""

    def close(self) -> object:
        """End the work; no more pieces come."""


class SpeechStream(Iterator[Audio]):
    """The pieces of one text's speech, each made when it is asked for.

    What is made and not kept is forgotten. A stream that nobody
    holds any more ends its work.
    """

    def __init__(self, pieces: Pieces, recording: Recording, find_words: FindWords) -> None:
        self._pieces, self._recording, self._find_words = pieces, recording, find_words

    def __next__(self) -> Audio:
        for samples in self._pieces:
            if len(samples):
                return Audio(samples, self._recording.rate)
        raise StopIteration

    def close(self) -> None:
        """End the work; no more pieces come."""
        self._pieces.close()

    @property
    def seconds(self) -> float:
        """Duration of the speech so far."""
        return self._recording.length / self._recording.rate

    @property
    def heard(self) -> float | None:
        """Share of the characters that are heard in the lines so far, where that was checked."""
        return self._recording.heard

    @property
    def words(self) -> list[Word]:
        """The words of the text and when they are said, once all of it has been heard.

        Words of lines that have not ended yet have no times of their own.
        """
        return self._find_words(self._recording.lines, self.seconds)
