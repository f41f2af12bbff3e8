"""Models in files: a model is its config (in the file's metadata) and its tensors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from minimax_speech import config as configs
from minimax_speech.errors import InputError
from speaker_encoder import weights

Model = TypeVar("Model", bound=nn.Module)
Tensors = dict[str, Tensor]


def save_model(
    path: Path, model: nn.Module, config: Any, kind: str, quantise: bool = False
) -> None:
    """Write a model to a safetensors file; ``quantise`` stores large matrices as int8."""
    weights.save(path, model, configs.to_dict(config), kind, quantise=quantise)


def load_model(
    path: Path, model_type: type[Model], config_type: type, kind: str, device: str = "cpu"
) -> Model:
    """Build a model from its file, in evaluation mode.

    Raises:
        InputError: the file is missing, truncated, of another kind, or does not fit its own config.
    """
    try:
        config, tensors = weights.read(path, kind)
        # Parts are loaded when they are first needed, and a tensor made in inference mode could
        # take no part in gradients ever after.
        with torch.inference_mode(False):
            model = _build(model_type, config_type, config, path)
            weights.load_into(model, tensors, path)
    except (ValueError, FileNotFoundError) as error:
        raise InputError(str(error)) from error
    return model.to(torch.device(device)).eval()


def _build(model_type: type[Model], config_type: type, config: dict[str, Any], path: Path) -> Model:
    try:
        return model_type(configs.build(config_type, config))
    except ValueError as error:
        raise InputError(f"{path} has an unusable config: {error}") from error


def read_config(path: Path, kind: str) -> dict[str, Any]:
    """The config of the model in a file.

    Raises:
        InputError: the file is missing, truncated or of another kind.
    """
    try:
        return weights.read(path, kind)[0]
    except (ValueError, FileNotFoundError) as error:
        raise InputError(str(error)) from error


def restore_model(
    model: nn.Module, path: Path, kind: str, adapt: Callable[[Tensors], None] | None = None
) -> None:
    """Put the tensors of a file into a model that is already built, to train on from there.

    Args:
        model: the model.
        path: the file.
        kind: what it must hold.
        adapt: changes the tensors, by name, so that they fit the model.

    Raises:
        InputError: as for :func:`load_model`.
    """
    try:
        _, tensors = weights.read(path, kind)
        if adapt is not None:
            adapt(tensors)
        weights.load_into(model, tensors, path)
    except (ValueError, FileNotFoundError) as error:
        raise InputError(str(error)) from error
