"""Functions put together in LLVM's language and compiled for the processor at hand.

A thin layer over llvmlite, the compiler that numba stands on: it takes a fraction of a second where
numba, which must first understand Python, takes many.
"""

from collections.abc import Callable, Sequence
from ctypes import CFUNCTYPE, c_int64, c_void_p
from typing import Any

from llvmlite import binding, ir

FLOAT, INT, BYTE = ir.FloatType(), ir.IntType(64), ir.IntType(8)
POINTER = ir.PointerType()

Values = Sequence[Any]
Size = Any  # of IR or a plain number


class Code:
    """A function without a result that is being written.

    Arithmetic is exact to IEEE 754 and in the order in which it is written, except that products
    are fused with sums where the processor can.
    """

    def __init__(self, pointers: int, numbers: int, inside: "Code | None" = None) -> None:
        """Its arguments are so many pointers, then so many whole numbers.

        With ``inside`` it is a part that the other function may `run`.
        """
        self.module: Any = inside.module if inside else ir.Module()
        kinds = [POINTER] * pointers + [INT] * numbers
        name = f"function{len(self.module.globals)}"
        self.function = ir.Function(self.module, ir.FunctionType(ir.VoidType(), kinds), name)
        self.arguments = self.function.args
        self.b = ir.IRBuilder(self.function.append_basic_block())
        self._prototype = CFUNCTYPE(None, *[c_void_p] * pointers, *[c_int64] * numbers)

    def run(self, part: "Code", *arguments: Any) -> None:
        """Call another function of the same module."""
        self.b.call(part.function, [self.number(argument) for argument in arguments])

    def loop(
        self,
        stop: Size,
        body: Callable[..., Values | None],
        carried: Values = (),
        step: int = 1,
        start: Size = 0,
    ) -> Values:
        """``body(index, *carried)`` gives what the next round carries; returns the last's."""
        b, before = self.b, self.b.block
        head, inside, after = (b.append_basic_block() for _ in range(3))
        b.branch(head)
        b.position_at_end(head)
        index, *values = [b.phi(INT), *(b.phi(value.type) for value in carried)]
        b.cbranch(b.icmp_signed("<", index, self.number(stop)), inside, after)
        b.position_at_end(inside)
        following = [*(body(index, *values) or ())]
        following.insert(0, b.add(index, INT(step)))
        b.branch(head)
        for phi, first, then in zip(
            (index, *values), (self.number(start), *carried), following, strict=True
        ):
            phi.add_incoming(first, before)
            phi.add_incoming(then, b.block)
        b.position_at_end(after)
        return values

    def number(self, size: Size) -> Any:
        """A whole number as a value."""
        return INT(size) if isinstance(size, int) else size

    def sum(self, *sizes: Size) -> Any:
        """Of whole numbers."""
        total = self.number(sizes[0])
        for size in sizes[1:]:
            total = self.b.add(total, self.number(size))
        return total

    def times(self, *sizes: Size) -> Any:
        """The product of whole numbers."""
        total = self.number(sizes[0])
        for size in sizes[1:]:
            total = self.b.mul(total, self.number(size))
        return total

    def at(self, pointer: Any, place: Size, kind: Any = FLOAT) -> Any:
        """A pointer to an element of an array."""
        return self.b.gep(pointer, [self.number(place)], source_etype=kind)

    def load(self, pointer: Any, place: Size, lanes: int = 0, kind: Any = FLOAT) -> Any:
        """An element, or so many of them as a vector."""
        wanted = ir.VectorType(kind, lanes) if lanes else kind
        align = kind.width // 8 if kind is not FLOAT else 4
        return self.b.load(self.at(pointer, place, kind), typ=wanted, align=align)

    def store(self, value: Any, pointer: Any, place: Size) -> None:
        """Write an element or a vector of floats."""
        self.b.store(value, self.at(pointer, place), align=4)

    def call(self, name: str, *values: Any) -> Any:
        """An intrinsic of LLVM; the type of the last value is a part of its name."""
        result = values[-1].type
        suffix = f"v{result.count}f32" if isinstance(result, ir.VectorType) else "f32"
        full = f"llvm.{name}.{suffix}"
        if name.startswith("vector.reduce"):
            result = FLOAT
        intrinsic = self.module.globals.get(full) or ir.Function(
            self.module, ir.FunctionType(result, [value.type for value in values]), full
        )
        return self.b.call(intrinsic, values)

    def total(self, vector: Any) -> Any:
        """The sum of a vector's lanes: of its halves, of their halves, and so on."""
        return self.b.extract_element(self.folded(vector, 1), ir.IntType(32)(0))

    def totals(self, vectors: Values) -> Any:
        """The `total` of each of four vectors, side by side: cheaper than one after another."""
        first, second, third, fourth = (self.folded(vector, len(vectors)) for vector in vectors)
        a, b = (
            self.b.fadd(self.shuffle(a, [0, 1, 4, 5], b), self.shuffle(a, [2, 3, 6, 7], b))
            for a, b in ((first, second), (third, fourth))
        )
        return self.b.fadd(self.shuffle(a, [0, 2, 4, 6], b), self.shuffle(a, [1, 3, 5, 7], b))

    def folded(self, vector: Any, lanes: int) -> Any:
        """Sums of a vector's halves, until so many lanes are left."""
        while (width := vector.type.count) > lanes:
            halves = range(width // 2), range(width // 2, width)
            vector = self.b.fadd(*(self.shuffle(vector, [*half]) for half in halves))
        return vector

    def spread(self, value: Any, lanes: int) -> Any:
        """A vector whose lanes are all this value, or this number."""
        vector = ir.VectorType(FLOAT, lanes)
        if value == 0.0:
            return ir.Constant(vector, None)
        first = FLOAT(value) if isinstance(value, float) else value
        some = ir.Constant(vector, ir.Undefined)
        return self.shuffle(self.b.insert_element(some, first, ir.IntType(32)(0)), [0] * lanes)

    def shuffle(self, vector: Any, order: Sequence[int], other: Any = None) -> Any:
        """The vector's lanes in another order; those of the other one count on from its own."""
        mask = ir.Constant(ir.VectorType(ir.IntType(32), len(order)), [*order])
        return self.b.shuffle_vector(vector, other or vector, mask)

    def exp(self, x: Any) -> Any:
        """e to the power of a vector's lanes, to within some 2e-7 of the result."""
        b, lanes = self.b, x.type.count
        x = self.call("maxnum", x, self.spread(-87.0, lanes))
        x = self.call("minnum", x, self.spread(88.0, lanes))
        power = self.call("rint", b.fmul(x, self.spread(1.4426950408889634, lanes)))
        # x - power * log(2), in two parts so that nothing is lost
        rest = self.call("fmuladd", power, self.spread(-0.693359375, lanes), x)
        rest = self.call("fmuladd", power, self.spread(2.12194440e-4, lanes), rest)
        value = self.spread(1 / 5040, lanes)
        for divisor in (720, 120, 24, 6, 2, 1, 1):
            value = self.call("fmuladd", value, rest, self.spread(1 / divisor, lanes))
        whole = ir.VectorType(ir.IntType(32), lanes)
        exponent = b.add(b.fptosi(power, whole), ir.Constant(whole, [127] * lanes))
        scale = b.bitcast(b.shl(exponent, ir.Constant(whole, [23] * lanes)), x.type)
        return b.fmul(value, scale)

    def compile(self) -> "Compiled":
        """The function, ready to be called from Python; its parts must have been ended."""
        self.b.ret_void()
        return Compiled(self.module, self.function.name, self._prototype)


class Compiled:
    """Calls machine code with addresses and whole numbers; meanwhile other threads may run."""

    def __init__(self, module: ir.Module, name: str, prototype: Any) -> None:
        binding.initialize_native_target()
        binding.initialize_native_asmprinter()
        machine = binding.Target.from_default_triple().create_target_machine(
            cpu=binding.get_host_cpu_name(),
            features=binding.get_host_cpu_features().flatten(),
            opt=3,
        )
        parsed = binding.parse_assembly(str(module))
        parsed.verify()
        self._engine = binding.create_mcjit_compiler(parsed, machine)  # owns the machine code
        self._engine.finalize_object()
        self._call = prototype(self._engine.get_function_address(name))

    def __call__(self, *arguments: int) -> None:
        """Run it."""
        self._call(*arguments)
