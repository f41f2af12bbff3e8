"""Where the judges that come with this package lie."""

from importlib.resources import files
from pathlib import Path

from minimax_speech.errors import InputError


def bundled_file(name: str, backend: str) -> Path:
    """A file of the bundled model.

    Raises:
        InputError: the package was installed without it.
    """
    path = Path(str(files("minimax_speech"))) / "bundled" / "small" / name
    if not path.is_file():
        raise InputError(f"{backend} has no bundled weights {path}: give a file as {backend}=PATH")
    return path
