import pytest
import torch

from minimax_speech.models.fsq import FSQ

LEVELS = [[8, 5, 5, 5], [3, 4], [2], [7, 8, 6]]


@pytest.mark.parametrize("levels", LEVELS)
def test_tokens_stand_for_the_quantised_values(levels: list[int]) -> None:
    fsq = FSQ(levels)
    quantised, tokens = fsq(2 * torch.randn(4, 50, len(levels)))
    assert torch.allclose(fsq.values(tokens), quantised, atol=1e-6)
    assert quantised.abs().max() <= 1
    assert tokens.min() >= 0
    assert tokens.max() < fsq.codebook_size


@pytest.mark.parametrize("levels", LEVELS)
def test_every_token_has_values_of_its_own(levels: list[int]) -> None:
    fsq = FSQ(levels)
    tokens = torch.arange(fsq.codebook_size)
    values = fsq.values(tokens)
    assert len(values.unique(dim=0)) == fsq.codebook_size
    # Quantising what is already on the grid gives the token back.
    inside = torch.atanh(values * 0.999)
    assert torch.equal(fsq(inside)[1], tokens)


def test_unit_variance_uses_all_codes_about_equally() -> None:
    fsq = FSQ([8, 5, 5, 5])
    _, tokens = fsq(torch.randn(200_000, 4))
    share = torch.bincount(tokens, minlength=1000) / len(tokens)
    assert share.min() > 0
    entropy = -(share * share.log()).sum()
    assert entropy.exp() > 800  # effectively used codes


def test_the_gradient_passes_straight_through() -> None:
    fsq = FSQ([8, 5])
    x = torch.randn(30, 2, requires_grad=True)
    fsq(x)[0].sum().backward()
    assert torch.allclose(x.grad, 1 - torch.tanh(x).square(), atol=1e-6)
