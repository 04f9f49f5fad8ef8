"""Some thirty plain columns of each account over a week: what an analyst would count first, and nothing clever."""

from dataclasses import dataclass

import numpy as np

from warroom.signals.mules.account_features import WINDOW, Book, compute_facts, list_active_accounts
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
    TransferColumns,
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
class AccountWeek:
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

    def build_matrix(self) -> Array:
        """float32 (accounts, columns), in the order of the names."""
        return np.column_stack(list(self.columns.values())).astype(np.float32)


def list_weeks(seen: Observed) -> list[AccountWeek]:
    """Every week that is looked at."""
    return [build_week(seen, end) for end in seen.iter_window_ends()]


def build_week(seen: Observed, end: int) -> AccountWeek:
    """The week before a moment, from payments until then and the register of accounts."""
    until = int(np.searchsorted(seen.rows.time, end))
    known = seen.all_payments.select_rows(slice(0, until))
    book = Book.from_payments(known, len(seen.gang))
    accounts = list_active_accounts(book, end - 1)
    account_facts = compute_facts(book, accounts, end - 1, seen.country.accounts.opened)
    lately = slice(int(np.searchsorted(seen.rows.time, end - WINDOW)), until)
    rows, works = seen.rows.select_rows(np.arange(lately.start, until)), seen.works[lately]
    columns = {name: account_facts[name] for name in FROM_FACTS}
    columns["baht passed on"] = account_facts["passed"] * account_facts["came"]
    columns |= {name: column[accounts] for name, column in _build_columns(seen, rows).items()}
    columns["went of came"] = columns["went"] / np.maximum(columns["came"], 1)
    mule = np.isin(accounts, rows.payee[works])
    gang = seen.gang[accounts]
    return AccountWeek(end, accounts, columns, mule, gang, np.where(gang >= 0, 1.0, seen.density))


def _build_columns(seen: Observed, rows: TransferColumns) -> dict[str, Array]:
    """Columns by account number, for all accounts of the country."""
    accounts = len(seen.gang)
    into, out = _Side(rows, rows.payee, accounts), _Side(rows, rows.payer, accounts)
    banks = seen.country.accounts.bank
    return {
        "minutes to next out": _mean_wait_minutes(rows, accounts),
        "largest in": into.largest_by_account(),
        "largest out": out.largest_by_account(),
        "mean in": into.mean_by_account(rows.amount),
        "mean out": out.mean_by_account(rows.amount),
        "just under 50,000 in": into.count_by_account(_is_between(rows.amount, *UNDER)),
        "just under 50,000 out": out.count_by_account(_is_between(rows.amount, *UNDER)),
        "by cash": out.weighted_mean_by_account(rows.channel == CASH),
        "by coins": out.weighted_mean_by_account(rows.channel == CRYPTO),
        "abroad": out.weighted_mean_by_account(rows.channel == ABROAD),
        "by qr in": into.weighted_mean_by_account(rows.channel == QR),
        "at night": into.mean_by_account(_get_local_hour(rows.time) < NIGHT),
        "at night out": out.mean_by_account(_get_local_hour(rows.time) < NIGHT),
        "whole thousands in": into.mean_by_account(rows.amount % (1_000 * BAHT) == 0),
        "whole thousands out": out.mean_by_account(rows.amount % (1_000 * BAHT) == 0),
        "devices": out.count_distinct_values(rows.device),
        "banks of payers": into.count_distinct_values(banks[rows.payer]),
        "days with payments in": into.count_distinct_values((rows.time + LOCAL) // DAY),
    }


def _is_between(amount: Array, low: int, high: int) -> Array:
    return (amount >= low) & (amount < high)


def _get_local_hour(time: Array) -> Array:
    return (time + LOCAL) // HOUR % 24


@dataclass(frozen=True)
class _Side:
    """One side of payments: `account` by payment, of so many accounts."""

    rows: TransferColumns
    account: Array
    accounts: int

    def count_by_account(self, each: Array) -> Array:
        return np.bincount(self.account, each, self.accounts)

    def mean_by_account(self, each: Array) -> Array:
        return self.count_by_account(each) / np.maximum(np.bincount(self.account, minlength=self.accounts), 1)

    def weighted_mean_by_account(self, each: Array) -> Array:
        return self.count_by_account(self.rows.amount * each) / np.maximum(
            self.count_by_account(self.rows.amount), 1
        )

    def largest_by_account(self) -> Array:
        found = np.zeros(self.accounts, np.int64)
        np.maximum.at(found, self.account, self.rows.amount)
        return found

    def count_distinct_values(self, each: Array) -> Array:
        """How many values each account has; -1, which is none, left out."""
        given = each >= 0
        pairs = np.unique(self.account[given].astype(np.int64) << 32 | each[given].astype(np.int64))
        return np.bincount(pairs >> 32, minlength=self.accounts)


def _mean_wait_minutes(rows: TransferColumns, accounts: int) -> Array:
    """Minutes from money in to the account's next payment, the mean over baht that came; a week where none followed."""
    time = rows.time - rows.time.min() if len(rows) else rows.time
    span = 2 * WINDOW
    # Account and time in one number: the next payment of an account is one search away.
    left = np.sort(rows.payer.astype(np.int64) * span + time)
    arrival_keys = rows.payee.astype(np.int64) * span + time
    at = np.searchsorted(left, arrival_keys)
    after = np.where(at < len(left), left[np.minimum(at, len(left) - 1)], np.iinfo(np.int64).max)
    waited = np.where(after // span == rows.payee, after - arrival_keys, WINDOW) / MINUTE
    into = _Side(rows, rows.payee, accounts)
    mean_minutes: Array = into.count_by_account(waited * rows.amount) / np.maximum(
        into.count_by_account(rows.amount), 1
    )
    return mean_minutes
