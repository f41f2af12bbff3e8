"""What was heard of a reference clip: facts to show to whoever gave it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from minimax_speech.audio import io, levels
from minimax_speech.audio.io import Samples

ENVELOPE_POINTS = 200


@dataclass(frozen=True)
class HeardClip:
    """A clip that can be cloned, and what is taken of it.

    Attributes:
        name: of the file.
        seconds: how long it is.
        start: where what is taken begins, in seconds.
        end: where it ends.
        level_db: RMS of its speech, dB of full scale.
        peak_db: its loudest sample, dB of full scale.
        clipped_fraction: share of its samples at full scale.
        envelope: its loudest samples in turn, in [0, 1]: at most `ENVELOPE_POINTS` of equal
            stretches of what was read.
        read_seconds: how much of it was read; the rest of a long one is left out.
        notes: what was done to it or looks wrong, one line each.
    """

    name: str
    seconds: float
    start: float
    end: float
    level_db: float
    peak_db: float
    clipped_fraction: float
    envelope: list[float]
    read_seconds: float
    notes: list[str]


def hear_clip(path: str | Path, sample_rate: int = io.SAMPLE_RATE) -> HeardClip:
    """Look at a reference clip as cloning does.

    Raises:
        InputError: the file cannot be read, or the clip cannot serve; as `levels.read_reference`.
    """
    path = Path(path)
    _, notes = levels.read_reference(path, sample_rate)
    samples, rate = io.read(path, sample_rate, max_seconds=levels.READ_SECONDS)
    whole = levels.inspect(samples, rate)
    report = levels.inspect(levels.centred(samples), rate)
    start, end = levels.trim_bounds(report, rate)
    return HeardClip(
        path.name,
        io.duration(path),
        start / rate,
        min(end / rate, start / rate + levels.MAX_REFERENCE_SECONDS),
        report.rms_db,
        min(0.0, whole.peak_db),  # resampling may overshoot
        whole.clipped_fraction,
        envelope(samples),
        len(samples) / rate,
        [note.replace(str(path), path.name).removeprefix(f"{path.name}: ") for note in notes],
    )


def envelope(samples: Samples) -> list[float]:
    """The loudest sample of each of at most `ENVELOPE_POINTS` stretches of a clip (samples,)."""
    stretches = np.array_split(np.abs(samples), min(len(samples), ENVELOPE_POINTS))
    return [round(float(stretch.max()), 3) for stretch in stretches]
