"""Reading and writing audio: what comes back, what is refused, and what is left on the disk."""

import io as byteio
import os
import struct
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile

from minimax_speech.audio import io
from minimax_speech.audio.io import Audio, Samples
from minimax_speech.errors import InputError


def tone(seconds: float = 1.0, rate: int = 24_000, hertz: float = 440.0) -> Samples:
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def one_line(error: pytest.ExceptionInfo[InputError], *parts: str) -> None:
    message = str(error.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


@pytest.mark.parametrize("name", ["wav", "flac", "mp3", "ogg"])
def test_each_format_brings_the_tone_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"tone.{name}"
    io.write(path, tone(), 24_000)
    samples, rate = io.read(path)
    assert rate == 24_000
    assert soundfile.info(path).subtype == io.FORMATS[name][1]
    spectrum = np.abs(np.fft.rfft(samples[2400:21600] * np.hanning(19200)))
    assert spectrum.argmax() * 24_000 / 19_200 == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(samples[2400:21600] ** 2)) == pytest.approx(0.354, rel=0.05)


def test_wav_and_flac_are_exact_to_16_bits(tmp_path: Path) -> None:
    for name in ("a.wav", "a.flac"):
        io.write(tmp_path / name, tone(), 24_000)
        assert np.abs(io.read(tmp_path / name)[0] - tone()).max() <= 1 / 32768


def test_reading_resamples_and_mixes_down(tmp_path: Path) -> None:
    left = tone(rate=48_000)
    soundfile.write(tmp_path / "s.wav", np.stack([left, 0 * left], axis=1), 48_000, "FLOAT")
    samples, rate = io.read(tmp_path / "s.wav")
    assert (samples.shape, samples.dtype, rate) == ((24_000,), np.float32, 24_000)
    assert np.abs(samples[500:-500] - tone()[500:-500] / 2).max() < 1e-3
    both, rate = io.read(tmp_path / "s.wav", sample_rate=None, mono=False)
    assert (both.shape, rate) == ((48_000, 2), 48_000)


def test_reading_in_blocks_equals_reading_at_once(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 200_001).astype(np.float32)
    soundfile.write(tmp_path / "n.wav", noise, 44_100, "FLOAT")
    samples, _ = io.read(tmp_path / "n.wav")
    whole = io.resample(noise, 44_100, 24_000)
    assert len(samples) == len(whole)
    assert np.abs(samples - whole).max() < 1e-5


def test_of_an_hour_only_the_asked_seconds_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with soundfile.SoundFile(tmp_path / "hour.wav", "w", 8_000, 1, "PCM_U8") as file:
        for _ in range(3600):
            file.write(tone(1.0, 8_000))
    frames = 0
    read = soundfile.SoundFile.read

    def count(self: soundfile.SoundFile, n: int, **options: object) -> Samples:
        nonlocal frames
        frames += n
        return read(self, n, **options)

    monkeypatch.setattr(soundfile.SoundFile, "read", count)
    samples, _ = io.read(tmp_path / "hour.wav", max_seconds=2.5)
    assert len(samples) == 60_000
    assert frames == 20_000
    assert io.duration(tmp_path / "hour.wav") == 3600


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.wav").write_text("This is not audio at all.\n" * 10)
    (tmp_path / "raw.raw").write_bytes(bytes(100))
    soundfile.write(tmp_path / "none.wav", np.zeros(0), 24_000)
    soundfile.write(tmp_path / "nan.wav", np.full(100, np.nan), 24_000, "FLOAT")
    io.write(tmp_path / "whole.flac", tone(), 24_000)
    data = (tmp_path / "whole.flac").read_bytes()
    (tmp_path / "header.flac").write_bytes(data[:30])
    cases = {
        "missing.wav": "does not exist",
        "": "folder",
        "empty.wav": "empty",
        "text.wav": "not an audio file",
        "raw.raw": "not an audio file",
        "none.wav": "0 samples",
        "nan.wav": "NaN",
        "header.flac": "not an audio file",
    }
    for name, part in cases.items():
        with pytest.raises(InputError) as error:
            io.read(tmp_path / name)
        one_line(error, part, str(tmp_path / name))


def test_a_truncated_wav_gives_what_is_there(tmp_path: Path) -> None:
    io.write(tmp_path / "whole.wav", tone(), 24_000)
    data = (tmp_path / "whole.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(data[: len(data) // 2])
    samples, _ = io.read(tmp_path / "cut.wav", sample_rate=16_000)
    assert 7_900 < len(samples) <= 8_000


def test_a_header_that_promises_too_much_ends_cleanly(tmp_path: Path) -> None:
    io.write(tmp_path / "a.wav", tone(0.1), 24_000)
    data = bytearray((tmp_path / "a.wav").read_bytes())
    data[40:44] = struct.pack("<I", 0x7FFFFFF0)
    (tmp_path / "a.wav").write_bytes(data)
    assert len(io.read(tmp_path / "a.wav")[0]) == 2_400


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.WAVE"])
def test_an_unknown_extension_lists_the_known(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as error:
        io.write(tmp_path / name, tone(), 24_000)
    one_line(error, "wav, flac, mp3, ogg")
    assert list(tmp_path.iterdir()) == []


def test_a_given_format_wins_over_the_extension(tmp_path: Path) -> None:
    io.write(tmp_path / "a.bin", tone(), 24_000, format="FLAC")
    assert soundfile.info(tmp_path / "a.bin").format == "FLAC"


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder.wav").mkdir()
    cases = {
        tmp_path / "no" / "a.wav": "does not exist",
        tmp_path / "file" / "a.wav": "is a file",
        tmp_path / "folder.wav": "is a folder",
    }
    for path, part in cases.items():
        with pytest.raises(InputError) as error:
            io.write(path, tone(), 24_000)
        one_line(error, part)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="not writable"):
            io.write(tmp_path / "a.wav", tone(), 24_000)
    finally:
        tmp_path.chmod(0o700)


def test_a_refused_permission_is_an_input_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(InputError, match="not writable"):
        io.write(tmp_path / "a.wav", tone(), 24_000)


def test_a_full_disk_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"old")

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        io.write(path, tone(), 24_000)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.wav").symlink_to(tmp_path / "real.wav")
    io.write(tmp_path / "link.wav", tone(), 24_000)
    assert (tmp_path / "link.wav").is_symlink()
    assert soundfile.info(tmp_path / "real.wav").frames == 24_000


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="no /dev/null here")
def test_a_device_is_written_to_and_not_replaced() -> None:
    io.write("/dev/null", tone(), 24_000, format="wav")
    assert not Path("/dev/null").is_file()


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="no /dev/fd here")
def test_a_pipe_is_written_to() -> None:
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb") as received:
        with os.fdopen(writer, "wb"):
            io.write(f"/dev/fd/{writer}", tone(0.1), 24_000, format="wav")
        assert soundfile.info(byteio.BytesIO(received.read())).frames == 2_400


def test_a_stream_gets_wav_unless_told_otherwise() -> None:
    for name in (None, "flac"):
        stream = byteio.BytesIO()
        io.write(stream, tone(), 24_000, format=name)
        stream.seek(0)
        assert soundfile.info(stream).format == (name or "wav").upper()


def test_rates_that_a_format_cannot_hold() -> None:
    with pytest.raises(InputError, match="48000"):
        io.encode(tone(), 44_100, "ogg")
    with pytest.raises(InputError, match="out of range"):
        io.encode(tone(), 100, "wav")


def test_loud_samples_are_clipped_not_wrapped(tmp_path: Path) -> None:
    io.write(tmp_path / "a.wav", 4 * tone(), 24_000)
    assert np.abs(io.read(tmp_path / "a.wav")[0] - np.clip(4 * tone(), -1, 1)).max() < 1e-4


def test_audio_saves_itself_at_another_rate(tmp_path: Path) -> None:
    audio = Audio(tone(0.5), 24_000)
    assert audio.seconds == 0.5
    audio.save(tmp_path / "a.wav", sample_rate=48_000)
    info = soundfile.info(tmp_path / "a.wav")
    assert (info.samplerate, info.frames) == (48_000, 24_000)
    with pytest.raises(InputError, match="cannot hold"):
        audio.save(tmp_path / "b.ogg", sample_rate=44_100)
    assert not (tmp_path / "b.ogg").exists()
