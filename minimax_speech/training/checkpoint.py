"""Checkpoints: everything a run needs to go on as if it had never stopped, without pickle.

A checkpoint is a folder ``step-00001234`` of safetensors files (networks, averaged networks,
optimizers) and ``state.json``. It is written under another name and renamed when complete, so an
interrupted write leaves the older checkpoint as it was. Random states are not part of it: each step
seeds its own.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from minimax_speech.errors import InputError


@dataclass
class Progress:
    """Where a run stands."""

    step: int = 0  # optimizer steps done
    batches: int = 0  # batches consumed
    seconds: float = 0.0  # training time


def _flatten(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    state = optimizer.state_dict()["state"]
    return {
        f"{index}/{name}": torch.as_tensor(value).contiguous()
        for index, entries in state.items()
        for name, value in entries.items()
    }


def _unflatten(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        index, name = key.split("/")
        like = parameters[int(index)]
        if value.ndim:  # fused optimizers want the parameter's own memory layout
            value = torch.empty_like(like).copy_(value)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )


def save_checkpoint(
    folder: Path,
    networks: Mapping[str, nn.Module],
    averaged: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
    progress: Progress,
    keep: int,
) -> Path:
    """Write a checkpoint into ``folder`` and drop all but the newest ``keep``."""
    target = folder / f"step-{progress.step:08d}"
    partial = folder / f".{target.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, network in networks.items():
        _save_tensors(network.state_dict(), partial / f"{name}.safetensors")
    for name, network in averaged.items():
        _save_tensors(network.state_dict(), partial / f"{name}.averaged.safetensors")
    for name, optimizer in optimizers.items():
        save_file(_flatten(optimizer), partial / f"{name}.optimizer.safetensors")
    (partial / "state.json").write_text(json.dumps({"progress": asdict(progress)}))
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    for old in sorted(folder.glob("step-*"))[:-keep]:
        shutil.rmtree(old)
    return target


def _save_tensors(tensors: Mapping[str, Tensor], path: Path) -> None:
    save_file({name: value.detach().clone().contiguous() for name, value in tensors.items()}, path)


def latest_checkpoint(folder: Path) -> Path | None:
    """The newest complete checkpoint of a run, or None."""
    return max(folder.glob("step-*"), default=None)


def load_checkpoint(
    path: Path,
    networks: Mapping[str, nn.Module],
    averaged: Mapping[str, nn.Module],
    optimizers: Mapping[str, torch.optim.Optimizer],
) -> Progress:
    """Put a checkpoint's state into the given objects.

    Raises:
        InputError: the checkpoint is of another model or incomplete.
    """
    try:
        for name, network in networks.items():
            network.load_state_dict(load_file(path / f"{name}.safetensors"))
        for name, network in averaged.items():
            network.load_state_dict(load_file(path / f"{name}.averaged.safetensors"))
        for name, optimizer in optimizers.items():
            _unflatten(optimizer, load_file(path / f"{name}.optimizer.safetensors"))
        return Progress(**json.loads((path / "state.json").read_text())["progress"])
    except (OSError, RuntimeError, ValueError, LookupError, SafetensorError) as error:
        reason = str(error).splitlines()[-1].strip()[:200]  # torch names the tensors on later lines
        raise InputError(
            f"cannot resume from {path}: {reason} (another model? choose another out folder)"
        ) from error
