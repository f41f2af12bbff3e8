"""Many live streams at once, on one model: one continuous batch for the requests of all threads.

One thread draws the tokens of all live requests side by side. Others make sound of them, block by
block: first for those that have not sounded yet, then for whoever would run dry first. On a CPU,
each of them keeps to one core; elsewhere one makes the blocks of many requests side by side.
"""

import atexit
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import inf
from numbers import Real
from threading import Lock
from time import perf_counter
from types import TracebackType
from typing import Self, Unpack

import torch

from minimax_speech.audio import watermark
from minimax_speech.errors import InputError
from minimax_speech.inference.acoustic_stream import make_audible
from minimax_speech.inference.admission import Admission, Pace
from minimax_speech.inference.joining import Recording
from minimax_speech.inference.options import Options
from minimax_speech.inference.pipeline import Pipeline
from minimax_speech.inference.planning import Planner
from minimax_speech.inference.scheduled import Scheduled, ScheduledStream, Signal
from minimax_speech.inference.session import Session
from minimax_speech.inference.speaking import Speaking
from minimax_speech.inference.threads import one_core_thread
from minimax_speech.voice import Voice

MOST_TOGETHER = {"cpu": 1, "cuda": 64, "mps": 8}
"""Requests whose blocks are made side by side."""
MOST_SOUND_THREADS = {"cpu": 4, "cuda": 1, "mps": 1}
"""As many as there are cores, but no more than these: on a CPU, tokens are drawn some four times as
fast as one core makes sound of them; other devices do one thing at a time."""


class Scheduler:
    """Speaks many texts at once, each as a stream. Made by `MiniMaxSpeech.scheduler`.

    with tts.scheduler() as scheduler:  # in any thread, and again and again:
        for chunk in scheduler.stream("A long story ..."):
            play(chunk.samples)

    An error in one request ends that one alone. If a thread of the scheduler fails, all requests
    get its error, and so do those that come after.
    """

    def __init__(
        self, pipeline: Pipeline, planner: Planner, most_live: int, most_waiting: int
    ) -> None:
        self._pipeline, self._planner, self._most_live = pipeline, planner, most_live
        device = torch.device(pipeline.bundle.device).type
        self._most_together = MOST_TOGETHER[device]
        makers = min(torch.get_num_threads(), MOST_SOUND_THREADS[device])
        self._drawing, self._sounding = Pace(1), Pace(makers)
        self._admission = Admission(most_live, most_waiting, (self._drawing, self._sounding))
        self._live: list[Scheduled] = []
        self._choosing = Lock()
        self._to_draw, self._to_sound = Signal(), Signal()
        self._threads = [
            one_core_thread(partial(self._run, work), f"scheduler: {name}")
            for work, name in [(self._draw, "tokens"), *[(self._sound, "sound")] * makers]
        ]
        # Threads that are in the midst of native code when the interpreter ends may crash it.
        atexit.register(self.close, drain=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.close(drain=error is None)

    def stream(
        self,
        text: str,
        voice: Voice | str | None = None,
        language: str = "auto",
        seed: int = 0,
        *,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> ScheduledStream:
        """Say a text piece by piece, as `MiniMaxSpeech.stream` does, beside all others.

        A reader that is slow or gone holds up nobody but itself; it keeps its place until the
        stream is closed, dropped, or out of time.

        Args:
            text: of any length.
            voice: None is the model's default voice.
            language: code or "auto".
            seed: as for `MiniMaxSpeech.synthesize`.
            timeout: seconds after which the stream ends with a TimeoutError if not all of it is
                made; None is no end.
            options: as for `MiniMaxSpeech.stream`.

        Raises:
            InputError: as for `MiniMaxSpeech.synthesize`.
            Busy: as many requests wait already as may.
            RuntimeError: the scheduler is closed.
        """
        if timeout is not None and not (isinstance(timeout, Real) and timeout > 0):
            raise InputError(f"timeout is {timeout!r}: use a number of seconds above 0, or None")
        self._admission.check()  # before the work of planning
        plan = self._planner.plan_one(text, voice, language, seed, options)
        recording = Recording(self._pipeline.bundle.config.sample_rate, plan.request.prosody)
        script = self._pipeline.script(plan.request, plan.settings)
        request = Scheduled(
            Speaking(self._pipeline, script, plan.settings, recording),
            inf if timeout is None else timeout,
            self._to_draw,
            self._to_sound,
        )
        self._admission.enter(request)
        self._to_draw.set()
        pieces = None
        if plan.marked:
            pieces = watermark.apply_to_pieces((piece for piece in request), recording.rate)
        return ScheduledStream(request, plan.find_words, pieces)

    @property
    def closed(self) -> bool:
        """Whether it takes no more requests, because it was closed or has failed."""
        return self._admission.closed

    @property
    def live(self) -> int:
        """How many requests are being spoken."""
        return self._admission.live

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return self._admission.waiting

    def close(self, drain: bool = True) -> None:
        """Take no more requests; returns when the work has ended.

        Args:
            drain: make all of those that are here, and keep what is not read meanwhile. Else they
                end now, with a RuntimeError.
        """
        self._admission.close(RuntimeError("the scheduler is closed: make another"), end=not drain)
        self._wake()
        for thread in self._threads:
            thread.join()
        atexit.unregister(self.close)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            logging.getLogger(__name__).error("the scheduler has failed", exc_info=error)
            self._admission.close(error, end=True)
        self._wake()

    def _wake(self) -> None:
        self._to_draw.set()
        self._to_sound.set()

    def _draw(self) -> None:
        """Draw tokens as long as there may be requests."""
        drawing: dict[int, Scheduled] = {}
        with self._pipeline.session(self._most_live) as session:
            while not self._admission.finished:
                self._to_draw.clear()
                self._live = self._admission.look()
                self._change_lines(session, drawing)
                if session:
                    self._step(session, drawing)
                else:
                    self._to_draw.wait(self._admission.seconds_left)

    def _change_lines(self, session: Session, drawing: dict[int, Scheduled]) -> None:
        """Drop lines of requests that are over, and begin those whose turn it is."""
        for key in [key for key, request in drawing.items() if request.over]:
            session.cancel(key)
            del drawing[key]
        for request in self._live:
            if request.may_draw:
                try:
                    drawing[session.add(request.begin_line())] = request
                except Exception as error:
                    request.end(error)

    def _step(self, session: Session, drawing: dict[int, Scheduled]) -> None:
        """One more step of all lines that are drawn."""
        before, count = perf_counter(), 0
        for key, progress in session.step().items():
            drawing[key].draw(progress)
            count += len(progress.tokens)
            if progress.result:
                del drawing[key]
        self._drawing.add(count, perf_counter() - before)

    def _sound(self) -> None:
        """Make sound as long as there may be requests."""
        while not self._admission.finished:
            self._to_sound.clear()
            if requests := self._next():
                self._make(requests)
            else:
                self._to_sound.wait()

    def _next(self) -> list[Scheduled]:
        """For whom to make sound; what nobody may come for is made all the same."""
        draining = self._admission.closed
        with self._choosing:
            ready = [
                request
                for request in self._live
                if request.may_sound and (draining or not request.is_full)
            ]
            if len(ready) > self._most_together:
                self._to_sound.set()  # there is work for another thread, too
            chosen = sorted(ready, key=lambda request: request.deadline)[: self._most_together]
            for request in chosen:
                request.making = True
        return chosen

    def _make(self, requests: Sequence[Scheduled]) -> None:
        """Make sound for these; an error of one ends that one, an error of all ends them."""
        before, streams = perf_counter(), {}
        for request in requests:
            with _failing_alone(request):
                streams[request] = request.take()
        count, made = 0, list(streams)
        try:
            sounds = make_audible(list(streams.values()))
        except Exception as error:
            for request in made:
                request.end(error)
            return
        for request, sound in zip(made, sounds, strict=True):
            with _failing_alone(request):
                count += request.hear(sound)
                request.making = False
        self._sounding.add(count, perf_counter() - before)


@contextmanager
def _failing_alone(request: Scheduled) -> Iterator[None]:
    """What fails for one request ends that one."""
    try:
        yield
    except Exception as error:
        request.end(error)
