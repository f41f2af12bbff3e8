import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from minimax_speech.models.attention import Attention, RotaryEmbedding, rotate
from minimax_speech.models.transformer import Transformer, TransformerConfig

CONFIG = TransformerConfig(dim=24, layers=3, heads=6, kv_heads=2, ffn=40)


class Cache:
    """Keys and values of all positions so far, by layer."""

    def __init__(self) -> None:
        self.stored: dict[int, tuple[Tensor, Tensor]] = {}

    def update(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        if layer in self.stored:
            old_keys, old_values = self.stored[layer]
            keys, values = torch.cat((old_keys, keys), 2), torch.cat((old_values, values), 2)
        self.stored[layer] = keys, values
        return keys, values


def transformer(causal: bool = False, adaptive: bool = False) -> Transformer:
    """With random output projections: as initialised, every block is the identity."""
    model = Transformer(CONFIG, causal, adaptive).eval()
    for block in model.blocks:
        torch.nn.init.normal_(block.attention.out.weight, std=0.2)
        torch.nn.init.normal_(block.ffn.down.weight, std=0.2)
    return model


def test_grouped_queries_share_repeated_keys_and_values() -> None:
    attention, x = Attention(24, 6, 2), torch.randn(2, 7, 24)
    rotary = RotaryEmbedding(4)(torch.arange(7)[None])
    q, k, v = attention.qkv(x).view(2, 7, 10, 4).split((6, 2, 2), dim=2)
    q, k = rotate(attention.query_norm(q), rotary), rotate(attention.key_norm(k), rotary)
    q, k, v = (part.transpose(1, 2) for part in (q, k, v))
    k, v = (part.repeat_interleave(3, dim=1) for part in (k, v))
    weights = (q @ k.transpose(-1, -2) / 2).softmax(-1)
    expected = attention.out((weights @ v).transpose(1, 2).flatten(2))
    assert torch.allclose(attention(x, rotary), expected, atol=1e-5)


def test_rotary_scores_depend_on_the_distance_alone() -> None:
    rotary = RotaryEmbedding(8)
    q, k = torch.randn(2, 1, 1, 1, 8)
    scores = [
        (rotate(q, rotary(torch.tensor([[a]]))) * rotate(k, rotary(torch.tensor([[b]])))).sum()
        for a, b in ((3, 1), (103, 101), (3, 2))
    ]
    assert scores[0] == pytest.approx(float(scores[1]), abs=1e-4)
    assert scores[0] != pytest.approx(float(scores[2]), abs=1e-4)


def test_heads_must_divide_the_width() -> None:
    with pytest.raises(ValueError, match="heads 5 and kv_heads 2 do not fit dim 24"):
        TransformerConfig(dim=24, heads=5, kv_heads=2)
    with pytest.raises(ValueError, match="heads 6 and kv_heads 4"):
        TransformerConfig(dim=24, heads=6, kv_heads=4)
    with pytest.raises(ValueError, match="twice the heads"):  # rotary positions turn pairs
        TransformerConfig(dim=18, heads=6, kv_heads=2)


@torch.no_grad()
@pytest.mark.parametrize("cuts", [[4, 1, 1, 1, 1, 1], [1] * 9, [9]])
def test_a_state_gives_what_the_whole_sequence_gives(cuts: list[int]) -> None:
    model, x, state = transformer(causal=True), torch.randn(2, sum(cuts), 24), Cache()
    whole = model(x)
    done = 0
    for cut in cuts:
        positions = torch.arange(done, done + cut)[None]
        part = model(x[:, done : done + cut], positions, state=state)
        assert torch.allclose(part, whole[:, done : done + cut], atol=1e-5)
        done += cut


@torch.no_grad()
def test_masked_keys_have_no_influence() -> None:
    model, x = transformer(), torch.randn(2, 8, 24)
    mask = torch.arange(8)[None] < torch.tensor([8, 5])[:, None]
    y = model(x, mask=mask[:, None, None])
    assert torch.allclose(y[1, :5], model(x[1:, :5])[0], atol=1e-5)
    assert not torch.allclose(model(x)[1, :5], y[1, :5], atol=1e-3)


def test_blocks_start_as_the_identity() -> None:
    x = torch.randn(1, 5, 24)
    model = Transformer(CONFIG)
    assert torch.allclose(model(x), F.rms_norm(x, (24,), eps=1e-6), atol=1e-5)


@torch.no_grad()
def test_the_adaptive_form_follows_its_condition() -> None:
    model, x = transformer(adaptive=True), torch.randn(2, 5, 24)
    closed = torch.zeros(2, 6, 24)
    assert torch.allclose(model(x, condition=closed), F.rms_norm(x, (24,), eps=1e-6), atol=1e-5)
    opened = torch.randn(2, 6, 24)
    first, second = model(x, condition=opened), model(x, condition=opened.flip(0))
    assert not torch.allclose(first, second, atol=1e-2)


@torch.no_grad()
def test_the_adaptive_form_keeps_the_precision_of_its_input() -> None:
    model, x, condition = transformer(adaptive=True), torch.randn(2, 5, 24), torch.randn(2, 6, 24)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = model(x.bfloat16(), condition=condition)
    assert rounded.dtype == torch.bfloat16
    torch.testing.assert_close(rounded.float(), model(x, condition=condition), atol=0.1, rtol=0.1)


@torch.no_grad()
@pytest.mark.parametrize("causal", [True, False])
def test_compiled_blocks_are_whole_and_share_their_code(causal: bool) -> None:
    torch.compiler.reset()
    model, graphs = transformer(causal), []

    def note(graph: torch.fx.GraphModule, _: list[Tensor]) -> torch.fx.GraphModule:
        graphs.append(graph)
        return graph

    expected = [model(torch.ones(2, size, 24)) for size in (5, 9)]
    for block in model.blocks:
        compiled = torch.compile(block._call_impl, backend=note, dynamic=True, fullgraph=True)
        block._compiled_call_impl = compiled
    for size, y in zip((5, 9), expected, strict=True):
        assert torch.allclose(model(torch.ones(2, size, 24)), y, atol=1e-5)
    assert len(graphs) == 1


def test_dropout_is_for_training_only() -> None:
    model = Transformer(TransformerConfig(24, 1, 6, 2, 40, dropout=0.5))
    torch.nn.init.normal_(model.blocks[0].ffn.down.weight)
    x = torch.randn(1, 5, 24)
    assert not torch.equal(model.train()(x), model(x))
    assert torch.equal(model.eval()(x), model(x))
