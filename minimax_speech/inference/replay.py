"""Decoding steps recorded as CUDA graphs: one launch in the place of thousands."""

from collections.abc import Callable

import torch

Key = tuple[int, int, int, bool, bool, bool]
"""So many steps, of so many rows, up to an extent; whether any has limits, penalties, adapters."""


class Replayed:
    """Steps that work in place on fixed tensors, replayed from their second run on.

    The first run is an ordinary one, which also lets libraries set themselves up; the second is
    recorded, then replayed. Recording runs nothing, so that each call runs its steps once in any
    case.
    """

    def __init__(self, steps: Callable[..., None]) -> None:
        self._steps = steps
        self._pool = torch.cuda.graph_pool_handle()  # one memory for all: they run one by one
        self._graphs: dict[Key, torch.cuda.CUDAGraph | None] = {}

    def __call__(self, *key: *Key) -> None:
        """Run some steps."""
        if key not in self._graphs:
            self._graphs[key] = None
            self._run_aside(key)
            return
        graph = self._graphs[key]
        if graph is None:
            graph = torch.cuda.CUDAGraph()
            # Other threads may take memory meanwhile.
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                self._steps(*key)
            self._graphs[key] = graph
        graph.replay()

    def forget(self) -> None:
        """Drop what is recorded: the tensors have been replaced."""
        torch.cuda.synchronize()  # it may still be running
        self._graphs.clear()
        self._pool = torch.cuda.graph_pool_handle()

    def _run_aside(self, key: Key) -> None:
        # Recording must not meet work of the default stream, nor what was cached for it.
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            self._steps(*key)
        torch.cuda.current_stream().wait_stream(stream)
