"""Who is live, who waits and who is turned away, for how long."""

from collections.abc import Sequence
from math import ceil
from threading import Lock
from time import monotonic

from minimax_speech.errors import Busy
from minimax_speech.inference.durations import TOKENS_PER_SECOND
from minimax_speech.inference.scheduled import Scheduled

RETRY_SECONDS = (1, 60)
"""Bounds of what is told to who is turned away."""

_MEMORY_SECONDS = 30.0


class Pace:
    """Tokens a second of one kind of work, the latest half minute or so of it."""

    def __init__(self, threads: int) -> None:
        """For as many threads as share the work."""
        self._threads = threads
        # Before anything is measured: as fast as it is heard.
        self._tokens, self._seconds = float(TOKENS_PER_SECOND), 1.0
        self._lock = Lock()

    def add(self, tokens: int, seconds: float) -> None:
        """So many took one of them so long."""
        with self._lock:
            fading = 0.5 if self._seconds > _MEMORY_SECONDS else 1.0
            self._tokens = fading * self._tokens + tokens
            self._seconds = fading * self._seconds + seconds

    @property
    def tokens_per_second(self) -> float:
        """Of the work alone; pauses between pieces of it do not count."""
        return self._threads * self._tokens / self._seconds


class Admission:
    """The requests that are not over yet, in order of arrival: the first ones are live.

    Attributes:
        closed: none enters any more.
    """

    def __init__(self, most_live: int, most_waiting: int, paces: Sequence[Pace]) -> None:
        """The slowest of the paces tells how long the work of all will take."""
        self.closed = False
        self._paces = paces
        self._most_live, self._most_waiting = most_live, most_waiting
        self._requests: list[Scheduled] = []
        self._refusal: BaseException | None = None
        self._lock = Lock()

    def check(self) -> None:
        """Raise what `enter` would, but for nothing.

        Raises:
            Busy: as many wait already as may.
        """
        with self._lock:
            self._check()

    def enter(self, request: Scheduled) -> None:
        """Let one wait for its turn, or have it at once.

        Raises:
            Busy: as many wait already as may.
        """
        with self._lock:
            self._check()
            self._requests.append(request)

    def look(self) -> list[Scheduled]:
        """Forget those that are over, end those that have expired, and tell which are live."""
        now = monotonic()
        with self._lock:
            for request in self._requests:
                if request.expires <= now:
                    request.end(TimeoutError("the speech was not done in the time it had"))
            self._requests = self._left()
            live = self._requests[: self._most_live]
        for request in live:
            request.started = request.started or now
        return live

    def close(self, refusal: BaseException, end: bool) -> None:
        """Let none enter any more, but get ``refusal``; with ``end``, those that are here, too."""
        with self._lock:
            self._refusal = refusal if end else self._refusal or refusal
            self.closed = True
            ending = self._left() if end else []
        for request in ending:
            request.end(refusal)

    @property
    def live(self) -> int:
        """How many are."""
        return min(len(self._left()), self._most_live)

    @property
    def waiting(self) -> int:
        """How many are not live yet."""
        return max(0, len(self._left()) - self._most_live)

    @property
    def finished(self) -> bool:
        """Whether all are over and none will come."""
        return self.closed and not self._left()

    @property
    def seconds_left(self) -> float | None:
        """Until the first of them expires; None where none ever does."""
        expiry = min((request.expires for request in self._left()), default=float("inf"))
        return None if expiry == float("inf") else max(0.0, expiry - monotonic())

    def _left(self) -> list[Scheduled]:
        return [request for request in self._requests if not request.over]

    def _check(self) -> None:
        if self._refusal is not None:
            raise self._refusal.with_traceback(None)
        left = self._left()
        if len(left) >= self._most_live + self._most_waiting:
            pace = min(pace.tokens_per_second for pace in self._paces)
            seconds = ceil(sum(request.speaking.tokens_left for request in left) / pace)
            raise Busy(self._most_waiting, min(max(seconds, RETRY_SECONDS[0]), RETRY_SECONDS[1]))
