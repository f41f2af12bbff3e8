"""A text said: pieces to hear at once, then files to keep."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from minimax_speech.api import MiniMaxSpeech
from minimax_speech.audio import spectrogram, subtitles
from minimax_speech.audio.io import Audio
from minimax_speech.audio.subtitles import Word
from minimax_speech.audio.writer import Writer
from minimax_speech.inference.options import Options
from minimax_speech.inference.streaming import SpeechStream
from minimax_speech.voice import Voice

_PIECE_SECONDS = 0.4
"""Shorter pieces would only be more of them; the first is given as soon as it is there."""


@dataclass(frozen=True)
class Delivery:
    """How a text is said; what is at its default is left to the voice.

    Attributes:
        language: code or "auto".
        emotion: name; "" is none.
        strength: of the emotion.
        speed, pitch, volume: as `Prosody` explains them.
        seed: the same seed gives the same audio.
    """

    language: str = "auto"
    emotion: str = ""
    strength: float = 1.0
    speed: float = 1.0
    pitch: float = 0.0
    volume: float = 1.0
    seed: int = 0

    @property
    def options(self) -> Options:
        """What `MiniMaxSpeech.stream` is to be told."""
        return {
            "speed": self.speed if self.speed != 1 else None,
            "pitch": self.pitch if self.pitch != 0 else None,
            "volume": self.volume if self.volume != 1 else None,
            "emotion": f"{self.emotion}:{self.strength:g}" if self.emotion else None,
        }


@dataclass(frozen=True, eq=False)
class Spoken:
    """Speech that is complete.

    Attributes:
        audio: a wav file.
        subtitles: an srt file.
        seconds: how long the speech is.
        words: as written, and when they are said; none of a long text.
        picture: its mel spectrogram, RGB (bands, columns, 3); None of a long text.
    """

    audio: Path
    subtitles: Path
    seconds: float
    words: list[Word]
    picture: npt.NDArray[np.uint8] | None


@dataclass(frozen=True)
class Told:
    """How far a long text is: sentences that are said, of all of them."""

    done: int
    total: int


class Speaker:
    """Says texts with one model, for several people who take turns piece by piece."""

    def __init__(self, tts: MiniMaxSpeech, lock: Lock) -> None:
        """``lock`` is held while the model works."""
        self._tts, self._lock = tts, lock

    def speak(
        self, text: str, voice: Voice | None, delivery: Delivery, folder: Path
    ) -> Generator[Audio | Spoken]:
        """Say a text: pieces as soon as they can be heard, and at last files in a folder.

        Raises:
            InputError: as for `MiniMaxSpeech.stream`.
        """
        pieces = []
        with self._lock:
            stream = self._stream(text, voice, delivery, live=True)
        for piece in _gathered(self._in_turn(stream)):
            pieces.append(piece.samples)
            yield piece
        whole = Audio(np.concatenate(pieces), self._tts.sample_rate)
        whole.save(folder / "speech.wav")
        picture = spectrogram.picture(whole.samples, whole.sample_rate)
        words = self._subtitles(stream, folder / "speech.srt")
        yield Spoken(folder / "speech.wav", folder / "speech.srt", whole.seconds, words, picture)

    def speak_long(
        self, text: str, voice: Voice | None, delivery: Delivery, folder: Path
    ) -> Generator[Told | Spoken]:
        """Say a text of any length into files in a folder, in memory that does not grow with it.

        Raises:
            InputError: as for `MiniMaxSpeech.stream`.
        """
        told: list[Told] = []
        with self._lock:
            stream = self._stream(
                text, voice, delivery, live=False, progress=lambda *far: told.append(Told(*far))
            )
        with Writer(folder / "speech.wav", self._tts.sample_rate) as writer:
            for piece in self._in_turn(stream):
                writer.write(piece.samples)
                if told:
                    yield told[-1]
                    told.clear()
        self._subtitles(stream, folder / "speech.srt")
        yield Spoken(folder / "speech.wav", folder / "speech.srt", stream.seconds, [], None)

    def _stream(
        self, text: str, voice: Voice | None, delivery: Delivery, **how: Any
    ) -> SpeechStream:
        return self._tts.stream(
            text, voice, delivery.language, delivery.seed, **how, **delivery.options
        )

    def _in_turn(self, stream: SpeechStream) -> Iterator[Audio]:
        """The pieces of a stream; others may use the model between two of them."""
        try:
            while True:
                with self._lock:
                    piece = next(stream, None)
                if piece is None:
                    return
                yield piece
        finally:
            stream.close()

    def _subtitles(self, stream: SpeechStream, path: Path) -> list[Word]:
        with self._lock:
            words = stream.words
        subtitles.write(path, words)
        return words


def _gathered(pieces: Iterator[Audio]) -> Iterator[Audio]:
    """The same sound in fewer pieces; the first stays as it is."""
    waiting: list[Audio] = []
    least = 0.0
    for piece in pieces:
        waiting.append(piece)
        if sum(one.seconds for one in waiting) >= least:
            yield _joined(waiting)
            waiting, least = [], _PIECE_SECONDS
    if waiting:
        yield _joined(waiting)


def _joined(pieces: list[Audio]) -> Audio:
    return Audio(np.concatenate([piece.samples for piece in pieces]), pieces[0].sample_rate)
