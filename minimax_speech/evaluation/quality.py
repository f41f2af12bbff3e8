"""Signal quality: resynthesis against its original, and the length of what was spoken."""

from dataclasses import dataclass
from pathlib import Path

from minimax_speech.audio import io, levels
from minimax_speech.audio.io import Samples
from minimax_speech.evaluation.registry import require
from minimax_speech.text.characters import spoken_characters

MEASURE_RATE = 16_000
"""Hz; the rate of PESQ-WB, used for STOI too."""
NARROW_RATE = 8_000
"""Hz; the rate of PESQ-NB."""

CHARACTERS_PER_SECOND = {
    "zh": 4.2, "yue": 4.2, "ja": 5.5, "ko": 7.0, "th": 11.0, "hi": 11.5, "he": 11.0, "ar": 11.0
}  # fmt: skip
ALPHABETIC_CHARACTERS_PER_SECOND = 14.0
"""Speaking rates, spaces between words counted, that put read speech well inside 0.5 to 2 times
its expected duration."""
FIXED_SECONDS = 0.4
"""What even a one-word utterance takes beyond its letters."""

MIN_RATIO, MAX_RATIO = 0.5, 2.0
MIN_SPEECH_SECONDS = 0.1
AUDIBLE_DB = -50.0


@dataclass(frozen=True)
class Resynthesis:
    """How near a resynthesis is to its original.

    Attributes:
        pesq_wb: ITU-T P.862.2, 1.04 to 4.64; None where no speech was found.
        pesq_nb: ITU-T P.862 mapped by P.862.1, 1.02 to 4.55; None where no speech was found.
        stoi: short-time objective intelligibility (Taal et al. 2011), up to 1.
        ms_stft: multi-resolution STFT distance at 24 kHz; 0 is identical.
    """

    pesq_wb: float | None
    pesq_nb: float | None
    stoi: float
    ms_stft: float


@dataclass(frozen=True)
class Length:
    """Whether an utterance lasts about as long as it should.

    Attributes:
        seconds: duration.
        expected: what was to be expected, in seconds.
        flag: "empty", "truncated", "looping", or None where all is well.
    """

    seconds: float
    expected: float
    flag: str | None

    @property
    def ratio(self) -> float:
        """Duration over expected duration."""
        return self.seconds / self.expected


def compare_signals(original: Samples, resynthesis: Samples, sample_rate: int) -> Resynthesis:
    """Measure a resynthesis (samples,) against its original (samples,), aligned at the start.

    Raises:
        InputError: pesq or pystoi is not installed.
    """
    length = min(len(original), len(resynthesis))
    original, resynthesis = original[:length], resynthesis[:length]
    wide = [io.resample(x, sample_rate, MEASURE_RATE) for x in (original, resynthesis)]
    narrow = [io.resample(x, sample_rate, NARROW_RATE) for x in (original, resynthesis)]
    pystoi = require("pystoi", "STOI", "pystoi")
    return Resynthesis(
        pesq_wb=_pesq(MEASURE_RATE, wide, "wb"),
        pesq_nb=_pesq(NARROW_RATE, narrow, "nb"),
        stoi=float(pystoi.stoi(*wide, MEASURE_RATE)),
        ms_stft=_ms_stft(
            *(io.resample(x, sample_rate, io.SAMPLE_RATE) for x in (original, resynthesis))
        ),
    )


def compare_files(original: Path, resynthesis: Path) -> Resynthesis:
    """`compare_signals` of two audio files."""
    rate = io.SAMPLE_RATE
    return compare_signals(io.read(original, rate)[0], io.read(resynthesis, rate)[0], rate)


def expected_seconds(text: str, language: str) -> float:
    """About how long a text takes to say, from its number of letters."""
    rate = CHARACTERS_PER_SECOND.get(language, ALPHABETIC_CHARACTERS_PER_SECOND)
    return FIXED_SECONDS + len(spoken_characters(text)) / rate


def check_length(samples: Samples, sample_rate: int, expected: float) -> Length:
    """Compare an utterance's duration with the expected one (seconds).

    Empty: under 0.1 s of audible speech. Truncated: under half as long. Looping: over twice.
    """
    seconds = len(samples) / sample_rate
    report = levels.inspect(samples, sample_rate)
    flag = None
    if report.speech_seconds < MIN_SPEECH_SECONDS or report.rms_db < AUDIBLE_DB:
        flag = "empty"
    elif seconds < MIN_RATIO * expected:
        flag = "truncated"
    elif seconds > MAX_RATIO * expected:
        flag = "looping"
    return Length(seconds, expected, flag)


def _pesq(rate: int, signals: list[Samples], mode: str) -> float | None:
    pesq = require("pesq", "PESQ", "pesq (a C compiler is needed)")
    if not all(signal.any() for signal in signals):
        return None  # Digital silence makes pesq divide by zero.
    try:
        return float(pesq.pesq(rate, *signals, mode))
    except (pesq.NoUtterancesError, pesq.BufferTooShortError):
        return None


def _ms_stft(original: Samples, resynthesis: Samples) -> float:
    import torch

    from flow_vae.losses import ms_stft_distance

    generated, real = (torch.from_numpy(x.copy())[None] for x in (resynthesis, original))
    return float(ms_stft_distance(generated, real))
