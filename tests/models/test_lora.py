"""Adapters add what peft adds, to each row what its gates say, and nothing where they are shut."""

from copy import deepcopy

import pytest
import torch
from tiny import TIMBRE, random_emotion, tiny_speech_lm

from minimax_speech.models.lora import MATRICES, AdaptedLM, fits, side_by_side
from minimax_speech.models.speech_lm import SpeechLM
from minimax_speech.models.transformer import TransformerConfig

VOCAB = 50


@pytest.fixture(scope="module")
def model() -> SpeechLM:
    return tiny_speech_lm(VOCAB)


def batch(rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(VOCAB, (rows, 9), generator=generator)
    return ids, torch.randn(rows, TIMBRE, generator=generator)


@torch.inference_mode()
def test_it_equals_peft(model: SpeechLM) -> None:
    peft = pytest.importorskip("peft")
    emotion = random_emotion(model, "happy", rank=3, scale=2.0)
    config = peft.LoraConfig(r=3, lora_alpha=6, target_modules=[m.split(".")[1] for m in MATRICES])
    wanted = peft.get_peft_model(deepcopy(model), config)
    loaded = peft.set_peft_model_state_dict(wanted, emotion.tensors)
    assert not loaded.unexpected_keys
    ids, timbre = batch(2)
    plain, expected = model(ids, timbre), wanted.eval()(ids, timbre)
    found = AdaptedLM(model, emotion.adapter).gated(torch.ones(2, 3))(ids, timbre)
    assert (expected - plain).abs().max() > 0.1
    assert torch.allclose(found, expected, atol=1e-5)


@torch.inference_mode()
def test_each_row_has_its_own(model: SpeechLM) -> None:
    happy = random_emotion(model, "happy", rank=3, seed=1).adapter
    sad = random_emotion(model, "sad", rank=2, seed=2).adapter
    ids, timbre = batch(3)
    gates = torch.tensor([[1.0, 1, 1, 0, 0], [0, 0, 0, 0.5, 0.5], [0, 0, 0, 0, 0]])
    together = AdaptedLM(model, side_by_side([happy, sad])).gated(gates)(ids, timbre)
    for row, (adapter, strength) in enumerate([(happy, 1.0), (sad, 0.5), (sad, 0.0)]):
        one = AdaptedLM(model, adapter).gated(torch.full((1, adapter.rank), strength))
        alone = one(ids[row : row + 1], timbre[row : row + 1])
        assert torch.allclose(together[row], alone[0], atol=1e-5)
    assert torch.equal(together[2], model(ids, timbre)[2])


@torch.inference_mode()
def test_the_model_stays_as_it_is(model: SpeechLM) -> None:
    ids, timbre = batch(2)
    before = model(ids, timbre)
    adapter = random_emotion(model, "happy").adapter
    adapted = AdaptedLM(model, adapter).gated(torch.ones(2, adapter.rank))
    assert not torch.equal(adapted(ids, timbre), before)
    assert torch.equal(model(ids, timbre), before)
    assert adapted.embedding.weight is model.embedding.weight


def test_another_size_does_not_fit(model: SpeechLM) -> None:
    adapter, config = random_emotion(model, "happy").adapter, model.config.transformer
    assert fits(adapter, config)
    for change in ({"layers": 3}, {"ffn": 32}, {"kv_heads": 1}):
        assert not fits(adapter, TransformerConfig(**{**vars(config), **change}))
