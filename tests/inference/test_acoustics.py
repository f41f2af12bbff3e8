"""What many threads share when they make sound."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

from minimax_speech.inference.acoustics import _Kept


def test_what_is_kept_of_voices_is_safe_with_many_threads() -> None:
    kept: _Kept[int] = _Kept()

    def use(start: int) -> bool:
        keys = [number % 40 for number in range(start, 2000)]
        return all(kept.get(key, partial(abs, key)) == key for key in keys)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(use, range(4)))
