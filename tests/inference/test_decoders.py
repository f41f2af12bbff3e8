"""Cached decoding equals the full forward pass, for every decoder, alone and in a ragged batch."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import TIMBRE, as_stored, stored, tiny_speech_lm

from minimax_speech.inference import exact_matrix
from minimax_speech.inference.exact_matrix import ExactMatrix
from minimax_speech.inference.fast_decode import FastDecoder, FastWeights
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.rows import Decoder
from minimax_speech.inference.static_decode import StaticDecoder
from minimax_speech.models.speech_lm import SpeechLM

VOCAB = 50
SPOKEN = 7


@pytest.fixture(scope="module")
def model() -> SpeechLM:
    """Random weights, norms included; its matrices are not int8."""
    model, generator = tiny_speech_lm(VOCAB), torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.copy_(0.5 + torch.rand(parameter.shape, generator=generator))
    return model


@pytest.fixture(scope="module")
def stored_model(model: SpeechLM) -> SpeechLM:
    return stored(model)


def fast(model: SpeechLM) -> Decoder:
    return FastDecoder(FastWeights(model))


def static(model: SpeechLM) -> Decoder:
    return StaticDecoder(model, torch.float32)


@torch.inference_mode()
def difference(
    model: SpeechLM, decoder: Decoder, lengths: list[int], spare: int = 0, seed: int = 0
) -> float:
    """The largest one between logits of tokens decoded after prompts and of a full forward."""
    generator = torch.Generator().manual_seed(seed)
    rows = len(lengths)
    ids = torch.randint(VOCAB, (rows, max(lengths)), generator=generator)
    audio = torch.randint(25, (rows, SPOKEN), generator=generator) + model.audio_offset
    timbre = torch.randn(rows, TIMBRE, generator=generator)
    cache = KVCache(model.config.transformer, torch.device("cpu"))
    cache.grow(rows, max(lengths) + 1 + SPOKEN + spare)
    cache.store.fill_(1e3)  # what is not this row's must not be seen
    model.prefill(ids, timbre, cache.prompt(0))
    positions = torch.tensor(lengths) + 1
    cached = []
    for tokens in audio.T:
        extent = int(positions.max()) + 1 + spare
        cached.append(decoder.step(tokens, positions, extent, cache))
        positions = positions + 1
    worst = 0.0
    for row, length in enumerate(lengths):
        whole = torch.cat((ids[row, :length], audio[row]))[None]
        full = model(whole, timbre[row : row + 1])[0, length + 1 :]
        worst = max(worst, float((torch.stack(cached)[:, row] - full).abs().max()))
    return worst


@pytest.mark.parametrize("lengths", [[5], [4, 9, 1], [6, 6]])
@pytest.mark.parametrize("decoder", [fast, static])
def test_steps_equal_the_full_forward_pass(
    model: SpeechLM,
    stored_model: SpeechLM,
    decoder: Callable[[SpeechLM], Decoder],
    lengths: list[int],
) -> None:
    for each in (model, stored_model):
        assert difference(each, decoder(each), lengths) < 1e-4


@given(st.lists(st.integers(1, 12), min_size=1, max_size=4), st.integers(0, 2**31))
@settings(max_examples=10, deadline=None)
def test_any_lengths_will_do(model: SpeechLM, lengths: list[int], seed: int) -> None:
    assert difference(model, fast(model), lengths, seed=seed) < 1e-4
    # Where steps are recorded, more than there is may be in reach.
    assert difference(model, static(model), lengths, spare=5, seed=seed) < 1e-4


def test_stored_weights_are_multiplied_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = torch.Generator().manual_seed(0)
    weight = as_stored(
        torch.randn(40, 64, generator=generator) * torch.logspace(-3, 3, 40)[:, None]
    )
    weight[3] = 0
    x = torch.randn(5, 64, generator=generator)
    exact, size = x.double() @ weight.double().T, x.abs() @ weight.abs().T + 1e-3
    for halves in {exact_matrix._has_half_product(), False}:
        monkeypatch.setattr(exact_matrix, "_has_half_product", lambda halves=halves: halves)
        matrix = ExactMatrix(weight)
        assert (matrix._scale is not None) == halves
        for start in (0.0, 1.0):
            product = matrix.product(x, torch.empty(5, 40))
            added = matrix.add_product(x, torch.full((5, 40), start))
            assert ((product - exact).abs() < 1e-6 * size).all()
            assert ((added - start - exact).abs() < 1e-6 * (size + 1)).all()


def test_other_weights_are_not_rounded() -> None:
    weight, x = torch.randn(40, 64), torch.randn(1, 64)
    product = ExactMatrix(weight).product(x, torch.empty(1, 40))
    assert torch.allclose(product, x @ weight.T, rtol=1e-5, atol=1e-5)
    assert not torch.allclose(product, x @ as_stored(weight).T, rtol=1e-5, atol=1e-5)


def test_a_cache_that_grows_or_moves_keeps_what_it_holds(model: SpeechLM) -> None:
    cache = KVCache(model.config.transformer, torch.device("cpu"))
    cache.grow(2, 4)
    cache.store.copy_(torch.randn(cache.store.shape))
    before = cache.store.clone()
    cache.grow(3, 6)
    assert torch.equal(cache.store[:, :, :2, :, :4], before)
    cache.move(1, 2, 3)
    assert torch.equal(cache.store[:, :, 2, :, :3], before[:, :, 1, :, :3])
    slots = cache.slots(torch.tensor([5, 0, 1]))
    assert len(slots.unique()) == len(slots) == 3 * 2 * cache.heads
    assert torch.equal(cache.flat[0][slots[2 * 2 * cache.heads]], cache.store[0, 0, 2, 0, 1])
