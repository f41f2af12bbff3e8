"""Training steps, or the networks in them, replayed as CUDA graphs.

A step of small networks launches thousands of short kernels, and the processor that launches them
is slower than the device that runs them. Recorded once and replayed, the step costs one launch.
"""

from collections.abc import Callable, Hashable
from dataclasses import is_dataclass
from typing import Any

import torch
from torch import Tensor, nn

Batch = dict[str, Any]
Compute = Callable[[Batch], dict[str, Tensor]]

MOST_SHAPES = 96  # what meets more distinct inputs than that runs the others as they are


class GraphedStep:
    """Runs a step as it is the first time, then records it and replays the recording.

    There is one recording for each kind of step and shapes of its batch. Steps alike in both must
    do the same work: no control flow that depends on data, no value read back by the CPU, the
    optimizer's learning rate on the device. The first run lets libraries choose their kernels and
    optimizers make their state, which must not become part of a recording.

    Args:
        compute: runs forward, backward and optimizer steps on a batch of device tensors, returns
            metrics.
    """

    def __init__(self, compute: Compute) -> None:
        self._compute = compute
        self._met: set[Hashable] = set()
        self._recorded: dict[Hashable, tuple[torch.cuda.CUDAGraph, Batch, dict[str, Tensor]]] = {}
        self._stream = torch.cuda.Stream()
        # Recordings never run at the same time, so they may share their memory.
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, batch: Batch, kind: Hashable) -> dict[str, Tensor]:
        """Run one step; metrics of a replayed step are overwritten by the next."""
        key = (kind, *(tuple(value.shape) for value in batch.values()))
        if key in self._recorded:
            graph, inputs, metrics = self._recorded[key]
            for name, value in batch.items():
                inputs[name].copy_(value)
            graph.replay()
            return metrics
        if key not in self._met or len(self._recorded) >= MOST_SHAPES:
            self._met.add(key)
            self._stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self._stream):
                metrics = self._compute(batch)
            torch.cuda.current_stream().wait_stream(self._stream)
            return metrics
        graph = torch.cuda.CUDAGraph()
        inputs = {name: value.clone() for name, value in batch.items()}
        torch.cuda.synchronize()
        # Only this thread records; the loader's, which pins memory, may go on.
        with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
            metrics = self._compute(inputs)
        self._recorded[key] = (graph, inputs, metrics)
        graph.replay()
        return metrics


class _Flat(nn.Module):
    """A network that returns its outputs as a tuple of tensors, which is what can be recorded."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.kind: Callable[..., Any] | None = None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        out = self.network(*inputs)
        if isinstance(out, Tensor):
            return (out,)
        if not is_dataclass(out):
            raise TypeError(f"{type(self.network).__name__} must return a tensor or a dataclass")
        self.kind = type(out)
        return tuple(vars(out).values())


class GraphedNetwork:
    """Calls a network through recordings of its forward and backward pass, one per input shape.

    Everything around the network (losses, optimizer) stays as it is. Must be called under autocast
    without weight cache, and once per step.

    Args:
        network: takes tensors, returns a tensor or a dataclass of tensors, reads nothing back.
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self._forwards: dict[Hashable, tuple[Callable[..., tuple[Tensor, ...]], _Flat]] = {}
        self._pool = torch.cuda.graph_pool_handle()

    def train(self) -> None:
        """Set the network to training mode."""
        self.network.train()

    def __call__(self, *inputs: Tensor) -> Any:
        """What the network returns for these inputs."""
        key = tuple((tuple(x.shape), x.dtype, x.requires_grad) for x in inputs)
        if key not in self._forwards:
            if len(self._forwards) >= MOST_SHAPES:
                return self.network(*inputs)
            flat = _Flat(self.network).train()
            samples = tuple(x.detach().clone().requires_grad_(x.requires_grad) for x in inputs)
            torch.cuda.make_graphed_callables(
                flat, samples, allow_unused_input=True, pool=self._pool
            )
            self._forwards[key] = (flat.forward, flat)
        forward, flat = self._forwards[key]
        out = forward(*inputs)
        return flat.kind(*out) if flat.kind else out[0]
