"""Rows with adapters: every decoder computes the same, and no row minds what others have."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from test_decoders import fast, static
from test_engine import finish, requests
from tiny import TIMBRE, random_emotion, stored, tiny_speech_lm

from minimax_speech.inference.compiled_decode import CompiledDecoder, CompiledWeights
from minimax_speech.inference.engine import Engine, Request
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.row_adapters import MOST_ADAPTERS, RowAdapters
from minimax_speech.inference.rows import Decoder, Rows
from minimax_speech.inference.session import Session
from minimax_speech.models.lora import AdaptedLM, Adapter
from minimax_speech.models.speech_lm import SpeechLM

VOCAB = 50
STEPS = 6


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
def adapters(model: SpeechLM) -> list[Adapter]:
    return [random_emotion(model, str(n), rank=2 + n, seed=n).adapter for n in range(3)]


def compiled(model: SpeechLM) -> Decoder:
    weights = CompiledWeights.of(model)
    assert weights is not None
    return CompiledDecoder(weights)


@torch.inference_mode()
@pytest.mark.parametrize("make", [fast, static, compiled])
def test_steps_equal_the_adapted_forward_pass(
    model: SpeechLM, adapters: list[Adapter], make: Callable[[SpeechLM], Decoder]
) -> None:
    decoder, generator = make(model), torch.Generator().manual_seed(0)
    choices = [(adapters[0], 1.0), None, (adapters[1], 0.5)]
    rows, length = len(choices), 5
    ids = torch.randint(VOCAB, (rows, length), generator=generator)
    audio = torch.randint(25, (rows, STEPS), generator=generator) + model.audio_offset
    timbre = torch.randn(rows, TIMBRE, generator=generator)
    cache = KVCache(model.config.transformer, torch.device("cpu"))
    cache.grow(rows, length + STEPS + 2)
    state = RowAdapters(model, decoder.adapt, torch.float32)
    state.grow(rows)
    assert state.enter(choices)
    if isinstance(decoder, CompiledDecoder):
        decoder.prefill(ids, timbre, cache.prompt(0), state.entered(0))
    else:
        state.model(0).prefill(ids, timbre, cache.prompt(0))
    found = [
        decoder.step(
            tokens,
            torch.full((rows,), length + 1 + step),
            length + 2 + step,
            cache,
            state.of(rows),
        )
        for step, tokens in enumerate(audio.T)
    ]
    for row, choice in enumerate(choices):
        whole, one = torch.cat((ids[row], audio[row]))[None], model
        if choice:
            gates = torch.full((1, choice[0].rank), choice[1])
            one = AdaptedLM(model, choice[0]).gated(gates)
        wanted = one(whole, timbre[row : row + 1])[0, length + 1 :]
        assert (torch.stack(found)[:, row] - wanted).abs().max() < 1e-4


def emotional(adapters: list[Adapter]) -> list[Request]:
    """Requests with and without adapters, of several strengths."""
    choices = [(adapters[0], 1.0), None, (adapters[1], 0.7), (adapters[0], 0.3), None]
    return [
        replace(request, adapter=choice[0], strength=choice[1]) if choice else request
        for request, choice in zip(requests(len(choices)), choices, strict=True)
    ]


def test_a_batch_of_emotions_equals_singles(model: SpeechLM, adapters: list[Adapter]) -> None:
    many = emotional(adapters)
    engine = Engine(model)
    together = engine.generate(many)
    assert together == [Engine(model).generate([request])[0] for request in many]
    plain = Engine(model).generate(requests(len(many)))
    for request, found, without in zip(many, together, plain, strict=True):
        assert (found == without) == (request.adapter is None)


def test_uncompiled_and_on_other_devices_too(
    model: SpeechLM, adapters: list[Adapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = emotional(adapters)
    wanted = Engine(model).generate(many)
    for decoder in (fast(model), static(model)):
        # Rows enter late, leave and move; the last adapter is met while others are spoken.
        session = Session(Rows(model, decoder), model.end, 2, stride=3, ahead=1)
        keys = [session.add(request) for request in many[:3]]
        results = finish(session, 2)
        keys += [session.add(request) for request in many[3:]]
        results |= finish(session)
        assert [results[key] for key in keys] == wanted


def test_an_adapter_leaves_nothing_behind(model: SpeechLM, adapters: list[Adapter]) -> None:
    engine, plain = Engine(model), requests(2)
    before = engine.generate(plain)
    engine.generate(emotional(adapters))
    assert engine.generate(plain) == before


def test_strength_is_a_scale(model: SpeechLM, adapters: list[Adapter]) -> None:
    request, engine = requests(1)[0], Engine(model)
    results = {
        strength: tuple(
            engine.generate([replace(request, adapter=adapters[2], strength=strength)])[0].tokens
        )
        for strength in (0.0, 0.3, 1.0)
    }
    assert results[0.0] == tuple(engine.generate([request])[0].tokens)
    assert len(set(results.values())) == 3


def test_few_are_kept_and_tensors_change_only_for_new_ones(model: SpeechLM) -> None:
    many = [random_emotion(model, str(n), rank=1, seed=n).adapter for n in range(MOST_ADAPTERS + 2)]
    state = RowAdapters(model, lambda adapter: adapter, torch.float32)
    state.grow(2)
    assert not state.enter([None])
    assert state.of(1) is None
    for adapter in many:
        assert state.enter([(adapter, 1.0)])
        low_rank = state.of(2)
        assert low_rank is not None
        assert low_rank.gates.sum(1).tolist() == [0.0, 1.0]
        assert low_rank.pairs.rank <= MOST_ADAPTERS
        state.leave(1)
    assert not state.enter([(many[-1], 0.5)])
    state.leave(1)
    assert state.enter([(many[0], 0.5)])  # put away meanwhile
