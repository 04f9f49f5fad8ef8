"""Features of an account's last days, each of which a sentence can explain; computed in one compiled pass.

Only the newest LOOKED payments of each side of an account are read, so that one with a million costs no more
than others; all figures are exact over those.
"""

from dataclasses import dataclass

import numpy as np

from warroom.money.compiled import compile_cached_kernel
from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import ABROAD, CASH, CRYPTO, NEVER, Array, Ints
from warroom.money.trace.history import MINUTE
from warroom.money.trace.reasons_for import JUST_UNDER, LIMIT

WINDOW = 7 * DAY
"""The window of the features, in microseconds: mule accounts live 3 to 10 days."""
# Six hours: the window in which different payers are counted.
BURST = 360 * MINUTE
QUICK = 60 * MINUTE
"""Money that leaves within the hour counts as passed on."""
LIKE = 0.88
"""A payment out is like one that came in if it is at least this share of it and at most all: gangs keep a
part.
"""
RELAY = DAY
"""Microseconds: money that leaves within a day in a sum like the one that came was passed on."""
AT_ONCE = 8
"""Newest payments in that are compared for a like sum, so that a busy account costs no more than others."""
# Payments of each side; see the module's docstring. Chosen, not measured.
LOOKED = 2_000
FACTS = (
    "came", "went", "came_count", "went_count", "payers", "payees", "new_payers", "new_payees", "burst", "passed",
    "minutes", "under", "exits", "silent_days", "others", "relayed", "relays", "relay_minutes", "largest_in",
    "largest_out", "mean_in", "mean_out", "usual_in", "usual_out", "before", "opened_days",
)  # fmt: skip
COUNTERPARTS = (
    "from_passing", "to_passing", "from_passing_twice", "beside_passing", "stretch", "payees_mean", "to_passing_twice",
)  # fmt: skip
TABLE = np.dtype([(name, np.float64) for name in (*FACTS, *COUNTERPARTS)])
"""Of the window: came, went: satang; *_count: payments; payers, payees: different accounts, new_*: of them never met
before; burst: different payers within six hours, at most; passed: share of `came` that left within the hour, the newest
money first; minutes: mean of such money's stay; under: payments just under 50,000 baht; exits: share of `went` by cash,
crypto or abroad; silent_days: between the last payment before the window and the first in it, 0 where none came before;
others: other accounts that payments were ordered for from the same devices; relayed, relays: satang and number of
payments out in sums like one that came within the day before, relay_minutes: mean of that money's stay; largest_*, mean_*:
satang of a payment; usual_*: satang of payments before the window, their geometric mean, 0 where there were none; before:
payments in the seven days before the window; opened_days: from the account's opening
to the end of the window, not a number where no register says.

Of the accounts on the other side, each payment weighed by its sum; passing: the share of what came there that was passed on, within
the hour or in a sum like it. from_passing: of those that paid, to_passing: of those that it paid; from_passing_twice: of those that
paid, times the same of those that paid these, to_passing_twice: likewise of those that it paid; beside_passing: from_passing of
those that it paid, what flows together there; stretch: logarithm of what was paid over what that payer usually paid before the
window, 0 where it never paid; payees_mean: logarithm of the mean satang of a payment to those that it paid.
"""


@dataclass(frozen=True)
class ByAccount:
    """Rows of payments by account: those of account a are rows[ptr[a]:ptr[a + 1]], in the order of time."""

    rows: Ints
    ptr: Ints

    @classmethod
    def from_accounts(cls, account: Array, accounts: int) -> "ByAccount":
        """Group rows by account; rows of -1 are left out."""
        rows = np.argsort(account, kind="stable")
        return cls(rows, np.searchsorted(account[rows], np.arange(accounts + 1)))

    def filter_known(self, known: Array) -> "ByAccount":
        """The same rows without those that are not known: a mask by row."""
        here = known[self.rows]
        return ByAccount(self.rows[here], np.append(0, np.cumsum(here))[self.ptr])

    def list_rows(self, account: int) -> Ints:
        """The rows of one account."""
        return self.rows[self.ptr[account] : self.ptr[account + 1]]


@dataclass(frozen=True)
class Book:
    """Payments with who received and who paid them. `others`: by payment, how many other accounts use its device."""

    payments: Payments
    into: ByAccount
    out_of: ByAccount
    others: Ints

    @classmethod
    def from_payments(cls, payments: Payments, accounts: int) -> "Book":
        """Sort payments by account; `accounts` is how many there are."""
        into, out_of = (ByAccount.from_accounts(side, accounts) for side in (payments.payee, payments.payer))
        return cls(payments, into, out_of, count_others_on_device(payments))

    @property
    def account_count(self) -> int:
        return len(self.into.ptr) - 1


def count_others_on_device(payments: Payments) -> Ints:
    """By payment: how many accounts other than its payer's ordered payments from its device; 0 without a
    device.
    """
    named = (payments.device >= 0) & (payments.payer >= 0)
    # Device and payer in one number: a sort of integers in place of a set of
    # pairs; account numbers fit 32 bits.
    pairs = np.sort(payments.device[named].astype(np.int64) << 32 | payments.payer[named])
    fresh = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
    users = np.bincount(pairs[fresh] >> 32, minlength=1)
    other_users = np.zeros(len(payments), np.int64)
    other_users[named] = users[payments.device[named]] - 1
    return other_users


def find_opening_times(index: Index, as_of: int, accounts: int) -> Ints:
    """By account number: when it was opened (microseconds), as registers said by `as_of`; NEVER where none says."""
    # Of several registers the earliest opening counts.
    known = index.facts
    opened_at = np.full(accounts, NEVER)
    if len(known.account):
        here = (
            (known.numbers["since"] <= as_of) & (as_of < known.numbers["until"]) & (known.account < accounts)
        )
        np.minimum.at(opened_at, known.account[here], known.numbers["opened"][here])
    return opened_at


def list_active_accounts(book: Book, until: int) -> Ints:
    """Accounts that received something in the window up to `until` (microseconds)."""
    into = book.into
    some = np.flatnonzero(into.ptr[1:] > into.ptr[:-1])
    # The newest of each is the last: rows are in order of time.
    newest = book.payments.t[into.rows[into.ptr[some + 1] - 1]]
    return some[newest >= until - WINDOW].astype(np.int64)


def compute_facts(book: Book, accounts: Ints, until: int, opened: Ints) -> Array:
    """The facts of accounts in the window up to `until`: a row of TABLE each, COUNTERPARTS left 0.

    `until` is no earlier than any payment; `find_opening_times` is by account number, NEVER where nothing is known.
    """
    fact_rows = np.zeros((len(accounts), len(FACTS) + len(COUNTERPARTS)))
    born = opened[accounts]
    fact_rows[:, len(FACTS) - 1] = np.where(born < NEVER, (until - born) / DAY, np.nan)
    payments = book.payments
    _compute_all_facts(
        accounts, book.into.rows, book.into.ptr, book.out_of.rows, book.out_of.ptr, payments.t, payments.amount, payments.payer,
        payments.payee, payments.channel, book.others, until - WINDOW, fact_rows,
    )  # fmt: skip
    return fact_rows.view(TABLE).reshape(-1)


@compile_cached_kernel
def _compute_all_facts(
    accounts: Ints, in_rows: Ints, in_ptr: Ints, out_rows: Ints, out_ptr: Ints, t: Ints, amount: Ints, payer: Array,
    payee: Array, channel: Array, others: Ints, start: int, fact_rows: Array,
) -> None:  # fmt: skip
    for i in range(len(accounts)):
        account = accounts[i]
        # The newest, since rows are in order of time: an account that took a million
        # payments is looked at as fast.
        into = in_rows[max(in_ptr[account], in_ptr[account + 1] - LOOKED) : in_ptr[account + 1]]
        out = out_rows[max(out_ptr[account], out_ptr[account + 1] - LOOKED) : out_ptr[account + 1]]
        # Fetched once: payments of one account lie far apart, and every fact walks over them.
        in_times, went, sum_in, sum_out, payers = t[into], t[out], amount[into], amount[out], payer[into]
        fact_row, first_in, first_out = (
            fact_rows[i],
            _find_first_in_window(in_times, start),
            _find_first_in_window(went, start),
        )
        _sum_side(sum_in, payers, first_in, fact_row, 0)
        _sum_side(sum_out, payee[out], first_out, fact_row, 1)
        fact_row[8] = _count_burst_payers(in_times, payers, first_in)
        _measure_passed_on(in_times, went, sum_in, sum_out, first_in, fact_row)
        _measure_exits(sum_out[first_out:], channel[out[first_out:]], others[out[first_out:]], fact_row)
        fact_row[13] = _count_silent_days(in_times, went, first_in, first_out)
        _measure_relays(in_times, went, sum_in, sum_out, start, fact_row)
        _measure_sizes(sum_in, first_in, fact_row, 0)
        _measure_sizes(sum_out, first_out, fact_row, 1)
        fact_row[24] = (
            first_in
            - _find_first_in_window(in_times, start - WINDOW)
            + first_out
            - _find_first_in_window(went, start - WINDOW)
        )


@compile_cached_kernel
def _find_first_in_window(t: Ints, start: int) -> int:
    """The first of payments in order of time that is in the window."""
    return np.searchsorted(t, start)  # type: ignore[return-value]


@compile_cached_kernel
def _sum_side(amount: Ints, peer: Array, first: int, fact_row: Array, side: int) -> None:
    """Sums and counterparties of one side: 0 came, 1 went."""
    before, lately = np.sort(peer[:first]), np.sort(peer[first:])
    for at in range(first, len(amount)):
        fact_row[side] += amount[at]
        fact_row[11] += LIMIT - JUST_UNDER <= amount[at] < LIMIT
    fact_row[2 + side] = len(amount) - first
    place = 0
    # Both in order, so that one walk over the two finds who is there and who is new.
    for at in range(len(lately)):
        if at == 0 or lately[at] != lately[at - 1]:
            while place < len(before) and before[place] < lately[at]:
                place += 1
            fact_row[4 + side] += 1
            fact_row[6 + side] += place == len(before) or before[place] != lately[at]


@compile_cached_kernel
def _count_burst_payers(t: Ints, payer: Array, first: int) -> int:
    """Different payers within six hours, at most."""
    best, low = 0, 0
    for high in range(first, len(t)):
        while t[low] < t[high] - BURST:
            low += 1
        # Only where there are more payments than the best has payers can there be more
        # payers: most windows are not counted.
        if high - low + 1 > best:
            best = max(best, _count_distinct(np.sort(payer[low : high + 1])))
    return best


@compile_cached_kernel
def _count_distinct(values: Array) -> int:
    """How many different values there are among sorted ones."""
    count = 0
    for at in range(len(values)):
        count += at == 0 or values[at] != values[at - 1]
    return count


@compile_cached_kernel
def _measure_passed_on(
    in_times: Ints, went: Ints, sum_in: Ints, sum_out: Ints, first: int, fact_row: Array
) -> None:
    """How much left within the hour of its coming, the newest money first, and how long it stayed in the mean."""
    left = np.empty(len(in_times), np.int64)
    stack, top, a, whole, quick, stay = np.empty(len(in_times), np.int64), 0, 0, 0.0, 0.0, 0.0
    for b in range(len(went)):
        # What came at the same moment is there already and may leave with it.
        while a < len(in_times) and in_times[a] <= went[b]:
            stack[top], left[a] = a, sum_in[a]
            top, a = top + 1, a + 1
        owed = sum_out[b]
        while owed > 0 and top > 0 and in_times[stack[top - 1]] >= went[b] - QUICK:
            at = stack[top - 1]
            part = min(owed, left[at])
            owed, left[at] = owed - part, left[at] - part
            if at >= first:
                quick, stay = quick + part, stay + part * (went[b] - in_times[at])
            if left[at] == 0:
                top -= 1
    for at in range(first, len(in_times)):
        whole += sum_in[at]
    fact_row[9] = quick / whole if whole else 0.0
    fact_row[10] = stay / quick / MINUTE if quick else 0.0


@compile_cached_kernel
def _measure_exits(amount: Ints, channel: Array, others: Ints, one: Array) -> None:
    gone, all_out = 0.0, 0.0
    for at in range(len(amount)):
        all_out += amount[at]
        gone += amount[at] if channel[at] in (CASH, CRYPTO, ABROAD) else 0
        one[14] = max(one[14], others[at])
    one[12] = gone / all_out if all_out else 0.0


@compile_cached_kernel
def _count_silent_days(in_times: Ints, went: Ints, first_in: int, first_out: int) -> float:
    """Days without a payment before the window's first one; 0 for an account never seen before."""
    last, first = np.int64(0), np.iinfo(np.int64).max
    for t, at in ((in_times, first_in), (went, first_out)):
        if at > 0:
            last = max(last, t[at - 1])
        if at < len(t):
            first = min(first, t[at])
    return (first - last) / DAY if last else 0.0


@compile_cached_kernel
def _measure_relays(
    in_times: Ints, went: Ints, sum_in: Ints, sum_out: Ints, start: int, fact_row: Array
) -> None:
    """Payments out in sums like one that came within the day before; each that came answers for one alone."""
    used = np.zeros(len(in_times), np.bool_)
    a, stay = 0, 0.0
    for b in range(len(went)):
        while a < len(in_times) and in_times[a] <= went[b]:
            a += 1
        best, near = -1, LIKE
        for at in range(max(0, a - AT_ONCE), a):
            share = sum_out[b] / max(sum_in[at], 1)
            if not used[at] and went[b] - in_times[at] <= RELAY and near <= share <= 1.0:
                # The closest sum, and of equal ones the latest arrival.
                best, near = at, share
        if best >= 0:
            used[best] = True
            if went[b] >= start:
                fact_row[15] += sum_out[b]
                fact_row[16] += 1
                stay += sum_out[b] * (went[b] - in_times[best])
    fact_row[17] = stay / fact_row[15] / MINUTE if fact_row[15] else 0.0


@compile_cached_kernel
def _measure_sizes(amount: Ints, first: int, fact_row: Array, side: int) -> None:
    """The largest and the mean payment of one side in the window, and what was usual before: 0 in, 1 out."""
    logs = 0.0
    for at in range(len(amount)):
        if at >= first:
            fact_row[18 + side] = max(fact_row[18 + side], amount[at])
        else:
            logs = logs + np.log(amount[at] + 1.0)
    fact_row[20 + side] = fact_row[side] / fact_row[2 + side] if fact_row[2 + side] else 0.0
    fact_row[22 + side] = np.exp(logs / first) if first else 0.0
