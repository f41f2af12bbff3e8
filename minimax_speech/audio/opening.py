"""Open an audio file, whatever its format: by libsndfile, or else by PyAV."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from minimax_speech.audio.container import Container, find_demuxer
from minimax_speech.errors import InputError


class SoundFile(soundfile.SoundFile):
    """An audio file that libsndfile reads."""

    def block(self, frames: int) -> npt.NDArray[np.float32]:
        """The next frames, (frames, channels); fewer at the end.

        Raises:
            InputError: the file is damaged there.
        """
        try:
            return self.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            reason = error.error_string.removeprefix("Error : ").rstrip(".")
            raise InputError(f"{self.name} is damaged ({reason}): copy it again") from None


def open_audio(path: str | Path) -> SoundFile | Container:
    """An audio file, open at its start.

    Raises:
        InputError: no such file, a directory, empty, not audio, or of a format that needs PyAV
            where that is missing.
    """
    path = Path(path)
    try:
        if not path.exists():
            raise InputError(f"audio file {path} does not exist: check the path")
        if path.is_dir():
            raise InputError(f"{path} is a folder: name an audio file in it")
        if path.is_file() and path.stat().st_size == 0:
            raise InputError(f"audio file {path} is empty (0 bytes): copy it again")
        # Opened here, so that a file without read permission says so.
        with path.open("rb"):
            return SoundFile(str(path))
    except OSError as error:
        raise InputError(f"audio file {path} cannot be read: {error.strerror}") from None
    except (soundfile.LibsndfileError, TypeError):  # TypeError: headerless .raw
        return _open_container(path)


def _open_container(path: Path) -> Container:
    file = path.open("rb", buffering=0)
    demuxer = find_demuxer(file) if file.seekable() else None
    if demuxer is None:
        file.close()
        known = "wav, flac, mp3, ogg"
        raise InputError(
            f"{path} is not an audio file that can be read: convert it to one of {known}"
        )
    return Container(file, str(path), demuxer)
