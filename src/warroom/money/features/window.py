"""A window that slides over transfers: what came before is remembered, what comes is told apart by it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from warroom.money.features import columns, habits, pairs, payment, state, ways
from warroom.money.features.accounts import Accounts
from warroom.money.features.tiers import Told
from warroom.money.features.transfers import Reports, Transfers

BLOCK = 8192
"""Rows between two looks at whether the memory suffices; no number depends on it."""
FULL = 0.6
"""Share of a hash table that may be taken."""


@dataclass(frozen=True)
class Batch:
    """What the kernels read of a batch: times of the window, rows of accounts, and columns that may have no rows."""

    times: npt.NDArray[np.int64]
    payers: state.Ints
    payees: state.Ints
    amounts: state.Floats
    channel: state.Floats
    same_bank: state.Floats
    beside: state.Floats
    clock: npt.NDArray[np.int64]
    moments: state.Ints
    out: state.Floats


class Window:
    """Remembers transfers and tells features of the next ones.

    `take` may be called with any split of the same rows and gives the same numbers, bit for bit. Rows are taken in
    their order; no row sees a later one. A row whose time is before its accounts' latest counts as of that latest, and
    one more than 32 days behind the newest as of 32 days before it: late news change no past and spoil no memory. A
    clock far ahead costs only its own two accounts their distances in time, until time has caught up with it. Memory
    grows with accounts (about 600 bytes) and with pairs of the last 32 to 64 days (about 54), never with rows.
    """

    def __init__(self, threads: int = 1) -> None:
        """`threads`: 1, or 2 to run the two kernels beside each other on large batches; the numbers stay the same."""
        self.threads = threads
        self._accounts = Accounts()
        self._start: int | None = None
        self._told = Told(np.zeros(0, np.int64), np.zeros(0, np.int32))
        self._ways, self._habits = _empty()

    @property
    def names(self) -> tuple[str, ...]:
        """The features in the order of the columns that `take` gives."""
        return columns.names()

    @property
    def nbytes(self) -> int:
        """Bytes of memory set aside."""
        arrays = (*self._ways, *self._habits, self._accounts.keys, self._accounts.rows)
        shared = self._ways.into_size.nbytes + self._ways.out_size.nbytes + self._ways.pairs_mean.nbytes
        return sum(one.nbytes for one in arrays) - shared

    def take(
        self, transfers: Transfers, reports: Reports | None = None, out: state.Floats | None = None
    ) -> state.Floats:
        """Features of each transfer as of the rows before it, float32 (n, features), NaN where nothing can be known.

        `reports` become known at their times, between the rows; those of later times wait for later rows. `out`: where
        to write, made if not given. Raises FeaturesError for columns that make no sense; then nothing was taken.
        """
        transfers.check()
        if out is None:
            out = np.empty((len(transfers), columns.WIDTH), np.float32)
        if not len(transfers) and reports is None:
            return out
        if self._start is None:
            self._start = int(transfers.time[0]) if len(transfers) else int(min(reports.time))  # type: ignore[union-attr]
        if reports is not None:
            self._hear(reports)
        self._run(self._batch(transfers, out))
        return out

    def _batch(self, transfers: Transfers, out: state.Floats) -> Batch:
        payers = self._accounts.of(np.ascontiguousarray(transfers.payer, np.int64))
        payees = self._accounts.of(np.ascontiguousarray(transfers.payee, np.int64))
        self._make_room()
        return Batch(
            self._times(transfers.time),
            payers,
            payees,
            np.ascontiguousarray(transfers.amount, np.float32),
            payment.channel(transfers),
            payment.same_bank(transfers),
            payment.beside(transfers),
            np.ascontiguousarray(transfers.time, np.int64),
            np.empty(len(transfers), np.int32),
            out,
        )

    def _times(self, times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Seconds of the window; what lies decades away counts as of its edge."""
        assert self._start is not None
        return np.clip(times - self._start + state.FIRST, 1, 2**31 - state.FIRST)

    def _hear(self, reports: Reports) -> None:
        """Put reports in line behind those not yet known, by time."""
        done = int(self._ways.numbers[state.NEXT_REPORT])
        accounts = self._accounts.of(np.ascontiguousarray(reports.account, np.int64))
        self._make_room()
        times = np.concatenate([self._told.times[done:], self._times(reports.time)])
        order = np.argsort(times, kind="stable")
        accounts = np.concatenate([self._told.accounts[done:], accounts])
        self._told = Told(times[order], accounts[order])
        self._ways.numbers[state.NEXT_REPORT] = 0

    def _make_room(self) -> None:
        """Memory for every account numbered so far; it doubles, so that a row's share of the copying is constant."""
        room, count = len(self._ways.ways), self._accounts.count
        if count > room:
            rows = max(2 * room, count)
            self._ways = self._ways._replace(ways=state.grown(self._ways.ways, rows))
            self._habits = habits.grown(self._habits, rows)

    def _run(self, batch: Batch) -> None:
        """First kernel, then second, block by block; with two threads the second is a block behind the first."""
        if self.threads < 2 or len(batch.times) <= BLOCK:
            for rows in _blocks(len(batch.times)):
                self._first(batch, rows)
                self._second(batch, rows)
            return
        with ThreadPoolExecutor(1) as beside:
            jobs = []
            for rows in _blocks(len(batch.times)):
                self._first(batch, rows)
                jobs.append(beside.submit(self._second, batch, rows))
            for job in jobs:
                job.result()

    def _first(self, b: Batch, rows: slice) -> None:
        self._ways = _room_for(self._ways, rows.stop - rows.start)
        ways.follow(
            self._ways,
            b.times[rows],
            b.payers[rows],
            b.payees[rows],
            b.amounts[rows],
            self._told,
            b.moments[rows],
            b.out[rows],
        )

    def _second(self, b: Batch, rows: slice) -> None:
        out = b.out[rows]
        habits.weigh(self._habits, b.payers[rows], b.payees[rows], b.amounts[rows], b.moments[rows], out)
        cut: Callable[[state.Floats], state.Floats] = lambda column: column[rows]  # noqa: E731
        payment.describe(
            b.clock[rows], b.amounts[rows], cut(b.channel), cut(b.same_bank), cut(b.beside), out
        )


def _blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK):
        yield slice(start, min(start + BLOCK, rows))


def _empty() -> tuple[state.Ways, state.Habits]:
    into, out = state.aligned(64, state.IN_ROWS * state.KEPT), state.aligned(64, state.OUT_ROWS * state.KEPT)
    table = state.aligned(1 << 10, state.PAIR_WIDTH)
    numbers = np.zeros(8, np.int64)
    numbers[state.IN_BLOCKS] = numbers[state.OUT_BLOCKS] = 1
    w = state.Ways(
        state.aligned(64, state.WAYS),
        into,
        into.view(np.float32),
        out,
        out.view(np.float32),
        table,
        table.view(np.float32),
        numbers,
    )
    return w, habits.empty(64)


def _room_for(w: state.Ways, rows: int) -> state.Ways:
    """Memory for what `rows` more transfers can add."""
    if w.numbers[state.IN_BLOCKS] + rows > len(w.into):
        into = state.grown(w.into, 2 * len(w.into) + rows)
        w = w._replace(into=into, into_size=into.view(np.float32))
    if w.numbers[state.OUT_BLOCKS] + rows > len(w.out):
        out = state.grown(w.out, 2 * len(w.out) + rows)
        w = w._replace(out=out, out_size=out.view(np.float32))
    if w.numbers[state.PAIRS] + rows > FULL * len(w.pairs):
        table = pairs.rebuilt(w, rows)
        w = w._replace(pairs=table, pairs_mean=table.view(np.float32))
    return w
