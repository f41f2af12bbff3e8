"""What a run tells: log lines, TensorBoard curves, sounds and pictures, a JSON history."""

import json
import sys
import time
from pathlib import Path

import numpy as np
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

from minimax_speech.training.plots import feature_map, spectrogram
from minimax_speech.training.tasks.base import Sample

SAMPLE_RATE = 24_000


class Report:
    """Logs of one run in ``out``: ``tensorboard/`` and ``history.jsonl``; lines on stderr.

    Metrics are kept on the device and read only when a line is written, so that logging never makes
    the device wait.
    """

    def __init__(self, out: Path, max_steps: int, active: bool) -> None:
        self.active, self.max_steps = active, max_steps
        self._sums: dict[str, Tensor] = {}
        self._count = 0
        self._waited = 0.0
        self._since = time.perf_counter()
        self._share = self._lr = 0.0
        self._writer: SummaryWriter | None = None
        if active:
            out.mkdir(parents=True, exist_ok=True)
            self._history = (out / "history.jsonl").open("a", encoding="utf-8")
            self._writer = SummaryWriter(str(out / "tensorboard"))

    def step(self, metrics: dict[str, Tensor], share: float, lr: float, waited: float) -> None:
        """Take one step's metrics into the running means."""
        self._share, self._lr = share, lr
        self._count += 1
        self._waited += waited
        for name, value in metrics.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()

    def log(self, step: int, seconds: float) -> None:
        """Write the means since the last line."""
        if not self.active or not self._count:
            return
        values = {name: float(total) / self._count for name, total in self._sums.items()}
        elapsed = time.perf_counter() - self._since
        values |= {
            "lr": self._lr,
            "steps_per_second": self._count / elapsed,
            "data_wait": self._waited / elapsed,
        }
        self._write("train", step, seconds, values)
        self._sums, self._count, self._waited = {}, 0, 0.0
        self._since = time.perf_counter()

    def validation(self, step: int, values: dict[str, float], sample: Sample) -> None:
        """Write validation metrics, sounds and pictures."""
        if not self.active or self._writer is None:
            return
        self._write("valid", step, None, values)
        for name, audio in sample.audio.items():
            self._writer.add_audio(name, np.clip(audio, -1, 1)[None], step, SAMPLE_RATE)
            self._writer.add_figure(f"{name}/mel", spectrogram(audio, SAMPLE_RATE), step)
        for name, features in sample.images.items():
            self._writer.add_figure(name, feature_map(features), step)

    def _write(self, kind: str, step: int, seconds: float | None, values: dict[str, float]) -> None:
        assert self._writer is not None
        for name, value in values.items():
            self._writer.add_scalar(f"{kind}/{name}", value, step)
        record = {"kind": kind, "step": step, "seconds": seconds, **values}
        self._history.write(json.dumps(record) + "\n")
        self._history.flush()
        shown = "  ".join(f"{name} {value:.4g}" for name, value in values.items())
        print(f"{kind} {step} ({self._share:.0%})  {shown}", file=sys.stderr, flush=True)

    def close(self) -> None:
        """Finish the log files."""
        if self.active and self._writer is not None:
            self._writer.close()
            self._history.close()
