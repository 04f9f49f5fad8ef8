"""Features of an account's counterparties in the window: a gang's account pays and is paid by others of the
gang.

All sums are of integers (satang, thousandths, thousandths of a logarithm), so that payments taken in any
order and in parts give the same result to the bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.payments import Payments
from warroom.money.index.transfer_graph import Array, Ints, Short
from warroom.signals.mules.account_features import COUNTERPARTS, WINDOW, Book

MOST = 10**10
"""Satang (100 million baht); a larger payment weighs no more, or sums of 64-bit products could overflow."""
# Shares and logarithms are kept in thousandths, as integers.
PART = 1000


@dataclass(frozen=True)
class PaymentPart:
    """A subset of payments ordered by time: their positions, in that order."""

    payments: Payments
    rows: Ints

    @classmethod
    def from_book(cls, book: Book) -> "PaymentPart":
        """Those that a book groups by account."""
        here = np.zeros(len(book.payments), bool)
        here[book.into.rows] = here[book.out_of.rows] = True
        return cls(book.payments, np.flatnonzero(here))

    def find_window_start(self, until: int) -> int:
        """Where in `rows` the window up to `until` begins."""
        return int(np.searchsorted(self.rows, np.searchsorted(self.payments.t, until - WINDOW)))


@dataclass(frozen=True)
class AccountHabits:
    """Of each account of an index, int64: `passed`, thousandths of what came lately that left within the hour or in a sum like
    it; `mean_in`: a thousand times the logarithm of the mean payment in, lately; `paid`, `payments`: the sum of a thousand times
    the logarithms of its payments out before the window, and how many they were.
    """

    passed: Ints
    mean_in: Ints
    paid: Ints
    payments: Ints

    @classmethod
    def from_facts(
        cls, accounts: Ints, facts: Array, known: "PaymentPart", until: int, count: int
    ) -> "AccountHabits":
        """The habits of `count` accounts, from the facts of those that received something in the window up to `until`."""
        none = [np.zeros(count, np.int64) for _ in range(4)]
        return cls(*none).with_facts(accounts, facts).with_earlier(known, until)

    def with_facts(self, accounts: Ints, facts: Array) -> "AccountHabits":
        """The same with other facts of some accounts."""
        passed, mean_in = self.passed.copy(), self.mean_in.copy()
        relayed = facts["relayed"] / np.maximum(facts["came"], 1)
        passed[accounts] = np.rint(PART * np.minimum(1.0, np.maximum(facts["passed"], relayed)))
        mean_in[accounts] = np.rint(PART * np.log1p(facts["mean_in"]))
        return replace(self, passed=passed, mean_in=mean_in)

    def with_earlier(self, more: "PaymentPart", until: int) -> "AccountHabits":
        """The same with further payments, of which those before the window count."""
        found = replace(self, paid=self.paid.copy(), payments=self.payments.copy())
        rows = more.rows[: more.find_window_start(until)]
        _sum_paid(more.payments.payer[rows], more.payments.amount[rows], found.paid, found.payments)
        return found


def compute_counterpart_facts(habits: AccountHabits, parts: Sequence[PaymentPart], until: int) -> Array:
    """float64 (accounts of the index, len(COUNTERPARTS)): what the payments of all parts in the window up to `until` say of all
    accounts."""
    lately = [(part.payments, part.rows[part.find_window_start(until) :]) for part in parts]
    payer, payee, amount = (
        np.concatenate([getattr(known, name)[rows] for known, rows in lately])
        for name in ("payer", "payee", "amount")
    )
    shares = np.zeros((len(habits.passed), len(COUNTERPARTS)), np.int64)
    _sum_shares(payer, payee, amount, habits.passed, habits.mean_in, habits.paid, habits.payments, shares)
    return shares / PART


def write_counterpart_facts(facts: Array, beside: Array) -> None:
    """Write rows of `compute_counterpart_facts` into the facts of the same accounts."""
    for at, name in enumerate(COUNTERPARTS):
        facts[name] = beside[:, at]


@compile_cached_kernel
def _sum_paid(payer: Short, amount: Ints, paid: Ints, payments: Ints) -> None:
    for row in range(len(payer)):
        if payer[row] >= 0:
            paid[payer[row]] += np.int64(np.rint(PART * np.log1p(amount[row])))
            payments[payer[row]] += 1


@compile_cached_kernel
def _sum_shares(
    payer: Ints, payee: Ints, amount: Ints, passed: Ints, mean_in: Ints, paid: Ints, payments: Ints, shares: Ints
) -> None:  # fmt: skip
    """Means over what came and over what went, each payment by its sum; in the order of COUNTERPARTS."""
    count = len(passed)
    amounts_in, went = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for row in range(len(payer)):
        sender, other = payer[row], payee[row]
        weight = min(amount[row], MOST)
        if other >= 0:
            amounts_in[other] += weight
        if sender >= 0:
            went[sender] += weight
        # Cash and payments abroad have no account on the other side.
        if sender < 0 or other < 0:
            continue
        shares[other, 0] += weight * passed[sender]
        shares[sender, 1] += weight * passed[other]
        shares[sender, 5] += weight * mean_in[other]
        if payments[sender] > 0:
            shares[other, 4] += weight * (
                np.int64(np.rint(PART * np.log1p(amount[row]))) - paid[sender] // payments[sender]
            )
    for account in range(count):
        shares[account, 0] //= max(amounts_in[account], 1)
        shares[account, 4] //= max(amounts_in[account], 1)
        shares[account, 1] //= max(went[account], 1)
        shares[account, 5] //= max(went[account], 1)
    for row in range(len(payer)):
        sender, other = payer[row], payee[row]
        if sender >= 0 and other >= 0:
            weight = min(amount[row], MOST)
            shares[other, 2] += weight * (passed[sender] * shares[sender, 0] // PART)
            shares[sender, 3] += weight * shares[other, 0]
            shares[sender, 6] += weight * (passed[other] * shares[other, 1] // PART)
    for account in range(count):
        shares[account, 2] //= max(amounts_in[account], 1)
        shares[account, 3] //= max(went[account], 1)
        shares[account, 6] //= max(went[account], 1)
