"""Pictures for the log."""

from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from minimax_speech.training.plots import feature_map, spectrogram
from minimax_speech.training.report import Report
from minimax_speech.training.tasks.base import Sample


def mesh(figure: Any) -> np.ndarray:
    return figure.axes[0].collections[0].get_array()


def test_a_spectrogram_shows_the_tone_where_it_sounds() -> None:
    seconds = np.arange(24_000) / 24_000
    tone = (np.sin(2 * np.pi * 440 * seconds) * (seconds < 0.5)).astype(np.float32)
    figure = spectrogram(tone, 24_000)
    levels = mesh(figure)
    assert levels.shape == (80, 101)
    assert levels.max() == 0
    band = int(levels[:, 20].argmax())
    edges = figure.axes[0].collections[0].get_coordinates()[:, 0, 1]
    assert edges[band] - 40 < 440 < edges[band + 1] + 40
    assert levels[:, 80].max() < levels[band, 20] - 40


def test_silence_has_a_picture_too() -> None:
    assert np.isfinite(mesh(spectrogram(np.zeros(2400, np.float32), 24_000))).all()


def test_validation_logs_what_a_stage_shows(tmp_path: Path) -> None:
    report = Report(tmp_path, active=True, ranks=1)
    noise = np.random.default_rng(0).normal(0, 0.1, 4800).astype(np.float32)
    sample = Sample({"audio/made": noise}, {"latents/made": noise.reshape(16, 300)})
    report.validation(5, {"loss": 1.0}, sample)
    report.close()
    log = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert log.Tags()["audio"] == ["audio/made"]
    assert sorted(log.Tags()["images"]) == ["audio/made/mel", "latents/made"]


def test_a_map_has_its_first_feature_at_the_bottom() -> None:
    axes = feature_map(np.eye(4, 9, dtype=np.float32)).axes[0]
    (image,) = axes.images
    assert image.origin == "lower"
    assert image.get_array().shape == (4, 9)
