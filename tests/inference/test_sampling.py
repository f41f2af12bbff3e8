"""Tokens from logits: limits are kept, and a row never depends on its batch."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from minimax_speech.inference.sampling import LOOP_TOKENS, Sampler, draw, is_looping, penalise
from minimax_speech.inference.settings import Sampling

ROWS, CLASSES = 6, 40
seeds = st.integers(0, 2**32 - 1)


def numbers(seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(ROWS, CLASSES, generator=generator)
    return logits, torch.rand(ROWS, generator=generator)


def drawn(
    logits: Tensor,
    uniform: Tensor,
    temperature: float = 1.0,
    top_k: int = CLASSES,
    top_p: float = 1,
) -> Tensor:
    rows = torch.ones(len(logits))
    return draw(logits, uniform, temperature * rows, top_k * rows, top_p * rows)


@given(seeds, st.integers(1, CLASSES))
@settings(max_examples=25, deadline=None)
def test_top_k_is_respected(seed: int, top_k: int) -> None:
    logits, uniform = numbers(seed)
    best = logits.topk(top_k).indices
    assert (drawn(logits, uniform, top_k=top_k)[:, None] == best).any(1).all()


@given(seeds, st.floats(0.01, 1.0))
@settings(max_examples=25, deadline=None)
def test_top_p_is_respected(seed: int, top_p: float) -> None:
    logits, uniform = numbers(seed)
    probability = logits.softmax(-1)
    tokens = drawn(logits, uniform, top_p=top_p)
    own = probability.gather(1, tokens[:, None])
    likelier = (probability * (probability > own)).sum(-1)
    assert (likelier < top_p + 1e-5).all()


@given(seeds, st.floats(0.05, 2.0))
@settings(max_examples=25, deadline=None)
def test_a_row_does_not_depend_on_its_batch(seed: int, temperature: float) -> None:
    logits, uniform = numbers(seed)
    together = drawn(logits, uniform, temperature, 20, 0.9)
    for row in range(ROWS):
        alone = drawn(logits[row : row + 1], uniform[row : row + 1], temperature, 20, 0.9)
        assert alone[0] == together[row]


def test_draws_follow_the_distribution() -> None:
    logits = torch.tensor([0.5, 0.3, 0.15, 0.05]).log().expand(4000, 4)
    counts = drawn(logits, torch.linspace(0, 1, 4001)[:-1], top_k=4).bincount() / 4000
    assert torch.allclose(counts, torch.tensor([0.5, 0.3, 0.15, 0.05]), atol=2e-3)


def test_forbidden_tokens_are_never_drawn() -> None:
    logits = torch.full((2, 8), float("-inf"))
    logits[:, 3] = 0.0
    assert drawn(logits, torch.tensor([0.0, 1 - 2**-24]), top_k=8).tolist() == [3, 3]


def test_recent_tokens_are_penalised_and_no_others() -> None:
    logits = torch.tensor([[2.0, -2.0, 1.0]])
    recent = torch.tensor([[0, 1, 3]])  # 3 is none
    assert penalise(logits, recent, torch.tensor([2.0])).tolist() == [[1.0, -4.0, 1.0]]


def test_only_endless_repetition_counts_as_a_loop() -> None:
    assert is_looping([7] * LOOP_TOKENS)
    assert is_looping([5, 6, 1, 2, 3] + [1, 2, 3] * 20)
    assert not is_looping([7] * (LOOP_TOKENS - 1))
    assert not is_looping(list(range(LOOP_TOKENS)))
    assert not is_looping([])


def sampler(sampling: Sampling, min_tokens: int = 0) -> Sampler:
    return Sampler([sampling], [3], [min_tokens], 50, CLASSES - 1, torch.device("cpu"))


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = numbers(0)[0][:1]
    greedy = sampler(Sampling(temperature=0))
    assert [int(greedy(logits, step, [[]])) for step in range(9)] == [int(logits.argmax())] * 9


def test_the_end_is_forbidden_before_the_minimum() -> None:
    logits = torch.zeros(1, CLASSES)
    logits[0, -1] = 50.0
    draws = sampler(Sampling(), min_tokens=3)
    ended = [int(draws(logits, step, [[]])) == CLASSES - 1 for step in range(5)]
    assert ended == [False, False, False, True, True]
    assert logits[0, -1] == 50.0


def test_a_loop_is_broken() -> None:
    logits = torch.zeros(1, CLASSES)
    logits[0, 7] = 3.0
    draws = sampler(Sampling(temperature=0))
    assert {int(draws(logits, step, [[7] * LOOP_TOKENS])) for step in range(50)} != {7}


def test_random_numbers_do_not_depend_on_how_many_are_drawn() -> None:
    few, many = (torch.rand(n, generator=torch.Generator().manual_seed(5)) for n in (7, 1000))
    assert torch.equal(few, many[:7])
