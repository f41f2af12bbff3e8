"""Audio files that are written as the sound comes in, in memory that does not grow with it."""

import os
import shutil
import struct
import tempfile
import uuid
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self, cast

import numpy as np
import soundfile
import soxr

from minimax_speech.audio import io
from minimax_speech.audio.io import FORMATS, Samples
from minimax_speech.errors import InputError

_UNKNOWN = 0xFFFFFFFF
"""The length of a sound in the header of a wav file that nobody can go back to."""


class Writer:
    """One mono audio file, for a ``with`` statement: after an error, nothing is left of it.

    A file appears whole or not at all; one that is there already is replaced. A stream gets the
    file when it is whole, or while it is made (``live``): its header then tells no length.
    """

    def __init__(
        self,
        target: str | Path | BinaryIO,
        rate: int,
        format: str | None = None,
        sample_rate: int | None = None,
        live: bool = False,
    ) -> None:
        """Arguments as of `io.write`; ``sample_rate`` is that of the file, in Hz, if it is another.

        Raises:
            InputError: an unknown format, a rate it cannot hold, or a place that cannot be written.
        """
        rate_there = rate if sample_rate is None else sample_rate
        format = io.format_for(target, format)
        io.check_rate(rate_there, format)
        self._resampler = (
            soxr.ResampleStream(rate, rate_there, 1, dtype="float32", quality="HQ")
            if rate_there != rate
            else None
        )
        self._target = target
        self._part: Path | None = None  # becomes the target in the end
        live = live and not isinstance(target, (str, Path))
        if live:
            check_live(format)
        self._raw = cast(BinaryIO, target) if live else self._open()
        self._sink = _Sink(self._raw, live)
        self._file: soundfile.SoundFile | None = None
        if live and format == "wav":
            self._sink.write(_endless_header(rate_there))
        else:
            kind, subtype = FORMATS[format]
            self._file = soundfile.SoundFile(self._sink, "w", rate_there, 1, subtype, format=kind)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._close()
        finally:
            if self._file:
                self._file.close()
            if self._raw is not self._target:
                self._raw.close()
            if self._part:
                self._part.unlink(missing_ok=True)

    def write(self, samples: Samples) -> None:
        """Go on with samples (samples,); what lies outside [-1, 1] is clipped.

        Raises:
            OSError: the disk failed or is full.
        """
        self._write(np.asarray(samples, np.float32), last=False)

    def _write(self, samples: Samples, last: bool) -> None:
        if self._resampler:
            samples = self._resampler.resample_chunk(samples, last)
        samples = np.clip(samples, -1.0, 1.0)
        if self._file is None:
            self._sink.write((samples * 32767).round().astype("<i2").tobytes())
        else:
            for start in range(0, len(samples), io.BLOCK):
                self._file.write(samples[start : start + io.BLOCK])
        self._sink.check(self._target)

    def _close(self) -> None:
        """Write what is left, and put the file into its place."""
        if self._resampler:
            self._write(np.zeros(0, np.float32), last=True)
        if self._file:
            self._file.close()
        self._sink.check(self._target)
        if self._part:
            self._raw.close()
            self._part.replace(os.path.realpath(cast(str | Path, self._target)))
        elif self._raw is not self._target and not isinstance(self._target, (str, Path)):
            self._raw.seek(0)
            shutil.copyfileobj(self._raw, self._target)
            self._target.flush()

    def _open(self) -> BinaryIO:
        """Where the file is written at first."""
        if not isinstance(self._target, (str, Path)):
            return cast(BinaryIO, tempfile.TemporaryFile(buffering=0))
        io.check_writable(self._target)
        place = Path(self._target)
        if not io.is_device(place):
            place = Path(os.path.realpath(place))
            place = self._part = place.with_name(f".{uuid.uuid4().hex[:8]}.part")
        return cast(BinaryIO, place.open("wb", buffering=0))


def check_live(format: str) -> None:
    """Refuse a format in `FORMATS` that cannot be written to a stream live, with an InputError."""
    if format == "mp3":
        raise InputError("mp3 begins with its length and cannot be streamed: use wav or ogg")


class _Sink:
    """What soundfile writes to.

    libsndfile swallows errors of the disk: the first is kept for `check`. A live sink cannot go
    back, and ignores what would be written over what is there, such as lengths in a header.
    """

    def __init__(self, file: BinaryIO, live: bool) -> None:
        self._file, self._live = file, live
        self._place = self._end = 0
        self._error: OSError | None = None

    def check(self, target: object) -> None:
        if self._error:
            where = target if isinstance(target, (str, Path)) else "the audio"
            reason = self._error.strerror
            raise OSError(f"{where} could not be written: {reason}") from self._error

    def write(self, data: bytes) -> int:
        try:
            if not self._live:
                self._file.seek(self._place)
                self._write_all(data)
            elif self._place == self._end:
                self._write_all(data)
                self._file.flush()
        except OSError as error:
            self._error = self._error or error
        self._place += len(data)
        self._end = max(self._end, self._place)
        return len(data)

    def _write_all(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = (0, self._place, self._end)[whence] + offset
        return self._place

    def tell(self) -> int:
        return self._place


def _endless_header(rate: int) -> bytes:
    """The header of a wav file of 16 bits, mono, that does not tell how long it is."""
    form = struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE")
    sound = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    return form + sound + struct.pack("<4sI", b"data", _UNKNOWN)
