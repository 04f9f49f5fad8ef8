"""The memory of a window: how it grows, and how a look at what is not yet made leaves it as it was."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from warroom.money.features import habits, pairs, state
from warroom.money.features.state import Habits, Ints, Ways

FULL = 0.6
"""Share of the table of pairs that may be taken."""


class Memory:
    """The two kernels' arrays. They double where they are full, so that a row's share of the copying is constant."""

    def __init__(self, ways: Ways, habits: Habits) -> None:
        self.ways, self.habits = ways, habits

    @classmethod
    def empty(cls) -> "Memory":
        numbers = np.zeros(state.NUMBERS, np.int64)
        numbers[state.IN_BLOCKS] = numbers[state.OUT_BLOCKS] = 1
        parts = (
            state.aligned(64, state.WAYS),
            state.aligned(64, state.IN_ROWS * state.KEPT),
            state.aligned(64, state.OUT_ROWS * state.KEPT),
            state.aligned(1 << 10, state.PAIR_WIDTH),
        )
        return cls(_ways(*parts, numbers), habits.empty(64))

    @property
    def nbytes(self) -> int:
        w, h = self.ways, self.habits
        return sum(one.nbytes for one in (w.ways, w.into, w.out, w.pairs, h.fading, h.clocks))

    def room_for_accounts(self, count: int) -> None:
        """Memory for so many accounts in all."""
        room = len(self.ways.ways)
        if count > room:
            rows = max(2 * room, count)
            self.ways = self.ways._replace(ways=state.grown(self.ways.ways, rows))
            self.habits = habits.grown(self.habits, rows)

    def room_for_rows(self, rows: int) -> None:
        """Memory for what `rows` more transfers can add."""
        w = self.ways
        into, out, table = w.into, w.out, w.pairs
        if w.numbers[state.IN_BLOCKS] + rows > len(into):
            into = state.grown(into, 2 * len(into) + rows)
        if w.numbers[state.OUT_BLOCKS] + rows > len(out):
            out = state.grown(out, 2 * len(out) + rows)
        if w.numbers[state.PAIRS] + rows > FULL * len(table):
            table = pairs.rebuilt(w, rows)
        if into is not w.into or out is not w.out or table is not w.pairs:
            self.ways = _ways(w.ways, into, out, table, w.numbers)


def _ways(rows: Ints, into: Ints, out: Ints, table: Ints, numbers: state.Longs) -> Ways:
    floats = np.float32
    return Ways(rows, into, into.view(floats), out, out.view(floats), table, table.view(floats), numbers)


@contextmanager
def kept(memory: Memory, payer: int, payee: int) -> Iterator[None]:
    """One transfer from `payer` to `payee` may be taken inside; after it everything is as before."""
    memory.room_for_rows(1)
    w, h = memory.ways, memory.habits
    came = w.ways[payee, state.IN_AT] or w.numbers[state.IN_BLOCKS]
    went = w.ways[payer, state.OUT_AT] or w.numbers[state.OUT_BLOCKS]
    ends = [payer, payee]
    places: list[tuple[npt.NDArray[np.generic], object]] = [
        (w.into, came),
        (w.out, went),
        (w.pairs, pairs.find(w.pairs, payer, payee)),
        (w.ways, ends),
        (h.fading, ends),
        (h.clocks, ends),
        (h.common, slice(None)),
        (w.numbers, slice(None)),
    ]
    before = [array[place].copy() for array, place in places]  # type: ignore[index]
    try:
        yield
    finally:
        for (array, place), old in zip(places, before, strict=True):
            array[place] = old  # type: ignore[index]
