"""A window that slides over transfers: what came before is remembered, what comes is told apart by it."""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from warroom.errors import FeaturesError
from warroom.signals.payments.features import columns, habits, pairs, payment, stages, state, ways
from warroom.signals.payments.features.accounts import AccountNumbering
from warroom.signals.payments.features.batch import FeatureBatch, make_batch, slice_batch
from warroom.signals.payments.features.memory import FeatureMemory, preserve_state
from warroom.signals.payments.features.tiers import ReportQueue, make_empty_reports
from warroom.signals.payments.features.transfers import FeatureTransfers, ReportedAccounts

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
        self.accounts = AccountNumbering()
        self.memory = FeatureMemory.make_empty()
        self.start: int | None = None
        self.pending_reports = make_empty_reports()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The features in the order of the columns that `take` gives."""
        return columns.list_feature_names()

    @property
    def nbytes(self) -> int:
        """Bytes of memory in use."""
        used = self.memory.list_used_arrays(self.accounts.count)
        return (
            sum(each.nbytes for each in used.values()) + self.accounts.keys.nbytes + self.accounts.rows.nbytes
        )

    def compute_and_remember(
        self,
        transfers: FeatureTransfers,
        reports: ReportedAccounts | None = None,
        out: state.Floats | None = None,
    ) -> state.Floats:
        """Features of each transfer as of the rows before it, float32 (n, features), NaN where nothing can be known.

        `reports` become known at their times, between the rows; those of later times wait for later rows. `out`: where
        to write, made if not given. Raises FeaturesError for columns that make no sense; then nothing was taken.
        """
        transfers.check_columns()
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
            self._queue_reports(reports)
        batch = make_batch(transfers, self._to_window_times(transfers.time), out)
        # Blocks, so that a stage can begin on what the one before is through with, and
        # memory grows between them only.
        blocks = [slice_batch(batch, rows) for rows in _iter_blocks(len(transfers))]
        follow = partial(self._compute_ways, told=self.pending_reports)
        stages.run_stages(
            [self._number_accounts, self._compute_pairs, follow, self._compute_habits], blocks, self.threads
        )
        return out

    def compute_without_memory(self, transfers: FeatureTransfers) -> state.Floats:
        """Features of each transfer as if it came next, float32 (n, features); nothing is remembered of any.

        For payments that are not yet made. Reports that wait for a later row are not known yet to a look. Not while
        another thread takes: the caller keeps the two apart.
        """
        transfers.check_columns()
        out = np.empty((len(transfers), columns.WIDTH), np.float32)
        for at in range(len(transfers)):
            row = slice(at, at + 1)
            self._compute_one_row(transfers[row], out[row])
        return out

    def _compute_one_row(self, transfer: FeatureTransfers, out: state.Floats) -> None:
        """Take one row, then put everything back; accounts never seen are looked at as nobody."""
        payer, payee = int(transfer.payer[0]), int(transfer.payee[0])
        # Row 0 for one stranger and 1 for the other: in one row they would seem to be the same account.
        rows = self.accounts.find_number(payer, 0), self.accounts.find_number(payee, int(payer != payee))
        started = self.start is not None
        times = self._to_window_times(transfer.time) if started else np.full(1, state.FIRST)
        with preserve_state(self.memory, self.accounts.count, *rows):
            batch = make_batch(transfer, times, out)
            batch.payers[:], batch.payees[:] = rows
            self._compute_pairs(batch)
            self._compute_ways(batch, make_empty_reports())
            self._compute_habits(batch)

    def _to_window_times(self, times: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Seconds of the window; what lies decades away counts as of its edge."""
        # 32 bits of seconds, half the memory of 64: a clock decades off must not overflow into the past.
        return np.clip(times - (self.start or 0) + state.FIRST, 1, 2**31 - state.FIRST)

    def _queue_reports(self, reports: ReportedAccounts) -> None:
        """Put reports in line behind those not yet known, by time."""
        numbers = self.memory.ways.numbers
        done = int(numbers[state.NEXT_REPORT])
        accounts = np.concatenate(
            [self.pending_reports.accounts[done:], self.accounts.number_accounts(reports.account)]
        )
        times = np.concatenate([self.pending_reports.times[done:], self._to_window_times(reports.time)])
        order = np.argsort(times, kind="stable")
        self.pending_reports = ReportQueue(times[order], accounts[order])
        numbers[state.NEXT_REPORT] = 0

    def _number_accounts(self, b: FeatureBatch) -> None:
        b.payers[:] = self.accounts.number_accounts(b.payer_keys)
        b.payees[:] = self.accounts.number_accounts(b.payee_keys)

    def _compute_pairs(self, b: FeatureBatch) -> None:
        self.memory.ensure_room_for_pairs(self.accounts.count, len(b.times))
        pairs.compute_pair_features(self.memory.pairs, b)

    def _compute_ways(self, b: FeatureBatch, told: ReportQueue) -> None:
        self.memory.ensure_room_for_ways(self.accounts.count, len(b.times))
        ways.compute_way_features(self.memory.ways, b, told)

    def _compute_habits(self, b: FeatureBatch) -> None:
        self.memory.ensure_room_for_habits(self.accounts.count)
        habits.compute_habit_features(self.memory.habits, b)
        payment.compute_payment_features(b)


def _iter_blocks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, BLOCK):
        yield slice(start, min(start + BLOCK, rows))
