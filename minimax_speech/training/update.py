"""One step of training: losses, gradients, and what follows from them unless it would do harm."""

from collections.abc import Iterator, Mapping

import torch
import torch.distributed as dist
from torch import Tensor, nn

from minimax_speech.training.ema import Average
from minimax_speech.training.guard import Guard
from minimax_speech.training.parallel import gradient_norm, gradients_stay, local
from minimax_speech.training.speed import Stopwatch
from minimax_speech.training.tasks.base import Batch, StepLoss, Task


class Update:
    """Forward and backward passes over the micro-batches, then optimizers and averages.

    Nothing here is read back from the device, so that whole steps can be recorded.

    Args:
        task: its losses and settings.
        networks: as the task calls them, distributed or not.
        optimizers: by name.
        averages: of the networks that are averaged.
        guard: says which steps to skip.
        ranks: processes that train together.
        autocast_cache: whether each weight is cast once a step; recorded networks need casts of
            their own.
    """

    def __init__(
        self,
        task: Task,
        networks: Mapping[str, nn.Module],
        optimizers: Mapping[str, torch.optim.Optimizer],
        averages: Mapping[str, Average],
        guard: Guard,
        ranks: int,
        autocast_cache: bool,
    ) -> None:
        self.task, self.networks, self.optimizers = task, networks, optimizers
        self.averages, self.guard, self.ranks = averages, guard, ranks
        self.autocast_cache = autocast_cache
        self.watch = Stopwatch(guard.skipped.device)
        self.notes = [note for network in task.networks.values() for note in _notes(network)]

    def __call__(self, micro: list[Batch], share: float) -> dict[str, Tensor]:
        """Take a step; returns metrics of this rank, as scalars on the device."""
        if self.ranks > 1:
            self.watch.start()
        notes = [note.clone() for note in self.notes]
        metrics = self._gradients(micro, share)
        losses = torch.stack([metrics[f"loss/{name}"] for name in self._met(metrics)])
        gradients = {name: self._gradients_of(name) for name in self.optimizers}
        norms = torch.stack([self._norm(tensors, losses) for tensors in gradients.values()])
        skip = self.guard.judge(losses, norms)
        for (name, optimizer), norm in zip(self.optimizers.items(), norms, strict=True):
            metrics[f"gradient/{name}"] = norm
            _clip(gradients[name], norm, self.task.run.optim.clip)
            optimizer.found_inf = skip  # type: ignore[attr-defined]
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        for average in self.averages.values():
            average.update(skip)
        for note, before in zip(self.notes, notes, strict=True):
            note.copy_(torch.where(skip > 0, before, note))
        return metrics

    def autocast(self) -> torch.autocast:
        """The precision of forward passes."""
        train, device = self.task.run.train, self.guard.skipped.device
        enabled = train.precision == "bf16"
        return torch.autocast(
            device.type, torch.bfloat16, enabled=enabled, cache_enabled=self.autocast_cache
        )

    def _gradients(self, micro: list[Batch], share: float) -> dict[str, Tensor]:
        """Gradients of all micro-batches together; returns the means of their metrics."""
        metrics: dict[str, Tensor] = {}
        for number, batch in enumerate(micro, start=1):
            with gradients_stay(self.networks.values(), number < len(micro)):
                for loss in self._losses(batch, share):
                    weight = self._weight(loss) / len(micro)
                    value = loss.value * weight
                    value.backward()
                    shown = {name: metric * weight for name, metric in loss.metrics.items()}
                    shown[f"loss/{loss.optimizer}"] = value.detach()
                    for name, metric in shown.items():
                        metrics[name] = metrics[name] + metric if name in metrics else metric
        return metrics

    def _losses(self, batch: Batch, share: float) -> Iterator[StepLoss]:
        """The task's losses; its forward passes run in the chosen precision, backward outside."""
        losses = self.task.losses(self.networks, batch, share)
        while True:
            with self.autocast():
                loss = next(losses, None)
            if loss is None:
                return
            yield loss

    def _weight(self, loss: StepLoss) -> float | Tensor:
        """Makes the mean over the ranks of a loss the mean over all of their units.

        Gradients are averaged over the ranks, so a rank's share is its own weight over the mean.
        Micro-batches of one rank have about the same size and count alike.
        """
        if self.ranks == 1:
            return 1.0
        self.watch.stop()  # from here on, ranks wait for each other
        weight = loss.weight
        if not isinstance(weight, Tensor):
            weight = torch.full((), weight, device=loss.value.device)
        weight = weight.float()
        total = weight.clone()
        dist.all_reduce(total)
        return self.ranks * weight / total.clamp(min=1)

    def _met(self, metrics: Mapping[str, Tensor]) -> list[str]:
        """Names of the optimizers that have a loss at this step."""
        return [name for name in self.optimizers if f"loss/{name}" in metrics]

    def _gradients_of(self, name: str) -> list[Tensor]:
        groups = self.optimizers[name].param_groups
        return [p.grad for group in groups for p in group["params"] if p.grad is not None]

    @staticmethod
    def _norm(gradients: list[Tensor], like: Tensor) -> Tensor:
        return gradient_norm(gradients) if gradients else like.new_zeros(())


def _notes(network: nn.Module) -> list[Tensor]:
    """What a network keeps beside its parameters, such as the running statistics of a norm."""
    kept = network.state_dict()
    buffers = network.named_buffers()
    return [note for name, note in buffers if name in kept and note.is_floating_point()]


def _clip(gradients: list[Tensor], norm: Tensor, largest: float) -> None:
    """Scale gradients of this norm so that it is at most ``largest``."""
    if not gradients:  # of networks that have no part in the losses yet
        return
    factor = (largest / (norm + 1e-6)).clamp(max=1.0)
    torch._foreach_mul_([local(gradient) for gradient in gradients], factor)
