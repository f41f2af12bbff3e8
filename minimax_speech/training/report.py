"""What a run tells: log lines, TensorBoard curves, sounds and pictures, a JSON history."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

from minimax_speech.training.tasks.base import Sample

SAMPLE_RATE = 24_000


class Report:
    """Logs of one run in ``out``: ``tensorboard/`` and ``history.jsonl``; lines on stderr.

    Metrics are kept on the device and read only when a line is written, so that logging never makes
    the device wait.

    Args:
        out: the run's folder.
        active: whether this process writes; the others only help to find the means.
        ranks: processes that train together.
    """

    def __init__(self, out: Path, active: bool, ranks: int) -> None:
        self.active, self.ranks = active, ranks
        self._sums: dict[str, Tensor] = {}
        self._count = 0
        self._share = self._lr = 0.0
        self._writer: SummaryWriter | None = None
        if active:
            out.mkdir(parents=True, exist_ok=True)
            self._history = (out / "history.jsonl").open("a", encoding="utf-8")
            self._writer = SummaryWriter(str(out / "tensorboard"))

    def step(self, metrics: dict[str, Tensor], share: float, lr: float) -> None:
        """Take one step's metrics into the running means."""
        self._share, self._lr = share, lr
        self._count += 1
        for name, value in metrics.items():
            value = value.float()
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()

    def log(self, step: int, seconds: float, rates: dict[str, float]) -> None:
        """Write the means since the last line, over the steps and all ranks, and the rates.

        All ranks must call it together.
        """
        if not self._count:
            return
        totals = torch.stack(list(self._sums.values())) / self._count / self.ranks
        if self.ranks > 1:
            dist.all_reduce(totals)
        means = dict(zip(self._sums, totals.tolist(), strict=True))
        self._sums, self._count = {}, 0
        if self.active:
            self._write("train", step, seconds, {**means, "lr": self._lr, **rates})

    def warn(self, line: str) -> None:
        """Write a line that is no number."""
        if self.active:
            print(f"warning: {line}", file=sys.stderr, flush=True)

    def validation(self, step: int, values: dict[str, float], sample: Sample) -> None:
        """Write validation metrics, sounds and pictures."""
        from minimax_speech.training.plots import feature_map, spectrogram  # slow to import

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
