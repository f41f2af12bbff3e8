"""Functions that are put together by hand: loops, vectors and the exponential."""

from collections.abc import Callable

import torch
from torch import Tensor

from minimax_speech.inference.machine_code import FLOAT, INT, Code

LANES = 8


def elementwise(write: Callable[[Code, object], object]) -> Callable[[Tensor], Tensor]:
    """A compiled function of each of a tensor's floats, 8 at a time."""
    code = Code(pointers=2, numbers=1)
    source, target, count = code.arguments

    def part(i: object) -> None:
        code.store(write(code, code.load(source, i, LANES)), target, i)

    code.loop(count, part, step=LANES)
    run = code.compile()

    def apply(x: Tensor) -> Tensor:
        out = torch.full_like(x, -1)
        run(x.data_ptr(), out.data_ptr(), len(x))
        return out

    return apply


def test_exponentials_are_exact_to_float() -> None:
    x = torch.cat((torch.linspace(-86, 86, 8000), torch.zeros(8)))
    found, wanted = elementwise(Code.exp)(x), x.double().exp()
    assert ((found - wanted) / wanted).abs().max() < 3e-7
    assert elementwise(Code.exp)(torch.full((8,), -torch.inf)).max() < 1e-37


def test_a_loop_carries_what_its_rounds_give() -> None:
    code = Code(pointers=1, numbers=2)
    out, start, stop = code.arguments
    (total,) = code.loop(stop, lambda i, total: [code.sum(total, i)], [INT(0)], step=3, start=start)
    code.b.store(total, out)
    result = torch.full((1,), -1)
    run = code.compile()
    for first, last in ((0, 10), (2, 3), (5, 5), (7, 2)):
        run(result.data_ptr(), first, last)
        assert result.item() == sum(range(first, last, 3))


def test_lanes_are_summed_spread_and_shuffled() -> None:
    x = torch.arange(16.0)
    summed = elementwise(lambda code, v: code.spread(code.total(v), LANES))(x)
    assert summed.tolist() == [28.0] * 8 + [92.0] * 8
    swapped = elementwise(lambda code, v: code.shuffle(v, [1, 0, 3, 2, 5, 4, 7, 6]))(x)
    assert swapped[:4].tolist() == [1.0, 0.0, 3.0, 2.0]
    constant = elementwise(lambda code, v: code.b.fadd(v, code.spread(0.5, LANES)))(x)
    assert torch.equal(constant, x + 0.5)


def test_a_function_runs_its_parts() -> None:
    whole = Code(pointers=1, numbers=0)
    part = Code(pointers=1, numbers=1, inside=whole)
    part.store(FLOAT(3.0), part.arguments[0], part.arguments[1])
    part.b.ret_void()
    whole.run(part, whole.arguments[0], 1)
    x = torch.zeros(3)
    whole.compile()(x.data_ptr())
    assert x.tolist() == [0.0, 3.0, 0.0]
