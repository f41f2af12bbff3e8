"""Professional voice cloning that can be watched and cancelled: it runs in a thread of its own."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from weakref import WeakSet

from minimax_speech.api import MiniMaxSpeech
from minimax_speech.training.pvc.making import TuningProgress
from minimax_speech.voice import Voice

STEPS = (20, 200)
"""The fewest and the most steps that can be asked for."""


@dataclass(frozen=True)
class TuningNews:
    """How far a voice is.

    Attributes:
        progress: of the stage that it is at; None before the first.
        seconds_left: of that stage, as far as can be told.
    """

    progress: TuningProgress | None = None
    seconds_left: float | None = None


_Happening = TuningProgress | Voice | BaseException


class _Cancelled(Exception):
    """Nobody waits for the voice any more."""


class Tuner:
    """Tunes voices, each in a thread of its own."""

    def __init__(self, tts: MiniMaxSpeech) -> None:
        self._tts = tts
        self._closed = Event()
        self._threads: WeakSet[Thread] = WeakSet()

    def close(self) -> None:
        """End all work, and wait until it has ended: nothing of it is left on the disk."""
        self._closed.set()
        for thread in list(self._threads):
            thread.join()

    def tune(
        self, name: str, files: Sequence[Path], language: str, steps: int
    ) -> Generator[TuningNews | Voice]:
        """News of a voice that is tuned on recordings, and at last the voice.

        Closing the generator ends the work.

        Raises:
            InputError: as for `MiniMaxSpeech.finetune_voice`.
        """
        events: SimpleQueue[_Happening] = SimpleQueue()
        left = Event()

        def tell(progress: TuningProgress) -> None:
            if left.is_set() or self._closed.is_set():
                raise _Cancelled
            events.put(progress)

        def work() -> None:
            how = {"tell": tell, "steps": steps, "jobs": 1}
            try:
                events.put(self._tts.finetune_voice(name, files, language, **how))
            except BaseException as error:
                events.put(error)

        thread = Thread(target=work, name=f"tuning: {name}")
        self._threads.add(thread)
        thread.start()
        try:
            yield TuningNews()
            yield from _news(events)
        finally:
            left.set()


def _news(events: SimpleQueue[_Happening]) -> Generator[TuningNews | Voice]:
    stage, began, before = "", 0.0, 0
    while True:
        event = events.get()
        if isinstance(event, BaseException):
            raise event
        if isinstance(event, Voice):
            yield event
            return
        if event.stage != stage:  # the first of a stage tells nothing of its pace
            stage, began, before = event.stage, time.monotonic(), event.done
            yield TuningNews(event)
            continue
        pace = (time.monotonic() - began) / (event.done - before)
        yield TuningNews(event, pace * (event.total - event.done))
