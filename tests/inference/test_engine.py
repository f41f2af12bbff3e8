"""Cached decoding: equal to the full forward pass, alone and in a ragged batch; ends and limits."""

import dataclasses

import pytest
import torch
from tiny import TIMBRE, tiny_speech_lm

from minimax_speech.inference.engine import Engine, Request
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.settings import Sampling
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import TransformerConfig

VOCAB = 50
WARM = Sampling(temperature=1.0)


@pytest.fixture(scope="module")
def model() -> SpeechLM:
    return tiny_speech_lm(VOCAB)


@pytest.fixture(scope="module")
def engine(model: SpeechLM) -> Engine:
    return Engine(model)


def requests(count: int, max_tokens: int = 30) -> list[Request]:
    """Texts, timbres and prompts of many lengths."""
    generator = torch.Generator().manual_seed(0)
    return [
        Request(
            torch.randint(0, VOCAB, (3 + 5 * number,), generator=generator).tolist(),
            torch.randn(TIMBRE, generator=generator),
            seed=number,
            max_tokens=max_tokens + number,
            min_tokens=2,
            prompt=torch.randint(0, 25, (4 * (number % 3),), generator=generator).tolist(),
            sampling=WARM,
        )
        for number in range(count)
    ]


def test_cached_decoding_equals_the_full_forward_pass(model: SpeechLM) -> None:
    lengths, spoken = [4, 9, 1], 7
    ids = torch.randint(0, VOCAB, (3, max(lengths)))
    tokens, timbre = torch.randint(0, 25, (3, spoken)), torch.randn(3, TIMBRE)
    with torch.inference_mode():
        cache = KVCache(model.config.transformer, [1 + n for n in lengths], 30, torch.device("cpu"))
        model.prefill(ids, timbre, cache)
        cached = []
        for step in range(spoken):
            positions, mask = cache.advance()
            cached.append(model.step(tokens[:, step], positions, mask, cache))
        for row, length in enumerate(lengths):
            whole = torch.cat((ids[row, :length], tokens[row] + model.audio_offset))[None]
            expected = model(whole, timbre[row : row + 1])[0, -spoken:]
            got = torch.stack([logits[row] for logits in cached])
            assert torch.allclose(got, expected, atol=1e-4)


def test_a_ragged_batch_equals_singles(engine: Engine) -> None:
    many = requests(7)
    together = engine.generate(many)
    assert together == [engine.generate([request])[0] for request in many]
    assert len({len(result.tokens) for result in together}) > 3  # rows left one by one


def test_the_seed_decides(engine: Engine) -> None:
    request = requests(1)[0]
    other = dataclasses.replace(request, seed=99)
    assert engine.generate([request]) == engine.generate([request])
    assert engine.generate([request]) != engine.generate([other])


def test_limits_are_kept_and_reported(engine: Engine) -> None:
    for result, request in zip(engine.generate(requests(6, 8)), requests(6, 8), strict=True):
        assert 2 <= len(result.tokens) <= request.max_tokens
        assert result.ended or len(result.tokens) == request.max_tokens
        assert all(0 <= token < 25 for token in result.tokens)
    endless = [dataclasses.replace(r, min_tokens=r.max_tokens) for r in requests(2, 5)]
    assert [(len(r.tokens), r.ended) for r in engine.generate(endless)] == [(5, False), (6, False)]
    assert engine.generate([]) == []


def test_the_prompt_matters_and_is_not_repeated(engine: Engine) -> None:
    base = dataclasses.replace(requests(1)[0], min_tokens=10, max_tokens=10)
    prompted = dataclasses.replace(base, prompt=(1, 2, 3))
    without, with_prompt = engine.generate([base, prompted])
    assert len(with_prompt.tokens) == 10
    assert with_prompt.tokens != without.tokens


def test_dropped_rows_make_room() -> None:
    config = TransformerConfig(dim=8, layers=1, heads=2, kv_heads=1, ffn=8)
    cache = KVCache(config, [3, 1, 2, 4], 6, torch.device("cpu"))
    marks = torch.arange(4.0).view(4, 1, 1, 1).expand(4, 1, 4, 4)
    cache.update(0, marks, marks)
    order = cache.drop([0, 2])
    assert sorted(order) == [1, 3]
    positions, mask = cache.advance()
    assert positions.tolist() == [[3, 1, 2, 4][row] for row in order]
    assert mask is not None
    assert mask.sum(-1).flatten().tolist() == [1 + n for n in positions.tolist()]
    new = torch.full((2, 1, 1, 4), 9.0)
    keys, _ = cache.update(0, new, new)
    for place, row in enumerate(order):
        seen = keys[place, 0, : int(positions[place]) + 1, 0].tolist()
        assert seen == [float(row)] * int(positions[place]) + [9.0]
