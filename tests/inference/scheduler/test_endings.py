"""How streams of a scheduler end: closed, dropped, failed, out of time, or all at once."""

import gc
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from streams import FAST, LONG, PATIENCE, SHORT, assert_alike, eventually, stall, whole

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio.io import Samples
from minimax_speech.inference.pipeline import Pipeline
from minimax_speech.inference.scheduled import Scheduled
from minimax_speech.inference.scheduler import Scheduler
from minimax_speech.inference.session import Session


def test_a_reader_that_waits_is_let_go_by_a_close_elsewhere(scheduler: Scheduler) -> None:
    stalled = [stall(scheduler, seed=seed) for seed in range(2)]
    waiting = scheduler.stream(SHORT, **FAST)
    with ThreadPoolExecutor(1) as reader:
        reading = reader.submit(list, waiting)
        waiting.close()
        assert reading.result(PATIENCE) == []
    assert len(next(stalled[0]).samples)
    for stream in stalled:
        stream.close()
        assert list(stream) == []
    assert (scheduler.live, scheduler.waiting) == (0, 0)


def test_what_is_closed_gives_its_row_up(
    tts: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, steps, cancelled = threading.Event(), [], []
    step, cancel = Session.step, Session.cancel

    def waiting_step(self: Session) -> Any:
        go_on.wait(PATIENCE)
        steps.append(len(self))
        return step(self)

    def noted_cancel(self: Session, key: int) -> None:
        cancel(self, key)
        cancelled.append(len(self))

    monkeypatch.setattr(Session, "step", waiting_step)
    monkeypatch.setattr(Session, "cancel", noted_cancel)
    with tts.scheduler(most_live=1) as scheduler:
        stream = scheduler.stream(LONG, **FAST)
        assert eventually(lambda: stream.started is not None)
        stream.close()
        go_on.set()
        assert eventually(lambda: bool(cancelled))
    assert cancelled == [0]
    assert len(steps) <= 1


def test_streams_that_nobody_holds_end(scheduler: Scheduler, alone: Samples) -> None:
    streams = [stall(scheduler, seed=seed) for seed in range(2)]
    waiting = scheduler.stream(LONG, **FAST)
    assert (scheduler.live, scheduler.waiting) == (2, 1)
    del waiting
    assert (scheduler.live, scheduler.waiting) == (2, 0)
    streams.append(streams)  # type: ignore[arg-type]
    del streams
    gc.collect()
    assert scheduler.live == 0
    for _ in scheduler.stream(LONG, **FAST):
        break
    assert eventually(lambda: scheduler.live == 0)
    assert_alike(whole(scheduler.stream(SHORT, **FAST)), alone)


def test_an_error_is_for_one_alone(
    scheduler: Scheduler, alone: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound, take = Pipeline.sound, Pipeline.take

    def failing(self: Pipeline, utterance: Any, *rest: Any) -> Any:
        if utterance.seeds[0] == 7:
            raise ZeroDivisionError("here")
        return sound(self, utterance, *rest)

    def failing_late(self: Pipeline, utterance: Any, *rest: Any) -> Any:
        if utterance.seeds == (8, 1):
            raise ZeroDivisionError("there")
        return take(self, utterance, *rest)

    monkeypatch.setattr(Pipeline, "sound", failing)
    monkeypatch.setattr(Pipeline, "take", failing_late)
    streams = [scheduler.stream(SHORT, seed=seed, **FAST) for seed in (0, 7)]
    streams += [scheduler.stream(LONG, seed=8, **FAST), scheduler.stream(SHORT, **FAST)]
    for stream, where in ((streams[1], "here"), (streams[2], "there")):
        for _ in range(2):
            with pytest.raises(ZeroDivisionError, match=where):
                list(stream)
    assert streams[2].seconds > 0
    for stream in (streams[0], streams[3], scheduler.stream(SHORT, **FAST)):
        assert_alike(whole(stream), alone)


def test_a_request_that_the_engine_cannot_take_fails_alone(
    scheduler: Scheduler, alone: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_line = Scheduled.begin_line

    def failing(self: Scheduled) -> Any:
        if len(self.speaking) > 1:
            raise ZeroDivisionError("here")
        return begin_line(self)

    monkeypatch.setattr(Scheduled, "begin_line", failing)
    bad, good = (scheduler.stream(text, **FAST) for text in (LONG, SHORT))
    with pytest.raises(ZeroDivisionError, match="here"):
        list(bad)
    assert_alike(whole(good), alone)


@pytest.mark.parametrize(("where", "name"), [(Session, "step"), (Scheduler, "_next")])
def test_nobody_waits_for_a_thread_that_failed(
    where: type, name: str, tts: MiniMaxSpeech, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail = threading.Event()
    work = getattr(where, name)

    def failing(self: Any) -> Any:
        if fail.is_set():
            raise ZeroDivisionError("a bug")
        return work(self)

    monkeypatch.setattr(where, name, failing)
    scheduler = tts.scheduler(most_live=1)
    streams = [stall(scheduler), scheduler.stream(SHORT, **FAST)]
    fail.set()
    with ThreadPoolExecutor(2) as readers:
        for reading in [readers.submit(list, stream) for stream in streams]:
            with pytest.raises(ZeroDivisionError, match="a bug"):
                reading.result(PATIENCE)
    with pytest.raises(ZeroDivisionError, match="a bug"):
        scheduler.stream(SHORT, **FAST)
    scheduler.close()


def test_draining_makes_all_that_was_accepted(tts: MiniMaxSpeech) -> None:
    before = threading.active_count()
    scheduler = tts.scheduler(most_live=1)
    streams = [scheduler.stream(text, **FAST) for text in (LONG, SHORT)]
    scheduler.close()
    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="closed"):
        scheduler.stream(SHORT, **FAST)
    for stream, text in zip(streams, (LONG, SHORT), strict=True):
        assert_alike(whole(stream), whole(tts.stream(text, **FAST)))
    scheduler.close(drain=False)


def test_all_can_be_ended_at_once(tts: MiniMaxSpeech) -> None:
    before, streams = threading.active_count(), []

    def interrupted() -> None:
        with tts.scheduler(most_live=1) as scheduler:
            streams.extend([stall(scheduler), scheduler.stream(SHORT, **FAST)])
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()
    assert threading.active_count() == before
    for stream in streams:
        with pytest.raises(RuntimeError, match="closed"):
            list(stream)


def test_what_is_out_of_time_ends(scheduler: Scheduler, alone: Samples) -> None:
    stalled = [stall(scheduler), scheduler.stream(LONG, **FAST, timeout=0.01)]
    waiting = scheduler.stream(LONG, **FAST, timeout=0.01)
    for stream in (stalled[1], waiting):
        with pytest.raises(TimeoutError):
            list(stream)
    assert_alike(whole(scheduler.stream(SHORT, **FAST, timeout=PATIENCE)), alone)
    assert scheduler.live == 1


def test_the_interpreter_ends_with_streams_under_way(tiny_model: Path) -> None:
    program = f"""
from minimax_speech import MiniMaxSpeech
scheduler = MiniMaxSpeech.from_pretrained({str(tiny_model)!r}, "cpu").scheduler()
streams = [scheduler.stream({LONG!r}, seed=seed, language="en") for seed in range(3)]
print(len(next(streams[0]).samples) > 0)
"""
    outcome = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE
    )
    assert (outcome.returncode, outcome.stdout) == (0, "True\n"), outcome.stderr
