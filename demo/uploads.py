"""Uploaded files, and when they are deleted: when the page that they came from is closed."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock


class Uploads:
    """Which page uploaded what. Gradio keeps equal files of several pages once."""

    def __init__(self) -> None:
        self._pages: dict[Path, set[str]] = defaultdict(set)
        self._lock = Lock()

    def note(self, page: str, files: Sequence[Path]) -> None:
        """Files belong to a page, too."""
        with self._lock:
            for file in files:
                self._pages[file].add(page)

    def forget(self, page: str) -> None:
        """The page is closed: delete its files, but for those that another page has, too."""
        with self._lock:
            for file, pages in list(self._pages.items()):
                pages.discard(page)
                if not pages:
                    del self._pages[file]
                    file.unlink(missing_ok=True)
