"""What an account's last days look like, in numbers that a sentence can say: counted in one compiled pass.

Looked at are the newest LOOKED payments of each side of an account, so that one with a million of them costs no more
than others; everything is exact over those.
"""

from dataclasses import dataclass

import numpy as np

from warroom.money.compiled import compiled
from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import ABROAD, CASH, CRYPTO, NEVER, Array, Ints
from warroom.money.trace.history import MINUTE
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
    def of(cls, account: Array, accounts: int) -> "ByAccount":
        """Group rows by account; rows of -1 are left out."""
        rows = np.argsort(account, kind="stable")
        return cls(rows, np.searchsorted(account[rows], np.arange(accounts + 1)))

    def among(self, known: Array) -> "ByAccount":
        """The same rows without those that are not known: a mask by row."""
        here = known[self.rows]
        return ByAccount(self.rows[here], np.append(0, np.cumsum(here))[self.ptr])

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
    into = book.into
    some = np.flatnonzero(into.ptr[1:] > into.ptr[:-1])
    # The newest of each is the last: rows stand in order of time.
    newest = book.payments.t[into.rows[into.ptr[some + 1] - 1]]
    return some[newest >= until - WINDOW].astype(np.int64)


def facts(book: Book, accounts: Ints, until: int, opened: Ints) -> Array:
    """The facts of accounts in the window up to `until`: a row of TABLE each, COUNTERPARTS left 0.

    `until` is no earlier than any payment; `opened` is by account number, NEVER where nothing is known.
    """
    found = np.zeros((len(accounts), len(FACTS) + len(COUNTERPARTS)))
    born = opened[accounts]
    found[:, len(FACTS) - 1] = np.where(born < NEVER, (until - born) / DAY, np.nan)
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
        # Fetched once: payments of one account lie far apart, and every fact walks over them.
        came, went, sum_in, sum_out, payers = t[into], t[out], amount[into], amount[out], payer[into]
        one, first_in, first_out = found[i], _first(came, start), _first(went, start)
        _side(sum_in, payers, first_in, one, 0)
        _side(sum_out, payee[out], first_out, one, 1)
        one[8] = _burst(came, payers, first_in)
        _passed(came, went, sum_in, sum_out, first_in, one)
        _ways(sum_out[first_out:], channel[out[first_out:]], others[out[first_out:]], one)
        one[13] = _silence(came, went, first_in, first_out)
        _relayed(came, went, sum_in, sum_out, start, one)
        _sizes(sum_in, first_in, one, 0)
        _sizes(sum_out, first_out, one, 1)
        one[24] = first_in - _first(came, start - WINDOW) + first_out - _first(went, start - WINDOW)


@compiled
def _first(t: Ints, start: int) -> int:
    """The first of payments in order of time that is in the window."""
    return np.searchsorted(t, start)  # type: ignore[return-value]


@compiled
def _side(amount: Ints, peer: Array, first: int, one: Array, side: int) -> None:
    """Sums and counterparties of one side: 0 came, 1 went."""
    before, lately = np.sort(peer[:first]), np.sort(peer[first:])
    for at in range(first, len(amount)):
        one[side] += amount[at]
        one[11] += LIMIT - JUST_UNDER <= amount[at] < LIMIT
    one[2 + side] = len(amount) - first
    place = 0
    # Both in order, so that one walk over the two finds who is there and who is new.
    for at in range(len(lately)):
        if at == 0 or lately[at] != lately[at - 1]:
            while place < len(before) and before[place] < lately[at]:
                place += 1
            one[4 + side] += 1
            one[6 + side] += place == len(before) or before[place] != lately[at]


@compiled
def _burst(t: Ints, payer: Array, first: int) -> int:
    """Different payers within six hours, at most."""
    best, low = 0, 0
    for high in range(first, len(t)):
        while t[low] < t[high] - BURST:
            low += 1
        # Only where there are more payments than the best has payers can there be more
        # payers: most windows are not counted.
        if high - low + 1 > best:
            best = max(best, _different(np.sort(payer[low : high + 1])))
    return best


@compiled
def _different(values: Array) -> int:
    """How many different values there are among sorted ones."""
    count = 0
    for at in range(len(values)):
        count += at == 0 or values[at] != values[at - 1]
    return count


@compiled
def _passed(came: Ints, went: Ints, sum_in: Ints, sum_out: Ints, first: int, one: Array) -> None:
    """How much left within the hour of its coming, the newest money first, and how long it stayed in the mean."""
    left = np.empty(len(came), np.int64)
    stack, top, a, whole, quick, stay = np.empty(len(came), np.int64), 0, 0, 0.0, 0.0, 0.0
    for b in range(len(went)):
        # What came at the same moment lies there already and may leave with it.
        while a < len(came) and came[a] <= went[b]:
            stack[top], left[a] = a, sum_in[a]
            top, a = top + 1, a + 1
        owed = sum_out[b]
        while owed > 0 and top > 0 and came[stack[top - 1]] >= went[b] - QUICK:
            at = stack[top - 1]
            part = min(owed, left[at])
            owed, left[at] = owed - part, left[at] - part
            if at >= first:
                quick, stay = quick + part, stay + part * (went[b] - came[at])
            if left[at] == 0:
                top -= 1
    for at in range(first, len(came)):
        whole += sum_in[at]
    one[9] = quick / whole if whole else 0.0
    one[10] = stay / quick / MINUTE if quick else 0.0


@compiled
def _ways(amount: Ints, channel: Array, others: Ints, one: Array) -> None:
    gone, all_out = 0.0, 0.0
    for at in range(len(amount)):
        all_out += amount[at]
        gone += amount[at] if channel[at] in (CASH, CRYPTO, ABROAD) else 0
        one[14] = max(one[14], others[at])
    one[12] = gone / all_out if all_out else 0.0


@compiled
def _silence(came: Ints, went: Ints, first_in: int, first_out: int) -> float:
    """Days without a payment before the window's first one; 0 for an account never seen before."""
    last, first = np.int64(0), np.iinfo(np.int64).max
    for t, at in ((came, first_in), (went, first_out)):
        if at > 0:
            last = max(last, t[at - 1])
        if at < len(t):
            first = min(first, t[at])
    return (first - last) / DAY if last else 0.0


@compiled
def _relayed(came: Ints, went: Ints, sum_in: Ints, sum_out: Ints, start: int, one: Array) -> None:
    """Payments out in sums like one that came within the day before; each that came answers for one alone."""
    used = np.zeros(len(came), np.bool_)
    a, stay = 0, 0.0
    for b in range(len(went)):
        while a < len(came) and came[a] <= went[b]:
            a += 1
        best, near = -1, LIKE
        for at in range(max(0, a - AT_ONCE), a):
            share = sum_out[b] / max(sum_in[at], 1)
            if not used[at] and went[b] - came[at] <= RELAY and near <= share <= 1.0:
                best, near = at, share
        if best >= 0:
            used[best] = True
            if went[b] >= start:
                one[15] += sum_out[b]
                one[16] += 1
                stay += sum_out[b] * (went[b] - came[best])
    one[17] = stay / one[15] / MINUTE if one[15] else 0.0


@compiled
def _sizes(amount: Ints, first: int, one: Array, side: int) -> None:
    """The largest and the mean payment of one side in the window, and what was usual before: 0 in, 1 out."""
    logs = 0.0
    for at in range(len(amount)):
        if at >= first:
            one[18 + side] = max(one[18 + side], amount[at])
        else:
            logs = logs + np.log(amount[at] + 1.0)
    one[20 + side] = one[side] / one[2 + side] if one[2 + side] else 0.0
    one[22 + side] = np.exp(logs / first) if first else 0.0
