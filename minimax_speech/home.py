"""Where the user's own voices and emotions live, and what is still being made."""

import os
import sys
from pathlib import Path

from minimax_speech.errors import InputError

_LONGEST_NAME = 100
"""Bytes; file systems allow 255, with what is put around the name."""


def voices_folder() -> Path:
    """The folder of saved voices; it may not exist yet.

    `$MINIMAX_SPEECH_HOME/voices` where that variable is set, else in the platform's data folder.
    """
    return _home() / "voices"


def voice_file(name: str) -> Path:
    """The file that a saved voice of this name has; it may not exist.

    Raises:
        InputError: the name cannot be that of a file.
    """
    return voices_folder() / _file_name("voice", name)


def make_voices_folder() -> None:
    """Make the folder of saved voices, unless it is there.

    Raises:
        InputError: it cannot be made.
    """
    folder = voices_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"folder {folder} cannot be made ({error.strerror}): set MINIMAX_SPEECH_HOME"
        ) from None


def adapters_folder() -> Path:
    """The folder of the user's own emotions, beside that of voices; it may not exist yet."""
    return _home() / "adapters"


def adapter_file(name: str) -> Path:
    """The file that the user's own emotion of this name has; it may not exist.

    Raises:
        InputError: the name cannot be that of a file.
    """
    return adapters_folder() / _file_name("emotion", name)


def _file_name(what: str, name: str) -> str:
    plain = name.strip() == name and name.isprintable() and not name.startswith(".")
    long = len(name.encode()) > _LONGEST_NAME
    if not plain or not name or long or any(sign in name for sign in '/\\:*?"<>|'):
        raise InputError(
            f"{what} name {name!r} cannot be saved: use at most {_LONGEST_NAME} letters, digits, "
            "spaces, '-' and '_'"
        )
    return f"{name}.safetensors"


def work_folder(kind: str, name: str) -> Path:
    """The folder that keeps what making something takes until it is made; it may not exist yet."""
    return _home() / "work" / kind / name


def _home() -> Path:
    if chosen := os.environ.get("MINIMAX_SPEECH_HOME"):
        return Path(os.path.expanduser(chosen))
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    return base / "minimax_speech"
