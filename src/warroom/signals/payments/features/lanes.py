"""The eight remembered transfers of an account at once: each of these is a handful of vector instructions.

numba turns a loop over eight entries into eight steps; these say in the compiler's own language that it is one. They
are plain vectors of eight, so they run on any processor, and count whole numbers, so they give what the loops would.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.extending import intrinsic

from warroom.signals.payments.features.state import BEFORE, KEPT, ORIGIN, OTHER, SIZE, TIME

INT, FLOAT, BYTE = ir.IntType(32), ir.FloatType(), ir.IntType(8)
INTS, FLOATS, FLAGS = (ir.VectorType(one, KEPT) for one in (INT, FLOAT, ir.IntType(1)))
FAR = 99.0
"""A log distance that no two amounts have."""


class Lanes:
    """Writes vector instructions at one place of a kernel."""

    def __init__(self, context: Any, builder: Any, signature: Any, arguments: Any) -> None:
        self.context, self.builder = context, builder
        self.signature, self.arguments = signature, arguments

    def make_block_loader(self, which: int) -> Callable[[int], Any]:
        """Loads rows of the block that argument `which` (an array) and the next one (its row there) name."""
        kind = self.signature.args[which]
        array = self.context.make_array(kind)(self.context, self.builder, self.arguments[which])
        width = cgutils.unpack_tuple(self.builder, array.shape, 2)[1]
        start = self.builder.gep(array.data, [self.builder.mul(self.arguments[which + 1], width)])

        def load_row(name: int) -> Any:
            place = self.builder.gep(start, [ir.Constant(ir.IntType(64), name * KEPT)])
            return self.builder.load(self.builder.bitcast(place, INTS.as_pointer()), align=4)

        return load_row

    def point_to_floats(self, array: int, at: Any) -> Any:
        """Where eight numbers of argument `array` begin, `at` numbers after its first."""
        kind = self.signature.args[array]
        data = self.context.make_array(kind)(self.context, self.builder, self.arguments[array]).data
        return self.builder.bitcast(self.builder.gep(data, [at]), FLOATS.as_pointer())

    def broadcast_value(self, value: Any, kind: Any = INTS) -> Any:
        """One value in every lane."""
        one = self.builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.Constant(INT, 0))
        return self.shuffle_lanes(one, [0] * KEPT, kind)

    def shuffle_lanes(self, vector: Any, order: list[int], kind: Any = INTS) -> Any:
        """The lanes of a vector in another order."""
        nowhere = ir.Constant(kind, ir.Undefined)
        return self.builder.shuffle_vector(vector, nowhere, ir.Constant(INTS, order))

    def rotate_lanes(self, vector: Any, by: int) -> Any:
        return self.shuffle_lanes(vector, [(lane + by) % KEPT for lane in range(KEPT)])

    def is_at_or_after(self, times: Any, since: Any) -> Any:
        return self.builder.icmp_signed(">=", times, since)

    def select_lanes(self, flags: Any, vector: Any, else_: float, kind: Any = INTS) -> Any:
        return self.builder.select(flags, vector, ir.Constant(kind, [else_] * KEPT))

    def and_masks(self, one: Any, two: Any) -> Any:
        return self.builder.and_(one, two)

    def count_set(self, flags: Any) -> Any:
        """How many lanes are set, int32."""
        return self.builder.zext(self.builder.ctpop(self.builder.bitcast(flags, BYTE)), INT)

    def call_intrinsic(self, name: str, result: Any, vector: Any, free: tuple[str, ...] = ()) -> Any:
        """One of the compiler's own functions of a vector; `free`: what it need not care about."""
        kind = ir.FunctionType(result, [vector.type])
        function = cgutils.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(function, [vector], fastmath=free)

    def sum_lanes(self, vector: Any) -> Any:
        return self.call_intrinsic("llvm.vector.reduce.add.v8i32", INT, vector)

    def min_of_lanes(self, vector: Any) -> Any:
        return self.call_intrinsic("llvm.vector.reduce.fmin.v8f32", FLOAT, vector, ("nnan",))

    def abs_difference(self, sizes: Any, size: Any) -> Any:
        return self.call_intrinsic(
            "llvm.fabs.v8f32", FLOATS, self.builder.fsub(sizes, self.broadcast_value(size, FLOATS))
        )

    def find_last_set(self, flags: Any) -> Any:
        """The number of the last lane that is set, -1 where none is."""
        byte = self.builder.bitcast(flags, BYTE)
        ahead = self.builder.ctlz(byte, ir.Constant(ir.IntType(1), 0))
        # Leading zeros of a byte of eight flags; of none 8, which gives -1.
        return self.builder.sub(ir.Constant(INT, KEPT - 1), self.builder.zext(ahead, INT))


_COUNTS = types.Tuple(  # type: ignore[attr-defined]
    (types.int32, types.float32, types.int32, types.int32, types.int32)
)


@intrinsic  # type: ignore[untyped-decorator]
def compare_with_block(typing: Any, blocks: Any, at: Any, week2: Any, day: Any, size: Any, alike: Any) -> Any:
    """Of block `at`: the last lane of nearest amount or -1, its distance, similar amounts, other ends since `day` and `week2`."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Lanes(context, builder, signature, arguments)
        row = v.make_block_loader(0)
        week2_, day_, size_, alike_ = arguments[2:]
        times, before = row(TIME), row(BEFORE)
        since, lately = v.broadcast_value(week2_), v.broadcast_value(day_)
        reached = v.is_at_or_after(times, since)
        gaps = v.abs_difference(builder.bitcast(row(SIZE), FLOATS), size_)
        gaps = v.select_lanes(reached, gaps, FAR, FLOATS)
        near = v.min_of_lanes(gaps)
        best = v.find_last_set(
            v.and_masks(reached, builder.fcmp_ordered("==", gaps, v.broadcast_value(near, FLOATS)))
        )
        similar = v.count_set(builder.fcmp_ordered("<", gaps, v.broadcast_value(alike_, FLOATS)))
        today = v.count_set(
            v.and_masks(v.is_at_or_after(times, lately), builder.icmp_signed("<", before, lately))
        )
        others = v.count_set(v.and_masks(reached, builder.icmp_signed("<", before, since)))
        return context.make_tuple(builder, signature.return_type, (best, near, similar, today, others))

    return _COUNTS(blocks, types.intp, types.int32, types.int32, types.float32, types.float32), generate


@intrinsic  # type: ignore[untyped-decorator]
def count_common_ends(typing: Any, ones: Any, one: Any, twos: Any, two: Any, since: Any) -> Any:
    """Pairs of transfers of two blocks with the same other end, both since a moment."""
    return types.int32(ones, types.intp, twos, types.intp, types.int32), _generate_matches(in_order=False)


@intrinsic  # type: ignore[untyped-decorator]
def count_common_in_order(typing: Any, into: Any, came: Any, out: Any, went: Any, since: Any) -> Any:
    """As `count_common_ends`, of a transfer in and one out, the one out not the later."""
    return types.int32(into, types.intp, out, types.intp, types.int32), _generate_matches(in_order=True)


def _generate_matches(in_order: bool) -> Callable[[Any, Any, Any, Any], Any]:
    """Compares each lane of one block with each of another: with the other turned by none, by one, by two and so on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Lanes(context, builder, signature, arguments)
        first, second, moment = (
            v.make_block_loader(0),
            v.make_block_loader(2),
            v.broadcast_value(arguments[4]),
        )
        times, others = first(TIME), second(TIME)
        # Lanes too old are -1 on one side and -2 on the other: they equal no account, and not each other.
        left = v.select_lanes(v.is_at_or_after(times, moment), first(OTHER), -1)
        right = v.select_lanes(v.is_at_or_after(others, moment), second(OTHER), -2)
        match_counts = ir.Constant(INTS, [0] * KEPT)
        for by in range(KEPT):
            match = builder.icmp_signed("==", left, v.rotate_lanes(right, by))
            if in_order:
                match = v.and_masks(match, v.is_at_or_after(times, v.rotate_lanes(others, by)))
            match_counts = builder.sub(match_counts, builder.sext(match, INTS))
        return v.sum_lanes(match_counts)

    return generate


@intrinsic  # type: ignore[untyped-decorator]
def count_same_origin(typing: Any, into: Any, at: Any, origin: Any, payer: Any, since: Any) -> Any:
    """Transfers in of the same origin by another way, since a moment."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Lanes(context, builder, signature, arguments)
        row = v.make_block_loader(0)
        origin_, payer_, since_ = (v.broadcast_value(one) for one in arguments[2:])
        same = builder.icmp_signed("==", row(ORIGIN), origin_)
        other = builder.icmp_signed("!=", row(OTHER), payer_)
        return v.count_set(v.and_masks(v.and_masks(same, other), v.is_at_or_after(row(TIME), since_)))

    return types.int32(into, types.intp, types.int32, types.int32, types.int32), generate


@intrinsic  # type: ignore[untyped-decorator]
def multiply_eight(typing: Any, numbers: Any, at: Any, by: Any) -> Any:
    """Multiply the eight numbers from flat `at` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Lanes(context, builder, signature, arguments)
        place = v.point_to_floats(0, arguments[1])
        faded = builder.fmul(builder.load(place, align=4), v.broadcast_value(arguments[2], FLOATS))
        builder.store(faded, place, align=4)
        return context.get_dummy_value()

    return types.void(numbers, types.intp, types.float32), generate


@intrinsic  # type: ignore[untyped-decorator]
def copy_eight(typing: Any, numbers: Any, at: Any, out: Any, to: Any) -> Any:
    """Copy the eight numbers from flat `at` on to flat `to` of another array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Lanes(context, builder, signature, arguments)
        builder.store(
            builder.load(v.point_to_floats(0, arguments[1]), align=4),
            v.point_to_floats(2, arguments[3]),
            align=4,
        )
        return context.get_dummy_value()

    return types.void(numbers, types.intp, out, types.intp), generate


_EIGHT = types.UniTuple(types.float32, KEPT)  # type: ignore[attr-defined]


@intrinsic  # type: ignore[untyped-decorator]
def add_eight(typing: Any, numbers: Any, at: Any, eight: Any) -> Any:
    """Add a tuple of eight to the eight numbers from flat `at` on."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        v = Lanes(context, builder, signature, arguments)
        vector = ir.Constant(FLOATS, ir.Undefined)
        for lane in range(KEPT):
            lane_value = builder.extract_value(arguments[2], lane)
            vector = builder.insert_element(vector, lane_value, ir.Constant(INT, lane))
        place = v.point_to_floats(0, arguments[1])
        builder.store(builder.fadd(builder.load(place, align=4), vector), place, align=4)
        return context.get_dummy_value()

    return types.void(numbers, types.intp, _EIGHT), generate
