"""The past of every account on a trail, for reasons and evidence: its movements counted in one compiled pass.

Looked at are an account's BEFORE newest movements before its first traced arrival, and none from then on: what comes
after may be the doing of anyone who uses the account, as the payments of a mule's further victims are.
All counts are exact over those; of the transfers that show a thing, the first SHOWN are kept.
"""

from typing import Any, NamedTuple

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import NEVER, Array, Ints
from warroom.money.trace.books import balance_before
from warroom.money.trace.history import BEFORE, list_movements

SHOWN = 20
"""Transfers kept of each kind, and record ids a reason carries at most."""
MONTH = 30 * DAY
"""A month of income, whose payments are not equally many days apart, and of turnover before the traced money."""
SHOP_PAYERS = 20
"""From so many payers on it is asked whether the account behaves like a shop."""
EMPTIED = 0.9
"""A departure that takes this share of the balance empties the account."""

OLDEST, NEWEST, CUSTOM, INCOME, RECEIPTS, TURNOVER = range(6)
"""Kinds of transfers kept: the oldest looked at, the newest of them, those counted as below."""
_COUNTED = ("oldest", "newest", "custom", "payers", "emptied", "median", "months", "turnover")
_NUMBERS = np.dtype([(name, np.int64) for name in _COUNTED])
# Above every month since 1970, so that payer and month make one number that sorts by payer first.
_MONTHS = 1 << 20


class AccountPast(NamedTuple):
    """Of one account; times in microseconds, money in satang.

    oldest, newest: times of the oldest and the newest movement before `first`, the first traced arrival; both NEVER
    where there is none. custom: payments before the first reported transfer from those who now passed traced
    money on to it. Of the payments received before `first`: payers, how many different ones; median, twice their
    median, and emptied, whether a departure took nearly all, both 0 below SHOP_PAYERS payers; months, the most in which
    one payer paid. turnover: the sum received in the MONTH before `first`.
    """

    first: int
    oldest: int
    newest: int
    custom: int
    payers: int
    emptied: int
    median: int
    months: int
    turnover: int
    shown: list[list[int]]
    kept: list[int]

    def get_transfers_of_kind(self, kind: int) -> list[int]:
        """The first transfers of a kind."""
        return self.shown[kind][: self.kept[kind]]


@compile_cached_kernel
def _keep_example(shown: Ints, kept: Ints, kind: int, transfer: int) -> None:
    if kept[kind] < SHOWN:
        shown[kind, kept[kind]] = transfer
        kept[kind] += 1


@compile_cached_kernel
def _is_in_sorted(values: Ints, value: int) -> bool:
    at = np.searchsorted(values, value)
    return at < len(values) and values[at] == value  # type: ignore[return-value]


@compile_cached_kernel
def _count_receipts(
    x: Any, rows: Ints, first: int, start: int, payers: Ints, shown: Ints, kept: Ints
) -> Ints:
    """Count what one walk over the movements can; the positions of payments received."""
    receipts, count = np.empty(len(rows), np.int64), 0
    for i in range(len(rows)):
        t, signed, peer, transfer = rows[i, 0], rows[i, 1], rows[i, 2], rows[i, 3]
        if signed <= 0:
            continue
        if t >= first - MONTH:
            x.turnover += signed
            _keep_example(shown, kept, TURNOVER, transfer)
        if t < start and _is_in_sorted(payers, peer):
            x.custom += 1
            _keep_example(shown, kept, CUSTOM, transfer)
        receipts[count], count = i, count + 1
        _keep_example(shown, kept, RECEIPTS, transfer)
    return receipts[:count]


@compile_cached_kernel
def _count_payers(x: Any, rows: Ints, receipts: Ints) -> int:
    """Count different payers and the months of the one who paid in the most (of equals the first account)."""
    # One sort of numbers in place of a dictionary of sets: at most a thousand,
    # and nothing is allocated a payer.
    keys = np.empty(len(receipts), np.int64)
    for i in range(len(receipts)):
        keys[i] = rows[receipts[i], 2] * _MONTHS + rows[receipts[i], 0] // MONTH - rows[0, 0] // MONTH
    keys.sort()
    best, months = -1, 0
    for i in range(len(keys)):
        peer = keys[i] // _MONTHS
        if i == 0 or peer != keys[i - 1] // _MONTHS:
            x.payers, months = x.payers + 1, 0
        if i == 0 or keys[i] != keys[i - 1]:
            months += 1
        # -1 are payers whose account no record names: they may be many people, so no income of one.
        if peer >= 0 and months > x.months:
            best, x.months = peer, months
    return best


@compile_cached_kernel
def _was_emptied(w: Array, account: int, rows: Ints) -> bool:
    """Whether a departure took nearly all there was."""
    # Counted from what lay there before the oldest movement looked at; from 0, an old account would seem
    # emptied by its first larger payment.
    running = balance_before(w, account, rows[0, 0])
    for i in range(len(rows)):
        running += rows[i, 1]
        # `running` is after the movement; adding the payment back gives what there was before it.
        if rows[i, 1] < 0 and -rows[i, 1] >= EMPTIED * (max(running, 0) - rows[i, 1]):
            return True
    return False


@compile_cached_kernel
def _twice_median(rows: Ints, came: Ints) -> int:
    amounts = np.empty(len(came), np.int64)
    for i in range(len(came)):
        amounts[i] = rows[came[i], 1]
    amounts.sort()
    # Twice, so that the middle of two amounts stays a whole number of satang.
    return amounts[(len(came) - 1) // 2] + amounts[len(came) // 2]  # type: ignore[no-any-return]


@compile_cached_kernel
def _examine_account(
    w: Array, x: Any, account: int, first: int, start: int, payers: Ints, shown: Ints, kept: Ints
) -> None:
    rows = list_movements(w, account, first, BEFORE, 0)
    if not len(rows):
        return
    x.oldest, x.newest = rows[0, 0], rows[-1, 0]
    _keep_example(shown, kept, OLDEST, rows[0, 3])
    _keep_example(shown, kept, NEWEST, rows[-1, 3])
    receipts = _count_receipts(x, rows, first, start, payers, shown, kept)
    best = _count_payers(x, rows, receipts)
    for i in receipts:
        if best >= 0 and rows[i, 2] == best:
            _keep_example(shown, kept, INCOME, rows[i, 3])
    if x.payers >= SHOP_PAYERS:
        x.emptied, x.median = _was_emptied(w, account, rows), _twice_median(rows, receipts)


@compile_cached_kernel
def _examine_accounts(
    w: Array,
    accounts: Ints,
    first: Ints,
    start: int,
    payers: Ints,
    low: Ints,
    high: Ints,
    past_numbers: Array,
    shown: Ints,
    kept: Ints,
) -> None:
    for i in range(len(accounts)):
        # Sorted for the binary search in `_count_receipts`, which asks once for each movement.
        mine = np.sort(payers[low[i] : high[i]])
        _examine_account(w, past_numbers[i], accounts[i], first[i], start, mine, shown[i], kept[i])


def summarise_pasts(
    w: Array, accounts: Ints, first: Ints, start: int, payers: Ints, low: Ints, high: Ints
) -> list[AccountPast]:
    """The past of each account up to w.as_of; those who passed traced money on to it are payers[low:high].

    first: its first traced arrival; start: the time of the first reported transfer.
    """
    past_numbers = np.zeros(len(accounts), _NUMBERS)
    past_numbers["oldest"] = past_numbers["newest"] = NEVER
    shown = np.zeros((len(accounts), TURNOVER + 1, SHOWN), np.int64)
    kept = np.zeros((len(accounts), TURNOVER + 1), np.int64)
    _examine_accounts(w, accounts, first, start, payers, low, high, past_numbers, shown, kept)
    columns = zip(first.tolist(), past_numbers.tolist(), shown.tolist(), kept.tolist(), strict=True)
    return [AccountPast._make((t, *numbers, rows, count)) for t, numbers, rows, count in columns]
