"""Where a row is over.

A language model that misses the moment at which a line ends does not know where it is, and goes on:
with silence, with a sound, or with the last words once more. So its `Listener` is asked whether all
is said where a row pauses, and where it might have ended but soon after has not. Until it is known
the tokens behind such a place are held back, for they may be too many. And where a row ends, the
listener is asked whether the last words are missing: then it goes on.
"""

from collections.abc import Sequence

from minimax_speech.inference.pausing import PAUSE_TOKENS, first_pause
from minimax_speech.inference.request import Listener

MOST_LEAD = 9.0
"""Nats. Where the likeliest token leads the end by no more, a row might have ended. At the ends of
lines it leads by 0 to 8, if it does; within words by 10 to 25."""
PATIENCE = 8
"""Tokens. Rows that might have ended, and have said all, end within so many or say it again."""


class Ending:
    """Watches the tokens of one row."""

    def __init__(self, listener: Listener | None, fewest: int) -> None:
        """Of a row that has at least its ``fewest`` tokens."""
        self._listener, self._fewest = listener, max(1, fewest)
        self._urged = False
        self._seen = 0
        self._paused = 0  # the pause up to here has been asked about
        self._first: int | None = None  # after so many tokens it might have ended

    def find(self, tokens: Sequence[int], leads: Sequence[float]) -> int | None:
        """After how many of all its tokens the row is over; None: it goes on.

        Args:
            tokens: those looked at before and new ones.
            leads: for each, by how many nats the likeliest token then led the end.
        """
        if self._listener is None:
            return None
        for count in range(self._seen + 1, len(tokens) + 1):
            over = self._after_pause(tokens[:count]) or self._overrun(tokens[:count], leads)
            if over:
                return over
        self._seen = len(tokens)
        return None

    def certain(self, tokens: Sequence[int]) -> int:
        """How many of them are said for certain."""
        return len(tokens) if self._first is None else self._first

    def is_too_soon(self, tokens: Sequence[int]) -> bool:
        """Whether a row that ends is to go on. That is so but once, lest it never ends."""
        if self._listener is None or self._urged:
            return False
        self._urged = self._listener.stops_early(tokens)
        return self._urged

    def _after_pause(self, tokens: Sequence[int]) -> int | None:
        """Asked once for each half second of a pause."""
        count = len(tokens)
        if first_pause(tokens, max(count - 1, self._paused)) is None:
            return None
        self._paused = count + PAUSE_TOKENS - 1
        return count if self._says_all(tokens) else None

    def _overrun(self, tokens: Sequence[int], leads: Sequence[float]) -> int | None:
        """Asked where the end was likeliest, when the row has gone on for a while."""
        latest = len(tokens) - 1
        if self._first is None and latest >= self._fewest and leads[latest] <= MOST_LEAD:
            self._first = latest
        if self._first is None or len(tokens) - self._first < PATIENCE:
            return None
        place = min(range(self._first, len(tokens)), key=leads.__getitem__)
        self._first = None
        return place if self._says_all(tokens[:place]) else None

    def _says_all(self, tokens: Sequence[int]) -> bool:
        return self._listener is not None and self._listener.all_said(tokens)
