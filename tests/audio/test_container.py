"""Reading what libsndfile does not know: m4a, webm and others, by PyAV in a process with bounds."""

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from containers import KINDS, write_container
from tiny import tone

from minimax_speech.audio import io
from minimax_speech.audio.container import Container
from minimax_speech.audio.io import Samples
from minimax_speech.audio.opening import open_audio
from minimax_speech.audio.provenance import read_comment
from minimax_speech.errors import InputError

av = pytest.importorskip("av", reason="pip install 'minimax-speech[formats]'")

LAG = 0.1
"""Seconds at most that an encoder puts before or after the sound without telling."""


def at(rate: int, samples: Samples) -> Samples:
    return io.resample(samples, io.SAMPLE_RATE, rate)


def likeness(heard: Samples, source: Samples, rate: int) -> float:
    """Correlation of two sounds (samples,), of which one may lag a little."""
    heard, source = io.resample(heard, rate, 8_000), io.resample(source, rate, 8_000)
    size = 1 << (len(heard) + len(source)).bit_length()
    product = np.fft.rfft(heard, size) * np.fft.rfft(source, size).conj()
    lag = np.fft.irfft(product)[: round(LAG * 8_000)]
    return float(lag.max() / np.linalg.norm(heard) / np.linalg.norm(source))


def refusal(path: Path) -> str:
    """The one line that reading a file gives."""
    with pytest.raises(InputError) as error:
        io.read(path)
    message = str(error.value)
    assert "\n" not in message
    assert str(path) in message
    return message


def test_every_kind_brings_the_sound_back(tmp_path: Path) -> None:
    for kind in KINDS:
        rate = {"amr": 8_000, "webm": 48_000}.get(kind, 44_100)
        if KINDS[kind][1] not in av.codecs_available:
            continue
        source = at(rate, tone(2.0))
        path = write_container(tmp_path / f"a.{kind}", source, rate)
        with pytest.raises(soundfile.LibsndfileError):
            soundfile.SoundFile(path)
        samples, heard_rate = io.read(path, sample_rate=None)
        assert (heard_rate, samples.dtype) == (rate, np.float32), kind
        assert 0 <= len(samples) / rate - 2.0 < LAG, kind
        assert likeness(samples, source, rate) > 0.95, kind
        assert io.duration(path) == pytest.approx(len(samples) / rate, abs=0.03), kind


@pytest.mark.parametrize("kind", ["m4a", "mp4", "mov"])
def test_the_length_is_that_of_the_edit_list(tmp_path: Path, kind: str) -> None:
    path = write_container(tmp_path / f"a.{kind}", at(44_100, tone(1.5)), 44_100)
    assert len(io.read(path, sample_rate=None)[0]) == 66_150
    assert io.duration(path) == 1.5


def test_a_live_recording_that_tells_no_length_has_one(tmp_path: Path) -> None:
    sound = at(48_000, tone(1.5))
    path = write_container(tmp_path / "a.webm", sound, 48_000, {"live": "1"})
    with av.open(str(path)) as file:
        assert file.duration is None
    assert io.duration(path) == pytest.approx(1.5, abs=2e-3)
    moov_first = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    path = write_container(tmp_path / "a.m4a", sound, 48_000, moov_first)
    assert io.duration(path) == pytest.approx(1.5, abs=0.05)


def test_channels_stay_apart_or_are_averaged(tmp_path: Path) -> None:
    left = at(44_100, tone(1.0))
    path = write_container(tmp_path / "a.mov", np.stack([left, 0 * left], axis=1), 44_100)
    both, _ = io.read(path, sample_rate=None, mono=False)
    assert both.shape == (44_100, 2)
    assert np.abs(both[:, 0] - left).max() < 1e-4
    assert np.abs(both[:, 1]).max() == 0
    assert np.abs(io.read(path, sample_rate=None)[0] - left / 2).max() < 1e-4


def test_blocks_and_stretches_are_those_of_the_whole(tmp_path: Path) -> None:
    path = write_container(tmp_path / "a.m4a", at(44_100, tone(4.0)), 44_100)
    whole, _ = io.read(path)
    blocks = list(io.read_blocks(path, 24_000))
    assert len(blocks) > 1
    assert np.array_equal(np.concatenate(blocks), whole)
    assert np.array_equal(io.read(path, max_seconds=1.0)[0][:20_000], whole[:20_000])
    part = np.concatenate(list(io.read_blocks(path, 44_100, 2.0, 0.5)))
    assert np.array_equal(part, io.read(path, None)[0][88_200:110_250])


def test_of_a_long_one_only_the_asked_seconds_are_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_container(tmp_path / "a.m4a", np.tile(tone(10.0), 30), 24_000)
    frames = 0
    block = Container.block

    def count(self: Container, n: int) -> Samples:
        nonlocal frames
        frames += n
        return block(self, n)

    monkeypatch.setattr(Container, "block", count)
    assert len(io.read(path, max_seconds=2.5)[0]) == 60_000
    assert frames == 60_000
    assert io.duration(path) == 300
    assert frames == 60_000


def test_no_more_is_read_than_the_packets_claim(tmp_path: Path) -> None:
    path = write_container(tmp_path / "a.m4a", tone(10.0), 24_000)
    data = bytearray(path.read_bytes())
    times = data.index(b"stts") + 8  # their number, then: how many packets, how long each
    number = struct.unpack_from(">I", data, times)[0]
    for entry in range(number):
        struct.pack_into(">I", data, times + 8 + 8 * entry, 1)  # a packet of 1024 says it has 1
    (tmp_path / "lies.m4a").write_bytes(data)
    assert io.duration(tmp_path / "lies.m4a") < 0.1
    assert len(io.read(tmp_path / "lies.m4a")[0]) < 2_400


def test_a_stream_may_change_its_form(tmp_path: Path) -> None:
    first = write_container(tmp_path / "a.aac", tone(1.0), 24_000).read_bytes()
    wide = np.stack([at(48_000, tone(1.0))] * 2, axis=1)
    second = write_container(tmp_path / "b.aac", wide, 48_000).read_bytes()
    (tmp_path / "both.aac").write_bytes(first + second)
    samples, rate = io.read(tmp_path / "both.aac", None, mono=False)
    assert (rate, samples.shape[1]) == (24_000, 1)
    late = samples[-12_000:-4_000, 0]
    assert np.sqrt(np.mean(late**2)) == pytest.approx(
        np.sqrt(np.mean(samples[12_000:20_000, 0] ** 2)), rel=0.5
    )


def test_a_tag_before_bare_aac_is_no_obstacle(tmp_path: Path) -> None:
    path = write_container(
        tmp_path / "a.aac", tone(1.0), 24_000, {"write_id3v2": "1"}, comment="by a machine"
    )
    assert path.read_bytes()[:3] == b"ID3"
    assert io.duration(path) == pytest.approx(1.0, abs=LAG)
    assert read_comment(path) == "by a machine"


def test_the_sound_of_a_video_is_read_and_a_silent_one_refused(tmp_path: Path) -> None:
    for name, sounding in (("talk.mp4", True), ("silent.mp4", False)):
        with av.open(str(tmp_path / name), "w") as file:
            picture = file.add_stream("mpeg4", rate=10)
            picture.width = picture.height = 32
            sound = file.add_stream("aac", rate=24_000, layout="mono") if sounding else None
            for _ in range(10):
                image = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))
                file.mux(picture.encode(image))
            file.mux(picture.encode(None))
            if sound:
                frame = av.AudioFrame.from_ndarray(tone(1.0)[None], format="fltp", layout="mono")
                frame.sample_rate = 24_000
                file.mux(sound.encode(frame))
                file.mux(sound.encode(None))
    assert len(io.read(tmp_path / "talk.mp4")[0]) == 24_000
    assert "no sound" in refusal(tmp_path / "silent.mp4")


@pytest.mark.parametrize("kind", ["m4a", "mp4", "webm", "aac"])
def test_a_cut_file_gives_what_is_there_or_one_line(tmp_path: Path, kind: str) -> None:
    whole = write_container(tmp_path / f"a.{kind}", at(48_000, tone(2.0)), 48_000)
    data = whole.read_bytes()
    cut = tmp_path / f"cut.{kind}"
    cut.write_bytes(data[: len(data) // 2])
    if kind in (
        "m4a",
        "mp4",
    ):  # what tells where the sound is lies at the end; or tells of too much
        assert "copy or export it again" in refusal(cut)
    else:
        assert 0.7 < len(io.read(cut)[0]) / 24_000 < 1.3


def test_noise_in_a_file_is_damage_not_sound(tmp_path: Path) -> None:
    path = write_container(tmp_path / "a.m4a", tone(2.0), 24_000)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 2_000
    noise = np.random.default_rng(0).bytes(8_000)
    data[start : start + len(noise)] = noise
    path.write_bytes(data)
    assert "copy or export it again" in refusal(path)


PLAYLISTS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011">{target}</MPD>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n# {target}\n",
    "text": "This is a text, and no sound.\n# {target}\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_texts_and_playlists_are_no_audio_by_any_name(tmp_path: Path, kind: str) -> None:
    target = write_container(tmp_path / "target.m4a", tone(1.0), 24_000)
    for name in ("list.m4a", "list.webm"):
        path = tmp_path / name
        path.write_text(PLAYLISTS[kind].format(target=target))
        assert "not an audio file" in refusal(path)


def test_a_file_that_refers_to_another_does_not_open_it(tmp_path: Path) -> None:
    """A QuickTime file may leave its sound in another file."""
    path = write_container(tmp_path / "a.mov", tone(1.0), 24_000)
    data = bytearray(path.read_bytes())
    place = data.index(b"dref") + 4 + 8  # version, number of entries; then the entry
    assert bytes(data[place + 4 : place + 8]) in (b"url ", b"alis")
    data[place + 4 : place + 8] = b"alis"
    data[place + 8 : place + 12] = bytes(4)  # the sound is elsewhere
    path.write_bytes(data)
    try:
        io.read(path)
    except InputError as error:
        assert "\n" not in str(error)


def box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def bomb(packets: int, tracks: int) -> bytes:
    """A small m4a whose tables claim a great many packets of a byte each."""

    def table(kind: bytes, *numbers: int, after: bytes = b"") -> bytes:
        return box(kind, bytes(4), struct.pack(f">{len(numbers)}I", *numbers), after)

    form = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHHHI", 1, 16, 0, 0, 24_000 << 16)
    samples = box(
        b"stbl",
        table(b"stsd", 1, after=box(b"mp4a", form)),
        table(b"stts", 1, packets, 1024),
        table(b"stsc", 1, 1, packets, 1),
        table(b"stsz", 1, packets),
        table(b"stco", 1, 600),
    )
    media = box(
        b"mdia",
        table(b"mdhd", 0, 0, 24_000, 24_000, 0),
        box(b"hdlr", bytes(8), b"soun", bytes(14)),
        box(b"minf", box(b"smhd", bytes(8)), samples),
    )
    header = table(b"mvhd", 0, 0, 1_000, 1_000, 0x10000, after=bytes(76))
    number = [table(b"tkhd", 0, 0, index + 1, 0, 1_000, after=bytes(60)) for index in range(tracks)]
    moov = box(b"moov", header, *(box(b"trak", one, media) for one in number))
    return box(b"ftyp", b"M4A ", bytes(4)) + moov + box(b"mdat", bytes(4_000))


@pytest.mark.skipif(sys.platform != "linux", reason="bounds of memory are Linux's")
def test_a_small_file_cannot_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.m4a"
    path.write_bytes(bomb(10_000_000, 20))
    script = (
        "import resource, sys\n"
        "from minimax_speech.audio import io\n"
        "try:\n    io.duration(sys.argv[1])\n"
        "except Exception as error:\n    print(type(error).__name__, error)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    )
    run = [sys.executable, "-c", script, str(path)]
    said, kilobytes = subprocess.run(run, capture_output=True, text=True).stdout.splitlines()
    assert said.startswith("InputError")
    assert "memory" in said
    assert int(kilobytes) < 600_000


def test_the_process_is_gone_when_the_file_is_closed(tmp_path: Path) -> None:
    path = write_container(tmp_path / "a.m4a", np.tile(tone(10.0), 6), 24_000)
    with open_audio(path) as file:
        assert isinstance(file, Container)
        process = file._process
        assert process.poll() is None
    assert process.poll() is not None
    blocks = io.read_blocks(path, 24_000)
    next(blocks)
    blocks.close()


def test_without_pyav_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_container(tmp_path / "a.m4a", tone(1.0), 24_000)
    monkeypatch.setitem(sys.modules, "av", None)
    assert "pip install 'minimax-speech[formats]'" in refusal(path)
    path.write_text("no sound at all")
    assert "not an audio file" in refusal(path)
