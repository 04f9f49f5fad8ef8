"""What an account's last days look like, in numbers that a sentence can say: counted in one compiled pass.

Looked at are the newest LOOKED payments of each side of an account, so that one with a million of them costs no more
than others; everything is exact over those.
"""

from dataclasses import dataclass

import numpy as np

from warroom.money.compiled import compiled
from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments
from warroom.money.index.transfer_graph import ABROAD, CASH, CRYPTO, NEVER, Array, Ints
from warroom.money.trace.history import DAY, MINUTE
from warroom.money.trace.reasons_for import JUST_UNDER, LIMIT

WINDOW = 7 * DAY
"""What counts as lately: mule accounts live 3 to 10 days."""
BURST = 360 * MINUTE
QUICK = 60 * MINUTE
"""Money that leaves within the hour counts as passed on."""
LIKE = 0.88
"""A payment out of at least this share of one that came, and no more than it, is in a sum like it: gangs keep a part."""
RELAY = DAY
"""Money that rests within the day and leaves in a sum like that in which it came was passed on."""
AT_ONCE = 8
"""The newest payments in among which a like sum is looked for, so that a hub costs what everybody costs."""
LOOKED = 2_000
FACTS = (
    "came", "went", "came_count", "went_count", "payers", "payees", "new_payers", "new_payees", "burst", "passed",
    "minutes", "under", "exits", "silent_days", "others", "relayed", "relays", "relay_minutes", "largest_in",
    "largest_out", "mean_in", "mean_out", "usual_in", "usual_out", "before", "opened_days",
)  # fmt: skip
TABLE = np.dtype([(name, np.float64) for name in FACTS])
"""Of the window: came, went: satang; *_count: payments; payers, payees: different accounts, new_*: of them never met
before; burst: different payers within six hours, at most; passed: share of `came` that left within the hour, the newest
money first; minutes: mean of such money's stay; under: payments just under 50,000 baht; exits: share of `went` by cash,
crypto or abroad; silent_days: between the last payment before the window and the first in it, 0 where none came before;
others: other accounts that payments were ordered for from the same devices; relayed, relays: satang and number of
payments out in sums like one that came within the day before, relay_minutes: mean of that money's stay; largest_*, mean_*:
satang of a payment; usual_*: satang of payments before the window, their geometric mean, 0 where there were none; before:
payments in the seven days before the window; opened_days: from the account's opening
to the end of the window, not a number where no register says.
"""


@dataclass(frozen=True)
class ByAccount:
    """Rows of payments by account: those of account a are rows[ptr[a]:ptr[a + 1]], in the order of time."""

    rows: Ints
    ptr: Ints

    @classmethod
    def of(cls, account: Array, accounts: int) -> "ByAccount":
        """Group rows by account; rows of -1 are left out."""
        rows = np.argsort(account, kind="stable")
        return cls(rows, np.searchsorted(account[rows], np.arange(accounts + 1)))

    def of_one(self, account: int) -> Ints:
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
    def of(cls, payments: Payments, accounts: int) -> "Book":
        """Sort payments by account; `accounts` is how many there are."""
        into, out_of = (ByAccount.of(side, accounts) for side in (payments.payee, payments.payer))
        return cls(payments, into, out_of, others_on(payments))

    @property
    def accounts(self) -> int:
        return len(self.into.ptr) - 1


def others_on(payments: Payments) -> Ints:
    """By payment: how many accounts beside its payer ordered payments from its device; 0 where none is named."""
    named = (payments.device >= 0) & (payments.payer >= 0)
    # Device and payer in one number: a sort of integers in place of a set of
    # pairs; account numbers fit 32 bits.
    pairs = np.sort(payments.device[named].astype(np.int64) << 32 | payments.payer[named])
    fresh = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
    users = np.bincount(pairs[fresh] >> 32, minlength=1)
    found = np.zeros(len(payments), np.int64)
    found[named] = users[payments.device[named]] - 1
    return found


def opened(index: Index, as_of: int, accounts: int) -> Ints:
    """By account number: when it was opened (microseconds), as registers said by `as_of`; NEVER where none says."""
    known = index.facts
    found = np.full(accounts, NEVER)
    if len(known.account):
        here = (
            (known.numbers["since"] <= as_of) & (as_of < known.numbers["until"]) & (known.account < accounts)
        )
        np.minimum.at(found, known.account[here], known.numbers["opened"][here])
    return found


def active(book: Book, until: int) -> Ints:
    """Accounts that received something in the window up to `until` (microseconds)."""
    recent = book.payments.payee[book.payments.t >= until - WINDOW]
    # Counted and not sorted: there are fewer accounts than payments.
    return np.flatnonzero(np.bincount(recent[recent >= 0])).astype(np.int64)


def facts(book: Book, accounts: Ints, until: int, opened: Ints) -> Array:
    """The facts of accounts in the window up to `until`: a row of TABLE each.

    `until` is no earlier than any payment; `opened` is by account number, NEVER where nothing is known.
    """
    found = np.zeros((len(accounts), len(FACTS)))
    born = opened[accounts]
    found[:, -1] = np.where(born < NEVER, (until - born) / DAY, np.nan)
    each = book.payments
    _all(
        accounts, book.into.rows, book.into.ptr, book.out_of.rows, book.out_of.ptr, each.t, each.amount, each.payer,
        each.payee, each.channel, book.others, until - WINDOW, found,
    )  # fmt: skip
    return found.view(TABLE).reshape(-1)


@compiled
def _all(
    accounts: Ints, in_rows: Ints, in_ptr: Ints, out_rows: Ints, out_ptr: Ints, t: Ints, amount: Ints, payer: Array,
    payee: Array, channel: Array, others: Ints, start: int, found: Array,
) -> None:  # fmt: skip
    for i in range(len(accounts)):
        account = accounts[i]
        # The newest, since rows are in order of time: an account that took a million
        # payments is looked at as fast.
        into = in_rows[max(in_ptr[account], in_ptr[account + 1] - LOOKED) : in_ptr[account + 1]]
        out = out_rows[max(out_ptr[account], out_ptr[account + 1] - LOOKED) : out_ptr[account + 1]]
        one = found[i]
        _side(into, t, amount, payer, start, one, 0)
        _side(out, t, amount, payee, start, one, 1)
        one[8] = _burst(into, t, payer, start)
        _passed(into, out, t, amount, start, one)
        _ways(out, t, amount, channel, others, start, one)
        one[13] = _silence(into, out, t, start)
        _relayed(into, out, t, amount, start, one)
        _sizes(into, t, amount, start, one, 0)
        _sizes(out, t, amount, start, one, 1)
        one[24] = _before(into, t, start) + _before(out, t, start)


@compiled
def _side(rows: Ints, t: Ints, amount: Ints, peer: Array, start: int, one: Array, side: int) -> None:
    """Sums and counterparties of one side: 0 came, 1 went."""
    first = len(rows)
    while first > 0 and t[rows[first - 1]] >= start:
        first -= 1
    before = np.unique(peer[rows[:first]])
    lately = np.unique(peer[rows[first:]])
    for at in range(first, len(rows)):
        one[side] += amount[rows[at]]
        one[11] += LIMIT - JUST_UNDER <= amount[rows[at]] < LIMIT
    one[2 + side] = len(rows) - first
    one[4 + side] = len(lately)
    for other in lately:
        place = np.searchsorted(before, other)
        one[6 + side] += place == len(before) or before[place] != other


@compiled
def _burst(rows: Ints, t: Ints, payer: Array, start: int) -> int:
    """Different payers within six hours, at most."""
    best, low = 0, 0
    for high in range(len(rows)):
        while t[rows[low]] < t[rows[high]] - BURST:
            low += 1
        # Only where there are more payments than the best has payers can there be more
        # payers: most windows are not counted.
        if t[rows[high]] >= start and high - low + 1 > best:
            best = max(best, len(np.unique(payer[rows[low : high + 1]])))
    return best


@compiled
def _passed(into: Ints, out: Ints, t: Ints, amount: Ints, start: int, one: Array) -> None:
    """How much left within the hour of its coming, the newest money first, and how long it stayed in the mean."""
    left = np.empty(len(into), np.int64)
    stack, top, a, came, quick, stay = np.empty(len(into), np.int64), 0, 0, 0.0, 0.0, 0.0
    for row in out:
        # What came at the same moment lies there already and may leave with it.
        while a < len(into) and t[into[a]] <= t[row]:
            stack[top], left[a] = a, amount[into[a]]
            top, a = top + 1, a + 1
        owed = amount[row]
        while owed > 0 and top > 0 and t[into[stack[top - 1]]] >= t[row] - QUICK:
            at = stack[top - 1]
            part = min(owed, left[at])
            owed, left[at] = owed - part, left[at] - part
            if t[into[at]] >= start:
                quick, stay = quick + part, stay + part * (t[row] - t[into[at]])
            if left[at] == 0:
                top -= 1
    for at in range(len(into)):
        came += amount[into[at]] if t[into[at]] >= start else 0
    one[9] = quick / came if came else 0.0
    one[10] = stay / quick / MINUTE if quick else 0.0


@compiled
def _ways(out: Ints, t: Ints, amount: Ints, channel: Array, others: Ints, start: int, one: Array) -> None:
    gone, all_out = 0.0, 0.0
    for row in out:
        if t[row] >= start:
            way = channel[row]
            all_out += amount[row]
            gone += amount[row] if way in (CASH, CRYPTO, ABROAD) else 0
            one[14] = max(one[14], others[row])
    one[12] = gone / all_out if all_out else 0.0


@compiled
def _silence(into: Ints, out: Ints, t: Ints, start: int) -> float:
    """Days without a payment before the window's first one; 0 for an account never seen before."""
    last, first = np.int64(0), np.iinfo(np.int64).max
    for rows in (into, out):
        for row in rows:
            if t[row] < start:
                last = max(last, t[row])
            else:
                first = min(first, t[row])
    return (first - last) / DAY if last else 0.0


@compiled
def _relayed(into: Ints, out: Ints, t: Ints, amount: Ints, start: int, one: Array) -> None:
    """Payments out in sums like one that came within the day before; each that came answers for one alone."""
    used = np.zeros(len(into), np.bool_)
    a, stay = 0, 0.0
    for row in out:
        while a < len(into) and t[into[a]] <= t[row]:
            a += 1
        best, near = -1, LIKE
        for at in range(max(0, a - AT_ONCE), a):
            share = amount[row] / max(amount[into[at]], 1)
            if not used[at] and t[row] - t[into[at]] <= RELAY and near <= share <= 1.0:
                best, near = at, share
        if best >= 0:
            used[best] = True
            if t[row] >= start:
                one[15] += amount[row]
                one[16] += 1
                stay += amount[row] * (t[row] - t[into[best]])
    one[17] = stay / one[15] / MINUTE if one[15] else 0.0


@compiled
def _sizes(rows: Ints, t: Ints, amount: Ints, start: int, one: Array, side: int) -> None:
    """The largest and the mean payment of one side in the window, and what was usual before: 0 in, 1 out."""
    earlier, logs = 0, 0.0
    for row in rows:
        if t[row] >= start:
            one[18 + side] = max(one[18 + side], amount[row])
        else:
            earlier, logs = earlier + 1, logs + np.log(amount[row] + 1.0)
    one[20 + side] = one[side] / one[2 + side] if one[2 + side] else 0.0
    one[22 + side] = np.exp(logs / earlier) if earlier else 0.0


@compiled
def _before(rows: Ints, t: Ints, start: int) -> int:
    """Payments in as many days before the window as it has."""
    count = 0
    for row in rows:
        count += start - WINDOW <= t[row] < start
    return count
