"""How often the mark is found, and what it costs: the tables of docs/policy.md.

pytest -m slow -n 0 -s tests/integration/test_watermark_rates.py
"""

import io as streams
import time
from collections.abc import Callable

import numpy as np
import pytest
import soundfile

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio import io, watermark
from minimax_speech.audio.io import Samples
from minimax_speech.audio.prosody import Prosody

pytestmark = pytest.mark.slow

RATE = 24_000
VOICES = ("alan", "bdl", "clb", "slt", "rms", "kathleen", "linda", "kerstin")
SENTENCES = (
    "The old house stood at the end of a quiet street.",
    "Please leave a message after the tone.",
    "Nobody had expected the train to be on time that morning.",
    "Your order has been shipped and will arrive on Thursday.",
    "We walked along the river until it was dark, and then we went home.",
)
Heard = tuple[Samples, int]


@pytest.fixture(scope="module")
def clips() -> list[tuple[Samples, Samples]]:
    """Speech in eight voices, as it is and marked."""
    pytest.importorskip("perth", reason="the extra watermark is not installed")
    tts = MiniMaxSpeech.from_pretrained(device="cpu")
    said = [(sentence, voice) for voice in VOICES for sentence in SENTENCES]
    texts, voices = map(list, zip(*said, strict=True))
    plain = [audio.samples for audio in tts.synthesize(texts, voices, language="en")]
    return [(clip, watermark.apply(clip, RATE)) for clip in plain]


def as_it_is(samples: Samples) -> Heard:
    return samples, RATE


def coded(container: str, codec: str, kilobits: int) -> Callable[[Samples], Heard]:
    """Through an encoder at a bit rate, and back."""

    def code(samples: Samples) -> Heard:
        av = pytest.importorskip("av", reason="the extra serve is not installed")
        whole = np.clip(samples * 32_768, -32_768, 32_767).astype(np.int16)[None]
        frame = av.AudioFrame.from_ndarray(whole, format="s16", layout="mono")
        frame.sample_rate = RATE
        buffer = streams.BytesIO()
        with av.open(buffer, "w", format=container) as file:
            stream = file.add_stream(codec, rate=RATE, layout="mono")
            stream.bit_rate = 1_000 * kilobits
            for packets in (stream.encode(frame), stream.encode(None)):
                file.mux(packets)
        buffer.seek(0)
        return soundfile.read(buffer, dtype="float32")

    return code


def noisy(snr_db: float) -> Callable[[Samples], Heard]:
    def disturb(samples: Samples) -> Heard:
        noise = np.random.default_rng(0).normal(size=len(samples)).astype(np.float32)
        level = np.sqrt(np.square(samples).mean()) * 10 ** (-snr_db / 20)
        return samples + np.float32(level) * noise, RATE

    return disturb


SURVIVED: dict[str, Callable[[Samples], Heard]] = {
    "as it is": as_it_is,
    "mp3, 128 kbit/s": coded("mp3", "libmp3lame", 128),
    "mp3, 64 kbit/s": coded("mp3", "libmp3lame", 64),
    "Opus, 32 kbit/s": coded("ogg", "libopus", 32),
    "Opus, 24 kbit/s": coded("ogg", "libopus", 24),
    "resampled to 16 kHz": lambda samples: (io.resample(samples, RATE, 16_000), 16_000),
    "resampled to 8 kHz": lambda samples: (io.resample(samples, RATE, 8_000), 8_000),
    "20 dB quieter": lambda samples: (0.1 * samples, RATE),
    "a second out of its middle": lambda samples: (
        samples[(len(samples) - RATE) // 2 :][:RATE],
        RATE,
    ),
    "1.1 times as fast, same pitch": lambda samples: (
        Prosody(speed=1.1).apply(samples, RATE),
        RATE,
    ),
    "white noise, 30 dB below": noisy(30),
}
LOST: dict[str, Callable[[Samples], Heard]] = {
    "white noise, 20 dB below": noisy(20),
    "white noise, 10 dB below": noisy(10),
    "1.1 times as fast, higher": lambda samples: (samples, round(1.1 * RATE)),
    "two semitones higher": lambda samples: (Prosody(pitch=2).apply(samples, RATE), RATE),
}


def test_the_mark_is_found(clips: list[tuple[Samples, Samples]]) -> None:
    print(f"\n| {len(clips)} clips | marked: found | lowest | unmarked: found | highest |")
    print("|---|---|---|---|---|")
    for name, treat in (SURVIVED | LOST).items():
        plain, marked = (
            np.array([watermark.detect(*treat(clip[which])) for clip in clips]) for which in (0, 1)
        )
        found, wrong = (int((sure >= watermark.THRESHOLD).sum()) for sure in (marked, plain))
        print(f"| {name} | {found} | {marked.min():.2f} | {wrong} | {plain.max():.2f} |")
        assert wrong == 0, name
        assert found >= 0.95 * len(clips) or name in LOST, name


def test_the_mark_is_hardly_heard(clips: list[tuple[Samples, Samples]]) -> None:
    pesq = pytest.importorskip("pesq", reason="the extra eval is not installed").pesq
    seconds = sum(len(plain) for plain, _ in clips) / RATE
    start = time.perf_counter()
    for plain, _ in clips:
        watermark.apply(plain, RATE)
    applied = time.perf_counter()
    for _, marked in clips:
        watermark.detect(marked, RATE)
    detected = time.perf_counter()
    distances = [
        10 * np.log10(np.square(plain).mean() / np.square(marked - plain).mean())
        for plain, marked in clips
    ]
    scores = [
        pesq(16_000, *(io.resample(sound, RATE, 16_000) for sound in clip), "wb") for clip in clips
    ]
    print(f"\nsignal to mark {np.mean(distances):.1f} dB, PESQ-WB {np.mean(scores):.2f}")
    print(f"per second of sound: marked in {1e3 * (applied - start) / seconds:.0f} ms, ", end="")
    print(f"heard in {1e3 * (detected - applied) / seconds:.0f} ms")
    assert np.mean(scores) > 4
