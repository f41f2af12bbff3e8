"""Continuous batching: requests enter, leave and are cancelled while others go on.

session = engine.session()
key = session.add(request)
while session:
    for key, progress in session.step().items(): ...
"""

from collections import deque
from dataclasses import dataclass, field

import torch

from minimax_speech.inference.ending import Ending
from minimax_speech.inference.request import Generated, Request
from minimax_speech.inference.rows import Drawn, Rows


@dataclass(frozen=True)
class Progress:
    """What a step brought for one request.

    Attributes:
        tokens: the new ones that are certain, possibly none.
        result: all of it, once it has finished.
    """

    tokens: list[int]
    result: Generated | None


@dataclass(eq=False)
class _Live:
    key: int
    request: Request
    ending: Ending
    tokens: list[int] = field(default_factory=list)
    leads: list[float] = field(default_factory=list)
    told: int = 0  # so many tokens have been given out
    over: bool = False


@dataclass(frozen=True)
class _Stride:
    """Steps on their way, and whom their tokens are for, row by row."""

    rows: list[_Live | None]
    drawn: Drawn


class Session:
    """Any number of requests, a limited number of them decoded at a time.

    Each request's tokens are the same whatever else is in the session. Not for several threads at
    once.
    """

    def __init__(self, rows: Rows, end: int, most_rows: int, stride: int, ahead: int = 0) -> None:
        """The class ``end`` ends a row; the host looks at tokens every ``stride`` steps.

        So many strides ``ahead`` have begun when it does, for rows that may be over by then: what
        these draw is dropped.
        """
        self._rows, self._end = rows, end
        self._most_rows, self._stride, self._ahead = most_rows, stride, ahead
        self._strides: deque[_Stride] = deque()
        self._waiting: deque[tuple[int, Request]] = deque()
        self._live: list[_Live] = []
        self._next_key = 0

    def __len__(self) -> int:
        """How many requests have not finished."""
        return len(self._waiting) + len(self._live)

    def add(self, request: Request) -> int:
        """Queue a request, which enters as soon as there is room; returns its key."""
        key = self._next_key
        self._next_key += 1
        self._waiting.append((key, request))
        return key

    @torch.inference_mode()
    def step(self) -> dict[int, Progress]:
        """Go on with all live requests; those that got tokens are in the answer, by key."""
        self._admit()
        if not self._live:
            return {}
        while len(self._strides) <= self._ahead:
            self._strides.append(_Stride([*self._live], self._rows.advance(self._stride)))
        stride = self._strides.popleft()
        news = {
            live.key: self._take(live, *new)
            for live, new in zip(stride.rows, stride.drawn.read(), strict=True)
            if live and not live.over
        }
        for place in reversed(range(len(self._live))):
            progress = news.get(self._live[place].key)
            if progress and progress.result:
                self._leave(place)
        return news

    @torch.inference_mode()
    def cancel(self, key: int) -> None:
        """Drop a request, whether it waits or is live; one that has finished is no matter."""
        self._waiting = deque(item for item in self._waiting if item[0] != key)
        for place, live in enumerate(self._live):
            if live.key == key:
                self._leave(place)
                return

    def _admit(self) -> None:
        entering = []
        while self._waiting and len(self._live) < self._most_rows:
            key, request = self._waiting.popleft()
            entering.append(request)
            ending = Ending(request.listener, request.min_tokens)
            self._live.append(_Live(key, request, ending))
        if entering:
            self._rows.enter(entering, spare=self._stride * (1 + self._ahead))

    def _take(self, live: _Live, new: list[int], leads: list[float]) -> Progress:
        """Take over new tokens up to the row's end or limit."""
        room = live.request.max_tokens - len(live.tokens)
        ended = self._end in new[:room]
        live.tokens += new[: new.index(self._end)] if ended else new[:room]
        live.leads += leads
        del live.leads[len(live.tokens) :]
        if over := live.ending.find(live.tokens, live.leads):
            del live.tokens[over:]
            ended = True
        elif ended and live.ending.is_too_soon(live.tokens):
            self._go_on(live, taken_back=len(new) - new.index(self._end))
            ended = False
        finished = ended or len(live.tokens) == live.request.max_tokens
        certain = len(live.tokens) if finished else live.ending.certain(live.tokens)
        begun, live.told = live.told, certain
        result = Generated(live.tokens, ended) if finished else None
        return Progress(live.tokens[begun:certain], result)

    def _go_on(self, live: _Live, taken_back: int) -> None:
        """Let a row go on that has ended, without the steps of this stride since and of others."""
        for stride in self._strides:
            stride.rows[stride.rows.index(live)] = None
        steps = taken_back + self._stride * len(self._strides)
        self._rows.take_back(self._live.index(live), steps, live.tokens)

    def _leave(self, place: int) -> None:
        """Rows moves its last row into the gap; so do we."""
        self._rows.leave(place)
        self._live[place].over = True
        last = self._live.pop()
        if place < len(self._live):
            self._live[place] = last
        if not self._live:
            self._strides.clear()  # they are for nobody
