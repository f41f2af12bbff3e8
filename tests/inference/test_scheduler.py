"""Streams that share one batch: each as if alone, whoever comes, goes, dawdles or fails beside."""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from tiny import random_emotion

from minimax_speech import MiniMaxSpeech, home
from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.errors import Busy, InputError
from minimax_speech.inference.acoustics import _Kept
from minimax_speech.inference.admission import RETRY_SECONDS, Pace
from minimax_speech.inference.bundle import Bundle
from minimax_speech.inference.pipeline import Pipeline
from minimax_speech.inference.scheduled import (
    MOST_SECONDS_AHEAD,
    Scheduled,
    ScheduledStream,
    Signal,
)
from minimax_speech.inference.scheduler import Scheduler
from minimax_speech.inference.session import Session

FAST = {"language": "en", "temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
SHORT = "Hello there."
LONG = " ".join(["The quick brown fox jumps over the lazy dog.", "How are you?"] * 6)
TEXTS = [
    "Hi.",
    "The quick brown fox jumps over the lazy dog. It was not amused, <#0.4#> and neither was she!",
    "Hello there, how are you?",
]
KINDS: list[dict[str, Any]] = [
    {},
    {"emotion": "happy"},
    {"emotion": "sad:0.5", "steps": 2, "cfg_scale": 1.0},
    {"speed": 1.25, "pitch": 2.0},
    {"temperature": 0.7, "top_k": 5, "top_p": 0.9, "repetition_penalty": 1.1},
    {"volume": 0.5},
]
PATIENCE = 60.0


@pytest.fixture(autouse=True, params=[3])
def cores(request: pytest.FixtureRequest) -> Iterator[int]:
    """As many threads make sound."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tts(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniMaxSpeech]:
    """The tiny model, with two emotions and a voice of timbre and prompt."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINIMAX_SPEECH_HOME", str(folder))
        bundle = Bundle.load(tiny_model)
        for seed, name in enumerate(("happy", "sad")):
            fingerprint = bundle.lm_fingerprint
            emotion = random_emotion(
                bundle.speech_lm, name, seed=seed, fingerprint=fingerprint, pitch=seed
            )
            emotion.save(home.adapter_file(name))
        yield MiniMaxSpeech.from_pretrained(tiny_model, "cpu")


@pytest.fixture
def scheduler(tts: MiniMaxSpeech) -> Iterator[Scheduler]:
    with tts.scheduler(most_live=2) as scheduler:
        yield scheduler
        scheduler.close(drain=False)


@pytest.fixture(scope="module")
def alone(tts: MiniMaxSpeech) -> Samples:
    return whole(tts.stream(SHORT, **FAST))


def whole(stream: Any) -> Samples:
    return np.concatenate([chunk.samples for chunk in stream])


def assert_alike(ours: Samples, theirs: Samples) -> None:
    assert ours.shape == theirs.shape
    difference = np.sqrt(np.square(ours - theirs).mean() / np.square(theirs).mean())
    assert difference <= 1e-3


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)
    return condition()


def stall(scheduler: Scheduler, **options: Any) -> ScheduledStream:
    """A stream that is live, and that nobody reads."""
    stream = scheduler.stream(LONG, **(FAST | options))
    assert eventually(lambda: stream.seconds >= MOST_SECONDS_AHEAD)
    return stream


@pytest.mark.parametrize("cores", [1, 3], indirect=True)
def test_each_is_as_if_alone_whatever_the_others_are(tts: MiniMaxSpeech, clip: Path) -> None:
    voices = [None, tts.voice(clip), tts.voice(clip, "Hello there.")]
    jobs = [
        (TEXTS[number % 3], voices[number // 2 % 3], {**FAST, **KINDS[number % 6], "seed": number})
        for number in range(18)
    ]
    begin = threading.Barrier(len(jobs))
    with tts.scheduler(most_live=7) as scheduler, ThreadPoolExecutor(len(jobs)) as readers:

        def speak(text: str, voice: Any, options: dict[str, Any]) -> tuple[ScheduledStream, Any]:
            begin.wait()
            stream = scheduler.stream(text, voice, **options)
            return stream, whole(stream)

        spoken = list(readers.map(lambda job: speak(*job), jobs))
        assert (scheduler.live, scheduler.waiting) == (0, 0)
    for (text, voice, options), (stream, samples) in zip(jobs, spoken, strict=True):
        single = tts.stream(text, voice, **options)
        assert_alike(samples, whole(single))
        assert stream.seconds == single.seconds
        assert stream.words == single.words
        assert stream.heard is None


def test_voices_may_be_made_and_texts_said_meanwhile(
    tts: MiniMaxSpeech, scheduler: Scheduler, clip: Path
) -> None:
    before, said = tts.voice(clip), tts.synthesize(SHORT, seed=2, **FAST)
    streams = [scheduler.stream(LONG, seed=seed, **FAST) for seed in range(2)]
    with ThreadPoolExecutor(4) as threads:
        reading = threads.map(whole, streams)
        cloning = threads.submit(tts.voice, clip)
        saying = threads.submit(tts.synthesize, SHORT, seed=2, **FAST)
        for seed, samples in enumerate(reading):
            assert_alike(samples, whole(tts.stream(LONG, seed=seed, **FAST)))
    assert np.allclose(cloning.result().timbre, before.timbre, atol=1e-5)
    assert_alike(saying.result().samples, said.samples)


def test_what_nobody_reads_is_not_made_and_holds_up_nobody(
    tts: MiniMaxSpeech, scheduler: Scheduler
) -> None:
    slow = stall(scheduler)
    for seed in range(3):
        stream = scheduler.stream(TEXTS[1], seed=seed, **FAST)
        assert_alike(whole(stream), whole(tts.stream(TEXTS[1], seed=seed, **FAST)))
    ahead = slow.seconds
    assert ahead < MOST_SECONDS_AHEAD + 3.0
    assert scheduler.live == 1
    single = whole(tts.stream(LONG, **FAST))
    assert len(single) > 1.3 * ahead * io.SAMPLE_RATE
    assert_alike(whole(slow), single)


def test_the_rest_waits_in_order_and_may_be_cancelled(
    tts: MiniMaxSpeech, scheduler: Scheduler, alone: Samples
) -> None:
    stalled = [stall(scheduler, seed=seed) for seed in range(2)]
    first, second, third = (scheduler.stream(SHORT, **FAST) for _ in range(3))
    assert (scheduler.live, scheduler.waiting) == (2, 3)
    assert first.started is first.first_audio is None
    second.close()
    assert scheduler.waiting == 2
    assert list(second) == []
    stalled[0].close()
    assert_alike(whole(first), alone)
    assert_alike(whole(third), alone)
    assert second.started is None
    for stream in (first, third):
        assert stream.started is not None
        assert stream.first_audio is not None
        assert 0 < stream.started < stream.first_audio
    assert third.started > first.started


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


def test_too_many_are_turned_away(tts: MiniMaxSpeech, alone: Samples) -> None:
    with tts.scheduler(most_live=1, most_waiting=1) as scheduler:
        live = stall(scheduler)
        waiting = scheduler.stream(SHORT, **FAST)
        for _ in range(2):
            with pytest.raises(Busy, match="1 requests wait already") as refusal:
                scheduler.stream(SHORT, **FAST)
            assert RETRY_SECONDS[0] <= refusal.value.seconds <= RETRY_SECONDS[1]
        assert not isinstance(refusal.value, InputError)
        live.close()
        assert_alike(whole(waiting), alone)
        assert_alike(whole(scheduler.stream(SHORT, **FAST)), alone)


def test_the_pace_is_that_of_late() -> None:
    pace = Pace(threads=2)
    for speed in (500, 2000):
        for _ in range(300):
            pace.add(speed, 1.0)
        assert pace.tokens_per_second == pytest.approx(2 * speed, rel=0.01)


def test_bad_input_is_refused_at_once(tts: MiniMaxSpeech, scheduler: Scheduler) -> None:
    for options, match in (
        ({"text": "..."}, "nothing to say"),
        ({"text": ["one", "two"]}, "a string"),
        ({"steps": 0}, "steps"),
        ({"emotion": "odd"}, "no emotion"),
        ({"timeout": 0}, "timeout is 0"),
    ):
        with pytest.raises(InputError, match=match):
            scheduler.stream(**({"text": SHORT} | FAST | options))
    assert (scheduler.live, scheduler.waiting) == (0, 0)
    for numbers in ({"most_live": 0}, {"most_live": 1.5}, {"most_waiting": -1}):
        with pytest.raises(InputError, match=next(iter(numbers))):
            tts.scheduler(**numbers)


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


def test_who_runs_dry_first_comes_first(tts: MiniMaxSpeech) -> None:
    scheduler = tts.scheduler()
    scheduler.close()

    def request(sounded: float | None, seconds: float, tokens: int = 1) -> Scheduled:
        recording = SimpleNamespace(length=0, rate=io.SAMPLE_RATE)
        speaking: Any = SimpleNamespace(seconds=seconds, recording=recording)
        one = Scheduled(speaking, PATIENCE, Signal(), Signal())
        one.sounded = sounded
        one._tokens.extend([None] * tokens)  # type: ignore[list-item]
        return one

    early, late = request(10.0, 5.0), request(12.0, 2.0)
    new, newer, dry = request(None, 0.0), request(None, 0.0), request(1.0, 0.0, tokens=0)
    scheduler._live = [early, dry, late, new, newer]
    for expected in (new, newer, late, early):
        assert scheduler._next() == [expected]
        expected.over = True
    assert not scheduler._next()


@pytest.mark.parametrize("seed", range(3))
def test_whoever_comes_and_goes_disturbs_nobody(seed: int, tts: MiniMaxSpeech) -> None:
    random = Random(seed)
    singles = [whole(tts.stream(text, **FAST)) for text in TEXTS]
    with tts.scheduler(random.randint(1, 4)) as scheduler, ThreadPoolExecutor(6) as readers:

        def visit(text: int, pieces: int | None, pause: float) -> None:
            time.sleep(pause)
            stream = scheduler.stream(TEXTS[text], **FAST)
            if pieces is None:
                assert_alike(whole(stream), singles[text])
            else:
                heard = [next(stream).samples for _ in range(pieces)]
                stream.close()
                assert all(map(len, heard))

        visits = [
            readers.submit(
                visit, random.randrange(3), random.choice([None, None, 0, 1]), random.random() / 50
            )
            for _ in range(16)
        ]
        for one in visits:
            one.result(PATIENCE)
        assert (scheduler.live, scheduler.waiting) == (0, 0)


def test_the_bundled_model_says_the_same_and_hears_it() -> None:
    tts = MiniMaxSpeech.from_pretrained(device="cpu")
    jobs: list[tuple[str, Any, dict[str, Any]]] = [
        ("Good morning.", None, {"check": True}),
        ("How do you do?", "alan", {"pitch": 1.0}),
        ("Not today.", "clb", {"speed": 0.8}),
    ]
    with tts.scheduler() as scheduler:
        streams = [scheduler.stream(text, voice, "en", 3, **more) for text, voice, more in jobs]
        together = [whole(stream) for stream in streams]
    for (text, voice, more), stream, samples in zip(jobs, streams, together, strict=True):
        single = tts.stream(text, voice, "en", 3, **more)
        assert_alike(samples, whole(single))
        assert stream.words == single.words
        assert stream.heard == single.heard
    assert streams[0].heard is not None


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


def test_what_is_kept_of_voices_is_safe_with_many_threads() -> None:
    kept: _Kept[int] = _Kept()

    def use(start: int) -> bool:
        keys = [number % 40 for number in range(start, 2000)]
        return all(kept.get(key, partial(abs, key)) == key for key in keys)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(use, range(4)))
