"""A window that slides over transfers: what came before is remembered, what comes is told apart by it."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from warroom.errors import FeaturesError
from warroom_lab.features import columns, habits, pairs, payment, stages, state, ways
from warroom_lab.features.accounts import Accounts
from warroom_lab.features.batch import Batch, batch_of, part
from warroom_lab.features.memory import Memory, kept
from warroom_lab.features.tiers import Told, nothing_told
from warroom_lab.features.transfers import Reports, Transfers

BLOCK = 4096
"""Rows between two looks at whether the memory suffices; no number depends on it."""


class Window:
    """Remembers transfers and tells features of the next ones.

    `take` may be called with any split of the same rows and gives the same numbers, bit for bit. Rows are taken in
    their order; no row sees a later one. A row whose time is before its accounts' latest counts as of that latest, and
    one more than 32 days behind the newest as of 32 days before it: late news change no past and spoil no memory. A
    row moves the newest on by a day at most and is taken by then: a clock far ahead moves nobody by more than a day, and
    after days of silence as many rows count as a little earlier. Memory grows with accounts (about 600 bytes) and with
    pairs of the last 120 to 152 days (about 54), never with rows.
    """

    def __init__(self, threads: int = 1) -> None:
        """`threads`: 1, or 2 to run the kernels beside each other on large batches; the numbers stay the same."""
        self.threads = threads
        self.accounts = Accounts()
        self.memory = Memory.empty()
        self.start: int | None = None
        self.told = nothing_told()

    @property
    def names(self) -> tuple[str, ...]:
        """The features in the order of the columns that `take` gives."""
        return columns.names()

    @property
    def nbytes(self) -> int:
        """Bytes of memory in use."""
        used = self.memory.used(self.accounts.count)
        return (
            sum(each.nbytes for each in used.values()) + self.accounts.keys.nbytes + self.accounts.rows.nbytes
        )

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
        elif (
            out.shape != (len(transfers), columns.WIDTH)
            or out.dtype != np.float32
            or not out.flags.c_contiguous
        ):
            raise FeaturesError(
                f"Features are written to float32 rows of {columns.WIDTH} that lie side by side."
            )
        times = np.concatenate([transfers.time, reports.time if reports else transfers.time[:0]])
        if len(times) and self.start is None:
            self.start = int(times[0])
        if reports:
            self._hear(reports)
        batch = batch_of(transfers, self._times(transfers.time), out)
        # Blocks, so that a stage can begin on what the one before is through with, and
        # memory grows between them only.
        blocks = [part(batch, rows) for rows in _blocks(len(transfers))]
        follow = partial(self._follow, told=self.told)
        stages.run([self._number, self._meet, follow, self._weigh], blocks, self.threads)
        return out

    def look(self, transfers: Transfers) -> state.Floats:
        """Features of each transfer as if it came next, float32 (n, features); nothing is remembered of any.

        For payments that are not yet made. Reports that wait for a later row are not known yet to a look. Not while
        another thread takes: the caller keeps the two apart.
        """
        transfers.check()
        out = np.empty((len(transfers), columns.WIDTH), np.float32)
        for at in range(len(transfers)):
            row = slice(at, at + 1)
            self._look(transfers[row], out[row])
        return out

    def _look(self, transfer: Transfers, out: state.Floats) -> None:
        """Take one row, then put everything back; accounts never seen are looked at as nobody."""
        payer, payee = int(transfer.payer[0]), int(transfer.payee[0])
        # Row 0 for one stranger and 1 for the other: in one row they would seem to be the same account.
        rows = self.accounts.known(payer, 0), self.accounts.known(payee, int(payer != payee))
        started = self.start is not None
        times = self._times(transfer.time) if started else np.full(1, state.FIRST)
        with kept(self.memory, self.accounts.count, *rows):
            batch = batch_of(transfer, times, out)
            batch.payers[:], batch.payees[:] = rows
            self._meet(batch)
            self._follow(batch, nothing_told())
            self._weigh(batch)

    def _times(self, times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Seconds of the window; what lies decades away counts as of its edge."""
        # 32 bits of seconds, half the memory of 64: a clock decades off must not overflow into the past.
        return np.clip(times - (self.start or 0) + state.FIRST, 1, 2**31 - state.FIRST)

    def _hear(self, reports: Reports) -> None:
        """Put reports in line behind those not yet known, by time."""
        numbers = self.memory.ways.numbers
        done = int(numbers[state.NEXT_REPORT])
        accounts = np.concatenate([self.told.accounts[done:], self.accounts.of(reports.account)])
        times = np.concatenate([self.told.times[done:], self._times(reports.time)])
        order = np.argsort(times, kind="stable")
        self.told = Told(times[order], accounts[order])
        numbers[state.NEXT_REPORT] = 0

    def _number(self, b: Batch) -> None:
        b.payers[:] = self.accounts.of(b.payer_keys)
        b.payees[:] = self.accounts.of(b.payee_keys)

    def _meet(self, b: Batch) -> None:
        self.memory.room_for_pairs(self.accounts.count, len(b.times))
        pairs.meet(self.memory.pairs, b)

    def _follow(self, b: Batch, told: Told) -> None:
        self.memory.room_for_ways(self.accounts.count, len(b.times))
        ways.follow(self.memory.ways, b, told)

    def _weigh(self, b: Batch) -> None:
        self.memory.room_for_habits(self.accounts.count)
        habits.weigh(self.memory.habits, b)
        payment.describe(b)


def _blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK):
        yield slice(start, min(start + BLOCK, rows))
