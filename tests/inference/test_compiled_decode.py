"""The compiled step: what the model computes, whoever else is decoded, and only where it can be."""

import pytest
import torch
from test_decoders import SPOKEN, VOCAB, difference
from test_engine import requests
from tiny import TIMBRE, stored, tiny_speech_lm
from torch import Tensor

from minimax_speech.inference.compiled_decode import CompiledDecoder, CompiledWeights
from minimax_speech.inference.engine import Engine
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.models.transformer import TransformerConfig


@pytest.fixture(scope="module")
def model() -> SpeechLM:
    """Random weights, norms included, as they come from a file."""
    model, generator = tiny_speech_lm(VOCAB), torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.copy_(0.5 + torch.rand(parameter.shape, generator=generator))
    return stored(model)


@pytest.fixture(scope="module")
def weights(model: SpeechLM) -> CompiledWeights:
    weights = CompiledWeights.of(model)
    assert weights is not None
    return weights


def prefilled(model: SpeechLM, decoder: CompiledDecoder | None, rows: int, length: int) -> KVCache:
    """A cache with prompts, by a decoder or by the model."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(VOCAB, (rows, length), generator=generator)
    timbre = torch.randn(rows, TIMBRE, generator=generator)
    cache = KVCache(model.config.transformer, torch.device("cpu"))
    cache.grow(rows + 1, length + 5)
    prefill = decoder.prefill if decoder else model.prefill
    prefill(ids, timbre, cache.prompt(1))
    return cache


@pytest.mark.parametrize("lengths", [[5], [4, 9, 1], [3, 8, 8, 2, 6, 1, 12]])
def test_steps_equal_the_full_forward_pass(
    model: SpeechLM, weights: CompiledWeights, lengths: list[int]
) -> None:
    assert difference(model, CompiledDecoder(weights), lengths) < 1e-4


@torch.inference_mode()
@pytest.mark.parametrize(("rows", "length"), [(1, 1), (1, 30), (3, 6)])
def test_prompts_leave_what_the_model_leaves(
    model: SpeechLM, weights: CompiledWeights, rows: int, length: int
) -> None:
    found = prefilled(model, CompiledDecoder(weights), rows, length).store
    wanted = prefilled(model, None, rows, length).store
    assert torch.allclose(found, wanted, atol=1e-5, rtol=1e-5)


@torch.inference_mode()
def test_a_row_gives_the_same_bits_in_any_company(
    model: SpeechLM, weights: CompiledWeights
) -> None:
    rows, length = 6, 9
    ids, positions = torch.arange(rows) % 25 + model.audio_offset, torch.tensor([3, 10, 5, 9, 1, 7])

    def logits(chosen: Tensor) -> Tensor:
        cache = prefilled(model, None, rows, length)
        cache.store = cache.store[:, :, 1:][:, :, chosen].contiguous()
        cache.rows = len(chosen)
        return CompiledDecoder(weights).step(ids[chosen], positions[chosen], 11, cache)

    together = logits(torch.arange(rows))
    for row in range(rows):
        assert torch.equal(logits(torch.tensor([row]))[0], together[row])


def test_the_same_tokens_alone_and_where_nothing_can_be_compiled(
    model: SpeechLM, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(self: CompiledWeights) -> None:
        raise OSError("memory may not be executed")

    many = requests(7)
    engine = Engine(model)
    compiled = engine.generate(many)
    assert compiled == [engine.generate([request])[0] for request in many]
    assert caplog.messages == []
    monkeypatch.setattr(CompiledWeights, "_compile", refuse)
    assert Engine(model).generate(many) == compiled
    assert caplog.messages == ["decoding is slow here, uncompiled: memory may not be executed"]


def test_other_weights_are_left_alone(model: SpeechLM) -> None:
    assert CompiledWeights.of(tiny_speech_lm(VOCAB)) is None


def test_widths_that_fill_no_vectors_are_left_alone() -> None:
    transformer = TransformerConfig(dim=16, layers=1, heads=2, kv_heads=1, ffn=24)
    assert CompiledWeights.of(stored(SpeechLM(SpeechLMConfig(20, 8, 4, transformer)))) is None


@torch.inference_mode()
def test_a_cache_that_grows_is_followed(model: SpeechLM, weights: CompiledWeights) -> None:
    decoder, generator = CompiledDecoder(weights), torch.Generator().manual_seed(3)
    ids = torch.randint(25, (1, 2 * SPOKEN), generator=generator) + model.audio_offset
    timbre = torch.randn(1, TIMBRE, generator=generator)
    cache = KVCache(model.config.transformer, torch.device("cpu"))
    cache.grow(1, 2)
    decoder.prefill(ids[:, :1], timbre, cache.prompt(0))
    found = []
    for position, token in enumerate(ids[0, 1:], 2):
        cache.grow(1, position + 1)
        found.append(decoder.step(token[None], torch.tensor([position]), position + 1, cache)[0])
    wanted = model(ids, timbre)[0, 2:]
    assert (torch.stack(found) - wanted).abs().max() < 1e-4
