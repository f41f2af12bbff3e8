"""Tokens from logits: limits are kept, and a row never depends on its batch."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from minimax_speech.inference.sampling import (
    LOOP_PERIOD,
    LOOP_TOKENS,
    PENALTY_WINDOW,
    Sampler,
    draw,
    has_loop,
    limit,
    penalise,
)
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
    return draw(limit(logits / temperature, top_k * rows, top_p * rows), uniform)


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
    assert has_loop([7] * LOOP_TOKENS)
    assert has_loop([5, 6, 1, 2, 3] + [1, 2, 3] * 20 + [4] * 9)
    assert not has_loop([7] * (LOOP_TOKENS - 1))
    assert not has_loop(list(range(LOOP_TOKENS)))
    assert not has_loop([])


def is_looping(tokens: list[int]) -> bool:
    """Whether the latest tokens are a loop."""
    tail = tokens[-LOOP_TOKENS:]
    return len(tail) == LOOP_TOKENS and any(
        tail[period:] == tail[:-period] for period in range(1, LOOP_PERIOD + 1)
    )


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 2), min_size=1, max_size=10), st.integers(1, 40)))
)
@settings(max_examples=200, deadline=None)
def test_loops_are_found_wherever_they_are(cycles: list[tuple[list[int], int]]) -> None:
    tokens = [token for cycle, length in cycles for token in (cycle * length)[:length]]
    ends = range(len(tokens) + 1)
    assert has_loop(tokens) == any(is_looping(tokens[:end]) for end in ends)


def sampler(rows: list[Sampling], fewest: int = 0) -> Sampler:
    """Rows with seeds 3, 4 …"""
    made = Sampler(CLASSES - 1, torch.device("cpu"))
    made.grow(len(rows), 300)
    made.enter(0, rows, range(3, 3 + len(rows)), [fewest] * len(rows))
    return made


def step(draws: Sampler, logits: Tensor) -> list[int]:
    return draws(logits, *draws.needs(len(logits))).tolist()


def test_temperature_zero_takes_the_likeliest() -> None:
    logits = numbers(0)[0][:1]
    greedy = sampler([Sampling(temperature=0)])
    assert [step(greedy, logits)[0] for _ in range(9)] == [int(logits.argmax())] * 9
    assert greedy.needs(1) == (False, False)  # which would cost a sort in every step


def test_the_end_is_forbidden_before_the_minimum() -> None:
    logits = torch.zeros(1, CLASSES)
    logits[0, -1] = 50.0
    draws = sampler([Sampling()], fewest=3)
    assert [step(draws, logits)[0] == CLASSES - 1 for _ in range(5)] == [False] * 3 + [True] * 2
    assert logits[0, -1] == 50.0


def test_it_tells_by_how_much_the_end_was_less_likely() -> None:
    logits, _ = numbers(0)
    rows = [Sampling(temperature=0.3), Sampling(top_k=2), Sampling(repetition_penalty=3.0)]
    draws = sampler(rows, fewest=2)
    for _ in range(3):
        step(draws, logits[:3])
    tokens, leads = draws.latest(3, 3)
    assert tokens.shape == leads.shape == (3, 3)
    expected = logits[:3, :-1].amax(1) - logits[:3, -1]
    assert torch.equal(leads, expected[:, None].expand(3, 3))


def test_a_loop_is_broken() -> None:
    logits = torch.zeros(1, CLASSES)
    logits[0, 7] = 3.0
    draws = sampler([Sampling(temperature=0)])
    drawn = [step(draws, logits)[0] for _ in range(100)]
    assert drawn[:LOOP_TOKENS] == [7] * LOOP_TOKENS
    assert set(drawn[LOOP_TOKENS:]) != {7}


@given(st.lists(st.tuples(st.integers(1, 10), st.integers(1, 40)), max_size=4), seeds)
@settings(max_examples=25, deadline=None)
def test_the_device_sees_the_loops_that_the_host_sees(
    cycles: list[tuple[int, int]], seed: int
) -> None:
    generator = torch.Generator().manual_seed(seed)
    tokens: list[int] = []
    for period, length in cycles:
        cycle = torch.randint(3, (period,), generator=generator).tolist()
        tokens += (cycle * length)[:length]
    draws = sampler([Sampling(temperature=0)])
    for number, token in enumerate(tokens):
        looping = bool((draws._state["runs"][0] >= draws._loop_from).any())
        assert looping == is_looping(tokens[:number])
        step(draws, torch.zeros(1, CLASSES).index_fill(1, torch.tensor([token]), 1e4))
        assert draws.latest(1, 1)[0].tolist() == [[token]]


def test_what_no_row_needs_makes_no_difference() -> None:
    logits = torch.randn(3, CLASSES)
    rows = [Sampling(1.0), Sampling(1.0, top_k=5, top_p=0.9), Sampling(1.0, repetition_penalty=3)]
    together, plain = sampler(rows), sampler(rows[:1])
    for _ in range(30):
        assert step(together, logits)[:1] == step(plain, logits[:1])


def test_the_penalty_holds_for_a_window() -> None:
    logits = torch.linspace(2, 1, CLASSES)[None]
    draws = sampler([Sampling(temperature=0, repetition_penalty=10)])
    drawn = [step(draws, logits)[0] for _ in range(PENALTY_WINDOW + 1)]
    assert drawn == [*range(PENALTY_WINDOW), PENALTY_WINDOW]
    assert step(draws, logits) == [0]


def test_rows_that_move_or_grow_go_on() -> None:
    logits = torch.randn(3, CLASSES)
    rows = [Sampling(1.0), Sampling(1.5, top_k=9), Sampling(1.2, repetition_penalty=1.5)]
    still, moved = sampler(rows), sampler(rows)
    for draws in (still, moved):
        for _ in range(40):
            step(draws, logits)
    moved.grow(4, 500)
    moved.move(2, 0)
    for _ in range(40):
        expected = step(still, logits)
        assert step(moved, logits[[2, 1]]) == [expected[2], expected[1]]


def test_random_numbers_do_not_depend_on_how_many_are_drawn() -> None:
    few, many = (torch.rand(n, generator=torch.Generator().manual_seed(5)) for n in (7, 1000))
    assert torch.equal(few, many[:7])
