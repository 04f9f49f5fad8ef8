"""The memory of a window: how it grows, and how a look at what is not yet made leaves it as it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy.typing as npt

from warroom_lab.features import habits, pairs, state, ways
from warroom_lab.features.state import Habits, Pairs, Ways

ROOM = 64
"""Accounts for which there is room at first."""
FULL = 0.6
"""Share of the table of pairs that may be taken."""


class Memory:
    """The three kernels' arrays. They grow by factors where they are full, so that a row's share of the copying is constant and
    small; room that nothing was written to yet takes addresses alone.
    """

    def __init__(self, pairs: Pairs, ways: Ways, habits: Habits) -> None:
        self.pairs, self.ways, self.habits = pairs, ways, habits

    @classmethod
    def empty(cls) -> "Memory":
        return cls(pairs.empty(ROOM), ways.empty(ROOM), habits.empty(ROOM))

    def used(self, accounts: int) -> dict[str, npt.NDArray[Any]]:
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

    def room_for_pairs(self, accounts: int, rows: int) -> None:
        """Memory for so many accounts in all and for the pairs that `rows` more transfers can add."""
        if accounts > len(self.pairs.latest):
            self.pairs = pairs.grown(self.pairs, state.larger(len(self.pairs.latest), accounts))
        if self.pairs.numbers[state.PAIRS] + rows > FULL * len(self.pairs.table):
            self.pairs = pairs.rebuilt(self.pairs, rows)

    def room_for_ways(self, accounts: int, rows: int) -> None:
        """Memory for so many accounts in all and for the blocks that `rows` more transfers can add."""
        if accounts > len(self.ways.ways):
            self.ways = ways.grown(self.ways, state.larger(len(self.ways.ways), accounts))
        self.ways = ways.roomier(self.ways, rows)

    def room_for_habits(self, accounts: int) -> None:
        """Memory for so many accounts in all."""
        if accounts > len(self.habits.clocks):
            self.habits = habits.grown(self.habits, state.larger(len(self.habits.clocks), accounts))


@contextmanager
def kept(memory: Memory, accounts: int, payer: int, payee: int) -> Iterator[None]:
    """One transfer between two of so many accounts may be taken inside; after it everything is as before."""
    # First: growing moves the arrays, and what is put back must go where it was taken from.
    memory.room_for_pairs(accounts, 1)
    memory.room_for_ways(accounts, 1)
    memory.room_for_habits(accounts)
    p, w, h = memory.pairs, memory.ways, memory.habits
    # The block it has, or the one it would be given.
    came = w.ways[payee, state.IN_AT] or w.numbers[state.IN_BLOCKS]
    went = w.ways[payer, state.OUT_AT] or w.numbers[state.OUT_BLOCKS]
    ends = [payer, payee]
    places: list[tuple[npt.NDArray[Any], Any]] = [
        (w.into, came),
        (w.out, went),
        (p.table, pairs.find(p.table, payer, payee)),
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
