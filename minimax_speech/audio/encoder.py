"""Sound as bytes of an audio file, given away while the sound comes in.

mp3, opus (in Ogg), aac (ADTS) and flac through PyAV, so set up that each packet leaves at once; wav
and pcm (16 bits, little-endian) by hand. Nobody can go back to the header of what is given away:
those of wav and flac do not tell how long the sound is.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Protocol, cast
from weakref import finalize

import numpy as np

from minimax_speech.audio.io import Samples, check_rate
from minimax_speech.audio.provenance import DISCLOSURE
from minimax_speech.audio.writer import endless_header, pcm16
from minimax_speech.errors import InputError


class Encoder(Protocol):
    """Takes mono samples (samples,) in and gives the bytes of a file in order."""

    def push(self, samples: Samples) -> bytes:
        """Take more samples in; what is ready comes out, possibly nothing yet."""

    def finish(self) -> bytes:
        """What is left of the file."""


class Pcm:
    """Bare samples of 16 bits."""

    def push(self, samples: Samples) -> bytes:
        """Their bytes."""
        return pcm16(samples)

    def finish(self) -> bytes:
        """Nothing is left."""
        return b""


class Wav(Pcm):
    """Samples of 16 bits behind a header that tells no length."""

    def __init__(self, rate: int) -> None:
        self._header = endless_header(rate)

    def push(self, samples: Samples) -> bytes:
        """Their bytes; before the first of them, the header's."""
        header, self._header = self._header, b""
        return header + super().push(samples)


@dataclass(frozen=True)
class Codec:
    """How a compressed format is made.

    Attributes:
        container: FFmpeg's name of the file format.
        codec: FFmpeg's name of the encoder.
        bit_rate: bits a second; None is for the encoder to choose.
        options: of the file format.
    """

    container: str
    codec: str
    bit_rate: int | None
    options: dict[str, str]


CODECS = {
    # A header with the number of frames could only be written at the end.
    "mp3": Codec("mp3", "libmp3lame", 96_000, {"write_xing": "0"}),
    # Microseconds: a page, which leaves as a whole, else gathers a second of sound.
    "opus": Codec("ogg", "libopus", 48_000, {"page_duration": "20000"}),
    "aac": Codec("adts", "aac", 64_000, {"write_id3v2": "1"}),
    "flac": Codec("flac", "flac", None, {}),
}
FORMATS = (*CODECS, "wav", "pcm")
"""Names of all formats that there are encoders for."""


class Compressed:
    """A compressed format."""

    def __init__(self, codec: Codec, rate: int) -> None:
        import av

        self._rate, self._place, self._sink = rate, 0, _Sink()
        options = {"flush_packets": "1", **codec.options}
        self._file = av.open(self._sink, "w", format=codec.container, options=options)
        # One that is never finished: until it is closed, PyAV's file and stream hold each other.
        finalize(self, self._file.close)
        stream = self._file.add_stream(codec.codec, rate=rate)
        self._stream = cast("av.AudioStream", stream)
        self._stream.layout = "mono"
        # Of the file or of its stream: formats differ in where they look.
        for described in (self._file, stream):
            described.metadata["comment"] = DISCLOSURE
        if codec.bit_rate is not None:
            self._stream.bit_rate = codec.bit_rate

    def push(self, samples: Samples) -> bytes:
        """Take more samples in; whole packets come out."""
        import av

        if len(samples) == 0:
            return b""
        clipped = np.clip(samples, -1.0, 1.0).astype(np.float32, copy=False)
        frame = av.AudioFrame.from_ndarray(clipped[None], format="flt", layout="mono")
        frame.sample_rate, frame.pts = self._rate, self._place
        self._place += len(samples)
        self._file.mux(self._stream.encode(frame))
        return self._sink.take()

    def finish(self) -> bytes:
        """The last packets, and what ends the file."""
        self._file.mux(self._stream.encode(None))
        self._file.close()
        return self._sink.take()


class _Sink:
    """What PyAV writes to; without a way back, so that it never tries one."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def write(self, data: bytes) -> int:
        self._bytes += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._bytes)
        self._bytes.clear()
        return taken


@cache
def formats_here() -> tuple[str, ...]:
    """Names of the formats that can be made on this machine."""
    if find_spec("av") is None:
        return ("wav", "pcm")
    import av

    return tuple(
        name for name in FORMATS if name not in CODECS or CODECS[name].codec in av.codecs_available
    )


def make_encoder(format: str, rate: int) -> Encoder:
    """An encoder of a sound at ``rate`` Hz.

    Raises:
        InputError: the format is unknown, cannot be made on this machine, or cannot hold the rate.
    """
    if format not in formats_here():
        raise InputError(
            f"format {format!r} cannot be made here: use one of {', '.join(formats_here())}"
        )
    if format == "pcm":
        return Pcm()
    if format == "wav":
        return Wav(rate)
    if format != "aac":
        check_rate(rate, format)
    return Compressed(CODECS[format], rate)
