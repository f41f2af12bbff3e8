"""Where models lie: folders found by name, before anything heavy is loaded."""

import os
from importlib.resources import files
from pathlib import Path

from minimax_speech.errors import InputError

CONFIG = "config.yaml"
TOKENIZER = "tokenizer.json"
CARD = "README.md"
DEFAULT_MODEL = "small"


def bundled_models() -> list[str]:
    """Names of the models that come with the package."""
    return sorted(path.parent.name for path in _bundled().glob(f"*/{CONFIG}"))


def find_model(model: str | Path | None = None) -> Path:
    """The folder of a model given by name or folder; None is the bundled one.

    Raises:
        InputError: there is no such model, or the folder is not one.
    """
    folder = _bundled() / DEFAULT_MODEL if model is None else Path(os.path.expanduser(model))
    if not folder.is_dir() and model is not None and Path(model).name == str(model):
        folder = _bundled() / model
    if model is None and not (folder / CONFIG).is_file():
        raise InputError(
            "no model is bundled with this installation: train one with egs/teachers_en/run.sh, "
            "or give the folder of one with --model"
        )
    if not folder.is_dir():
        names = ", ".join(bundled_models())
        known = f"a bundled one ({names})" if names else "none is bundled here"
        raise InputError(f"no model {str(model)!r}: give a folder, or {known}")
    if not (folder / CONFIG).is_file():
        raise InputError(f"folder {folder} is not a model: it has no {CONFIG}")
    return folder


def voice_files(folder: Path) -> list[Path]:
    """The voices that come with a model."""
    return sorted(folder.glob("voices/*.safetensors"))


def emotion_files(folder: Path) -> list[Path]:
    """The emotions that come with a model."""
    return sorted(folder.glob("adapters/*.safetensors"))


def _bundled() -> Path:
    return Path(str(files("minimax_speech"))) / "bundled"
