"""Files that are written piece by piece are those that are written at once."""

import errno
import io as streams
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tiny import tone

from minimax_speech.audio import io
from minimax_speech.audio.io import Audio
from minimax_speech.audio.provenance import DISCLOSURE, read_comment
from minimax_speech.audio.writer import Writer
from minimax_speech.errors import InputError

RATE = 24_000
SAMPLES = tone(1.3)
PIECES = [SAMPLES[start : start + 5_000] for start in range(0, len(SAMPLES), 5_000)]


@pytest.mark.parametrize("format", list(io.FORMATS))
@pytest.mark.parametrize("rate", [None, 16_000])
def test_pieces_make_the_same_file(format: str, rate: int | None, tmp_path: Path) -> None:
    path, whole = tmp_path / f"pieces.{format}", tmp_path / f"whole.{format}"
    with Writer(path, RATE, sample_rate=rate) as writer:
        for piece in PIECES:
            writer.write(piece)
    io.write(whole, io.resample(SAMPLES, RATE, rate or RATE), rate or RATE)
    ours, theirs = soundfile.read(path), soundfile.read(whole)
    assert ours[1] == theirs[1]
    assert np.allclose(ours[0], theirs[0], atol=1e-4)
    stream = streams.BytesIO()
    with Writer(stream, RATE, format, rate) as writer:
        for piece in PIECES:
            writer.write(piece)
    assert len(stream.getvalue()) == path.stat().st_size


@pytest.mark.parametrize("format", ["wav", "ogg"])
def test_a_live_stream_can_be_read_at_any_time(format: str) -> None:
    stream = streams.BytesIO()
    heard = []
    with Writer(stream, RATE, format, live=True) as writer:
        for piece in PIECES:
            writer.write(piece)
            if stream.tell() > 4_000:  # ogg fills pages
                heard.append(len(soundfile.read(streams.BytesIO(stream.getvalue()))[0]))
    assert heard == sorted(heard)
    assert 0 < heard[0] < len(SAMPLES)
    whole, _ = soundfile.read(streams.BytesIO(stream.getvalue()))
    assert np.allclose(whole[: len(SAMPLES)], SAMPLES, atol=1e-4 if format == "wav" else 0.2)


def test_mp3_cannot_be_live() -> None:
    with pytest.raises(InputError, match="use wav or ogg"):
        Writer(streams.BytesIO(), RATE, "mp3", live=True)


def test_after_an_error_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "speech.wav"
    path.write_bytes(b"before")

    def write() -> None:
        with Writer(path, RATE) as writer:
            writer.write(PIECES[0])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["speech.wav"]


def test_a_full_disk_is_told() -> None:
    class Full(streams.BytesIO):
        def write(self, data: object, /) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    for format in ("wav", "flac"):
        with (
            pytest.raises(OSError, match="No space left"),
            Writer(Full(), RATE, format, live=True) as writer,
        ):
            writer.write(SAMPLES)


@pytest.mark.parametrize("format", list(io.FORMATS))
def test_files_say_that_their_speech_is_generated(format: str, tmp_path: Path) -> None:
    pieces, whole, other = (tmp_path / f"{name}.{format}" for name in ("pieces", "whole", "other"))
    with Writer(pieces, RATE) as writer:
        for piece in PIECES:
            writer.write(piece)
    Audio(SAMPLES, RATE).save(whole)
    io.write(other, SAMPLES, RATE)  # of a recording, say
    assert read_comment(pieces) == read_comment(whole) == DISCLOSURE
    assert read_comment(other) == ""
    assert np.array_equal(io.read(whole)[0], io.read(other)[0])


@pytest.mark.parametrize("format", ["wav", "flac", "ogg"])
def test_a_live_stream_says_so_before_its_sound(format: str, tmp_path: Path) -> None:
    with (tmp_path / "live").open("wb") as file, Writer(file, RATE, format, live=True) as writer:
        writer.write(SAMPLES)
    assert read_comment(tmp_path / "live") == DISCLOSURE
    assert DISCLOSURE.encode() in (tmp_path / "live").read_bytes()[:1_000]


@pytest.mark.parametrize("format", ["wav", "flac", "mp3"])
def test_the_same_sound_is_the_same_file(format: str) -> None:
    files = [streams.BytesIO(), streams.BytesIO()]
    for file in files:
        Audio(SAMPLES, RATE).save(file, format)
    assert files[0].getvalue() == files[1].getvalue()
