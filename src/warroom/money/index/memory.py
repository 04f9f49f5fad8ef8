"""Reading arrays by their addresses in compiled code.

Compiled code hands an array on as seven words and counts references to it with locked instructions; a trace has some
thirty arrays of the index to hand from function to function for every posting it looks at. Their addresses in one
record cost nothing. The function that packs addresses keeps the arrays alive until the compiled call returns.
"""

from collections.abc import Callable
from typing import Any

from warroom.kernels import make_intrinsic
from warroom.money.compiled import compile_cached_kernel


def _make_loader(bits: int, signed: bool) -> Callable[[Any, Any], int]:
    """An intrinsic that reads element i of an array of integers at an address, as 64 bits."""

    @make_intrinsic
    def load(typing: Any, address: Any, i: Any) -> Any:
        from llvmlite import ir  # type: ignore[import-untyped]
        from numba import types

        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            base = builder.inttoptr(arguments[0], ir.IntType(bits).as_pointer())
            value = builder.load(builder.gep(base, [arguments[1]]))
            if bits == 64:
                return value
            return (builder.sext if signed else builder.zext)(value, ir.IntType(64))

        return types.int64(types.int64, types.int64), build

    done: Callable[[Any, Any], int] = load
    return done


i8, i4, u4, u1 = (
    _make_loader(64, True),
    _make_loader(32, True),
    _make_loader(32, False),
    _make_loader(8, False),
)


@compile_cached_kernel
def find_first_at_least(address: int, low: int, high: int, value: int) -> int:
    """The first of sorted 64-bit elements low..high - 1 that is not below a value."""
    while low < high:
        middle = (low + high) >> 1
        if i8(address, middle) < value:
            low = middle + 1
        else:
            high = middle
    return low
