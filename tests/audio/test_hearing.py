"""What was heard of a clip is what cloning does with it."""

from pathlib import Path

import numpy as np
import pytest
from tiny import tone

from minimax_speech.audio import io
from minimax_speech.audio.hearing import ENVELOPE_POINTS, envelope, hear_clip
from minimax_speech.audio.io import Samples
from minimax_speech.audio.levels import inspect, read_reference
from minimax_speech.errors import InputError


def written(folder: Path, samples: Samples) -> Path:
    path = folder / "clip.wav"
    io.write(path, samples, io.SAMPLE_RATE)
    return path


def padded(seconds: float = 2.0) -> Samples:
    silence = np.zeros(io.SAMPLE_RATE, np.float32)
    return np.concatenate([silence, tone(seconds), silence])


def test_what_is_used_is_what_cloning_takes(tmp_path: Path) -> None:
    path = written(tmp_path, padded())
    heard = hear_clip(path)
    taken, notes = read_reference(path)
    assert (heard.end - heard.start) * io.SAMPLE_RATE == pytest.approx(len(taken), abs=1)
    assert (heard.name, heard.seconds, heard.read_seconds) == ("clip.wav", 4.0, 4.0)
    assert heard.start == pytest.approx(0.9, abs=0.03)
    assert heard.notes == [note.removeprefix(f"{path}: ") for note in notes]
    assert any(note.endswith("silence cut from its ends") for note in heard.notes)


def test_levels_and_clipping_are_those_of_the_file(tmp_path: Path) -> None:
    heard = hear_clip(written(tmp_path, padded()))
    report = inspect(tone(2.0), io.SAMPLE_RATE)
    assert heard.level_db == pytest.approx(report.rms_db, abs=0.2)
    assert heard.peak_db == pytest.approx(report.peak_db, abs=0.2)
    assert heard.clipped_fraction == 0
    clipped = hear_clip(written(tmp_path, np.clip(20 * tone(2.0), -1, 1)))
    assert clipped.clipped_fraction > 0.5
    assert any("clipped" in note for note in clipped.notes)


def test_no_peak_is_above_full_scale(tmp_path: Path) -> None:
    path = tmp_path / "square.wav"
    io.write(path, np.sign(tone(2.0, 3000))[::2], io.SAMPLE_RATE // 2)  # resampled, it overshoots
    assert io.read(path)[0].max() > 1
    assert hear_clip(path).peak_db == 0


def test_only_the_beginning_of_a_long_clip_is_read_and_used(tmp_path: Path) -> None:
    heard = hear_clip(written(tmp_path, tone(130.0)))
    assert (heard.seconds, heard.read_seconds) == (130.0, 120.0)
    assert heard.end - heard.start == pytest.approx(60.0)
    assert len(heard.notes) >= 2
    assert not any(str(tmp_path) in note for note in heard.notes)  # only the file's name


def test_the_envelope_is_silent_where_the_clip_is() -> None:
    points = envelope(padded())
    assert len(points) == ENVELOPE_POINTS
    assert max(points[:45]) == max(points[155:]) == 0
    assert min(points[55:145]) > 0.05
    assert envelope(np.ones(3, np.float32)) == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("samples", [np.zeros(48_000, np.float32), tone(0.2)])
def test_a_clip_that_cannot_serve_is_refused(tmp_path: Path, samples: Samples) -> None:
    with pytest.raises(InputError, match=r"clip\.wav"):
        hear_clip(written(tmp_path, samples))
