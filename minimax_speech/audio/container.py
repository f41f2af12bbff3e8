"""Audio of containers that libsndfile does not know: m4a and mp4, webm, amr, wma, bare AAC.

Decoded by PyAV, in a process with bounds (see `decoder`), and read like a `soundfile.SoundFile`.
"""

import json
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from typing import IO, BinaryIO, Self, cast

import numpy as np
import numpy.typing as npt

from minimax_speech.errors import InputError

SUFFIXES = (".m4a", ".mp4", ".webm", ".amr", ".wma", ".aac")
KINDS = ", ".join(suffix[1:] for suffix in SUFFIXES)
"""What there is to read, for people."""

_SIGNATURES = {
    "mov": rb".{4}(ftyp|moov|mdat|wide|free|skip)",
    "matroska": rb"\x1a\x45\xdf\xa3",
    "amr": rb"#!AMR",
    "asf": rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    "aac": rb"\xff[\xf0\xf1\xf8\xf9]",
}
"""FFmpeg's name of a file format -> how its files begin. There are no others, whatever is in a
file: playlists, which name places to fetch from, are among FFmpeg's formats, too."""
_PIECE = 1 << 16
"""Frames that are skipped at once."""


def find_demuxer(file: BinaryIO) -> str | None:
    """FFmpeg's name of the format of an open file, if it is one of those that are read here."""
    head = file.read(64)
    if head[:3] == b"ID3" and len(head) >= 10:
        # A tag before the sound; its size has seven bits in a byte.
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        file.seek(10 + size)
        head = file.read(64)
    file.seek(0)
    found = (name for name, begin in _SIGNATURES.items() if re.match(begin, head, re.DOTALL))
    return next(found, None)


def is_supported() -> bool:
    """Whether PyAV is installed."""
    return find_spec("av") is not None


class Container:
    """An audio file, read from its start to its end: the first audio stream of a container.

    Args:
        file: at its start; one of the operating system's, not of memory. It is closed with this.
        path: what to call it.
        demuxer: as `find_demuxer` tells.

    Attributes:
        samplerate: Hz.
        channels: how many.
        frames: how many there are by the times of the packets, none of which has been decoded. No
            more are read, though there may be fewer. Silence that an encoder puts before the
            sound is left out where the file tells how long it is.
        comment: in the header; "" where it has none.

    Raises:
        InputError: PyAV is not installed; there is no sound in the file, or it is damaged.
    """

    def __init__(self, file: BinaryIO, path: str, demuxer: str) -> None:
        self.name = path
        with file:
            if not is_supported():
                raise InputError(
                    f"{path} needs PyAV, which is not installed: pip install "
                    "'minimax-speech[formats]', or convert it to one of wav, flac, mp3, ogg"
                )
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "minimax_speech.audio.decoder", demuxer],
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))},
            )
        self._samples = cast(IO[bytes], self._process.stdout)
        try:
            header = json.loads(self._samples.readline() or self._fail())
        except BaseException:
            self.close()
            raise
        self.samplerate: int = header["rate"]
        self.channels: int = header["channels"]
        self.frames: int = header["frames"]
        self.comment: str = header["comment"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def seek(self, frames: int) -> None:
        """Skip frames from the start on; before anything is read."""
        while frames > 0 and len(skipped := self.block(min(frames, _PIECE))):
            frames -= len(skipped)

    def block(self, frames: int) -> npt.NDArray[np.float32]:
        """The next frames, (frames, channels); fewer at the end.

        Raises:
            InputError: the file is damaged there.
        """
        size = frames * self.channels * 4
        data = self._samples.read(size)
        if len(data) < size and self._process.wait():
            self._fail()
        return np.frombuffer(data, np.float32).reshape(-1, self.channels)

    def _fail(self) -> bytes:
        """Say why the process ended."""
        _, told = self._process.communicate()
        lines = told.decode(errors="replace").splitlines()
        crashed = self._process.returncode < 0 or not lines
        reason = "it takes too much memory or time to read" if crashed else lines[-1]
        raise InputError(f"{self.name} cannot be read ({reason}): copy or export it again")
