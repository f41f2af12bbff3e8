"""What many threads share when they make sound."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import torch

from minimax_speech.inference.acoustics import _FAST_PRODUCTS, _Kept

PATIENCE = 60.0


def test_what_is_kept_of_voices_is_safe_with_many_threads() -> None:
    kept: _Kept[int] = _Kept()

    def use(start: int) -> bool:
        keys = [number % 40 for number in range(start, 2000)]
        return all(kept.get(key, partial(abs, key)) == key for key in keys)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(use, range(4)))


def test_products_are_fast_while_anyone_is_within() -> None:
    settings, deadline = torch.backends.cuda.matmul, time.monotonic() + PATIENCE
    while _FAST_PRODUCTS._within and time.monotonic() < deadline:
        time.sleep(0.01)  # what other tests have begun
    before, settings.allow_tf32 = settings.allow_tf32, False
    try:
        with ThreadPoolExecutor(1) as other:
            with _FAST_PRODUCTS:
                other.submit(_FAST_PRODUCTS.__enter__).result()
                assert settings.allow_tf32
            assert settings.allow_tf32
            other.submit(_FAST_PRODUCTS.__exit__).result()
        assert not settings.allow_tf32
    finally:
        settings.allow_tf32 = before
