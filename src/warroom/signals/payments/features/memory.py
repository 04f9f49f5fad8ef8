"""The memory of a window: how it grows, and how a look at what is not yet made leaves it as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy.typing as npt

from warroom.signals.payments.features import habits, pairs, state, ways
from warroom.signals.payments.features.state import HabitState, PairState, WayState

ROOM = 64
"""Accounts for which there is room at first."""
FULL = 0.6
"""Share of the table of pairs that may be taken."""


class FeatureMemory:
    """The three kernels' arrays. They grow by factors where they are full, so that a row's share of the copying is constant and
    small; room that nothing was written to yet takes addresses alone.
    """

    def __init__(self, pairs: PairState, ways: WayState, habits: HabitState) -> None:
        self.pairs, self.ways, self.habits = pairs, ways, habits

    @classmethod
    def make_empty(cls) -> "FeatureMemory":
        return cls(pairs.make_empty_pairs(ROOM), ways.make_empty_ways(ROOM), habits.make_empty_habits(ROOM))

    def list_used_arrays(self, accounts: int) -> dict[str, npt.NDArray[Any]]:
        """The arrays by their names, each as far as so many accounts have written to it."""
        p, w, h = self.pairs, self.ways, self.habits
        return {
            "pairs": p.table,
            "latest": p.latest[:accounts],
            "ways": w.ways[:accounts],
            "into": w.into[: w.numbers[state.IN_BLOCKS]],
            "out": w.out[: w.numbers[state.OUT_BLOCKS]],
            "fading": h.fading[:accounts],
            "clocks": h.clocks[:accounts],
        }

    def ensure_room_for_pairs(self, accounts: int, rows: int) -> None:
        """Memory for so many accounts in all and for the pairs that `rows` more transfers can add."""
        if accounts > len(self.pairs.latest):
            self.pairs = pairs.grow_pairs(
                self.pairs, state.compute_larger_room(len(self.pairs.latest), accounts)
            )
        if self.pairs.numbers[state.PAIRS] + rows > FULL * len(self.pairs.table):
            self.pairs = pairs.rebuild_pairs(self.pairs, rows)

    def ensure_room_for_ways(self, accounts: int, rows: int) -> None:
        """Memory for so many accounts in all and for the blocks that `rows` more transfers can add."""
        if accounts > len(self.ways.ways):
            self.ways = ways.grow_ways(self.ways, state.compute_larger_room(len(self.ways.ways), accounts))
        self.ways = ways.grow_blocks(self.ways, rows)

    def ensure_room_for_habits(self, accounts: int) -> None:
        """Memory for so many accounts in all."""
        if accounts > len(self.habits.clocks):
            self.habits = habits.grow_habits(
                self.habits, state.compute_larger_room(len(self.habits.clocks), accounts)
            )


@contextmanager
def preserve_state(memory: FeatureMemory, accounts: int, payer: int, payee: int) -> Iterator[None]:
    """One transfer between two of so many accounts may be taken inside; after it everything is as before."""
    # First: growing moves the arrays, and what is put back must go where it was taken from.
    memory.ensure_room_for_pairs(accounts, 1)
    memory.ensure_room_for_ways(accounts, 1)
    memory.ensure_room_for_habits(accounts)
    p, w, h = memory.pairs, memory.ways, memory.habits
    # The block it has, or the one it would be given.
    in_block = w.ways[payee, state.IN_AT] or w.numbers[state.IN_BLOCKS]
    went = w.ways[payer, state.OUT_AT] or w.numbers[state.OUT_BLOCKS]
    ends = [payer, payee]
    places: list[tuple[npt.NDArray[Any], Any]] = [
        (w.into, in_block),
        (w.out, went),
        (p.table, pairs.find_entry(p.table, payer, payee)),
        (p.latest, ends),
        (p.numbers, slice(None)),
        (w.ways, ends),
        (h.fading, ends),
        (h.clocks, ends),
        (h.common, slice(None)),
        (w.numbers, slice(None)),
    ]
    # These lines and no others are written by a row; a copy of the whole memory
    # would be gigabytes a question.
    before = [array[place].copy() for array, place in places]
    try:
        yield
    finally:
        for (array, place), old in zip(places, before, strict=True):
            array[place] = old
