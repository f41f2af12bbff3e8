"""Read and write audio files, and change their sample rate.

Files go through soundfile, resampling through soxr. Every file that cannot be used is an InputError
of one line.

Shapes: mono samples (samples,), multichannel samples (samples, channels); float32 in [-1, 1].
"""

import io
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from minimax_speech.audio.subtitles import Word
from minimax_speech.errors import InputError

Samples = npt.NDArray[np.float32]

SAMPLE_RATE = 24_000
"""Hz; what every model here hears and speaks."""

FORMATS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "OPUS"),
}
"""What can be written: name (also the file's extension) -> soundfile's format and subtype."""

_LIMITED_RATES = {
    "mp3": (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
    "ogg": (8_000, 12_000, 16_000, 24_000, 48_000),
}
_WRITABLE_RATES = (8_000, 192_000)
BLOCK = 1 << 16
"""Frames handled at once: bounds memory, and libsndfile's Opus writer crashes on huge blocks."""


@dataclass(frozen=True, eq=False)
class Audio:
    """A piece of sound.

    Attributes:
        samples: float32 in [-1, 1], (samples,).
        sample_rate: Hz.
        heard: share of the text's characters that are heard in it, where that was checked.
    """

    samples: Samples
    sample_rate: int
    heard: float | None = None
    find_words: Callable[[], list[Word]] | None = field(default=None, repr=False)

    @cached_property
    def words(self) -> list[Word]:
        """The words that are said, as written, and when: found when they are first asked for.

        None in audio that no text was said in.
        """
        return self.find_words() if self.find_words else []

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self.samples) / self.sample_rate

    def save(
        self,
        target: str | Path | BinaryIO,
        format: str | None = None,
        sample_rate: int | None = None,
    ) -> None:
        """Write to a file or binary stream as `write` does, at `sample_rate` Hz if given.

        Raises:
            InputError: the format, rate or place cannot be used.
        """
        rate = self.sample_rate if sample_rate is None else sample_rate
        check_rate(rate, format_for(target, format))
        write(target, resample(self.samples, self.sample_rate, rate), rate, format)


def read(
    path: str | Path,
    sample_rate: int | None = SAMPLE_RATE,
    mono: bool = True,
    max_seconds: float | None = None,
) -> tuple[Samples, int]:
    """Read an audio file, in blocks: memory grows only with what is returned.

    Args:
        path: any file that soundfile knows (wav, flac, mp3, ogg, aiff, ...).
        sample_rate: Hz to resample to; None keeps the file's own.
        mono: average the channels.
        max_seconds: read no further than this.

    Returns:
        The samples, (samples,) or (samples, channels), and their rate in Hz.

    Raises:
        InputError: no such file, a directory, empty, not audio, no samples, or NaN in them.
    """
    with _open(path) as file:
        rate = sample_rate or file.samplerate
        channels = 1 if mono else file.channels
        blocks = list(_resampled(file, path, rate, mono, 0.0, max_seconds))
    samples = np.concatenate(blocks) if blocks else np.zeros((0, channels), np.float32)
    if len(samples) == 0:
        raise InputError(f"{path} holds no sound: it has 0 samples")
    return (samples[:, 0] if mono else samples), rate


def read_blocks(
    path: str | Path, sample_rate: int, start: float = 0.0, seconds: float | None = None
) -> Iterator[Samples]:
    """The mono samples of an audio file, or of a stretch of it, block by block: (samples,) each.

    Args:
        path: as for `read`.
        sample_rate: Hz to resample to.
        start: of the stretch, in seconds.
        seconds: length of the stretch; None for all the rest.

    Raises:
        InputError: as for `read`, but that there may be no samples.
    """
    with _open(path) as file:
        for block in _resampled(file, path, sample_rate, True, start, seconds):
            yield block[:, 0]


def duration(path: str | Path) -> float:
    """Seconds of an audio file, from its header.

    Raises:
        InputError: as for `read`.
    """
    with _open(path) as file:
        return file.frames / file.samplerate


def resample(samples: Samples, rate: int, new_rate: int) -> Samples:
    """Samples (samples,) or (samples, channels) at another rate, by soxr at its HQ setting."""
    if rate == new_rate:
        return samples
    return soxr.resample(samples, rate, new_rate, quality="HQ").astype(np.float32, copy=False)


def write(
    target: str | Path | BinaryIO, samples: Samples, rate: int, format: str | None = None
) -> None:
    """Write samples (samples,) or (samples, channels) as wav, flac, mp3 or ogg (Opus).

    A file appears whole or not at all: it is written beside its place and renamed. A file that is
    there already is replaced; a device or a pipe is written to.

    Args:
        target: a path, or an open binary stream such as `sys.stdout.buffer`.
        samples: what lies outside [-1, 1] is clipped.
        rate: Hz.
        format: one of `FORMATS`; None takes it from the path's extension (a stream gets wav).

    Raises:
        InputError: an unknown format, a rate it cannot hold, or a place that cannot be written.
        OSError: the disk failed or is full.
    """
    format = format_for(target, format)
    if not isinstance(target, (str, Path)):
        target.write(encode(samples, rate, format))
        target.flush()
        return
    check_writable(target)
    _write_whole(Path(target), encode(samples, rate, format))


def encode(samples: Samples, rate: int, format: str) -> bytes:
    """The bytes of an audio file.

    Raises:
        InputError: an unknown format, or a rate it cannot hold.
    """
    check_rate(rate, format)
    kind, subtype = FORMATS[format]
    samples = np.clip(samples, -1.0, 1.0)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    buffer = io.BytesIO()
    with soundfile.SoundFile(buffer, "w", rate, channels, subtype, format=kind) as file:
        for start in range(0, len(samples), BLOCK):
            file.write(samples[start : start + BLOCK])
    return buffer.getvalue()


def output_format(path: str | Path, format: str | None = None) -> str:
    """The name in `FORMATS` for an output file: as asked for, or from the extension.

    Raises:
        InputError: neither is known; lists those that are.
    """
    name = Path(path).suffix.lower().lstrip(".") if format is None else format.lower()
    name = "ogg" if name == "opus" else name
    if name not in FORMATS:
        what = f"the extension of {str(path)!r}" if format is None else f"format {format!r}"
        known = ", ".join(FORMATS)
        raise InputError(f"{what} is not one that can be written: use one of {known}")
    return name


def check_rate(rate: int, format: str) -> None:
    """Refuse a sample rate (Hz) that a format in `FORMATS` cannot hold, with an InputError."""
    rates = _LIMITED_RATES.get(output_format("", format))
    if rates and rate not in rates:
        raise InputError(f"{format} cannot hold {rate} Hz: use one of {', '.join(map(str, rates))}")
    low, high = _WRITABLE_RATES
    if not low <= rate <= high:
        raise InputError(f"a sample rate of {rate} Hz is out of range: use {low} to {high}")


def check_writable(path: str | Path) -> None:
    """Refuse a place where no file can be written, with an InputError; ask before long work."""
    path = Path(path)
    folder = path.parent
    try:
        if path.is_dir():
            raise InputError(f"output {path} is a folder: name a file in it")
        if not folder.exists():
            raise InputError(f"output folder {folder} does not exist: create it first")
        if not folder.is_dir():
            raise InputError(f"output folder {folder} is a file: name a folder")
        if is_device(path):
            path.open("ab").close()
        else:
            # Tried, not asked: permissions say nothing of a read-only disk or a folder like /proc.
            tempfile.TemporaryFile(dir=Path(os.path.realpath(path)).parent).close()
    except OSError as error:
        raise InputError(
            f"output {path} is not writable ({error.strerror}): choose another place"
        ) from None


def format_for(target: str | Path | BinaryIO, format: str | None) -> str:
    """The name in `FORMATS` for a file (see `output_format`) or a stream (wav by default).

    Raises:
        InputError: as for `output_format`.
    """
    if isinstance(target, (str, Path)):
        return output_format(target, format)
    return output_format("", "wav" if format is None else format)


def is_device(path: Path) -> bool:
    """Whether this is a device or a pipe, such as /dev/null: written to, and never replaced."""
    return path.exists() and not path.is_file()


def _open(path: str | Path) -> soundfile.SoundFile:
    path = Path(path)
    try:
        if not path.exists():
            raise InputError(f"audio file {path} does not exist: check the path")
        if path.is_dir():
            raise InputError(f"{path} is a folder: name an audio file in it")
        if path.is_file() and path.stat().st_size == 0:
            raise InputError(f"audio file {path} is empty (0 bytes)")
        # Opened here, so that a file without read permission says so.
        with path.open("rb"):
            return soundfile.SoundFile(str(path))
    except OSError as error:
        raise InputError(f"audio file {path} cannot be read: {error.strerror}") from None
    except (soundfile.LibsndfileError, TypeError):  # TypeError: headerless .raw
        known = "wav, flac, mp3, ogg"
        raise InputError(
            f"{path} is not an audio file that can be read: convert it to one of {known}"
        ) from None


def _resampled(
    file: soundfile.SoundFile,
    path: str | Path,
    rate: int,
    mono: bool,
    start: float,
    seconds: float | None,
) -> Iterator[Samples]:
    """Blocks (frames, channels) of a stretch at a rate; one channel where ``mono``."""
    # Without this ResampleStream would be asked to convert between equal rates.
    resampler = (
        soxr.ResampleStream(
            file.samplerate, rate, 1 if mono else file.channels, dtype="float32", quality="HQ"
        )
        if rate != file.samplerate
        else None
    )
    first = min(file.frames, round(start * file.samplerate))
    left = file.frames - first
    if seconds is not None:
        left = min(left, round(seconds * file.samplerate))
    if first:
        file.seek(first)
    while left > 0:
        block = _read_block(file, min(left, BLOCK), path)
        left = left - len(block) if len(block) else 0
        if mono:
            block = block.mean(axis=1, keepdims=True)
        yield resampler.resample_chunk(block, last=left == 0) if resampler else block


def _read_block(file: soundfile.SoundFile, frames: int, path: str | Path) -> Samples:
    """Up to `frames` frames, (frames, channels); none at the end of the file."""
    try:
        block = file.read(frames, dtype="float32", always_2d=True)
    except soundfile.LibsndfileError as error:
        raise InputError(f"{path} is damaged: {error.error_string}") from None
    if not np.isfinite(block).all():
        raise InputError(f"{path} holds samples that are not numbers (NaN or infinite)")
    return block


def _write_whole(path: Path, data: bytes) -> None:
    device = is_device(path)
    # The real path of /dev/stdout on a pipe is a name that cannot be opened.
    place = path if device else Path(os.path.realpath(path))
    part = place if device else place.with_name(f".{uuid.uuid4().hex[:8]}.part")
    try:
        part.write_bytes(data)
        if not device:
            part.replace(place)
    except OSError as error:
        raise OSError(f"{path} could not be written: {error.strerror}") from error
    finally:
        if not device:
            part.unlink(missing_ok=True)
