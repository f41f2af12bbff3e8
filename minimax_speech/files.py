"""Files and folders that the user names: read, written whole, or refused in one line."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from minimax_speech.errors import InputError

_CHUNK = 1 << 20
_FAILURES = (errno.ENOSPC, errno.EDQUOT, errno.EIO)
"""What another place might not mend either."""


def read_text(path: str | Path, what: str) -> str:
    """The text of a UTF-8 file; ``what`` is what to call it in messages, such as "manifest".

    Raises:
        InputError: it cannot be read, or is not UTF-8.
    """
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{what} {path} is not UTF-8 text: convert it") from None
    except OSError as error:
        raise InputError(
            f"{what} {path} cannot be read ({error.strerror}): check the path"
        ) from None


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write a file that is to appear whole or not at all, in place of what is there.

    Raises:
        OSError: it cannot be put in its place.
    """
    part = path.with_name(f".{path.name}.partial")
    try:
        yield part
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise


def write_text(path: str | Path, text: str) -> None:
    """Write a UTF-8 file that appears whole or not at all; devices and pipes are written to.

    Raises:
        InputError: its place cannot be used.
        OSError: the disk failed or is full.
    """
    try:
        # Asked of the path itself: that of /dev/stdout may lead to a pipe, which has no real path.
        if Path(path).exists() and not Path(path).is_file():
            Path(path).write_text(text, encoding="utf-8")
        else:
            with replacing(Path(os.path.realpath(path))) as part:
                part.write_text(text, encoding="utf-8")
    except OSError as error:
        if error.errno in _FAILURES:
            raise OSError(f"{path} could not be written: {error.strerror}") from error
        raise InputError(
            f"{path} cannot be written ({error.strerror}): choose another place"
        ) from None


def check_folder(folder: str | Path) -> Path:
    """Refuse a folder that takes no files or cannot be made; ask before long work.

    Nothing is made. Returns the folder, or the nearest one above it that is there.

    Raises:
        InputError: it is a file or lies in one, or is not writable.
    """
    place = Path(folder).absolute()
    try:
        while not place.exists():
            place = place.parent
        # Tried, not asked: permissions say nothing of a read-only disk or a folder like /proc.
        tempfile.TemporaryFile(dir=place).close()
        return place
    except NotADirectoryError:
        raise InputError(f"output folder {folder}: {place} is a file: choose another") from None
    except OSError as error:
        raise InputError(
            f"output folder {folder} is not writable ({error.strerror}): choose another"
        ) from None


def digest(*paths: Path) -> str:
    """Sixteen hexadecimal digits that change with what the files hold, in this order.

    Raises:
        InputError: one cannot be read.
    """
    whole = hashlib.blake2b(digest_size=8)
    for path in paths:
        try:
            with path.open("rb") as file:
                whole.update(f"{path.stat().st_size}:".encode())
                while chunk := file.read(_CHUNK):
                    whole.update(chunk)
        except OSError as error:
            raise InputError(f"{path} cannot be read ({error.strerror}): check the path") from None
    return whole.hexdigest()
