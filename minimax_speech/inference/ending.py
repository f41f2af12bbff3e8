"""Where a row is over that has said all and does not end.

A language model that misses the moment at which a line ends does not know where it is, and goes on:
with silence, with a sound, or with the last words once more. So a row is asked whether it says all
(`Request.is_over`) where it pauses, and where it might have ended but soon after has not. Until it
is known the tokens behind such a place are held back, for they may be too many.
"""

from collections.abc import Callable, Sequence

from minimax_speech.inference.pausing import PAUSE_TOKENS, first_pause

MOST_LEAD = 9.0
"""Nats. Where the likeliest token leads the end by no more, a row might have ended. At the ends of
lines it leads by 0 to 8, if it does; within words by 10 to 25."""
PATIENCE = 8
"""Tokens. Of the rows that might have ended and rightly go on, nearly all end within so many."""


class Ending:
    """Watches the tokens of one row."""

    def __init__(self, is_over: Callable[[Sequence[int]], bool] | None, fewest: int) -> None:
        """Of a row that is asked by ``is_over``, and has at least its ``fewest`` tokens."""
        self._is_over, self._fewest = is_over, max(1, fewest)
        self._seen = 0
        self._paused = 0  # the pause up to here has been asked about
        self._first: int | None = None  # after so many tokens it might have ended

    def find(self, tokens: Sequence[int], leads: Sequence[float]) -> int | None:
        """After how many of all its tokens the row is over; None: it goes on.

        Args:
            tokens: those looked at before and new ones.
            leads: for each, by how many nats the likeliest token then led the end.
        """
        if self._is_over is None:
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
        return self._is_over is not None and self._is_over(tokens)
