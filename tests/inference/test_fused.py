"""Fused kernels compute what the calls compute that they stand for: on CUDA, or interpreted."""

import logging
from types import SimpleNamespace

import pytest
import torch
from tiny import TIMBRE, random_emotion, randomise

pytest.importorskip("triton")
from minimax_speech.inference.fused_decode import FusedDecoder, Tile, Tiles
from minimax_speech.inference.fused_sampling import FusedSampler
from minimax_speech.inference.fusion import fuse
from minimax_speech.inference.kv_cache import KVCache
from minimax_speech.inference.row_adapters import LowRank
from minimax_speech.inference.sampling import Sampler
from minimax_speech.inference.settings import Sampling
from minimax_speech.inference.static_decode import StaticDecoder
from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.models.transformer import TransformerConfig

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
VOCAB, CLASSES = 50, 26
# Nothing fits: the last chunk of 192, the last block of 26, the last stretch of 24.
TILES = Tiles(*[Tile(16, 1)] * 6)


@pytest.fixture(scope="module")
def static() -> StaticDecoder:
    """Random weights, norms included."""
    size = TransformerConfig(dim=32, layers=2, heads=4, kv_heads=2, ffn=192)
    model = SpeechLM(SpeechLMConfig(VOCAB, CLASSES - 1, TIMBRE, size))
    randomise(model, 1)
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 1:
                parameter.copy_(0.5 + torch.rand(parameter.shape, generator=generator))
    return StaticDecoder(model.to(DEVICE), torch.float32)


@pytest.mark.parametrize("position", [3, 21])
@torch.inference_mode()
def test_a_fused_step_equals_the_others(static: StaticDecoder, position: int) -> None:
    generator = torch.Generator().manual_seed(0)
    caches = [KVCache(static.config, DEVICE) for _ in range(2)]
    for cache in caches:
        cache.grow(1, 24)
        cache.store.copy_(torch.randn(cache.store.shape, generator=generator.manual_seed(1)))
    where = torch.tensor([position], device=DEVICE)
    for step in range(2):
        ids = torch.randint(VOCAB, (1,), generator=generator).to(DEVICE)
        plain = static.step(ids, where + step, 24, caches[0])
        fused = FusedDecoder(static, TILES).step(ids, where + step, 24, caches[1])
        assert torch.allclose(fused, plain, atol=1e-4)
        assert torch.allclose(caches[1].store, caches[0].store, atol=1e-5)


@pytest.mark.parametrize("adapted", [False, True])
@torch.inference_mode()
def test_a_step_of_rows_equals_the_others(static: StaticDecoder, adapted: bool) -> None:
    rows, generator = 3, torch.Generator().manual_seed(0)
    caches = [KVCache(static.config, DEVICE) for _ in range(2)]
    for cache in caches:
        cache.grow(4, 24)
        cache.store.copy_(torch.randn(cache.store.shape, generator=generator.manual_seed(1)))
    where = torch.tensor([3, 21, 9], device=DEVICE)
    low_rank = None
    if adapted:
        like = SimpleNamespace(config=SimpleNamespace(transformer=static.config))
        adapter = random_emotion(like, "any", rank=2).adapter  # type: ignore[arg-type]
        low_rank = LowRank(static.adapt(adapter), torch.rand(rows, 2).to(DEVICE))
    for step in range(2):
        ids = torch.randint(VOCAB, (rows,), generator=generator).to(DEVICE)
        plain = static.step(ids, where + step, 24, caches[0], low_rank)
        fused = FusedDecoder(static, TILES).step(ids, where + step, 24, caches[1], low_rank)
        assert torch.allclose(fused, plain, atol=1e-4)
        assert torch.allclose(caches[1].store, caches[0].store, atol=1e-5)


@pytest.mark.parametrize("limits", [{}, {"top_k": 5, "top_p": 0.9}])
def test_a_fused_draw_equals_the_others(limits: dict[str, float]) -> None:
    generator = torch.Generator().manual_seed(0)
    kinds = [Sampling(0.5), Sampling(1.0, repetition_penalty=3.0), Sampling(1.5, **limits)]
    samplers = [kind(CLASSES - 1, DEVICE) for kind in (Sampler, FusedSampler)]
    for sampler in samplers:
        sampler.grow(3, 60)
        sampler.enter(0, kinds, seeds=range(3), fewest=[20] * 3)
    drawn = []
    for step in range(70):  # beyond the room: rows that are over go on in place
        logits = 2 * torch.randn(3, CLASSES, generator=generator)
        logits[:, -1] += 3  # the end, soon
        logits[:, 7] += 20 * (step < 45)  # a loop
        states = [torch.tensor([[4, 4, 4], [step, 55, 59]], device=DEVICE) for _ in samplers]
        for sampler, (ids, positions) in zip(samplers, states, strict=True):
            needs = sampler.needs(3)
            sampler.advance(logits.to(DEVICE), *needs, ids, positions, VOCAB)
        assert torch.equal(*states)
        drawn.append(states[0][0] - VOCAB)
    assert len(torch.stack(drawn).unique()) > 10
    for name, tensor in samplers[0]._state.items():
        assert torch.equal(tensor, samplers[1]._state[name])


@torch.inference_mode()
def test_nothing_is_fused_where_kernels_cannot_be_built(
    static: StaticDecoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: FusedDecoder) -> None:
        raise RuntimeError("Failed to find C compiler.\nMore.")

    if DEVICE.type == "cpu":
        assert fuse(static) is static
        monkeypatch.setattr(static, "embedding", torch.empty(0, device="meta"))
        assert fuse(static) is static
        return
    assert isinstance(fuse(static), FusedDecoder)
    monkeypatch.setattr(FusedDecoder, "probe", fail)
    with caplog.at_level(logging.WARNING):
        assert fuse(static) is static
    assert caplog.messages[0].endswith(": Failed to find C compiler.")
