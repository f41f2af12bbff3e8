"""CUDA's products are as exact as the network needs, and as they were when nobody is within."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from minimax_speech.inference.products import FAST_WIDTH, PRODUCTS, inference

PATIENCE = 60.0


@pytest.mark.parametrize(("width", "fast"), [(FAST_WIDTH - 1, False), (FAST_WIDTH, True)])
def test_products_suit_the_network_while_anyone_is_within(width: int, fast: bool) -> None:
    matmul, convolution = torch.backends.cuda.matmul, torch.backends.cudnn
    deadline = time.monotonic() + PATIENCE
    while PRODUCTS._within and time.monotonic() < deadline:
        time.sleep(0.01)  # what other tests have begun
    before = matmul.allow_tf32, convolution.allow_tf32
    matmul.allow_tf32 = convolution.allow_tf32 = not fast
    try:
        with ThreadPoolExecutor(1) as other:
            theirs = inference(width)
            with inference(width):
                other.submit(theirs.__enter__).result()
                assert (matmul.allow_tf32, convolution.allow_tf32) == (fast, fast)
                assert torch.is_inference_mode_enabled()
            assert (matmul.allow_tf32, convolution.allow_tf32) == (fast, fast)
            other.submit(theirs.__exit__, None, None, None).result()
        assert (matmul.allow_tf32, convolution.allow_tf32) == (not fast, not fast)
    finally:
        matmul.allow_tf32, convolution.allow_tf32 = before
