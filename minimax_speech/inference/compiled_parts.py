"""What compiled functions do to a row or a head; each function writes what its name says."""

from typing import Any

from minimax_speech.inference.compiled_weights import HEAD_LANES
from minimax_speech.inference.machine_code import FLOAT, Code


def inverse_rms(code: Code, x: Any, width: int, lanes: int) -> Any:
    """One over the root mean square of x (width,)."""
    b = code.b

    def part(i: Any, square: Any) -> list[Any]:
        values = code.load(x, i, lanes)
        return [code.call("fmuladd", values, values, square)]

    (square,) = code.loop(width, part, [code.spread(0.0, lanes)], step=lanes)
    mean = b.fmul(code.total(square), FLOAT(1 / width))
    return b.fdiv(FLOAT(1.0), code.call("sqrt", b.fadd(mean, FLOAT(1e-6))))


def turn_head(code: Code, head: Any, weights: Any, turn: Any, dim: int) -> None:
    """Norm and position of a query or key (D,), in pair order.

    Args:
        code: that is being written.
        head: the query or key; overwritten.
        weights: (D,) of the norm.
        turn: (2, D) cosines, and sines with the signs that the pairs want.
        dim: D.
    """
    b, neighbours = code.b, [lane ^ 1 for lane in range(HEAD_LANES)]
    factor = code.spread(inverse_rms(code, head, dim, HEAD_LANES), HEAD_LANES)
    for i in range(0, dim, HEAD_LANES):
        weight = code.load(weights, i, HEAD_LANES)
        value = b.fmul(b.fmul(code.load(head, i, HEAD_LANES), factor), weight)
        crossed = b.fmul(code.shuffle(value, neighbours), code.load(turn, dim + i, HEAD_LANES))
        cosine = code.load(turn, i, HEAD_LANES)
        code.store(code.call("fmuladd", value, cosine, crossed), head, i)


def soften(code: Code, scores: Any, largest: Any, seen: Any) -> Any:
    """Exponentials of so many scores, of which the largest is given; returns their sum.

    What follows the scores up to a whole vector becomes 0.
    """
    # the last vector's rest
    code.store(code.spread(float("-inf"), HEAD_LANES), scores, seen)
    largest = code.spread(largest, HEAD_LANES)

    def part(i: Any, total: Any) -> list[Any]:
        shares = code.exp(code.b.fsub(code.load(scores, i, HEAD_LANES), largest))
        code.store(shares, scores, i)
        return [code.b.fadd(total, shares)]

    (total,) = code.loop(seen, part, [code.spread(0.0, HEAD_LANES)], step=HEAD_LANES)
    return code.total(total)


def swiglu(code: Code, gates: Any, ffn: int) -> None:
    """SwiGLU of a row (2 * F), into its first F."""
    b, one = code.b, code.spread(1.0, HEAD_LANES)

    def part(i: Any) -> None:
        gate = code.load(gates, i, HEAD_LANES)
        sigmoid = b.fdiv(one, b.fadd(one, code.exp(b.fneg(gate))))
        up = code.load(gates, code.sum(i, ffn), HEAD_LANES)
        code.store(b.fmul(b.fmul(gate, sigmoid), up), gates, i)

    code.loop(ffn, part, step=HEAD_LANES)
