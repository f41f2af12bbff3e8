"""An evaluation of the flow-matching network on a CPU as one compiled function.

It computes what `FlowNetwork` computes for new patches of each row, from int8 weights and with fp32
sums. A row's numbers do not depend on how many rows there are, nor on how many patches are new.

Shapes: B rows, N new patches in each, M = B * N, P numbers of a patch, C model width, H query
heads, K key/value heads, D head dimension, F feed-forward width.
"""

from typing import Any

from minimax_speech.inference.compiled_flow import ROW_FIELDS, patch_inputs
from minimax_speech.inference.compiled_parts import inverse_rms, soften, swiglu, turn_head
from minimax_speech.inference.compiled_product import Product, Tile
from minimax_speech.inference.compiled_weights import PANEL_ROWS, Panel
from minimax_speech.inference.machine_code import BYTE, FLOAT, INT, POINTER, Code, Compiled
from minimax_speech.models.flow_network import LATENTS_PER_TOKEN, FlowNetworkConfig

_MODULATIONS = 8


def compile_evaluation(config: FlowNetworkConfig, panel: Panel) -> Compiled:
    """The evaluation for networks of one size.

    Its arguments are addresses, then numbers:
        rows: int64 (B, ROW_FIELDS), for each row
            the address of its memory, and the room there in patches;
            the address of where the longer memory goes, its room, and the floats from one layer
            to the next there: 0 where each may overwrite the one before;
            the patches remembered, how many new ones are real, and the place of the first.
        stops: int64 (N + PANEL_ROWS,) how many of the new patches each of them sees; never falls.
        whole: int8 weights of the matrices, in panels, in the order in which they are used.
        floats: scales of the matrices, norms and offsets of the modulation, likewise.
        turns: (places, 2, D) cosines, and sines with the signs that a head's pairs want.
        modulation: (B, 8, C).
        patches: (padded, `patch_inputs`).
        words: (M, C) to be added to the projected patches.
        work: `work_floats` of them to write to.
        velocity: (padded, P) is written.
        B, N, padded: M, up to a multiple of `PANEL_ROWS`; and the most room of a memory.

    A memory is (layers, 2, K, room, D): of each layer the keys, each head's in panels
    (room / width of a panel, D, that width), and the values. It is finite throughout.
    """
    return _Evaluation(config, panel).code.compile()


class _Evaluation:
    """Writes the evaluation. Methods write what their names say."""

    def __init__(self, config: FlowNetworkConfig, panel: Panel) -> None:
        self.config = size = config.transformer
        self.inputs, self.patch = patch_inputs(config), LATENTS_PER_TOKEN * config.latent_dim
        self.dim = size.dim // size.heads
        self.lanes, self.panel_width = panel.lanes, panel.width
        self.turned, every = (size.heads + n * size.kv_heads for n in (1, 2))
        self.qkv = every * self.dim
        self.code = code = Code(pointers=10, numbers=4)
        tile = Tile(code, panel)
        self.tile, self.product = tile.code, Product(code, tile).code
        (self.rows, self.stops, self.whole, self.floats, self.turns, self.modulation, self.patches,
         self.words, self.x, self.velocity, self.batch, self.new, self.padded,
         room) = code.arguments  # fmt: skip
        real = code.sum(self.padded, PANEL_ROWS)
        self.normed = code.at(self.x, code.times(real, size.dim))
        self.heads = code.at(self.normed, code.times(real, size.dim))
        self.gate_up = code.at(self.heads, code.times(real, self.qkv))
        self.panel = code.at(self.gate_up, code.times(real, 2 * size.ffn))
        self.scores = code.at(self.panel, self.panel_width * max(size.dim, size.ffn, self.inputs))
        self.score_stride = code.sum(room, self.lanes)
        self.take_in()
        code.loop(size.layers, self.layer)
        self.give_out()

    def take_in(self) -> None:
        """The projected patches and the words."""
        code, width = self.code, self.config.dim
        self.layer_whole, self.layer_floats = self.whole, self.floats
        self.whole_used = self.floats_used = 0
        self.multiply(self.patches, self.inputs, self.inputs, self.heads, width)

        def part(i: Any) -> None:
            total = code.b.fadd(
                code.load(self.words, i, self.lanes), code.load(self.heads, i, self.lanes)
            )
            code.store(total, self.x, i)

        code.loop(code.times(self.batch, self.new, width), part, step=self.lanes)

    def layer(self, layer: Any) -> None:
        width, ffn, code = self.config.dim, self.config.ffn, self.code
        self.begin(layer)
        offsets = self.floats_next(6 * width)
        self.modulate(offsets, 0)
        self.multiply(self.normed, width, width, self.heads, self.qkv)
        norms = self.floats_next(self.turned * self.dim)
        code.loop(self.batch, lambda row: self.of_row(row, layer, norms))
        self.multiply(self.normed, width, width, self.heads, width)
        self.add_gated(offsets, 2)
        self.modulate(offsets, 3)
        self.multiply(self.normed, width, width, self.gate_up, 2 * ffn)
        self.each_patch(
            lambda _, place: swiglu(code, code.at(self.gate_up, code.times(place, 2 * ffn)), ffn)
        )
        self.multiply(self.gate_up, ffn, 2 * ffn, self.heads, width)
        self.add_gated(offsets, 5)

    def give_out(self) -> None:
        """The velocity, without the bias."""
        width = self.config.dim
        self.begin(INT(self.config.layers))
        nothing = self.code.at(self.floats_next(2 * width), -6 * width)
        self.modulate(nothing, 6)
        self.multiply(self.normed, width, width, self.velocity, self.patch)

    def begin(self, layer: Any) -> None:
        """The weights of a layer, of which none is used yet."""
        width, ffn, code = self.config.dim, self.config.ffn, self.code
        matrices = width * (self.qkv + width + 3 * ffn)
        floats = 6 * width + self.qkv + self.turned * self.dim + 2 * width + 2 * ffn
        before = code.sum(code.times(layer, matrices), self.inputs * width)
        self.layer_whole = code.at(self.whole, before, BYTE)
        self.layer_floats = code.at(self.floats, code.sum(code.times(layer, floats), width))
        self.whole_used = self.floats_used = 0

    def floats_next(self, count: int) -> Any:
        """The floats that are used next."""
        self.floats_used += count
        return self.code.at(self.layer_floats, self.floats_used - count)

    def multiply(self, x: Any, inputs: int, stride: int, out: Any, outputs: int) -> None:
        """The next matrix times the first ``inputs`` of the rows (padded, stride)."""
        weights = self.code.at(self.layer_whole, self.whole_used, BYTE)
        self.whole_used += outputs * inputs
        scales = self.floats_next(outputs)
        arrays = weights, scales, x, out, self.panel
        self.code.run(self.product, *arrays, self.padded, inputs, stride, outputs)

    def each_patch(self, body: Any) -> None:
        """``body(row, place)`` for each of the M patches."""
        code = self.code

        def of_row(row: Any) -> None:
            first = code.times(row, self.new)
            code.loop(self.new, lambda patch: body(row, code.sum(first, patch)))

        code.loop(self.batch, of_row)

    def modulating(self, row: Any, offsets: Any, number: int, i: Any) -> Any:
        """A part of what modulates a row."""
        code, width = self.code, self.config.dim
        common = code.at(self.modulation, code.times(row, _MODULATIONS * width))
        place = code.sum(i, number * width)
        return code.b.fadd(
            code.load(common, place, self.lanes), code.load(offsets, place, self.lanes)
        )

    def modulate(self, offsets: Any, number: int) -> None:
        """RMSNorm of (M, C), then the shift of this number and the scale of the next."""
        code, width = self.code, self.config.dim

        def of_patch(row: Any, patch: Any) -> None:
            source, target = (
                code.at(base, code.times(patch, width)) for base in (self.x, self.normed)
            )
            factor = code.spread(inverse_rms(code, source, width, self.lanes), self.lanes)

            def part(i: Any) -> None:
                normed = code.b.fmul(code.load(source, i, self.lanes), factor)
                shift, scale = (self.modulating(row, offsets, number + n, i) for n in (0, 1))
                scale = code.b.fadd(scale, code.spread(1.0, self.lanes))
                code.store(code.call("fmuladd", normed, scale, shift), target, i)

            code.loop(width, part, step=self.lanes)

        self.each_patch(of_patch)

    def add_gated(self, offsets: Any, number: int) -> None:
        """What a branch gave (M, C), through the gate of this number."""
        code, width = self.code, self.config.dim

        def of_patch(row: Any, patch: Any) -> None:
            source, target = (
                code.at(base, code.times(patch, width)) for base in (self.heads, self.x)
            )

            def part(i: Any) -> None:
                gate = self.modulating(row, offsets, number, i)
                before = code.load(target, i, self.lanes)
                total = code.call("fmuladd", code.load(source, i, self.lanes), gate, before)
                code.store(total, target, i)

            code.loop(width, part, step=self.lanes)

        self.each_patch(of_patch)

    def of_row(self, row: Any, layer: Any, norms: Any) -> None:
        """Attention of a row's new patches."""
        code, b = self.code, self.code.b
        (past, past_room, longer, room, between, count, made, place) = (
            code.load(self.rows, code.sum(code.times(row, ROW_FIELDS), n), kind=INT)
            for n in range(ROW_FIELDS)
        )
        heads = code.at(self.heads, code.times(row, self.new, self.qkv))
        memory = code.at(b.inttoptr(longer, POINTER), code.times(layer, between))
        changed = b.zext(b.icmp_signed("!=", past, longer), INT)
        old = code.at(
            b.inttoptr(past, POINTER),
            code.times(layer, 2 * self.config.kv_heads * self.dim, past_room),
        )
        code.loop(changed, lambda _: self.copy(old, past_room, memory, room, count))

        def keep(patch: Any) -> None:
            new = code.at(heads, code.times(patch, self.qkv))
            turn = code.at(self.turns, code.times(code.sum(place, patch), 2 * self.dim))
            self.turn(new, norms, turn)
            self.keep(new, memory, room, code.sum(count, patch))

        code.loop(self.new, keep)
        out = code.at(self.normed, code.times(row, self.new, self.config.dim))
        group = self.config.heads // self.config.kv_heads

        def attend(head: Any) -> None:
            kv_head = b.sdiv(head, INT(group))
            keys, values = self.parts(memory, room, kv_head)
            query = code.at(heads, code.times(head, self.dim))
            target = code.at(out, code.times(head, self.dim))

            def some(patch: Any) -> None:
                self.attend(
                    code.at(query, code.times(patch, self.qkv)), keys, values,
                    [self.seen(code.sum(patch, n), count, made) for n in range(PANEL_ROWS)],
                    code.at(target, code.times(patch, self.config.dim)),
                )  # fmt: skip

            code.loop(self.new, some, step=PANEL_ROWS)

        code.loop(self.config.heads, attend)

    def parts(self, memory: Any, room: Any, kv_head: Any) -> tuple[Any, Any]:
        """Keys and values of a head in the memory of a layer."""
        code = self.code
        keys = code.at(memory, code.times(kv_head, room, self.dim))
        return keys, code.at(keys, code.times(room, self.config.kv_heads * self.dim))

    def seen(self, patch: Any, count: Any, made: Any) -> Any:
        """How many patches a new one sees."""
        b, stop = self.code.b, self.code.load(self.stops, patch, kind=INT)
        return b.add(count, b.select(b.icmp_signed("<", stop, made), stop, made))

    def copy(self, old: Any, old_room: Any, memory: Any, room: Any, count: Any) -> None:
        """What a layer remembers to where there is room for more."""
        code = self.code
        whole = code.b.and_(code.sum(count, self.panel_width - 1), INT(-self.panel_width))

        def of_head(kv_head: Any) -> None:
            pairs = zip(
                self.parts(old, old_room, kv_head), self.parts(memory, room, kv_head), strict=True
            )
            for source, target in pairs:
                code.loop(
                    code.times(whole, self.dim),
                    lambda i, s=source, t=target: code.store(code.load(s, i, self.lanes), t, i),
                    step=self.lanes,
                )

        code.loop(self.config.kv_heads, of_head)

    def turn(self, new: Any, norms: Any, turn: Any) -> None:
        """Norms and positions of a patch's queries and keys."""
        code = self.code

        def of_head(head: Any) -> None:
            place = code.times(head, self.dim)
            turn_head(code, code.at(new, place), code.at(norms, place), turn, self.dim)

        code.loop(self.turned, of_head)

    def keep(self, new: Any, memory: Any, room: Any, place: Any) -> None:
        """Keys and values of a patch into the memory of a layer."""
        code, b, dim = self.code, self.code.b, self.dim
        lane = b.and_(place, INT(self.panel_width - 1))
        first = code.times(b.sub(place, lane), dim)

        def of_head(kv_head: Any) -> None:
            keys, values = self.parts(memory, room, kv_head)
            key, value = (
                code.at(new, code.times(code.sum(kv_head, before), dim))
                for before in (self.config.heads, self.turned)
            )
            column = code.at(keys, code.sum(first, lane))
            for i in range(dim):
                code.store(code.load(key, i), column, self.panel_width * i)
            line = code.at(values, code.times(place, dim))
            for i in range(0, dim, self.lanes):
                code.store(code.load(value, i, self.lanes), line, i)

        code.loop(self.config.kv_heads, of_head)

    def attend(self, query: Any, keys: Any, values: Any, seen: list[Any], out: Any) -> None:
        """What `PANEL_ROWS` queries (PANEL_ROWS, stride) of a head see, each so many patches."""
        code, dim, stride = self.code, self.dim, self.score_stride
        most = seen[-1]

        def score(first: Any) -> None:
            panel = code.at(keys, code.times(first, dim))
            target = code.at(self.scores, first)
            code.run(self.tile, query, panel, target, self.qkv, self.panel_width, stride, dim)

        code.loop(most, score, step=self.panel_width)
        depth = code.b.and_(code.sum(most, 3), INT(-4))
        for row, count in enumerate(seen):
            self.share(code.at(self.scores, code.times(row, stride)), count, depth)
        for i in range(0, dim, self.panel_width):
            column, target = code.at(values, i), code.at(out, i)
            width = self.config.dim
            code.run(self.tile, self.scores, column, target, stride, dim, width, depth)

    def share(self, scores: Any, seen: Any, depth: Any) -> None:
        """A query's scores become shares of one; 0 for what it does not see."""
        code, b = self.code, self.code.b
        lowest = code.spread(float("-inf"), self.lanes)
        code.store(lowest, scores, seen)

        def larger(i: Any, so_far: Any) -> list[Any]:
            return [code.call("maxnum", so_far, code.load(scores, i, self.lanes))]

        (largest,) = code.loop(seen, larger, [lowest], step=self.lanes)
        total = soften(code, scores, code.call("vector.reduce.fmax", largest), seen)
        factor = code.spread(b.fdiv(FLOAT(1.0), total), self.lanes)

        def divide(i: Any) -> None:
            code.store(b.fmul(code.load(scores, i, self.lanes), factor), scores, i)

        code.loop(seen, divide, step=self.lanes)
        code.loop(depth, lambda i: code.store(FLOAT(0.0), scores, i), start=seen)
