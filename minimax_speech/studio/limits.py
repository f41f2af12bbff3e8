"""How much one person may ask of a model that others use too."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minimax_speech.audio import io
from minimax_speech.errors import InputError


@dataclass(frozen=True)
class Limits:
    """What is refused.

    Attributes:
        text: characters of a text that is heard while it is made.
        long_text: characters of a long text.
        upload_mb: megabytes of one uploaded file.
        clips: reference clips of one voice.
        recordings: recordings that a voice is tuned on.
        recording_minutes: how long they may be together.
    """

    text: int = 1_000
    long_text: int = 50_000
    upload_mb: int = 20
    clips: int = 5
    recordings: int = 200
    recording_minutes: float = 60.0

    def check_text(self, text: str) -> None:
        """Refuse an empty text and one that is too long to wait for, with an InputError."""
        _check_length(text, self.text, "shorten it, or use the long text tab")

    def check_long_text(self, text: str) -> None:
        """Refuse an empty text and one that is too long, with an InputError."""
        _check_length(text, self.long_text, "cut it into parts")

    def check_clips(self, files: Sequence[Path]) -> None:
        """Refuse no clips, too many, and files that are too large, with an InputError."""
        self._check_files(files, self.clips, "clips")

    def check_recordings(self, files: Sequence[Path]) -> None:
        """Refuse no recordings, too many, too large and too long ones, with an InputError."""
        self._check_files(files, self.recordings, "recordings")
        minutes = sum(io.duration(file) for file in files) / 60
        if minutes > self.recording_minutes:
            raise InputError(
                f"the recordings last {minutes:.0f} minutes: give at most "
                f"{self.recording_minutes:g}"
            )

    def _check_files(self, files: Sequence[Path], most: int, what: str) -> None:
        if not files:
            raise InputError(f"no {what} are given: upload or record at least one")
        if len(files) > most:
            raise InputError(f"{len(files)} {what} are given: choose at most {most} of them")
        for file in files:
            size = file.stat().st_size / 1e6
            if size > self.upload_mb:
                raise InputError(
                    f"{file} has {size:.1f} MB: give at most {self.upload_mb} MB, such as flac"
                )


def _check_length(text: str, most: int, mend: str) -> None:
    if not text.strip():
        raise InputError("the text is empty: give at least one word")
    if len(text) > most:
        raise InputError(f"the text has {len(text)} characters, more than {most}: {mend}")
