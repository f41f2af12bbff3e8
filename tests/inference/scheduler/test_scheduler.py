"""Streams that share one batch: each as if alone, whoever comes, goes or dawdles beside."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streams import FAST, LONG, PATIENCE, SHORT, assert_alike, stall, whole

from minimax_speech import MiniMaxSpeech
from minimax_speech.audio import io
from minimax_speech.audio.io import Samples
from minimax_speech.errors import Busy, InputError
from minimax_speech.inference.admission import RETRY_SECONDS
from minimax_speech.inference.scheduled import (
    MOST_SECONDS_AHEAD,
    Scheduled,
    ScheduledStream,
    Signal,
)
from minimax_speech.inference.scheduler import Scheduler

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
