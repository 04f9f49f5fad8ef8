"""What a window remembers, as flat arrays: some 600 bytes an account that both paid and received, 54 a pair.

`PairState` belong to `pairs.py`, `WayState` to `ways.py`, `HabitState` to `habits.py`; none touches another's.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Longs = npt.NDArray[np.int64]

NEVER = 0
"""The time of what has not happened: empty memory is zeros."""
FIRST = 2**28
"""The time of a window's first row: eight years after never, in seconds, and 59 years before the numbers end."""
VAST = 1 << 22
"""Accounts whose memory is about a gigabyte."""
KEPT = 8
"""Transfers in and transfers out that an account remembers one by one."""
# Columns of `ways`; block 0 of either kind stays empty and belongs to anyone who has none.
IN_AT, IN_COUNT, OUT_AT, OUT_COUNT, TIER, TIER_TIME = range(6)
WAYS = 8
# Rows of a block of transfers: other end, time, log amount, time of the pair's transfer before; in: origin, its time.
OTHER, TIME, SIZE, BEFORE, ORIGIN, STARTED = range(6)
IN_ROWS, OUT_ROWS = 6, 4
# Columns of a pair.
LOW, HIGH, LAST, COUNT, MEAN = 0, 1, 2, 4, 6
PAIR_WIDTH = 8
# Numbers that grow, of pairs and of ways.
PAIRS, NEWEST = range(2)
IN_BLOCKS, OUT_BLOCKS, NEXT_REPORT = range(3)


class PairState(NamedTuple):
    """What one account paid another, and the latest time of each account. `means`: the memory of `table` as floats."""

    table: Ints
    means: Floats
    latest: Ints
    numbers: Longs


class WayState(NamedTuple):
    """Accounts' latest transfers. The float arrays are the same memory as the integers before them."""

    ways: Ints
    into: Ints
    into_size: Floats
    out: Ints
    out_size: Floats
    numbers: Longs


class HabitState(NamedTuple):
    """Accounts' fading counts and times, and what is common among all."""

    fading: Floats
    clocks: Ints
    common: npt.NDArray[np.float64]


def compute_larger_room(room: int, wanted: int) -> int:
    """How much room to make where it is full: fourfold, and twofold from where a machine may not promise so much more."""
    return max(wanted, (4 if room < VAST else 2) * room)


def make_aligned_zeros(rows: int, width: int) -> Ints:
    """Zeros (rows, width), each row at a whole number of bytes from a cache line's start."""
    # numpy aligns to 16 bytes; a row of 32 or 64 across two lines would be two misses. `zeros` are pages that
    # the system gives when they are touched.
    room = np.zeros(rows * width + 16, np.int32)
    skip = (-room.ctypes.data % 64) // 4
    return room[skip : skip + rows * width].reshape(rows, width)


def grow_rows(old: Ints, rows: int) -> Ints:
    """The same numbers with room for `rows` rows."""
    new = make_aligned_zeros(rows, old.shape[1])
    new[: len(old)] = old
    return new
