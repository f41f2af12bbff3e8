"""The reader reads words alike in any company; the flow stays among the voices that it knows."""

from pathlib import Path

import pytest
import torch

from minimax_speech.errors import InputError
from minimax_speech.models.transformer import TransformerConfig
from minimax_speech.models.voice_designer import (
    KIND,
    TRAITS,
    VoiceDesigner,
    VoiceDesignerConfig,
    word_pieces,
)
from minimax_speech.models.weights import save_model

CONFIG = VoiceDesignerConfig("base", 16, 4, 512, TransformerConfig(16, 1, 2, 2, 32), 16, 2)


@pytest.fixture
def designer() -> VoiceDesigner:
    torch.manual_seed(0)
    designer = VoiceDesigner(CONFIG).eval()
    designer.mean.normal_()
    designer.basis.copy_(
        torch.linalg.qr(torch.randn(16, 4))[0].T * torch.tensor([[4.0], [3], [2], [1]])
    )
    return designer


def test_pieces_of_a_word() -> None:
    pieces = word_pieces("deep", 4096)
    assert pieces == word_pieces("deep", 4096)
    assert all(0 < piece < 4096 for piece in pieces)
    assert set(pieces) & set(word_pieces("deeper", 4096))  # that it is like
    assert word_pieces("a" * 1000, 512)


def test_a_description_is_read_alike_alone_and_in_a_batch(designer: VoiceDesigner) -> None:
    texts = ["a low voice", "", "an old man with a deep and very rough voice"]
    together = designer.reader(designer.reader.encode(texts))
    for row, text in enumerate(texts):
        alone = designer.reader(designer.reader.encode([text]))
        for one, many in zip(alone, together, strict=True):
            assert one.isfinite().all()
            torch.testing.assert_close(one[0], many[row])


def test_components_are_the_inverse_of_timbre(designer: VoiceDesigner) -> None:
    components = torch.randn(3, 4)
    raw = designer.mean + components @ designer.basis
    torch.testing.assert_close(designer.components(raw), components, atol=1e-4, rtol=1e-4)
    timbre = designer.timbre(components)
    assert timbre.mean(1) == pytest.approx([0, 0, 0], abs=1e-5)
    assert timbre.var(1, unbiased=False) == pytest.approx([1, 1, 1], rel=1e-3)


def test_what_is_not_told_changes_nothing(designer: VoiceDesigner) -> None:
    for layer in designer.flow.layers:
        torch.nn.init.normal_(layer.modulate.weight)
    torch.nn.init.normal_(designer.flow.output.weight)
    noise, told = torch.randn(2, 4), torch.zeros(2, len(TRAITS), dtype=torch.bool)
    told[:, 1] = True
    first, second = torch.full((2, len(TRAITS)), 200.0), torch.full((2, len(TRAITS)), 200.0)
    second[:, 2:] = 3.0
    drawn = designer.draw(noise, first, told, 1.5)
    torch.testing.assert_close(drawn, designer.draw(noise, second, told, 1.5))
    second[:, 1] = 100.0
    assert not torch.allclose(drawn, designer.draw(noise, second, told, 1.5))
    assert not torch.allclose(drawn[0], drawn[1])  # another noise, another voice


def test_it_draws_voices_that_have_what_is_told() -> None:
    """Two kinds of voices, which one trait tells apart."""
    torch.manual_seed(0)
    designer = VoiceDesigner(CONFIG)
    designer.basis.copy_(torch.eye(4, 16))
    kind = torch.where(torch.rand(256) < 0.5, 1.0, -1.0)
    timbre = torch.zeros(256, 16)
    timbre[:, :4] = 0.2 * torch.randn(256, 4)
    timbre[:, 0] += 1.5 * kind
    traits = torch.ones(256, len(TRAITS))
    traits[:, 0] = kind
    optimizer = torch.optim.Adam(designer.flow.parameters(), 5e-3)
    known = torch.ones(256, len(TRAITS), dtype=torch.bool)
    for _ in range(150):
        optimizer.zero_grad()
        designer.flow_loss(timbre, traits, known).backward()
        optimizer.step()
    told = torch.zeros(256, len(TRAITS), dtype=torch.bool)
    free = designer.draw(torch.randn(256, 4), traits, told, 1.0)[:, 0]
    assert 0.25 < (free > 0).float().mean() < 0.75  # both kinds come
    told[:, 0] = True
    drawn = designer.draw(torch.randn(256, 4), traits, told, 1.0)[:, 0]
    assert (drawn.sign() == kind).float().mean() > 0.95


def test_in_a_file(designer: VoiceDesigner, tmp_path: Path) -> None:
    path = tmp_path / "voice_designer.safetensors"
    save_model(path, designer, CONFIG, KIND)
    again = VoiceDesigner.load(path)
    assert again.config == CONFIG
    torch.testing.assert_close(again.basis, designer.basis)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="damaged"):
        VoiceDesigner.load(path)
