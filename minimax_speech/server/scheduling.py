"""The engine's scheduler, while there is use for one."""

from threading import Lock
from typing import TYPE_CHECKING

from minimax_speech.inference.engine import MOST_ROWS
from minimax_speech.server.settings import ServerSettings

if TYPE_CHECKING:
    from minimax_speech.api import MiniMaxSpeech
    from minimax_speech.inference.scheduler import Scheduler


class SharedScheduler:
    """One scheduler for all requests: begun with the first, and anew after it was closed.

    An app may be started and stopped several times.
    """

    def __init__(self, engine: "MiniMaxSpeech", settings: ServerSettings) -> None:
        self._engine, self._settings = engine, settings
        self._scheduler: Scheduler | None = None
        self._lock = Lock()

    def get(self) -> "Scheduler":
        """The scheduler."""
        with self._lock:
            if self._scheduler is None:
                self._scheduler = self._engine.scheduler(
                    self._settings.most_live, self._settings.most_waiting
                )
            return self._scheduler

    @property
    def most(self) -> int:
        """How many streams there can be at a time, at most."""
        return (self._settings.most_live or max(MOST_ROWS.values())) + self._settings.most_waiting

    @property
    def failed(self) -> bool:
        """Whether no more can be spoken."""
        return self._scheduler is not None and self._scheduler.closed

    @property
    def live(self) -> int:
        """Streams that are being spoken."""
        return self._scheduler.live if self._scheduler else 0

    @property
    def waiting(self) -> int:
        """Streams that wait for their turn."""
        return self._scheduler.waiting if self._scheduler else 0

    def close(self) -> None:
        """End all streams."""
        with self._lock:
            if self._scheduler is not None:
                self._scheduler.close(drain=False)
            self._scheduler = None
