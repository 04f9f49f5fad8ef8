"""Some thirty plain columns of each account over a week: what an analyst would count first, and nothing clever."""

from dataclasses import dataclass

import numpy as np

from warroom.signals.mules.account_features import WINDOW, Book, active, facts
from warroom_lab.evaluation.hardness.observed import Observed
from warroom_lab.world.drawing.columns import (
    ABROAD,
    BAHT,
    CASH,
    CRYPTO,
    DAY,
    HOUR,
    MINUTE,
    QR,
    Array,
    Transfers,
)

LOCAL = 7 * HOUR
NIGHT = 6
"""Hours of the night, from midnight on."""
FROM_FACTS = (
    "came", "went", "came_count", "went_count", "payers", "payees", "new_payers", "new_payees", "burst", "passed",
    "silent_days", "others", "opened_days",
)  # fmt: skip
UNDER = (49_000 * BAHT, 50_000 * BAHT)
"""Sums just under the one from which a bank asks for a face."""


@dataclass(frozen=True)
class Week:
    """Accounts that received something in the week up to `end`: `columns` by name, one row an account.

    `mule`: it took stolen money in the week; `gang`: in whose hands it is at any time, -1 for none; `weight`: as how many
    it counts in life. An account in a gang's hands that took nothing this week is no mule and counts once: there are so many.
    """

    end: int
    accounts: Array
    columns: dict[str, Array]
    mule: Array
    gang: Array
    weight: Array

    def matrix(self) -> Array:
        """float32 (accounts, columns), in the order of the names."""
        return np.column_stack(list(self.columns.values())).astype(np.float32)


def weeks(seen: Observed) -> list[Week]:
    """Every week that is looked at."""
    return [week(seen, end) for end in seen.windows()]


def week(seen: Observed, end: int) -> Week:
    """The week before a moment, from payments until then and the register of accounts."""
    until = int(np.searchsorted(seen.rows.time, end))
    known = seen.payments.take(slice(0, until))
    book = Book.of(known, len(seen.gang))
    accounts = active(book, end - 1)
    told = facts(book, accounts, end - 1, seen.country.accounts.opened)
    lately = slice(int(np.searchsorted(seen.rows.time, end - WINDOW)), until)
    rows, works = seen.rows.take(np.arange(lately.start, until)), seen.works[lately]
    columns = {name: told[name] for name in FROM_FACTS}
    columns["baht passed on"] = told["passed"] * told["came"]
    columns |= {name: column[accounts] for name, column in _counted(seen, rows).items()}
    columns["went of came"] = columns["went"] / np.maximum(columns["came"], 1)
    mule = np.isin(accounts, rows.payee[works])
    gang = seen.gang[accounts]
    return Week(end, accounts, columns, mule, gang, np.where(gang >= 0, 1.0, seen.density))


def _counted(seen: Observed, rows: Transfers) -> dict[str, Array]:
    """Columns by account number, for all accounts of the country."""
    accounts = len(seen.gang)
    into, out = _Side(rows, rows.payee, accounts), _Side(rows, rows.payer, accounts)
    banks = seen.country.accounts.bank
    return {
        "minutes to next out": _wait(rows, accounts),
        "largest in": into.largest(),
        "largest out": out.largest(),
        "mean in": into.mean(rows.amount),
        "mean out": out.mean(rows.amount),
        "just under 50,000 in": into.count(_between(rows.amount, *UNDER)),
        "just under 50,000 out": out.count(_between(rows.amount, *UNDER)),
        "by cash": out.of_money(rows.channel == CASH),
        "by coins": out.of_money(rows.channel == CRYPTO),
        "abroad": out.of_money(rows.channel == ABROAD),
        "by qr in": into.of_money(rows.channel == QR),
        "at night": into.mean(_hour(rows.time) < NIGHT),
        "at night out": out.mean(_hour(rows.time) < NIGHT),
        "whole thousands in": into.mean(rows.amount % (1_000 * BAHT) == 0),
        "whole thousands out": out.mean(rows.amount % (1_000 * BAHT) == 0),
        "devices": out.different(rows.device),
        "banks of payers": into.different(banks[rows.payer]),
        "days with payments in": into.different((rows.time + LOCAL) // DAY),
    }


def _between(amount: Array, low: int, high: int) -> Array:
    return (amount >= low) & (amount < high)


def _hour(time: Array) -> Array:
    return (time + LOCAL) // HOUR % 24


@dataclass(frozen=True)
class _Side:
    """One side of payments: `account` by payment, of so many accounts."""

    rows: Transfers
    account: Array
    accounts: int

    def count(self, each: Array) -> Array:
        return np.bincount(self.account, each, self.accounts)

    def mean(self, each: Array) -> Array:
        return self.count(each) / np.maximum(np.bincount(self.account, minlength=self.accounts), 1)

    def of_money(self, each: Array) -> Array:
        return self.count(self.rows.amount * each) / np.maximum(self.count(self.rows.amount), 1)

    def largest(self) -> Array:
        found = np.zeros(self.accounts, np.int64)
        np.maximum.at(found, self.account, self.rows.amount)
        return found

    def different(self, each: Array) -> Array:
        """How many values each account has; -1, which is none, left out."""
        given = each >= 0
        pairs = np.unique(self.account[given].astype(np.int64) << 32 | each[given].astype(np.int64))
        return np.bincount(pairs >> 32, minlength=self.accounts)


def _wait(rows: Transfers, accounts: int) -> Array:
    """Minutes from money in to the account's next payment, the mean over baht that came; a week where none followed."""
    time = rows.time - rows.time.min() if len(rows) else rows.time
    span = 2 * WINDOW
    # Account and time in one number: the next payment of an account is one search away.
    left = np.sort(rows.payer.astype(np.int64) * span + time)
    came = rows.payee.astype(np.int64) * span + time
    at = np.searchsorted(left, came)
    after = np.where(at < len(left), left[np.minimum(at, len(left) - 1)], np.iinfo(np.int64).max)
    waited = np.where(after // span == rows.payee, after - came, WINDOW) / MINUTE
    into = _Side(rows, rows.payee, accounts)
    found: Array = into.count(waited * rows.amount) / np.maximum(into.count(rows.amount), 1)
    return found
