"""The process that decodes what libsndfile cannot: standard input is the file.

FFmpeg's parsers were never meant for what strangers upload: a file of 5 kB can claim so many packets
that their table fills gigabytes. So they run (through PyAV) in a process of their own, which may use
little memory and time, is given an open file and nothing else, and opens nothing further: no
protocol, no playlist, no file that the file names.

Standard output begins with one line of JSON, {"rate", "channels", "frames", "comment"}; float32
samples follow, (frames, channels). The exit code is 0, or else standard error says why, in a line.
"""

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import av
    from av.container import InputContainer

_MEMORY = 1 << 29
"""Bytes of address space; PyAV itself takes a quarter of them, the packets of ten hours a tenth."""
_CPU_SECONDS = 300
"""A day of AAC takes a minute and a half."""
_CODECS = {
    *("aac", "alac", "mp3float", "mp3", "opus", "libopus", "vorbis", "libvorbis", "flac"),
    *("amrnb", "amrwb", "libopencore_amrnb", "libopencore_amrwb", "ac3", "eac3"),
    *("wmav1", "wmav2", "wmapro", "wmalossless", "wmavoice"),
    *("pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le", "pcm_f32be"),
    *("pcm_alaw", "pcm_mulaw"),
}
"""FFmpeg's names of the decoders that may run; those of video are not among them."""


class _Unusable(Exception):
    """Why a file cannot be used."""


def decode(source: BinaryIO, demuxer: str, sink: BinaryIO) -> None:
    """Write the header and the samples of a file's first audio stream.

    Args:
        source: the file, which is read twice: its packets are counted before any is decoded.
        demuxer: FFmpeg's name of the file format; no other is tried.
        sink: what is written to.
    """
    with _open(source, demuxer) as container:
        seconds = _seconds(container)
    source.seek(0)
    with _open(source, demuxer) as container:
        stream = _first(container)
        frames = container.decode(stream)
        first = next(frames, None)
        if first is None:
            raise _Unusable("no sound in it")
        channels = first.layout.nb_channels
        left = round(seconds * first.sample_rate)
        tags = {**container.metadata, **stream.metadata}
        header = {
            "rate": first.sample_rate,
            "channels": channels,
            "frames": left,
            "comment": next((tags[name] for name in tags if name.lower() == "comment"), ""),
        }
        sink.write(json.dumps(header).encode() + b"\n")
        for samples in _samples(chain([first], frames)):
            # No more than was counted: a packet may hold far more than it claims.
            sink.write(samples[: left * channels * 4])
            left -= len(samples) // (channels * 4)
            if left <= 0:
                return


def _open(source: BinaryIO, demuxer: str) -> "InputContainer":
    import av

    options = {"codec_whitelist": ",".join(sorted(_CODECS))}
    return av.open(source, format=demuxer, options=options, io_open=_refuse)


def _refuse(url: str, *_: object) -> BinaryIO:
    raise PermissionError(f"the file refers to another: {url}")


def _first(container: "InputContainer") -> "av.AudioStream":
    if not container.streams.audio:
        raise _Unusable("no sound in it")
    stream = container.streams.audio[0]
    context = stream.codec_context
    if context is None or context.codec.name not in _CODECS:
        raise _Unusable("its sound is in a codec that is not read here")
    return stream


def _seconds(container: "InputContainer") -> float:
    """Length by the times of the packets: headers of live recordings tell none, or a wrong one."""
    stream = _first(container)
    start: int | None = None
    end = 0
    for packet in container.demux(stream):
        if packet.pts is not None:
            # Before 0 lies what a decoder needs to get going.
            start = max(0, packet.pts) if start is None else start
            end = max(end, packet.pts + (packet.duration or 0))
    return float((end - (start or 0)) * (stream.time_base or 0))


def _samples(frames: "Iterator[av.AudioFrame]") -> Iterator[bytes]:
    """Interleaved float32 of frames, at the rate and in the channels of the first of them."""
    import av

    converter, converted = None, None
    for frame in frames:
        kind = (frame.sample_rate, frame.layout.name, frame.format.name)
        if converter is None:
            layout, rate = frame.layout, frame.sample_rate
        if kind != converted:
            # A stream may turn to another form, as HE-AAC does after its first frame.
            converter, converted = av.AudioResampler("flt", layout, rate), kind
        for part in converter.resample(frame):
            size = part.samples * part.layout.nb_channels * 4
            yield bytes(part.planes[0])[:size]


def _limit() -> None:
    """Bound memory and time, where the system can."""
    with suppress(ImportError):
        import resource

        limits = ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _CPU_SECONDS))
        for which, most in limits:
            with suppress(ValueError, OSError):
                resource.setrlimit(which, (most, most))


def main() -> None:
    """Decode standard input with the demuxer that the command line names."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started this ends it
    _limit()
    import av

    try:
        decode(sys.stdin.buffer, sys.argv[1], sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        sys.exit("nobody listens")
    except (_Unusable, PermissionError) as error:
        sys.exit(str(error))
    except MemoryError:
        sys.exit("it takes too much memory to read")
    except (av.FFmpegError, ValueError) as error:
        sys.exit(getattr(error, "strerror", None) or str(error))


if __name__ == "__main__":
    main()
