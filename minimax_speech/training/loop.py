"""The training loop, one for all stages. It knows no model and no batch keys."""

import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from minimax_speech import config as configs
from minimax_speech.data.sampler import Draw
from minimax_speech.training.checkpoint import Checkpoints, Progress, State, optimizer_state
from minimax_speech.training.ema import Average
from minimax_speech.training.graph import GraphedNetwork, GraphedStep
from minimax_speech.training.guard import Guard
from minimax_speech.training.optim import lr_scale, make_optimizer, set_lr
from minimax_speech.training.parallel import fill, hollow_copy, parallelise
from minimax_speech.training.report import Report
from minimax_speech.training.sampling import make_sampler
from minimax_speech.training.speed import Exchange, RankStep, Speed
from minimax_speech.training.tasks.base import Batch, Task
from minimax_speech.training.update import Update

VALID_BATCH = 16
VALID_SEED = 1234


class _Draws(Dataset[Draw]):
    """Hands a batch's draws to the task's collate function, which reads the data."""

    def __getitem__(self, draw: Draw) -> Draw:
        return draw


def _leave_stopping_to_the_loop(_worker: int) -> None:
    """Schedulers signal the loader's processes too, which must work until the loop has saved."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


class Loop:
    """Train a task: steps, averaging, validation, logs, checkpoints, resuming.

    Args:
        task: networks, data and losses.
        resume: go on from the newest checkpoint in the run's folder, if there is one.
    """

    def __init__(self, task: Task, resume: bool = True) -> None:
        self.task, self.run = task, task.run
        self.settings = task.run.train
        # Unless it is told so, accelerate takes no notice of torchrun where there is only a CPU.
        self.accelerator = Accelerator(cpu=not torch.accelerator.is_available())
        self.device = self.accelerator.device
        self.out = Path(self.run.out)
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = task.fixed_shapes
        self.ranks = self.accelerator.num_processes
        optimised = {name for names in task.optimizers.values() for name in names}
        self.trained = [
            name
            for name, network in task.networks.items()
            if name in optimised and any(p.requires_grad for p in network.parameters())
        ]
        for network in task.networks.values():
            network.to(self.device)
        self.hollow = {name: hollow_copy(task.networks[name]) for name in self.trained}
        graphs = self._records()
        self.networks: dict[str, Any] = dict(parallelise(task, self.trained, self.accelerator))
        self.optimizers = {
            name: make_optimizer(
                [task.networks[n] for n in names if n in self.trained],
                self.run.optim,
                graphed=graphs and task.recordable,
            )
            for name, names in task.optimizers.items()
        }
        self.averages = self._averages()
        self.guard = Guard(
            self.settings.spike,
            self.settings.max_skips,
            list(self.optimizers),
            self.device,
            self.ranks,
        )
        self.checkpoints = Checkpoints(self.out / "checkpoints", self.settings.keep, self.ranks)
        self.progress = self._resumed() if resume else Progress()
        self.graph_networks = graphs and not task.recordable
        if self.graph_networks:
            for name in self.trained:
                self.networks[name] = GraphedNetwork(self.networks[name])
        self.update = Update(
            task,
            self.networks,
            self.optimizers,
            self.averages,
            self.guard,
            self.ranks,
            autocast_cache=not self.graph_networks,  # a recording must hold its own casts
        )
        self._recorded = GraphedStep(self._update_once) if graphs and task.recordable else None
        self._exchange = Exchange(self.ranks)
        self._begun = time.perf_counter() - self.progress.seconds
        self._told_to_stop = self.stopping = False

    def _records(self) -> bool:
        """Whether steps, or the networks in them, are recorded as CUDA graphs."""
        return (
            self.settings.cuda_graph
            and self.device.type == "cuda"
            and self.ranks == 1
            and self.settings.accumulate == 1
            and not self.settings.compile
        )

    def _averages(self) -> dict[str, Average]:
        """Exponential moving averages of the trained networks."""
        if not self.settings.ema:
            return {}
        return {
            name: Average(self.task.networks[name], self.settings.ema)
            for name in self.task.averaged
            if name in self.trained
        }

    def _resumed(self) -> Progress:
        """Put the newest checkpoint in place, if there is one."""
        checkpoint = self.checkpoints.latest()
        if checkpoint is None:
            return Progress()
        progress = self.checkpoints.load(checkpoint, self._state())
        if self.accelerator.is_main_process:
            print(f"resumed from {checkpoint}", file=sys.stderr)
        return progress

    def _state(self) -> State:
        """All that training changes, by name."""
        parts: dict[str, Mapping[str, Tensor]] = {"guard": self.guard.state()}
        for name in self.trained:
            parts[name] = self.task.networks[name].state_dict()
        for name, average in self.averages.items():
            parts[f"{name}.averaged"] = average.state()
        for name, optimizer in self.optimizers.items():
            parts[f"{name}.optimizer"] = optimizer_state(optimizer, self.task.networks)
        return {f"{part}/{name}": t for part, ts in parts.items() for name, t in ts.items()}

    # -- running ---------------------------------------------------------------------------------

    def train(self) -> None:
        """Run to the end of the schedule, or until SIGTERM or Ctrl-C, which save and stop.

        Raises:
            InputError: the run does not get on, see :class:`Guard`.
        """
        previous = {s: signal.signal(s, self._stop) for s in (signal.SIGTERM, signal.SIGINT)}
        report = Report(self.out, self.accelerator.is_main_process, self.ranks)
        if self.accelerator.is_main_process:
            configs.save_yaml(self._resolved(), self.out / "config.yaml")
        batches = iter(self.loader())
        speed = Speed(self.device)
        saved = self.progress.seconds
        self._begun = time.perf_counter() - self.progress.seconds
        try:
            while not self.stopping and self.share < 1:
                metrics, steps = self.step(batches)
                step = self.progress.step
                report.step(metrics, self.share, self._lr())
                speed.add(steps)
                if step % self.settings.log_steps == 0:
                    self._log(report, speed)
                if step % self.settings.valid_steps == 0 or self.share >= 1:
                    self._validate(report)
                if self.progress.seconds - saved > 60 * self.settings.save_minutes:
                    self.save()
                    saved = self.progress.seconds
            self.save()
            self.export()
            self.checkpoints.wait()
        finally:
            report.close()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop = True  # all ranks stop at the same step, see `step`

    def _log(self, report: Report, speed: Speed) -> None:
        for line in speed.slow_ranks():
            report.warn(line)
        rates = speed.read()
        if skipped := float(self.guard.skipped):
            rates["skipped"] = skipped
        report.log(self.progress.step, self.progress.seconds, rates)
        self.guard.check(self.progress.step)

    @property
    def share(self) -> float:
        """Elapsed share of the run, by steps or by time, whichever is further."""
        share = self.progress.step / self.settings.max_steps
        if self.settings.max_minutes:
            share = max(share, self.progress.seconds / 60 / self.settings.max_minutes)
        return share

    def _lr(self) -> float:
        return self.run.optim.lr * lr_scale(self.share, self.run.optim)

    def loader(self, part: float = 1.0) -> DataLoader:
        """Batches from where the run stands, each so large a part of what the recipe says."""
        sampler = make_sampler(
            self.task,
            part * self.task.batch_budget(),
            self.accelerator.process_index,
            self.ranks,
            self.progress.batches,
        )
        workers = self.run.data.workers
        return DataLoader(
            _Draws(),
            batch_sampler=sampler,
            collate_fn=self.task.collate,
            num_workers=workers,
            # Pinning is a thread's work, which must not disturb the recording of networks.
            pin_memory=self.device.type == "cuda" and not self.graph_networks,
            prefetch_factor=8 if workers else None,
            multiprocessing_context="fork" if workers else None,
            worker_init_fn=_leave_stopping_to_the_loop,
        )

    def step(self, batches: Iterator[Batch]) -> tuple[dict[str, Tensor], list[RankStep]]:
        """One optimizer step; returns this rank's metrics, and what all ranks tell of the step."""
        for network in self.networks.values():
            network.train()
        self._seed_step()
        start = time.perf_counter()
        micro = [next(batches) for _ in range(self.settings.accumulate)]
        waited = time.perf_counter() - start
        works = [self.task.work(batch) for batch in micro]
        micro = [self._to_device(batch) for batch in micro]
        for optimizer in self.optimizers.values():
            set_lr(optimizer, self._lr())
        if self._recorded:
            metrics = self._recorded(micro[0], self.task.phase(self.share))
        else:
            metrics = self.update(micro, self.share)
        self.progress.batches += len(micro)
        self.progress.step += 1
        steps = self._exchange(
            RankStep(
                stopping=float(self._told_to_stop),
                seconds=time.perf_counter() - self._begun,
                waited=waited,
                busy=waited + self.update.watch.read(),
                tokens=sum(work.tokens for work in works),
                flops=sum(work.flops for work in works),
            )
        )
        self.progress.seconds = steps[0].seconds  # clocks differ, the schedule must not
        self.stopping = any(rank.stopping for rank in steps)
        return metrics, steps

    def _seed_step(self) -> None:
        """Random numbers depend on seed, step and rank alone, so that resuming changes none."""
        key = (self.run.seed, self.progress.step, self.accelerator.process_index)
        torch.manual_seed(int(np.random.default_rng(key).integers(2**62)))

    def _update_once(self, batch: Batch) -> dict[str, Tensor]:
        return self.update([batch], self.share)

    def _to_device(self, batch: Batch) -> Batch:
        return {
            name: value.to(self.device, non_blocking=True) if isinstance(value, Tensor) else value
            for name, value in batch.items()
        }

    # -- looking, saving -------------------------------------------------------------------------

    def exported(self) -> dict[str, nn.Module]:
        """The networks to keep, whole and plain: averaged ones where there are averages.

        All ranks must call it together.
        """
        kept = dict(self.task.networks)
        for name, hollow in self.hollow.items():
            average = self.averages.get(name)
            values = average.values if average else {}
            kept[name] = fill(hollow, {**self.task.networks[name].state_dict(), **values})
        return {name: network.eval() for name, network in kept.items()}

    @torch.no_grad()
    def _validate(self, report: Report) -> None:
        networks = self.exported()
        if not self.accelerator.is_main_process:
            return
        several = len(self.task.data.valid_by_source) > 1
        sums: dict[str, float] = {}
        batch: Batch = {}
        with torch.random.fork_rng([self.device] if self.device.type == "cuda" else []):
            torch.manual_seed(VALID_SEED)
            for source, indices in self.task.data.valid_by_source.items():
                starts = range(0, len(indices), VALID_BATCH)
                for start in starts:
                    draws = [(i, VALID_SEED + i) for i in indices[start : start + VALID_BATCH]]
                    batch = self._to_device(self.task.collate(draws, valid=True))
                    with self.update.autocast():
                        for name, value in self.task.validate(networks, batch).items():
                            key = f"{source}/{name}" if several else name
                            sums[key] = sums.get(key, 0.0) + float(value) / len(starts)
            with self.update.autocast():
                sample = self.task.sample(networks, batch)
        report.validation(self.progress.step, sums, sample)

    def save(self) -> None:
        """Begin to write a checkpoint."""
        self.checkpoints.save(self._state(), self.progress)

    def export(self) -> None:
        """Write the trained parts to ``<out>/export``."""
        networks = self.exported()
        if self.accelerator.is_main_process:
            folder = self.out / "export"
            folder.mkdir(parents=True, exist_ok=True)
            self.task.export(networks, folder)
            configs.save_yaml(self._resolved(), folder / "config.yaml")

    def _resolved(self) -> Mapping[str, Any]:
        """The recipe with every default spelled out."""
        return {**configs.to_dict(self.run), "model": configs.to_dict(self.task.model)}
