import torch
from torch import nn

from minimax_speech.models.speech_lm import SpeechLM, SpeechLMConfig
from minimax_speech.models.transformer import TransformerConfig

CONFIG = SpeechLMConfig(
    text_vocab=20,
    audio_vocab=12,
    timbre_dim=5,
    transformer=TransformerConfig(dim=16, layers=2, heads=4, kv_heads=2, ffn=24),
)


def speech_lm(token_dropout: float = 0.0) -> SpeechLM:
    lm = SpeechLM(SpeechLMConfig(**{**vars(CONFIG), "token_dropout": token_dropout}))
    for block in lm.transformer.blocks:  # as initialised, blocks are the identity
        nn.init.normal_(block.attention.out.weight, std=0.3)
        nn.init.normal_(block.ffn.down.weight, std=0.3)
    return lm


def test_layout() -> None:
    lm = speech_lm()
    ids = lm.layout([3, 4], [0, 11], ended=True)
    assert ids == [3, 4, lm.begin_id, 20, 31, 32]
    assert lm.layout([3, 4], [0, 11], ended=False) == ids[:-1]
    kinds = [19, 20, 31, ids[-1], lm.begin_id, lm.mask_id]
    assert kinds == sorted(set(kinds))  # text, audio, end, begin, mask: none coincide
    assert lm.embedding.num_embeddings == lm.mask_id + 1
    assert lm.head.out_features == 13


@torch.no_grad()
def test_later_ids_never_change_earlier_logits() -> None:
    lm, timbre = speech_lm().eval(), torch.randn(2, 5)
    ids = torch.randint(0, 33, (2, 9))
    logits = lm(ids, timbre)
    assert logits.shape == (2, 10, 13)
    for position in range(9):
        changed = ids.clone()
        changed[:, position:] = (changed[:, position:] + 7) % 33
        again = lm(changed, timbre)
        assert torch.allclose(again[:, : position + 1], logits[:, : position + 1], atol=1e-5)
        assert not torch.allclose(again[:, position + 1], logits[:, position + 1], atol=1e-3)


@torch.no_grad()
def test_every_position_hears_the_timbre() -> None:
    lm, ids = speech_lm().eval(), torch.randint(0, 33, (1, 6))
    first, second = lm(ids, torch.randn(1, 5)), lm(ids, torch.randn(1, 5))
    assert ((first - second).abs().amax(-1) > 1e-3).all()


def test_dropped_tokens_are_hidden_in_training_only() -> None:
    lm, timbre = speech_lm(token_dropout=1.0), torch.randn(1, 5)
    first = torch.tensor([lm.layout([3], [1, 2, 3], ended=True)])
    second = torch.tensor([lm.layout([3], [7, 8, 9], ended=True)])
    assert torch.equal(lm.train()(first, timbre), lm(second, timbre))
    assert not torch.equal(lm.eval()(first, timbre), lm(second, timbre))
    text = torch.tensor([lm.layout([4], [1, 2, 3], ended=True)])  # text is never hidden
    assert not torch.equal(lm.train()(first, timbre), lm(text, timbre))


def test_the_residual_stream_is_trained_in_the_precision_of_autocast() -> None:
    lm, ids, timbre = speech_lm(), torch.randint(0, 33, (2, 9)), torch.randn(2, 5)
    streams: list[torch.Tensor] = []
    lm.transformer.norm.register_forward_pre_hook(lambda _, args: streams.append(args[0]))
    plain = lm(ids, timbre)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = lm.train()(ids, timbre)
        lm.eval()(ids, timbre)
    assert [stream.dtype for stream in streams] == [torch.float32, torch.bfloat16, torch.float32]
    assert rounded.dtype == torch.float32
    assert not torch.equal(rounded, plain)
    torch.testing.assert_close(rounded, plain, atol=0.05, rtol=0.05)
    rounded.sum().backward()
    assert lm.embedding.weight.grad is not None
    assert lm.embedding.weight.grad.dtype == torch.float32


def test_logits_are_the_same_in_training() -> None:
    config = SpeechLMConfig(audio_vocab=12, transformer=TransformerConfig(16, 1, 2, 1, 32))
    lm, hidden = SpeechLM(config), torch.randn(2, 5, 16)
    outcomes = []
    for training in (True, False):
        logits = lm.train(training).logits(hidden)
        (gradient,) = torch.autograd.grad(logits.square().sum(), lm.head.weight)
        outcomes.append((logits, gradient))
    torch.testing.assert_close(*outcomes)
    assert logits.shape == (2, 5, 13)
