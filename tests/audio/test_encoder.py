"""Every format, encoded while the sound comes in, decodes to the sound."""

import gc
import io as streams

import numpy as np
import pytest
import soundfile

from minimax_speech.audio import encoder
from minimax_speech.audio.encoder import FORMATS, formats_here, make_encoder
from minimax_speech.audio.io import Samples
from minimax_speech.audio.provenance import DISCLOSURE
from minimax_speech.errors import InputError

av = pytest.importorskip("av", reason="pip install 'minimax-speech[serve]'")
RATE = 24_000
DELAY = {"mp3": 0.1, "aac": 0.1}
"""Seconds that a codec may put around the sound, where nothing in its file says so."""


def sweep(seconds: float) -> Samples:
    """A tone that rises, so that a piece too many or in a wrong place would be heard."""
    time = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * (200 + 300 * time) * time)).astype(np.float32)


def encoded(format: str, samples: Samples, size: int = 1_900) -> list[bytes]:
    """What comes out for each piece of samples, and at the end."""
    made = make_encoder(format, RATE)
    pieces = [made.push(samples[at : at + size]) for at in range(0, len(samples), size)]
    return [*pieces, made.finish()]


def decoded(format: str, data: bytes) -> Samples:
    if format == "pcm":
        return np.frombuffer(data, "<i2").astype(np.float32) / 32768
    with av.open(streams.BytesIO(data)) as file:
        resampler = av.AudioResampler("flt", "mono", RATE)
        frames = [f for frame in file.decode(audio=0) for f in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


@pytest.mark.parametrize("format", FORMATS)
def test_it_decodes_to_the_sound(format: str) -> None:
    sound = sweep(2.0)
    heard = decoded(format, b"".join(encoded(format, sound)))
    extra = (len(heard) - len(sound)) / RATE
    assert -1e-3 <= extra <= DELAY.get(format, 1e-3)
    delays = range(0, len(heard) - len(sound) + 1, 1) if format in DELAY else [0]
    likeness = [np.corrcoef(sound, np.resize(heard[delay:], len(sound)))[0, 1] for delay in delays]
    assert max(likeness) > 0.99


@pytest.mark.parametrize("format", [name for name in FORMATS if name not in ("wav", "pcm")])
def test_it_says_that_the_speech_was_generated(format: str) -> None:
    data = b"".join(encoded(format, sweep(0.5)))
    with av.open(streams.BytesIO(data)) as file:
        tags = {**file.metadata, **file.streams.audio[0].metadata}
    assert DISCLOSURE in tags.values()


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_leave_while_the_sound_comes_in(format: str) -> None:
    pieces = encoded(format, sweep(2.0), size=RATE // 5)
    written = np.cumsum([len(piece) for piece in pieces])
    assert written[1] > 0  # after 0.4 s at the latest
    assert written[-2] > 0.8 * written[-1]
    assert sum(len(piece) > 0 for piece in pieces) >= 8


def test_a_wav_of_unknown_length_is_read_to_its_end() -> None:
    sound = sweep(0.5)
    data = b"".join(encoded("wav", sound))
    samples, rate = soundfile.read(streams.BytesIO(data), dtype="float32")
    assert rate == RATE
    np.testing.assert_allclose(samples, sound, atol=1e-4)


def test_too_loud_is_clipped() -> None:
    data = make_encoder("pcm", RATE).push(np.array([2.0, -2.0], np.float32))
    assert np.frombuffer(data, "<i2").tolist() == [32767, -32767]


def test_nothing_is_a_file_too() -> None:
    made = make_encoder("opus", RATE)
    assert made.push(np.zeros(0, np.float32)) == b""
    assert isinstance(made.finish(), bytes)


def test_one_that_is_never_finished_is_freed_at_once() -> None:
    def files() -> int:
        return sum(type(thing) is av.container.OutputContainer for thing in gc.get_objects())

    gc.disable()
    try:
        before = files()
        make_encoder("mp3", RATE).push(sweep(0.5))
        assert files() == before
    finally:
        gc.enable()


def test_what_cannot_be_made_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="'midi' cannot be made here: use one of mp3"):
        make_encoder("midi", RATE)
    with pytest.raises(InputError, match="22050 Hz"):
        make_encoder("opus", 22_050)
    monkeypatch.setattr(encoder, "find_spec", lambda _: None)
    formats_here.cache_clear()
    try:
        assert formats_here() == ("wav", "pcm")
        with pytest.raises(InputError, match="'mp3' cannot be made here: use one of wav, pcm"):
            make_encoder("mp3", RATE)
    finally:
        formats_here.cache_clear()
