"""A matrix product on one core, for a compiled function to call.

Rows come in tiles that fill a processor's registers with sums: the outputs lie side by side in
vectors, and each sum is added up in the same order whatever the other rows are.
"""

from typing import Any

from llvmlite import ir

from minimax_speech.inference.compiled_weights import PANEL_INPUTS, PANEL_ROWS, Panel
from minimax_speech.inference.compiled_weights import PANEL_VECTORS as VECTORS
from minimax_speech.inference.machine_code import BYTE, FLOAT, Code


class Tile:
    """Writes what multiplies `PANEL_ROWS` rows by a panel.

    Its arguments: x (PANEL_ROWS, x stride), panel (inputs, panel stride), out (PANEL_ROWS, out
    stride); these strides, and the inputs, which are a multiple of `PANEL_INPUTS`.
    """

    def __init__(self, inside: Code, panel: Panel) -> None:
        self.code = code = Code(pointers=3, numbers=4, inside=inside)
        self.panel, lanes = panel, panel.lanes
        x, first, out, x_stride, panel_stride, out_stride, inputs = code.arguments
        sources = [code.at(x, code.times(row, x_stride)) for row in range(PANEL_ROWS)]

        def part(i: Any, line: Any, *sums: Any) -> list[Any]:
            for step in range(PANEL_INPUTS):
                weights = [code.load(line, lanes * v, lanes) for v in range(VECTORS)]
                values = [
                    code.spread(code.load(code.at(source, i), step), lanes) for source in sources
                ]
                pairs = [(value, weight) for value in values for weight in weights]
                sums = tuple(
                    code.call("fmuladd", *pair, old) for pair, old in zip(pairs, sums, strict=True)
                )
                line = code.at(line, panel_stride)
            return [line, *sums]

        nothing = [code.spread(0.0, lanes)] * (PANEL_ROWS * VECTORS)
        _, *sums = code.loop(inputs, part, [first, *nothing], step=PANEL_INPUTS)
        for number, total in enumerate(sums):
            row, vector = divmod(number, VECTORS)
            code.store(total, code.at(out, code.times(row, out_stride)), lanes * vector)
        code.b.ret_void()


class Product:
    """Writes what multiplies rows by an int8 matrix with a scale per output.

    Its arguments: weights int8 (outputs / width, inputs, width), scales (outputs,), x (rows,
    stride) of which the first ``inputs`` count, out (rows, outputs), panel (inputs, width) to write
    to; rows, which are a multiple of `PANEL_ROWS`, inputs, stride, and outputs.
    """

    def __init__(self, inside: Code, tile: Tile) -> None:
        self.code = code = Code(pointers=5, numbers=4, inside=inside)
        self.lanes, self.width = tile.panel.lanes, tile.panel.width
        (self.weights, self.scales, x, out, self.panel,
         rows, self.inputs, stride, outputs) = code.arguments  # fmt: skip

        def of_panel(first: Any) -> None:
            self.widen(first)

            def of_rows(row: Any) -> None:
                source = code.at(x, code.times(row, stride))
                target = code.at(out, code.sum(code.times(row, outputs), first))
                sizes = stride, self.width, outputs, self.inputs
                code.run(tile.code, source, self.panel, target, *sizes)

            code.loop(rows, of_rows, step=PANEL_ROWS)

        code.loop(outputs, of_panel, step=self.width)
        code.b.ret_void()

    def widen(self, first: Any) -> None:
        """The weights from the output ``first`` on as floats, once for all rows."""
        code, lanes = self.code, self.lanes
        line = code.at(self.weights, code.times(first, self.inputs), BYTE)
        scales = [code.load(self.scales, code.sum(first, lanes * v), lanes) for v in range(VECTORS)]

        def part(i: Any) -> None:
            for step in range(PANEL_INPUTS):
                for v, scale in enumerate(scales):
                    place = code.sum(code.times(i, self.width), step * self.width + v * lanes)
                    whole = code.load(line, place, lanes, BYTE)
                    wide = code.b.sext(whole, ir.VectorType(ir.IntType(32), lanes))
                    floats = code.b.fmul(code.b.sitofp(wide, ir.VectorType(FLOAT, lanes)), scale)
                    code.store(floats, self.panel, place)

        code.loop(self.inputs, part, step=PANEL_INPUTS)
