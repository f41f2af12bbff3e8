"""What a run takes from the model that it starts from: where it is, how large its parts are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minimax_speech.inference.model_folder import find_model
from minimax_speech.models.weights import read_config


def find_start(name: str) -> Path:
    """The folder of parts to start from: what a run exported, or a model by its folder or name.

    Raises:
        InputError: there is none.
    """
    return folder if (folder := Path(name)).is_dir() else find_model(name)


def with_sizes(
    settings: Mapping[str, Any], parts: Mapping[str, tuple[str, str]], folder: Path
) -> dict[str, Any]:
    """A recipe's model section, with the sizes of the parts to start from where it says no others.

    Args:
        settings: the model section.
        parts: key of the section → name and kind of the part that it describes.
        folder: of the parts; those that it lacks begin anew.

    Raises:
        InputError: a part cannot be read.
    """
    sized = dict(settings)
    for key, (name, kind) in parts.items():
        path = folder / f"{name}.safetensors"
        changes = sized.get(key, {})
        if path.is_file() and changes is not None:  # a part that is null is left out
            sized[key] = _changed(read_config(path, kind), changes)
    return sized


def _changed(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A tree of settings with some of them replaced."""
    result = dict(base)
    for key, value in changes.items():
        inner = result.get(key)
        if isinstance(value, Mapping) and isinstance(inner, Mapping):
            value = _changed(inner, value)
        result[key] = value
    return result
