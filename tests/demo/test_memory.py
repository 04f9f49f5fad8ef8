"""A demo that goes on for hours keeps what happened and nothing else: no turn leaves something behind in its process."""

import ctypes
import gc
import os
import sys
from dataclasses import dataclass

import pyarrow as pa
import pytest

from tests.lab.demo.rehearsing import Rehearsal
from warroom.runtime.background import BackgroundThread
from warroom.runtime.metrics import Metrics

WARM_TURNS, TURNS = 25, 50
BLOCKS_A_TURN = 150
"""Python's objects: a delivery and a file of the lake for each commit, some rows of the world's play, the log of a turn."""
NATIVE_BYTES_A_TURN = 40_000
"""Below 3,000 as a rule; what one turn is the first to load comes once."""
HANDLES = 12
"""In all, not a turn: keys of known records come as up to twelve files a source."""


class Mallinfo(ctypes.Structure):
    """glibc's struct mallinfo2; `uordblks` and `hblkhd` are the bytes in use, in heaps and in pages of their own."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in [
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        ]
    ]


@dataclass(frozen=True)
class Held:
    """What this process holds: Python's blocks, native bytes, open files."""

    blocks: int
    native_bytes: int
    handles: int

    @classmethod
    def now(cls) -> "Held":
        gc.collect()
        libc = ctypes.CDLL(None)
        libc.mallinfo2.restype = Mallinfo
        used = libc.mallinfo2()
        return cls(
            sys.getallocatedblocks(),
            used.uordblks + used.hblkhd + pa.total_allocated_bytes(),
            len(os.listdir("/proc/self/fd")),
        )


@pytest.mark.slow
def test_turn_after_turn_takes_no_more_memory(rehearsal: Rehearsal) -> None:
    work = BackgroundThread(rehearsal.room, Metrics())

    def play(turns: int) -> Held:
        for _ in range(turns):
            rehearsal.beat.seconds += 0.5
            work.run_turn()
        return Held.now()

    before = play(WARM_TURNS)
    after = play(TURNS)
    assert (after.blocks - before.blocks) / TURNS <= BLOCKS_A_TURN
    assert (after.native_bytes - before.native_bytes) / TURNS <= NATIVE_BYTES_A_TURN
    assert after.handles - before.handles <= HANDLES
