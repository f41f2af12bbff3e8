"""A generator in a thread of its own: the same items, and no thread is left behind."""

import threading
import time
from collections.abc import Generator

import pytest

from minimax_speech.inference.ahead import Ahead


def counting(stop: int, ended: list[str]) -> Generator[int]:
    try:
        yield from range(stop)
    finally:
        ended.append("ended")


@pytest.mark.parametrize("most", [1, 3, 100])
def test_the_items_are_the_same(most: int) -> None:
    ended: list[str] = []
    ahead = Ahead(counting(20, ended), most)
    assert list(ahead) == list(range(20))
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

    ahead = Ahead(items(), 5)
    assert next(ahead) == 0
    deadline = time.monotonic() + 5
    while len(made) < 7 and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(0.02)
    assert len(made) == 7
    ahead.close()


def test_an_error_comes_out_where_the_item_would() -> None:
    def items() -> Generator[int]:
        yield 1
        raise ZeroDivisionError("here")

    ahead = Ahead(items(), 10)
    assert next(ahead) == 1
    for _ in range(2):
        with pytest.raises(ZeroDivisionError, match="here"):
            next(ahead)


def test_leaving_ends_the_generator_and_the_thread() -> None:
    ended: list[str] = []
    before = threading.active_count()
    ahead = Ahead(counting(10**9, ended), 2)
    assert next(ahead) == 0
    ahead.close()
    assert ended == ["ended"]
    assert threading.active_count() == before
