"""The look at a payment before it leaves: how likely it moves stolen money, why, and what speaks for it.

Facts come from two sides: from the lake's records, and at once from each payment that a bank asked about and let go. What
was asked about is not counted again when its record comes. All is made again from the lake and the journal, so that a
restart loses nothing.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments
from warroom.money.trail import BankAccount
from warroom.reasons.reason import Reason
from warroom.signals.model.model import TreeModel
from warroom.signals.model.trees import Matrix
from warroom.signals.payments.asked import AskedPayments, make_payment_keys
from warroom.signals.payments.facts import LEAST_BAHT, Ints, PaymentFacts
from warroom.signals.payments.features.transfers import FeatureTransfers
from warroom.signals.payments.models import load_shipped_model, predict_shares
from warroom.signals.payments.why import list_doubts, list_reasons

SECOND = 1_000_000
AT_ONCE = 1_000
"""Payments of the lake that are taken while a check waits: about a millisecond."""
KEPT_SECONDS = 2 * 86_400
"""How long a payment that was let go counts though no record of it comes: afterwards it was not made."""
Digest = Callable[[str, str], int]


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A payment that was looked at. `share`: of a hundred such payments in life so many hundredths move stolen money."""

    share: float
    version: str
    rows: Matrix
    amount: int

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why to stop, of the payment, its payer and the pair alone."""
        return list_reasons(self.rows, self.amount)

    @property
    def doubts(self) -> tuple[Reason, ...]:
        """What speaks for the payment."""
        return list_doubts(self.rows)


class PaymentLook:
    """Looks at payments; may be shared by threads. `digest` gives the key of an account by bank and number."""

    def __init__(self, digest: Digest, model: TreeModel | None = None) -> None:
        self._digest = digest
        self._model = model or load_shipped_model()
        self._lock = threading.Lock()
        self._facts = PaymentFacts()
        self._asked = AskedPayments()
        self._taken, self._received = 0, 0

    @property
    def memory_bytes(self) -> int:
        """Bytes that the facts use."""
        return self._facts.memory_bytes

    def look_at(self, time: int, payer: int, payee: int, amount: int) -> LookedAt | None:
        """Look at a payment that waits, between accounts by their keys; `time`: seconds, `amount`: satang. None without a model, and
        for sums too small to keep anybody waiting.
        """
        if self._model is None or amount < 100 * LEAST_BAHT:
            return None
        with self._lock:
            rows = self._facts.compute_row(time, _to_signed(payer), _to_signed(payee), amount / 100)
        share = float(predict_shares(self._model, rows)[0])
        return LookedAt(share, f"payments-{self._model.version}", rows, amount)

    def remember_asked(self, time: int, payer: int, payee: int, amount: int) -> None:
        """Remember a payment that was asked about and let go, before its record comes."""
        payer, payee = _to_signed(payer), _to_signed(payee)
        with self._lock:
            self._asked.add_payment(time, payer, payee, amount)
            self._facts.remember_payment(time, payer, payee, amount / 100)

    def restore_asked(self, asked: Iterable[tuple[int, int, int, int]]) -> None:
        """Payments that were asked about and let go before a restart, in their order: time, keys, satang. Before the first `refresh`."""
        with self._lock:
            for time, payer, payee, amount in asked:
                self._asked.add_payment(time, _to_signed(payer), _to_signed(payee), amount)

    def refresh(self, index: Index, payments: Payments) -> None:
        """Take in the lake's payments; those received since the last call, or all where older ones changed."""
        kept = (payments.payer >= 0) & (payments.payee >= 0)
        known = payments.select_rows(kept)
        received = _find_receipt_times(index, known.transfer)
        older = received <= self._received
        # A correction or a late file changes what was known before: then all is made again.
        if self._taken and int(older.sum()) == self._taken:
            self._add_newer(self._to_transfers(index, known.select_rows(~older)))
        else:
            self._replace_facts(self._to_transfers(index, known))
        self._taken, self._received = len(known), int(received.max(initial=0))

    def _add_newer(self, newer: FeatureTransfers) -> None:
        for start in range(0, len(newer), AT_ONCE):
            part = newer[start : start + AT_ONCE]
            with self._lock:
                here = self._asked.find_known(make_payment_keys(part))
                self._facts.take_queue()
                self._facts.remember_payments(part.select_rows(np.flatnonzero(~here)))

    def _replace_facts(self, every: FeatureTransfers) -> None:
        """Facts of all payments of the lake and of those asked about that it does not hold yet, built while the old ones are in use."""
        facts = PaymentFacts()
        facts.remember_payments(every)
        with self._lock:
            newest = int(every.time[-1]) if len(every) else 0
            asked = self._asked.list_payments(newest - KEPT_SECONDS)
            missing = ~np.isin(make_payment_keys(asked), make_payment_keys(every))
            facts.remember_payments(asked.select_rows(np.flatnonzero(missing)))
            self._facts = facts

    def _to_transfers(self, index: Index, payments: Payments) -> FeatureTransfers:
        numbers, places = np.unique(np.concatenate([payments.payer, payments.payee]), return_inverse=True)
        accounts: list[BankAccount] = index.list_accounts(numbers.tolist())
        keys = np.array([_to_signed(self._digest(on.bank, on.number)) for on in accounts], np.int64)
        ends = keys[places] if len(keys) else np.zeros(0, np.int64)
        count = len(payments)
        return FeatureTransfers(
            payments.t // SECOND, ends[:count], ends[count:], payments.amount.astype(np.float64) / 100
        )


def _find_receipt_times(index: Index, transfers: Ints) -> Ints:
    received = np.zeros(len(transfers), np.int64)
    for part in index.parts:
        first, rows = int(part.meta["first"]), int(part.meta["rows"])
        mine = (transfers >= first) & (transfers < first + rows)
        received[mine] = part.arrays["received"][transfers[mine] - first]
    return received


def _to_signed(key: int) -> int:
    """A digest of 64 bits as the number of the same bits that has a sign."""
    return key - (1 << 64) if key >= 1 << 63 else key
