"""Facts of payers, payees and pairs before a payment leaves: what a model of payments reads, one row a payment.

The one feature machine (`features.window`) keeps them; this chooses its columns and keeps an account from becoming known
by a single baht.
"""

from math import log

import numpy as np
import numpy.typing as npt

from warroom.signals.model.trees import Matrix
from warroom.signals.payments.features import columns
from warroom.signals.payments.features.transfers import FeatureTransfers
from warroom.signals.payments.features.window import Window

Ints = npt.NDArray[np.int64]
Amounts = npt.NDArray[np.float64]
LEFT_OUT = ("hour", "channel", "same_bank")
"""Not read: at night and over which channel crime pays is a habit of the country learned from."""
BESIDE = tuple(f"{end}_{name}" for end in columns.ENDS for name in columns.BESIDE)
NAMES = tuple(name for name in columns.list_feature_names() if name not in (*LEFT_OUT, *BESIDE))
"""What a model of payments reads, in the order of its columns. Nothing of a holder: payments alone."""
_COLUMNS = np.array([columns.list_feature_names().index(name) for name in NAMES])
AT = {name: place for place, name in enumerate(NAMES)}
BEGINNING = log(20.0)
"""Logarithm of how many times the usual sum between two accounts makes them strangers again: anyone who sends one baht first
knows nobody by it. Chosen, not measured."""
LEAST_BAHT = 2_000.0
"""Below, nobody is kept waiting: such payments are many and carry little of what is stolen. Chosen, not measured."""
PROBE_BAHT = 20.0
"""Smaller sums are no facts: a gang tries its accounts with a baht, and would look like an old customer by it. Chosen, not measured."""
QUEUED = 256
"""Payments that wait at most to be taken into the facts together."""
MOST_ACCOUNTS = 700_000
"""Accounts with facts at most, in some 450 MB; payments of further ones change only the facts of those already known."""


def select_columns(rows: Matrix) -> Matrix:
    """The rows of a window as a model of payments reads them."""
    chosen = np.ascontiguousarray(rows[:, _COLUMNS])
    for way in ("pair", "back"):
        ratio = chosen[:, AT[f"{way}_ratio"]]
        small = ratio > BEGINNING
        chosen[small, AT[f"{way}_count"]] = 0.0
        chosen[small, AT[f"{way}_since"]] = np.nan
        chosen[small, AT[f"{way}_ratio"]] = np.nan
    return chosen


def compute_rows(times: Ints, payers: Ints, payees: Ints, baht: Amounts) -> Matrix:
    """Rows of payments in order of time (seconds UTC), each as of the payments before it; for learning and measuring.

    Probes, which are no facts, have zeros for all but their amount.
    """
    counted = baht >= PROBE_BAHT
    rows = np.zeros((len(baht), len(NAMES)), np.float32)
    rows[:, AT["amount"]] = baht
    transfers = FeatureTransfers(times[counted], payers[counted], payees[counted], baht[counted])
    rows[counted] = select_columns(Window().compute_and_remember(transfers))
    return rows


class PaymentFacts:
    """The facts after all payments that were remembered. Not safe for two threads."""

    def __init__(self) -> None:
        self._window = Window()
        self._queue: list[tuple[int, int, int, float]] = []
        self._queued_accounts: set[int] = set()

    @property
    def memory_bytes(self) -> int:
        """Bytes of memory in use."""
        return self._window.nbytes

    def compute_row(self, time: int, payer: int, payee: int, baht: float) -> Matrix:
        """The row of a payment that was not made yet; nothing is remembered of it."""
        if payer in self._queued_accounts or payee in self._queued_accounts:
            self.take_queue()
        return select_columns(
            self._window.compute_without_memory(_make_transfers([(time, payer, payee, baht)]))
        )

    def remember_payment(self, time: int, payer: int, payee: int, baht: float) -> None:
        """Remember a payment, at the latest when one of its accounts is asked about; a probe is forgotten."""
        if baht < PROBE_BAHT:
            return
        self._queue.append((time, payer, payee, baht))
        self._queued_accounts |= {payer, payee}
        if len(self._queue) >= QUEUED:
            self.take_queue()

    def take_queue(self) -> None:
        """Take the payments that wait into the facts."""
        if self._queue:
            taken, self._queue = self._queue, []
            self._queued_accounts.clear()
            self.remember_payments(_make_transfers(taken))

    def remember_payments(self, payments: FeatureTransfers) -> None:
        """Remember payments in their order, without probes."""
        counted = payments.select_rows(np.flatnonzero(payments.amount >= PROBE_BAHT))
        self._window.compute_and_remember(self._keep_known(counted))

    def _keep_known(self, payments: FeatureTransfers) -> FeatureTransfers:
        """All payments while there is room for new accounts, then those between accounts that have facts."""
        accounts = self._window.accounts
        if accounts.count + 2 * len(payments) <= MOST_ACCOUNTS:
            return payments
        known = [
            accounts.find_number(payer, 0) > 0 and accounts.find_number(payee, 0) > 0
            for payer, payee in zip(payments.payer.tolist(), payments.payee.tolist(), strict=True)
        ]
        return payments.select_rows(np.flatnonzero(known))


def _make_transfers(payments: list[tuple[int, int, int, float]]) -> FeatureTransfers:
    times, payers, payees, baht = zip(*payments, strict=True)
    return FeatureTransfers(
        np.array(times, np.int64),
        np.array(payers, np.int64),
        np.array(payees, np.int64),
        np.array(baht, np.float64),
    )
