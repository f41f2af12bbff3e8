"""Texts that are streamed, and what is done with the streams."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from minimax_speech.audio.io import Samples
from minimax_speech.inference.scheduled import MOST_SECONDS_AHEAD, ScheduledStream
from minimax_speech.inference.scheduler import Scheduler

FAST = {"language": "en", "temperature": 1.0, "steps": 1, "cfg_scale": 0.0}
SHORT = "Hello there."
LONG = " ".join(["The quick brown fox jumps over the lazy dog.", "How are you?"] * 6)
PATIENCE = 60.0


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
