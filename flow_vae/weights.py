"""Weights files: safetensors whose metadata holds the kind of part and its config.

With `quantise`, each floating tensor of two or more dimensions and at least 4,096 elements is
stored as int8 with one fp32 scale per slice of its first dimension (`name` and `name::scale`),
every other floating tensor as bf16. Reading gives fp32 in any case.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save as to_bytes
from torch import Tensor, nn

SCALE = "::scale"
QUANTISE_FROM = 4096

Config = TypeVar("Config")


def save(
    path: str | Path,
    module: nn.Module,
    config: Mapping[str, Any],
    kind: str,
    quantise: bool = False,
) -> None:
    """Write the module's state to `path`, replacing the file only once it is complete."""
    tensors: dict[str, Tensor] = {}
    for name, tensor in module.state_dict().items():
        tensors.update(_pack(name, tensor) if quantise else {name: _to_cpu(tensor)})
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    # Not save_file: its files are for their owner alone, whatever the umask.
    metadata = {"kind": kind, "config": json.dumps(dict(config))}
    partial.write_bytes(to_bytes(tensors, metadata))
    os.replace(partial, path)


def read(path: str | Path, kind: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Config and tensors of a weights file; floating tensors in fp32, on the CPU.

    Raises:
        FileNotFoundError: no such file.
        ValueError: not a complete safetensors file, or the weights of another kind of part.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no weights file {path}: give the path of a .safetensors file")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            names = file.keys()
            stored = {name: file.get_tensor(name) for name in names}
    except SafetensorError as error:
        reason = str(error).splitlines()[0]
        message = f"{path} is damaged or not a safetensors file ({reason}): copy it again"
        raise ValueError(message) from None
    found = metadata.get("kind", "file of unknown kind")
    if found != kind:
        raise ValueError(f"{path} holds a {found}, expected a {kind}: give the right file")
    return _parse_config(metadata.get("config", ""), path), _unpack(stored, path)


def load_into(module: nn.Module, tensors: Mapping[str, Tensor], path: str | Path) -> None:
    """Copy `tensors` into the module; `path` is named in errors.

    Raises:
        ValueError: a key is missing, unexpected or of another shape.
    """
    expected = module.state_dict()
    missing = [name for name in expected if name not in tensors]
    unexpected = [name for name in tensors if name not in expected]
    misshaped = [n for n, t in tensors.items() if n in expected and t.shape != expected[n].shape]
    for problem, names in (
        ("lacks", missing),
        ("has unexpected", unexpected),
        ("has mis-shaped", misshaped),
    ):
        if names:
            raise ValueError(
                f"{path} {problem} {names[0]} ({len(names)} such): use weights of this version"
            )
    module.load_state_dict(dict(tensors))


def build_config(cls: type[Config], config: Mapping[str, Any], path: str | Path) -> Config:
    """The config dataclass of a weights file.

    Raises:
        ValueError: a key is unknown or a value impossible.
    """
    known = [field.name for field in fields(cls)]  # type: ignore[arg-type]
    unknown = sorted(set(config) - set(known))
    if unknown:
        raise ValueError(f"{path} has unknown config key {unknown[0]}: use weights of this version")
    try:
        return cls(**config)
    except ValueError as error:
        raise ValueError(f"{path} has an unusable config ({error}): save it again") from None


def _to_cpu(tensor: Tensor) -> Tensor:
    # A copy: safetensors refuses tensors that share memory, as tied weights do.
    return tensor.detach().to("cpu", copy=True).contiguous()


def _pack(name: str, tensor: Tensor) -> dict[str, Tensor]:
    tensor = _to_cpu(tensor)
    if not tensor.is_floating_point():
        return {name: tensor}
    if tensor.ndim < 2 or tensor.numel() < QUANTISE_FROM:
        return {name: tensor.to(torch.bfloat16)}
    rows = tensor.float().flatten(1)
    scale = (rows.abs().amax(1) / 127).clamp(min=torch.finfo(torch.float32).tiny)
    quantised = (rows / scale.unsqueeze(1)).round().to(torch.int8)
    return {name: quantised.view(tensor.shape), name + SCALE: scale}


def _unpack(stored: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    tensors: dict[str, Tensor] = {}
    for name, tensor in stored.items():
        if name.endswith(SCALE):
            continue
        if tensor.dtype == torch.int8:
            scale = stored.get(name + SCALE)
            if scale is None or scale.shape != tensor.shape[:1]:
                raise ValueError(
                    f"{path} lacks the scale of int8 tensor {name}: save the weights again"
                )
            rows = tensor.float().flatten(1) * scale.unsqueeze(1)
            tensors[name] = rows.view(tensor.shape)
        else:
            tensors[name] = tensor.float() if tensor.is_floating_point() else tensor
    return tensors


def _parse_config(text: str, path: Path) -> dict[str, Any]:
    try:
        config = json.loads(text)
    except json.JSONDecodeError:
        config = None
    if not isinstance(config, dict):
        raise ValueError(f"{path} has no readable config in its metadata: save the weights again")
    return config
