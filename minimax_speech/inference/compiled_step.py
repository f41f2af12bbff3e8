"""A decoding step of a speech language model on a CPU as one compiled function.

It computes what `SpeechLM` computes for one more position in each row, from int8 weights and with
fp32 sums. A row's numbers do not depend on how many rows there are.

Shapes: N rows, C model width, H query heads, K key/value heads, D head dimension, F feed-forward
width, R rows and S positions that the cache has room for.
"""

from functools import partial
from itertools import product
from typing import Any

from llvmlite import ir

from minimax_speech.inference.compiled_decode import LANES, TILE
from minimax_speech.inference.compiled_parts import inverse_rms, soften, swiglu, turn_head
from minimax_speech.inference.compiled_weights import HEAD_LANES, wide_registers
from minimax_speech.inference.machine_code import BYTE, FLOAT, INT, Code, Compiled, Values
from minimax_speech.models.lora import matrix_sizes
from minimax_speech.models.transformer import TransformerConfig


def compile_step(config: TransformerConfig, classes: int) -> Compiled:
    """The step for models of one size.

    Its arguments are addresses, then numbers:
        places: int64 (N, 2) row in the cache, and position.
        whole: int8 weights of the matrices in the order in which they are used.
        floats: weights of the norms and scales of the matrices, likewise.
        turns: (S, 2, D) cosines, and sines with the signs that a head's pairs want.
        cache: (layers, 2, R, K, S, D) gets the keys, in pair order, and values of the rows.
        x: (N, C) embedded ids; overwritten.
        pairs: what `packed_pairs` makes of an adapter of rank P.
        gates: (N, P) how much each vector of it counts for each row.
        work: (N * (C + (H + 2 * K) * D + 2 * F) + S + 8,) to write to.
        logits: (N, classes); classes are a multiple of `TILE`.
        N, R, S, P, and 1 where logits are wanted, else 0.
    """
    return _Step(config, classes).code.compile()


class _Product:
    """Writes what multiplies rows by a matrix.

    Its arguments: weights int8 (outputs, inputs), scales (outputs,), x (N, stride) of which the
    first ``inputs`` count, out (N, outputs); N, inputs, stride, outputs, and 1 where the product is
    added to ``out``, else 0.
    """

    def __init__(self, inside: Code) -> None:
        self.code = code = Code(pointers=4, numbers=5, inside=inside)
        (self.weights, self.scales, self.x, self.out,
         rows, self.inputs, self.stride, self.outputs, added) = code.arguments  # fmt: skip
        self.added = code.b.trunc(added, ir.IntType(1))
        fours = code.b.and_(rows, INT(-TILE))
        code.loop(fours, self.of_four_rows, step=TILE)
        code.loop(rows, self.of_one_row, start=fours)
        code.b.ret_void()

    def of_four_rows(self, row: Any) -> None:
        # As many sums as there are registers for.
        outputs = TILE if wide_registers() else 1
        tile = partial(self.tile, row, rows=TILE, outputs=outputs)
        self.code.loop(self.outputs, tile, step=outputs)

    def of_one_row(self, row: Any) -> None:
        self.code.loop(self.outputs, partial(self.tile, row, rows=1, outputs=TILE), step=TILE)

    def tile(self, row: Any, output: Any, rows: int, outputs: int) -> None:
        """So many outputs, from ``output`` on, of so many rows."""
        code = self.code
        row_numbers = [code.sum(row, r) for r in range(rows)]
        output_numbers = [code.sum(output, o) for o in range(outputs)]
        sources = [code.at(self.x, code.times(r, self.stride)) for r in row_numbers]
        lines = [code.at(self.weights, code.times(o, self.inputs), BYTE) for o in output_numbers]

        def part(i: Any, *sums: Any) -> list[Any]:
            values = [code.load(source, i, LANES) for source in sources]
            weights = [self.widened(line, i) for line in lines]
            pairs = product(values, weights)
            return [code.call("fmuladd", *pair, old) for pair, old in zip(pairs, sums, strict=True)]

        nothing = [code.spread(0.0, LANES)] * (rows * outputs)
        sums = code.loop(self.inputs, part, nothing, step=LANES)
        for r, number in enumerate(row_numbers):
            place = code.sum(code.times(number, self.outputs), output)
            self.keep(sums[outputs * r : outputs * (r + 1)], output, place)

    def keep(self, sums: Values, output: Any, place: Any) -> None:
        """Put the totals of sums, for the outputs from ``output`` on, where they belong."""
        code, several = self.code, len(sums) == TILE
        total = code.totals(sums) if several else code.total(sums[0])
        scale, old = (
            code.load(*array, TILE if several else 0)
            for array in ((self.scales, output), (self.out, place))
        )
        kept = code.b.select(self.added, old, ir.Constant(old.type, None))
        code.store(code.b.fadd(code.b.fmul(total, scale), kept), self.out, place)

    def widened(self, line: Any, place: Any) -> Any:
        """int8 weights as floats."""
        whole = self.code.load(line, place, LANES, BYTE)
        wide = self.code.b.sext(whole, ir.VectorType(ir.IntType(32), LANES))
        return self.code.b.sitofp(wide, ir.VectorType(FLOAT, LANES))


class _LowRank:
    """Writes what adds the pairs of an adapter to products, for each row as its gates say.

    Its arguments: pairs (P, inputs) and, behind them, (P, outputs); gates (N, P), x (N, stride) of
    which the first ``inputs`` count, out (N, outputs); N, P, inputs, stride, outputs. A vector
    whose gate is 0 takes no time.
    """

    def __init__(self, inside: Code) -> None:
        self.code = code = Code(pointers=4, numbers=5, inside=inside)
        (self.pairs, self.gates, self.x, self.out,
         rows, self.rank, self.inputs, self.stride, self.outputs) = code.arguments  # fmt: skip
        self.ups = code.at(self.pairs, code.times(self.rank, self.inputs))
        code.loop(rows, self.of_row)
        code.b.ret_void()

    def of_row(self, row: Any) -> None:
        code = self.code

        def of_vector(number: Any) -> None:
            gate = code.load(self.gates, code.sum(code.times(row, self.rank), number))
            is_open = code.b.zext(code.b.fcmp_unordered("!=", gate, FLOAT(0.0)), INT)
            code.loop(is_open, lambda _: self.add(row, number, gate))

        code.loop(self.rank, of_vector)

    def add(self, row: Any, number: Any, gate: Any) -> None:
        """One vector's part of a row's product."""
        code = self.code
        source = code.at(self.x, code.times(row, self.stride))
        down = code.at(self.pairs, code.times(number, self.inputs))
        up = code.at(self.ups, code.times(number, self.outputs))
        target = code.at(self.out, code.times(row, self.outputs))

        def multiply(i: Any, total: Any) -> list[Any]:
            values = code.load(source, i, LANES), code.load(down, i, LANES)
            return [code.call("fmuladd", *values, total)]

        (total,) = code.loop(self.inputs, multiply, [code.spread(0.0, LANES)], step=LANES)
        share = code.spread(code.b.fmul(code.total(total), gate), LANES)

        def part(i: Any) -> None:
            old = code.load(target, i, LANES)
            code.store(code.call("fmuladd", share, code.load(up, i, LANES), old), target, i)

        code.loop(self.outputs, part, step=LANES)


class _Step:
    """Writes the step. Methods write what their names say."""

    def __init__(self, config: TransformerConfig, classes: int) -> None:
        self.config, self.dim = config, config.dim // config.heads
        self.turned, self.every = (config.heads + n * config.kv_heads for n in (1, 2))
        self.code = code = Code(pointers=10, numbers=5)
        self.product, self.low_rank = _Product(code).code, _LowRank(code).code
        (self.places, self.whole, self.floats, self.turns, self.cache, self.x, self.pairs,
         self.gates, self.normed, self.logits, self.rows, self.cache_rows, self.length, self.rank,
         wanted) = code.arguments  # fmt: skip
        self.heads = code.at(self.normed, code.times(self.rows, config.dim))
        self.gate_up = code.at(self.heads, code.times(self.rows, self.every * self.dim))
        self.scores = code.at(self.gate_up, code.times(self.rows, 2 * config.ffn))
        self.part = code.times(self.cache_rows, config.kv_heads, self.length, self.dim)
        code.loop(config.layers, self.layer)
        code.loop(wanted, lambda _: self.head(classes))

    def layer(self, layer: Any) -> None:
        width, ffn, code = self.config.dim, self.config.ffn, self.code
        self.begin(layer)
        self.normalise(self.x, self.normed)
        self.project(self.normed, width, width, self.heads, self.every * self.dim, False)
        keys = code.at(self.cache, code.times(layer, 2, self.part))
        code.loop(self.rows, lambda row: self.keep(row, keys))
        self.floats_used += self.turned * self.dim
        code.loop(self.rows, lambda row: self.attend(row, keys))
        self.project(self.normed, width, width, self.x, width, True)
        self.normalise(self.x, self.normed)
        self.project(self.normed, width, width, self.gate_up, 2 * ffn, False)
        code.loop(self.rows, self.gate)
        self.project(self.gate_up, ffn, 2 * ffn, self.x, width, True)

    def head(self, classes: int) -> None:
        self.begin(INT(self.config.layers))
        self.normalise(self.x, self.normed)
        self.multiply(self.normed, self.config.dim, self.config.dim, self.logits, classes, False)

    def begin(self, layer: Any) -> None:
        """The weights of a layer, of which none is used yet."""
        width, ffn, every = self.config.dim, self.config.ffn, self.every * self.dim
        matrices = width * (every + width + 3 * ffn)
        scales = every + width + 2 * ffn + width
        norms = 2 * width + self.turned * self.dim
        self.layer_whole = self.code.at(self.whole, self.code.times(layer, matrices), BYTE)
        self.layer_floats = self.code.at(self.floats, self.code.times(layer, scales + norms))
        sizes = sum(map(sum, matrix_sizes(self.config).values()))
        self.layer_pairs = self.code.at(self.pairs, self.code.times(layer, self.rank, sizes))
        self.whole_used = self.floats_used = self.pairs_used = 0

    def normalise(self, x: Any, out: Any) -> None:
        """RMSNorm of (N, C)."""
        code, b, width = self.code, self.code.b, self.config.dim
        weights = code.at(self.layer_floats, self.floats_used)
        self.floats_used += width

        def of_row(row: Any) -> None:
            source, target = (code.at(base, code.times(row, width)) for base in (x, out))
            factor = code.spread(inverse_rms(code, source, width, LANES), LANES)

            def part(i: Any) -> None:
                scaled = b.fmul(code.load(source, i, LANES), factor)
                code.store(b.fmul(scaled, code.load(weights, i, LANES)), target, i)

            code.loop(width, part, step=LANES)

        code.loop(self.rows, of_row)

    def multiply(
        self, x: Any, inputs: int, stride: int, out: Any, outputs: int, added: bool
    ) -> None:
        """The next matrix times the first ``inputs`` of the rows (N, stride): (N, outputs)."""
        weights = self.code.at(self.layer_whole, self.whole_used, BYTE)
        scales = self.code.at(self.layer_floats, self.floats_used)
        self.whole_used += outputs * inputs
        self.floats_used += outputs
        sizes = self.rows, inputs, stride, outputs, int(added)
        self.code.run(self.product, weights, scales, x, out, *sizes)

    def project(
        self, x: Any, inputs: int, stride: int, out: Any, outputs: int, added: bool
    ) -> None:
        """`multiply` by a matrix that adapters change."""
        self.multiply(x, inputs, stride, out, outputs, added)
        pairs = self.code.at(self.layer_pairs, self.code.times(self.rank, self.pairs_used))
        self.pairs_used += inputs + outputs
        sizes = self.rows, self.rank, inputs, stride, outputs
        self.code.run(self.low_rank, pairs, self.gates, x, out, *sizes)

    def place(self, row: Any) -> tuple[Any, Any]:
        """Where a row lies in the keys or values of a layer, and its position."""
        code = self.code
        kept, position = (
            code.load(self.places, code.sum(code.times(row, 2), n), kind=INT) for n in (0, 1)
        )
        return code.times(kept, self.config.kv_heads, self.length, self.dim), position

    def keep(self, row: Any, keys: Any) -> None:
        """Norms and positions of a row's queries and keys; its keys and values into the cache."""
        code, dim, config = self.code, self.dim, self.config
        heads = code.at(self.heads, code.times(row, self.every * dim))
        weights = code.at(self.layer_floats, self.floats_used)
        start, position = self.place(row)
        turn = code.at(self.turns, code.times(position, 2 * dim))

        def turn_one(number: Any) -> None:
            place = code.times(number, dim)
            turn_head(code, code.at(heads, place), code.at(weights, place), turn, dim)

        def store(number: Any) -> None:
            place = code.sum(
                start, code.times(code.sum(code.times(number, self.length), position), dim)
            )
            for first, target in (
                (config.heads, keys),
                (self.turned, code.at(keys, self.part)),
            ):
                source = code.at(heads, code.times(code.sum(number, first), dim))
                for i in range(0, dim, HEAD_LANES):
                    code.store(code.load(source, i, HEAD_LANES), target, code.sum(place, i))

        code.loop(self.turned, turn_one)
        code.loop(config.kv_heads, store)

    def attend(self, row: Any, keys: Any) -> None:
        """What a row's queries see up to its position, into (N, H, D)."""
        code, dim, config = self.code, self.dim, self.config
        start, position = self.place(row)
        seen, values = code.sum(position, 1), code.at(keys, self.part)
        group = config.heads // config.kv_heads

        def of_head(kv_head: Any, number: Any) -> None:
            head = code.sum(code.times(kv_head, group), number)
            place = code.sum(start, code.times(kv_head, self.length, dim))
            query = code.sum(code.times(row, self.every * dim), code.times(head, dim))
            largest = self.score(code.at(self.heads, query), code.at(keys, place), seen)
            total = soften(code, self.scores, largest, seen)
            out = code.sum(code.times(row, config.dim), code.times(head, dim))
            self.weigh(code.at(values, place), seen, total, code.at(self.normed, out))

        code.loop(
            config.kv_heads,
            lambda kv_head: code.loop(group, lambda number: of_head(kv_head, number)) and None,
        )

    def score(self, query: Any, keys: Any, seen: Any) -> Any:
        """Scores of (seen, D) keys; returns the largest."""
        code, dim = self.code, self.dim
        parts = range(0, dim, HEAD_LANES)
        wanted = [code.load(query, i, HEAD_LANES) for i in parts]

        def of_key(number: Any, largest: Any) -> list[Any]:
            key, total = code.at(keys, code.times(number, dim)), code.spread(0.0, HEAD_LANES)
            for i, part in zip(parts, wanted, strict=True):
                total = code.call("fmuladd", part, code.load(key, i, HEAD_LANES), total)
            score = code.total(total)
            code.store(score, self.scores, number)
            return [code.call("maxnum", largest, score)]

        (largest,) = code.loop(seen, of_key, [FLOAT(float("-inf"))])
        return largest

    def weigh(self, values: Any, seen: Any, total: Any, out: Any) -> None:
        """The mean (D,) of (seen, D) values, weighted by the scores."""
        code, dim = self.code, self.dim
        parts = range(0, dim, HEAD_LANES)

        def of_value(number: Any, *sums: Any) -> list[Any]:
            value = code.at(values, code.times(number, dim))
            share = code.spread(code.load(self.scores, number), HEAD_LANES)
            return [
                code.call("fmuladd", share, code.load(value, i, HEAD_LANES), so_far)
                for i, so_far in zip(parts, sums, strict=True)
            ]

        sums = code.loop(seen, of_value, [code.spread(0.0, HEAD_LANES) for _ in parts])
        whole = code.spread(total, HEAD_LANES)
        for i, weighted in zip(parts, sums, strict=True):
            code.store(code.b.fdiv(weighted, whole), out, i)

    def gate(self, row: Any) -> None:
        """SwiGLU of a row (2 * F), into its first F."""
        ffn = self.config.ffn
        swiglu(self.code, self.code.at(self.gate_up, self.code.times(row, 2 * ffn)), ffn)
