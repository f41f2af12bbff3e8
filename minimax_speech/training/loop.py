"""The training loop, one for all stages. It knows no model and no batch keys."""

import signal
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from accelerate import Accelerator
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from minimax_speech import config as configs
from minimax_speech.data.sampler import BatchSampler, Draw
from minimax_speech.training.checkpoint import (
    Progress,
    latest_checkpoint,
    load_checkpoint,
    save_checkpoint,
)
from minimax_speech.training.ema import averaged_copy
from minimax_speech.training.graph import GraphedNetwork, GraphedStep
from minimax_speech.training.optim import lr_scale, make_optimizer, set_lr
from minimax_speech.training.report import Report
from minimax_speech.training.tasks.base import Batch, StepLoss, Task

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
        self.trained = {name for names in task.optimizers.values() for name in names}
        self.trained &= {
            name
            for name, network in task.networks.items()
            if any(p.requires_grad for p in network.parameters())
        }
        for network in task.networks.values():
            network.to(self.device)
        graphs = (
            self.settings.cuda_graph
            and self.device.type == "cuda"
            and self.accelerator.num_processes == 1
            and self.settings.accumulate == 1
            and not self.settings.compile
        )
        self.graph_step = graphs and task.recordable
        self.graph_networks = graphs and not task.recordable
        self.optimizers = {
            name: make_optimizer(
                [task.networks[n] for n in names if n in self.trained],
                self.run.optim,
                self.graph_step,
            )
            for name, names in task.optimizers.items()
        }
        self.averaged = self._averages()
        self.progress = Progress()
        checkpoint = latest_checkpoint(self.out / "checkpoints") if resume else None
        if checkpoint:
            self.progress = load_checkpoint(
                checkpoint, task.networks, self.averaged, self.optimizers
            )
            self.accelerator.print(f"resumed from {checkpoint}")
        self.networks = self._wrapped()
        self._update_graphed = GraphedStep(self._update_once) if self.graph_step else None
        self.stopping = False

    def _averages(self) -> dict[str, nn.Module]:
        """Exponential moving averages of the trained networks."""
        if not self.settings.ema:
            return {}
        return {
            name: averaged_copy(self.task.networks[name], self.settings.ema)
            for name in self.trained & set(self.task.averaged)
        }

    def _wrapped(self) -> dict[str, Any]:
        """The networks as the task calls them: compiled, recorded, distributed from outside."""
        if self.graph_networks:
            return {
                name: GraphedNetwork(network) if name in self.trained else network
                for name, network in self.task.networks.items()
            }
        if self.settings.compile:
            for name in self.trained:
                self.task.networks[name].compile(dynamic=not self.task.fixed_shapes)
        return {
            name: self.accelerator.prepare_model(network) if name in self.trained else network
            for name, network in self.task.networks.items()
        }

    # -- running ---------------------------------------------------------------------------------

    def train(self) -> None:
        """Run to the end of the schedule, or until SIGTERM or Ctrl-C, which save and stop."""
        previous = {s: signal.signal(s, self._stop) for s in (signal.SIGTERM, signal.SIGINT)}
        report = Report(self.out, self.settings.max_steps, self.accelerator.is_main_process)
        if self.accelerator.is_main_process:
            configs.save_yaml(self._resolved(), self.out / "config.yaml")
        batches = iter(self._loader())
        saved = self.progress.seconds
        started = time.perf_counter() - self.progress.seconds
        try:
            while not self.stopping and self.share < 1:
                metrics, waited = self._step(batches)
                self.progress.seconds = time.perf_counter() - started
                step = self.progress.step
                report.step(metrics, self.share, self._lr(), waited)
                if step % self.settings.log_steps == 0:
                    report.log(step, self.progress.seconds)
                if step % self.settings.valid_steps == 0 or self.share >= 1:
                    self._validate(report)
                if self.progress.seconds - saved > 60 * self.settings.save_minutes:
                    self.save()
                    saved = self.progress.seconds
                self._agree_to_stop()
            self.save()
            self.export()
        finally:
            report.close()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _agree_to_stop(self) -> None:
        """All ranks stop at the same step when any of them was told to."""
        if self.accelerator.num_processes > 1:
            flag = torch.tensor(float(self.stopping), device=self.device)
            dist.all_reduce(flag, dist.ReduceOp.MAX)
            self.stopping = bool(flag)

    @property
    def share(self) -> float:
        """Elapsed share of the run, by steps or by time, whichever is further."""
        share = self.progress.step / self.settings.max_steps
        if self.settings.max_minutes:
            share = max(share, self.progress.seconds / 60 / self.settings.max_minutes)
        if self.accelerator.num_processes > 1:  # clocks differ, the schedule must not
            agreed = torch.tensor(share, device=self.device, dtype=torch.float64)
            dist.broadcast(agreed, 0)
            share = float(agreed)
        return share

    def _lr(self) -> float:
        return self.run.optim.lr * lr_scale(self.share, self.run.optim)

    def _loader(self) -> DataLoader:
        sampler = BatchSampler(
            self.task.lengths(),
            self.task.batch_budget(),
            self.task.data.repeats,
            self.run.seed,
            self.accelerator.process_index,
            self.accelerator.num_processes,
            start=self.progress.batches,
            step=self.task.length_step,
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

    def _step(self, batches: Iterator[Batch]) -> tuple[dict[str, Tensor], float]:
        """One optimizer step; returns its metrics and the seconds spent waiting for data."""
        for network in self.networks.values():
            network.train()
        self._seed_step()
        share, lr = self.share, self._lr()
        waited = 0.0
        micro: list[Batch] = []
        for _ in range(self.settings.accumulate):
            start = time.perf_counter()
            micro.append(next(batches))
            waited += time.perf_counter() - start
        self.progress.batches += len(micro)
        micro = [self._to_device(batch) for batch in micro]
        for optimizer in self.optimizers.values():
            set_lr(optimizer, lr)
        if self._update_graphed:
            metrics = self._update_graphed(micro[0], self.task.phase(share))
        else:
            metrics = self._update(micro)
        for name, average in self.averaged.items():
            average.update_parameters(self.task.networks[name])  # type: ignore[operator]
        self.progress.step += 1
        return metrics, waited

    def _seed_step(self) -> None:
        """Random numbers depend on seed, step and rank alone, so that resuming changes none."""
        key = (self.run.seed, self.progress.step, self.accelerator.process_index)
        torch.manual_seed(int(np.random.default_rng(key).integers(2**62)))

    def _update_once(self, batch: Batch) -> dict[str, Tensor]:
        return self._update([batch])

    def _update(self, micro: list[Batch]) -> dict[str, Tensor]:
        """Forward, backward and optimizer step over the micro-batches; returns metrics."""
        metrics: dict[str, Tensor] = {}
        for batch in micro:
            for loss in self._losses(batch, self.share):
                value = loss.value * self._weight(loss)
                value.backward()
                shown = {name: metric / len(micro) for name, metric in loss.metrics.items()}
                shown[f"loss/{loss.optimizer}"] = value.detach()
                for name, metric in shown.items():
                    metrics[name] = metrics[name] + metric if name in metrics else metric
        metrics = self._over_ranks(metrics)
        for name, optimizer in self.optimizers.items():
            parameters = [p for group in optimizer.param_groups for p in group["params"]]
            norm = nn.utils.clip_grad_norm_(parameters, self.run.optim.clip, foreach=True)
            metrics[f"gradient/{name}"] = norm.detach()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return metrics

    def _losses(self, batch: Batch, share: float) -> Iterator[StepLoss]:
        """The task's losses; its forward passes run in the chosen precision, backward outside."""
        losses = self.task.losses(self.networks, batch, share)
        while True:
            with self._autocast():
                loss = next(losses, None)
            if loss is None:
                return
            yield loss

    def _autocast(self) -> torch.autocast:
        enabled = self.settings.precision == "bf16"
        cache = not self.graph_networks  # a recording must hold its own casts of the weights
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=enabled, cache_enabled=cache
        )

    def _weight(self, loss: StepLoss) -> float | Tensor:
        """Makes the sum over ranks and micro-batches the mean over all their units.

        Gradients are averaged over the ranks, so a rank's share is its own weight over the mean.
        Micro-batches of one rank have about the same size and count alike.
        """
        ranks = self.accelerator.num_processes
        if ranks == 1:
            return 1 / self.settings.accumulate
        weight = torch.as_tensor(loss.weight, dtype=torch.float32, device=self.device)
        total = weight.clone()
        dist.all_reduce(total)
        return ranks * weight / total.clamp(min=1) / self.settings.accumulate

    def _over_ranks(self, metrics: dict[str, Tensor]) -> dict[str, Tensor]:
        """Mean of each metric over the ranks."""
        if self.accelerator.num_processes == 1:
            return metrics
        values = torch.stack([value.float() for value in metrics.values()])
        dist.all_reduce(values)
        values /= self.accelerator.num_processes
        return dict(zip(metrics, values.unbind(), strict=True))

    def _to_device(self, batch: Batch) -> Batch:
        return {
            name: value.to(self.device, non_blocking=True) if isinstance(value, Tensor) else value
            for name, value in batch.items()
        }

    # -- looking, saving -------------------------------------------------------------------------

    def exported(self) -> dict[str, nn.Module]:
        """The networks to keep: averaged ones where there are averages."""
        kept = dict(self.task.networks)
        for name, average in self.averaged.items():
            kept[name] = average.get_submodule("module")
        return {name: network.eval() for name, network in kept.items()}

    @torch.no_grad()
    def _validate(self, report: Report) -> None:
        if not self.accelerator.is_main_process:
            return
        networks = self.exported()
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
                    with self._autocast():
                        for name, value in self.task.validate(networks, batch).items():
                            key = f"{source}/{name}" if several else name
                            sums[key] = sums.get(key, 0.0) + float(value) / len(starts)
            with self._autocast():
                sample = self.task.sample(networks, batch)
        report.validation(self.progress.step, sums, sample)
        for network in self.task.networks.values():
            network.train()

    def save(self) -> None:
        """Write a checkpoint."""
        if self.accelerator.is_main_process:
            save_checkpoint(
                self.out / "checkpoints",
                self.task.networks,
                self.averaged,
                self.optimizers,
                self.progress,
                self.settings.keep,
            )

    def export(self) -> None:
        """Write the trained parts to ``<out>/export``."""
        if self.accelerator.is_main_process:
            folder = self.out / "export"
            folder.mkdir(parents=True, exist_ok=True)
            self.task.export(self.exported(), folder)
            configs.save_yaml(self._resolved(), folder / "config.yaml")

    def _resolved(self) -> Mapping[str, Any]:
        """The recipe with every default spelled out."""
        return {**configs.to_dict(self.run), "model": configs.to_dict(self.task.model)}
