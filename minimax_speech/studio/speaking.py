"""A text said: pieces to hear at once, then files to keep. Any number of people at a time."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from minimax_speech.api import MiniMaxSpeech
from minimax_speech.audio import spectrogram, subtitles
from minimax_speech.audio.io import Audio
from minimax_speech.audio.subtitles import Word
from minimax_speech.audio.writer import Writer
from minimax_speech.inference.options import Options
from minimax_speech.inference.scheduler import Scheduler
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
        watermark: whether the sound is to be marked.
    """

    language: str = "auto"
    emotion: str = ""
    strength: float = 1.0
    speed: float = 1.0
    pitch: float = 0.0
    volume: float = 1.0
    seed: int = 0
    watermark: bool = False

    @property
    def options(self) -> Options:
        """What `MiniMaxSpeech.stream` is to be told."""
        return {
            "speed": self.speed if self.speed != 1 else None,
            "pitch": self.pitch if self.pitch != 0 else None,
            "volume": self.volume if self.volume != 1 else None,
            "emotion": f"{self.emotion}:{self.strength:g}" if self.emotion else None,
            "watermark": self.watermark or None,
        }


@dataclass(frozen=True, eq=False)
class Spoken:
    """Speech that is complete.

    Attributes:
        audio: a wav file.
        subtitles: an srt file.
        seconds: how long the speech is.
        words: as written, and when they are said.
        picture: its mel spectrogram, RGB (bands, columns, 3); None of a long text.
    """

    audio: Path
    subtitles: Path
    seconds: float
    words: list[Word]
    picture: npt.NDArray[np.uint8] | None


@dataclass(frozen=True)
class Told:
    """How far a long text is: lines that are said, of all of them."""

    done: int
    total: int


def speak(
    scheduler: Scheduler, text: str, voice: Voice | None, delivery: Delivery, folder: Path
) -> Generator[Audio | Spoken]:
    """Say a text: pieces as soon as they can be heard, and at last files in a folder.

    Raises:
        InputError: as for `MiniMaxSpeech.stream`.
        Busy: too many wait already.
    """
    stream = scheduler.stream(text, voice, delivery.language, delivery.seed, **delivery.options)
    pieces = []
    for piece in _gathered(stream):
        pieces.append(piece.samples)
        yield piece
    whole = Audio(np.concatenate(pieces), piece.sample_rate)
    audio, srt = folder / "speech.wav", folder / "speech.srt"
    whole.save(audio)
    words = stream.words
    subtitles.write(srt, words)
    picture = spectrogram.picture(whole.samples, whole.sample_rate)
    yield Spoken(audio, srt, whole.seconds, words, picture)


def speak_long(
    tts: MiniMaxSpeech, text: str, voice: Voice | None, delivery: Delivery, folder: Path
) -> Generator[Told | Spoken]:
    """Say a text of any length into files in a folder, in memory that does not grow with it.

    Raises:
        InputError: as for `MiniMaxSpeech.stream`.
    """
    told: list[Told] = []
    stream = tts.stream(
        text,
        voice,
        delivery.language,
        delivery.seed,
        live=False,
        progress=lambda *far: told.append(Told(*far)),
        **delivery.options,
    )
    audio, srt = folder / "speech.wav", folder / "speech.srt"
    with Writer(audio, tts.sample_rate) as writer:
        for piece in stream:
            writer.write(piece.samples)
            if told:
                yield told[-1]
                told.clear()
    words = stream.words
    subtitles.write(srt, words)
    yield Spoken(audio, srt, stream.seconds, words, None)


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
