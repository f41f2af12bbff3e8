"""Look at a reference clip, say what is wrong with it, and make it fit to be cloned.

Speech is found by level alone: 20 ms frames within 40 dB of the loudest one. Levels are in dB
relative to full scale.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.audio.tape import pieces
from minimax_speech.errors import InputError

SPEECH_LEVEL_DB = -23.0
"""RMS of the speech in a levelled clip."""
_QUIET_DB, _SILENCE_DB = -60.0, -75.0
"""Below the first, only what swells and fades is speech; below the second, nothing is."""
MIN_SPEECH_SECONDS = 1.0
MAX_REFERENCE_SECONDS = 60.0
MARGIN_SECONDS = 0.1
READ_SECONDS = 120.0
"""No more of a reference clip is looked at."""

FRAME_SECONDS = 0.02
_FRAMES_AT_ONCE = 1000
_SPEECH_RANGE_DB = 40.0
_PEAK = 0.95
_FULL_SCALE = np.float32(0.999)
_CLIPPED_FRACTION = 1e-3
_LEAST_SPREAD_DB = 3.0  # recordings of people lie above 6.9, steady noise and tones below 0.3


@dataclass(frozen=True)
class ReferenceReport:
    """What `inspect` found in a clip.

    Attributes:
        seconds: duration of the clip.
        speech_seconds: duration of its frames that hold speech.
        speech_start: where the first such frame begins, in seconds.
        speech_end: where the last one ends, in seconds.
        peak_db: level of the loudest sample.
        rms_db: RMS level of the frames that hold speech.
        spread_db: standard deviation of the levels of the frames that hold speech.
        clipped_fraction: share of samples at full scale.
    """

    seconds: float
    speech_seconds: float
    speech_start: float
    speech_end: float
    peak_db: float
    rms_db: float
    spread_db: float
    clipped_fraction: float


def inspect(samples: Samples, rate: int) -> ReferenceReport:
    """Measure a mono clip (samples,) at `rate` Hz."""
    return inspect_blocks([samples], rate)


def inspect_blocks(blocks: Iterable[Samples], rate: int) -> ReferenceReport:
    """Measure a mono recording at `rate` Hz that comes in blocks (samples,), and keep none."""
    powers = [np.zeros(0, np.float32)]
    length, clipped, peak = 0, 0, 0.0
    for piece in pieces(blocks, _FRAMES_AT_ONCE * round(rate * FRAME_SECONDS)):
        powers.append(_frame_power(piece, rate))
        length += len(piece)
        loudest = max(piece.max(), -piece.min())
        if loudest >= _FULL_SCALE:
            clipped += int(np.count_nonzero(np.abs(piece) >= _FULL_SCALE))
        peak = max(peak, float(np.square(loudest)))
    power = np.concatenate(powers)
    active = _active(power)
    where = np.flatnonzero(active)
    frame = round(rate * FRAME_SECONDS) / rate
    seconds = length / rate
    return ReferenceReport(
        seconds=seconds,
        speech_seconds=min(seconds, len(where) * frame),
        speech_start=float(where[0]) * frame if len(where) else 0.0,
        speech_end=min(seconds, float(where[-1] + 1) * frame) if len(where) else 0.0,
        peak_db=_db(peak),
        rms_db=_db(float(power[active].mean())) if len(where) else _db(0.0),
        spread_db=float(10 * np.log10(power[active]).std()) if len(where) else 0.0,
        clipped_fraction=clipped / length if length else 0.0,
    )


def centred(samples: Samples) -> Samples:
    """A mono clip (samples,) without its constant offset: no sound, and would hide silence."""
    return samples - samples.sum() / max(1, len(samples))


def is_silent(report: ReferenceReport) -> bool:
    """Whether a clip holds no speech, however much it were turned up."""
    if report.rms_db < _QUIET_DB:
        return report.rms_db < _SILENCE_DB or report.spread_db < _LEAST_SPREAD_DB
    return False


def level(samples: Samples, rate: int, target_db: float = SPEECH_LEVEL_DB) -> Samples:
    """Scale a mono clip (samples,) so that its speech has an RMS of `target_db`.

    The peak stays below full scale, so a clip with high peaks may end up quieter.
    """
    return (samples * levelling_gain(inspect(samples, rate), target_db)).astype(np.float32)


def levelling_gain(report: ReferenceReport, target_db: float = SPEECH_LEVEL_DB) -> float:
    """The factor by which `level` scales what was inspected."""
    if report.speech_seconds == 0.0:
        return 1.0
    gain = 10 ** ((target_db - report.rms_db) / 20)
    peak = 10 ** (report.peak_db / 20)
    return min(gain, _PEAK / peak)


def trim(samples: Samples, rate: int) -> Samples:
    """Cut the silence before and after the speech of a mono clip (samples,), less a margin."""
    return samples[slice(*trim_bounds(inspect(samples, rate), rate))]


def trim_bounds(report: ReferenceReport, rate: int) -> tuple[int, int]:
    """Where the speech of a clip begins and ends, in samples at `rate` Hz, margins included."""
    start = max(0, round((report.speech_start - MARGIN_SECONDS) * rate))
    end = min(round(report.seconds * rate), round((report.speech_end + MARGIN_SECONDS) * rate))
    return start, end


def prepare_reference(samples: Samples, rate: int, name: str) -> tuple[Samples, list[str]]:
    """Trim and level a clip for cloning; refuse one that cannot serve.

    Args:
        samples: mono, (samples,).
        rate: Hz.
        name: what to call the clip in messages, such as its path.

    Returns:
        At most `MAX_REFERENCE_SECONDS` of samples, and notes for the user on what was done or
        looks wrong, one line each.

    Raises:
        InputError: the clip is silent or holds less than `MIN_SPEECH_SECONDS` of speech.
    """
    clipped_fraction = inspect(samples, rate).clipped_fraction
    samples = centred(samples)
    report = inspect(samples, rate)
    if is_silent(report):
        raise InputError(f"reference {name} is silent: give a recording of the voice")
    trimmed = trim(samples, rate)
    if len(trimmed) < MIN_SPEECH_SECONDS * rate:
        raise InputError(
            f"reference {name} holds {len(trimmed) / rate:.1f} s of speech; at least "
            f"{MIN_SPEECH_SECONDS:.0f} s is needed (5 to 30 s is best): give a longer clip"
        )
    notes = []
    if report.seconds - len(trimmed) / rate >= 0.5:
        cut = report.seconds - len(trimmed) / rate
        notes.append(f"{name}: {cut:.1f} s of silence cut from its ends")
    if len(trimmed) > MAX_REFERENCE_SECONDS * rate:
        notes.append(
            f"{name}: the first {MAX_REFERENCE_SECONDS:.0f} s of {len(trimmed) / rate:.0f} s used"
        )
        trimmed = trimmed[: round(MAX_REFERENCE_SECONDS * rate)]
    if clipped_fraction > _CLIPPED_FRACTION:
        share = 100 * clipped_fraction
        notes.append(f"{name}: {share:.1f} % of it is clipped; a cleaner recording clones better")
    if report.spread_db < _LEAST_SPREAD_DB:
        notes.append(f"{name}: its loudness hardly changes, as that of noise; is it a voice?")
    return level(trimmed, rate), notes


def read_reference(
    path: str | Path, sample_rate: int = io.SAMPLE_RATE
) -> tuple[Samples, list[str]]:
    """Read a reference clip from a file and prepare it; of a long file only the start is read.

    Returns:
        Mono samples (samples,) at `sample_rate`, and notes, as `prepare_reference` does.

    Raises:
        InputError: the file cannot be read, or the clip cannot serve.
    """
    seconds = io.duration(path)
    samples, rate = io.read(path, sample_rate, max_seconds=READ_SECONDS)
    name = str(path) if seconds <= READ_SECONDS else f"{path} (its first {READ_SECONDS:.0f} s)"
    prepared, notes = prepare_reference(samples, rate, name)
    if seconds > READ_SECONDS:
        notes.insert(0, f"{path}: only the first {READ_SECONDS:.0f} s of {seconds:.0f} s were read")
    return prepared, notes


def _frame_power(samples: Samples, rate: int) -> npt.NDArray[np.float32]:
    """Mean square of each 20 ms frame, (frames,); the last frame is filled with zeros."""
    size = round(rate * FRAME_SECONDS)
    padded = np.pad(samples, (0, -len(samples) % size))
    return np.square(padded.reshape(-1, size)).mean(axis=1)


def _active(power: npt.NDArray[np.float32]) -> npt.NDArray[np.bool_]:
    """Which frames hold speech, (frames,)."""
    loudest = power.max(initial=0.0)
    return (power > 0) & (power >= loudest * 10 ** (-_SPEECH_RANGE_DB / 10))


def _db(power: float) -> float:
    return 10 * float(np.log10(max(power, 1e-20)))
