"""Checkpoints: everything a run needs to go on as if it had never stopped, without pickle.

A checkpoint is a folder ``step-00001234`` of safetensors files, in which each process has written
its share of networks, averages and optimizers, and ``state.json``. It can be read by any number of
processes (torch.distributed.checkpoint). It is written while training goes on, under another name,
and renamed when all is there: an interrupted write leaves the older checkpoint as it was. Random
states are not part of it: each step seeds its own.
"""

import json
import shutil
import warnings
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import torch
import torch.distributed as dist
import torch.distributed.checkpoint as dcp
from torch import Tensor, nn
from torch.distributed.checkpoint.api import CheckpointException

from minimax_speech.errors import InputError

State = dict[str, Tensor]
"""Tensors by name, whole or this process's share of them."""


@dataclass
class Progress:
    """Where a run stands."""

    step: int = 0  # optimizer steps done
    batches: int = 0  # batches consumed
    seconds: float = 0.0  # training time


def optimizer_state(optimizer: torch.optim.Optimizer, networks: Mapping[str, nn.Module]) -> State:
    """An optimizer's state by the names of the networks' parameters."""
    names: dict[Tensor, str] = {
        parameter: f"{network}.{name}"
        for network, module in networks.items()
        for name, parameter in module.named_parameters()
    }
    return {
        f"{names[parameter]}.{entry}": value
        for parameter, entries in optimizer.state.items()
        for entry, value in entries.items()
    }


class _Writer(dcp.HuggingFaceStorageWriter):
    """Writes beside the final place, and moves there once all processes have written."""

    def __init__(self, target: Path, progress: Progress, keep: int) -> None:
        self.partial = target.with_name(f".{target.name}.partial")
        super().__init__(str(self.partial), save_distributed=True)
        self.target, self.keep = target, keep
        self.state = json.dumps({"progress": asdict(progress)})

    def finish(self, metadata: Any, results: Any) -> None:
        """Called in one process, when the others have finished."""
        super().finish(metadata, results)
        (self.partial / "state.json").write_text(self.state)
        shutil.rmtree(self.target, ignore_errors=True)
        self.partial.rename(self.target)
        for old in sorted(self.target.parent.glob("step-*"))[: -self.keep]:
            shutil.rmtree(old)


class Checkpoints:
    """The checkpoints of one run.

    Args:
        folder: where they lie.
        keep: how many of the newest stay.
        ranks: processes that train together; all of them must call every method.
    """

    def __init__(self, folder: Path, keep: int, ranks: int = 1) -> None:
        self.folder, self.keep, self.alone = folder, keep, ranks == 1
        # Of its own: written in another thread, whose exchanges must not meet those of the loop.
        self._group = None if self.alone else dist.new_group(backend="gloo")
        self._writing: Future | None = None
        warnings.filterwarnings("ignore", "torch.distributed is disabled")  # as one process has it

    def save(self, state: State, progress: Progress) -> None:
        """Copy the state, and begin to write it; an earlier one that is still written comes first.

        Raises:
            InputError: the earlier one could not be written.
        """
        self.wait()
        if not self._group or dist.get_rank() == 0:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left_behind in self.folder.glob(".step-*.partial"):
                shutil.rmtree(left_behind)
        writer = _Writer(self.folder / f"step-{progress.step:08d}", progress, self.keep)
        future = dcp.async_save(
            state, storage_writer=writer, process_group=self._group, no_dist=self.alone
        )
        self._writing = cast(Future, future)

    def wait(self) -> None:
        """Until what is written is complete.

        Raises:
            InputError: it cannot be written.
        """
        writing, self._writing = self._writing, None
        try:
            if writing is not None:
                writing.result()
        except CheckpointException as error:
            raise InputError(
                f"cannot write a checkpoint to {self.folder}: {_reason(error)} (the one before is "
                "still there)"
            ) from error

    def latest(self) -> Path | None:
        """The newest complete checkpoint, or None."""
        path = max(self.folder.glob("step-*"), default=None)
        if self._group:  # what one process sees on a shared disk, another may not see yet
            found: list[Path | None] = [path]
            dist.broadcast_object_list(found, src=0, group=self._group)
            return found[0]
        return path

    def load(self, path: Path, state: State) -> Progress:
        """Read a checkpoint into the tensors of ``state``.

        Raises:
            InputError: the checkpoint is of another model or incomplete.
        """
        try:
            reader = dcp.HuggingFaceStorageReader(str(path))
            dcp.load(state, storage_reader=reader, process_group=self._group, no_dist=self.alone)
            return Progress(**json.loads((path / "state.json").read_text())["progress"])
        except (CheckpointException, OSError, ValueError, LookupError) as error:
            raise InputError(
                f"cannot resume from {path}: {_reason(error)} (another model? choose another out "
                "folder)"
            ) from error


def _reason(error: BaseException) -> str:
    """The first process's failure, on one line."""
    if isinstance(error, CheckpointException) and error.failures:
        error, _ = error.failures[min(error.failures)]
    return str(error).splitlines()[0].strip()[:200]
