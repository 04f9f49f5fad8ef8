"""What the accounts are like that paid an account lately and that it paid: an account of a gang stands among others of it.

All is counted in whole numbers (satang, thousandths, thousandths of a logarithm), so that payments may be taken in any
order and in parts and give the same to the bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from warroom.money.compiled import compiled
from warroom.money.index.payments import Payments
from warroom.money.index.transfer_graph import Array, Ints, Short
from warroom.signals.mules.account_features import COUNTERPARTS, WINDOW, Book

MOST = 10**10
"""Satang (100 million baht) from which a payment weighs no more: sums of products of whole numbers must not overflow."""
PART = 1000


@dataclass(frozen=True)
class Some:
    """Some of many payments that are in the order of time: their positions, in that order."""

    payments: Payments
    rows: Ints

    @classmethod
    def of(cls, book: Book) -> "Some":
        """Those that a book groups by account."""
        here = np.zeros(len(book.payments), bool)
        here[book.into.rows] = here[book.out_of.rows] = True
        return cls(book.payments, np.flatnonzero(here))

    def start(self, until: int) -> int:
        """Where in `rows` the window up to `until` begins."""
        return int(np.searchsorted(self.rows, np.searchsorted(self.payments.t, until - WINDOW)))


@dataclass(frozen=True)
class Habits:
    """Of each account of an index, int64: `passed`, thousandths of what came lately that left within the hour or in a sum like
    it; `mean_in`: a thousand times the logarithm of the mean payment in, lately; `paid`, `payments`: the sum of a thousand times
    the logarithms of its payments out before the window, and how many they were.
    """

    passed: Ints
    mean_in: Ints
    paid: Ints
    payments: Ints

    @classmethod
    def of(cls, accounts: Ints, facts: Array, known: "Some", until: int, count: int) -> "Habits":
        """The habits of `count` accounts, from the facts of those that received something in the window up to `until`."""
        none = [np.zeros(count, np.int64) for _ in range(4)]
        return cls(*none).told(accounts, facts).with_earlier(known, until)

    def told(self, accounts: Ints, facts: Array) -> "Habits":
        """The same with other facts of some accounts."""
        passed, mean_in = self.passed.copy(), self.mean_in.copy()
        relayed = facts["relayed"] / np.maximum(facts["came"], 1)
        passed[accounts] = np.rint(PART * np.minimum(1.0, np.maximum(facts["passed"], relayed)))
        mean_in[accounts] = np.rint(PART * np.log1p(facts["mean_in"]))
        return replace(self, passed=passed, mean_in=mean_in)

    def with_earlier(self, more: "Some", until: int) -> "Habits":
        """The same with further payments, of which those before the window count."""
        found = replace(self, paid=self.paid.copy(), payments=self.payments.copy())
        rows = more.rows[: more.start(until)]
        _paid(more.payments.payer[rows], more.payments.amount[rows], found.paid, found.payments)
        return found


def counterparts(habits: Habits, parts: Sequence[Some], until: int) -> Array:
    """float64 (accounts of the index, len(COUNTERPARTS)): what the payments of all parts in the window up to `until` say of all
    accounts."""
    lately = [(part.payments, part.rows[part.start(until) :]) for part in parts]
    payer, payee, amount = (
        np.concatenate([getattr(known, name)[rows] for known, rows in lately])
        for name in ("payer", "payee", "amount")
    )
    found = np.zeros((len(habits.passed), len(COUNTERPARTS)), np.int64)
    _shares(payer, payee, amount, habits.passed, habits.mean_in, habits.paid, habits.payments, found)
    return found / PART


def placed(facts: Array, beside: Array) -> None:
    """Write rows of `counterparts` into the facts of the same accounts."""
    for at, name in enumerate(COUNTERPARTS):
        facts[name] = beside[:, at]


@compiled
def _paid(payer: Short, amount: Ints, paid: Ints, payments: Ints) -> None:
    for row in range(len(payer)):
        if payer[row] >= 0:
            paid[payer[row]] += np.int64(np.rint(PART * np.log1p(amount[row])))
            payments[payer[row]] += 1


@compiled
def _shares(
    payer: Ints, payee: Ints, amount: Ints, passed: Ints, mean_in: Ints, paid: Ints, payments: Ints, found: Ints
) -> None:  # fmt: skip
    """Means over what came and over what went, each payment by its sum; in the order of COUNTERPARTS."""
    count = len(passed)
    came, went = np.zeros(count, np.int64), np.zeros(count, np.int64)
    for row in range(len(payer)):
        one, other = payer[row], payee[row]
        weight = min(amount[row], MOST)
        if other >= 0:
            came[other] += weight
        if one >= 0:
            went[one] += weight
        if one < 0 or other < 0:
            continue
        found[other, 0] += weight * passed[one]
        found[one, 1] += weight * passed[other]
        found[one, 5] += weight * mean_in[other]
        if payments[one] > 0:
            found[other, 4] += weight * (
                np.int64(np.rint(PART * np.log1p(amount[row]))) - paid[one] // payments[one]
            )
    for account in range(count):
        found[account, 0] //= max(came[account], 1)
        found[account, 4] //= max(came[account], 1)
        found[account, 1] //= max(went[account], 1)
        found[account, 5] //= max(went[account], 1)
    for row in range(len(payer)):
        one, other = payer[row], payee[row]
        if one >= 0 and other >= 0:
            weight = min(amount[row], MOST)
            found[other, 2] += weight * (passed[one] * found[one, 0] // PART)
            found[one, 3] += weight * found[other, 0]
            found[one, 6] += weight * (passed[other] * found[other, 1] // PART)
    for account in range(count):
        found[account, 2] //= max(came[account], 1)
        found[account, 3] //= max(went[account], 1)
        found[account, 6] //= max(went[account], 1)
