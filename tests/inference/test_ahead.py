"""A generator in a thread of its own: the same items, and no thread is left behind."""

import subprocess
import sys
import threading
import time
from collections.abc import Generator
from itertools import islice

import pytest

from minimax_speech.inference.ahead import Ahead


def counting(stop: int, ended: list[str]) -> Generator[int]:
    try:
        yield from range(stop)
    finally:
        ended.append("ended")


def started(items: Generator[int], most: int) -> Ahead[int]:
    ahead = Ahead(items, most)
    ahead.start()
    return ahead


@pytest.mark.parametrize("most", [1, 3, 100])
@pytest.mark.parametrize("begin", [0, 1, 7, 20])
def test_the_items_are_the_same(most: int, begin: int) -> None:
    ended: list[str] = []
    ahead = Ahead(counting(20, ended), most)
    assert list(islice(ahead, begin)) == list(range(begin))
    ahead.start()
    assert list(ahead) == list(range(begin, 20))
    assert list(ahead) == []
    ahead.close()
    assert ended == ["ended"]
    assert not ahead.running


def test_it_runs_no_further_ahead_than_it_may() -> None:
    made: list[int] = []

    def items() -> Generator[int]:
        for number in range(100):
            made.append(number)
            yield number

    ahead = started(items(), 5)
    assert next(ahead) == 0
    deadline = time.monotonic() + 5
    while len(made) < 7 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.02)
    assert len(made) == 7
    ahead.close()


def test_nothing_is_made_before_it_is_asked_for_or_started() -> None:
    ended: list[str] = []
    before = threading.active_count()
    ahead = Ahead(counting(10**9, ended), 2)
    assert [next(ahead), next(ahead)] == [0, 1]
    assert threading.active_count() == before
    assert not ahead.running
    ahead.close()
    assert ended == ["ended"]


def test_an_error_comes_out_where_the_item_would() -> None:
    def items() -> Generator[int]:
        yield 1
        raise ZeroDivisionError("here")

    ahead = started(items(), 10)
    assert next(ahead) == 1
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="here"):
            next(ahead)


def test_leaving_ends_the_generator_and_the_thread() -> None:
    ended: list[str] = []
    before = threading.active_count()
    ahead = started(counting(10**9, ended), 2)
    assert next(ahead) == 0
    ahead.close()
    assert ended == ["ended"]
    assert threading.active_count() == before


AT_EXIT = """
import time
from minimax_speech.inference.ahead import Ahead

def items():
    try:
        while True:
            time.sleep(0.01)
            yield 1
    finally:
        print("ended", flush=True)

ahead = Ahead(items(), 100)
ahead.start()
next(ahead)
"""


def test_a_program_that_ends_meanwhile_ends_the_generator_first() -> None:
    result = subprocess.run([sys.executable, "-c", AT_EXIT], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, "ended\n", "")
