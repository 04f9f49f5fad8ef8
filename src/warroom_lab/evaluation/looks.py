"""What signals say day by day of all accounts: of ordinary life once for all policies, of what crime changed for each.

Ordinary payments are the same whatever a policy does. So at each look every account is counted once as if there were no
crime, and a policy's own look counts anew only the accounts that its payments of crime touch; what an account's counterparts are
like is summed anew for all, and who stands beside others than before is scored anew. The answer is the one that
`signals.mules.scoring` gives of all records together.
"""

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Protocol

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments
from warroom.money.index.transfer_graph import Ints
from warroom.signals.model.model import Model
from warroom.signals.mules import rule
from warroom.signals.mules.account_features import (
    FACTS,
    TABLE,
    WINDOW,
    Book,
    ByAccount,
    active,
    facts,
    opened,
)
from warroom.signals.mules.counterparts import Habits, Some, counterparts, placed
from warroom.signals.mules.scoring import Matrix, Scored, matrix, scored_in, scored_of
from warroom_lab.world.drawing.columns import Array, Transfers
from warroom_lab.world.drawing.mixing import mixed


@dataclass(frozen=True)
class Ranking:
    """Accounts by number, satang that each received lately, and its probability; `until`: of the newest payment known."""

    until: int
    accounts: Ints
    came: Array
    chance: Array

    def first(self, most: int) -> Ints:
        """Positions of the most likely accounts, at most so many; of equals the one that received more."""
        return np.lexsort((self.accounts, -self.came, -self.chance))[:most].astype(np.int64)


@dataclass(frozen=True)
class Usual:
    """One look at ordinary life: the ranking, each device's payers as device << 32 | payer, sorted; `rows`: its accounts as a
    model reads them; `habits`: of all accounts.
    """

    ranking: Ranking
    pairs: Ints
    rows: Matrix
    habits: Habits


class Days(Protocol):
    """A country's ordinary payments and when the record of each arrives."""

    def __call__(self) -> "tuple[Transfers, Array]": ...


@dataclass
class OrdinaryLooks:
    """Looks at ordinary life, each made when it is first asked for. `index`: of the country's registers; `days`: its payments."""

    index: Index
    days: Days
    _made: dict[tuple[int, str], Usual] = field(default_factory=dict)
    _counted: dict[tuple[int, str], "Counted"] = field(default_factory=dict)

    @cached_property
    def _all(self) -> tuple[Payments, Array]:
        """All payments, and from when on each is known: it must have happened and been received."""
        rows, received = self.days()
        known, kept = as_payments(rows)
        return known, np.maximum(known.t, received[kept])

    @cached_property
    def _company(self) -> tuple[Ints, Ints]:
        """Each device << 32 | payer in order, and from when on it is known."""
        rows, since = self._all
        named = np.flatnonzero((rows.device >= 0) & (rows.payer >= 0))
        pairs, since = rows.device[named].astype(np.int64) << 32 | rows.payer[named], since[named]
        order = np.lexsort((since, pairs))
        pairs, since = pairs[order], since[order]
        first = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        return pairs[first], since[first]

    @cached_property
    def _sides(self) -> tuple[ByAccount, ByAccount]:
        rows = self._all[0]
        return ByAccount.of(rows.payee, self.accounts), ByAccount.of(rows.payer, self.accounts)

    @cached_property
    def accounts(self) -> int:
        return int(self.index.parts[-1].meta["accounts"])

    def ranking(self, as_of: int, crime: Payments, model: Model | None) -> Ranking:
        """All accounts that received money lately, with payments of crime in order of time, all of them known at `as_of`."""
        usual = self._usual(as_of, model)
        if not len(crime):
            return usual.ranking
        # The window ends with the newest payment known: another end moves it for every account.
        if int(crime.t[-1]) > usual.ranking.until:
            return self._whole(self._with(self._known(as_of), crime), as_of, model)
        return self._changed(usual, as_of, crime, model)

    def _usual(self, as_of: int, model: Model | None) -> Usual:
        key = as_of, model.version if model else ""
        if key not in self._made:
            pairs = self._company[0][self._company[1] <= as_of]
            found = self._ordinary(pairs, as_of, model)
            self._made[key] = Usual(_ranked(found), pairs, matrix(found.facts), found.habits)
        return self._made[key]

    def _ordinary(self, pairs: Ints, as_of: int, model: Model | None) -> Scored:
        """Ordinary life alone, by the grouping that all looks share: of 30 sorts of all payments none has to be made anew."""
        rows, known = self._all[0], self._all[1] <= as_of
        some = np.flatnonzero(known)
        until = int(rows.t[some[-1]]) if len(some) else as_of
        book = _book_of(rows, pairs, *(side.among(known) for side in self._sides))
        return scored_in(self.index, book, until, as_of, model)

    def _known(self, as_of: int) -> Array:
        """Rows of ordinary payments that are known."""
        return np.flatnonzero(self._all[1] <= as_of)

    def _whole(self, known: Payments, as_of: int, model: Model | None) -> Ranking:
        return _ranked(scored_of(self.index, known, as_of, model))

    def _with(self, rows: Array, crime: Payments) -> Payments:
        known = joined(self._all[0].take(rows), crime)
        return known.take(np.argsort(known.t, kind="stable"))

    def _changed(self, usual: Usual, as_of: int, crime: Payments, model: Model | None) -> Ranking:
        more = np.setdiff1d(pairs_of(crime), usual.pairs)
        pairs = np.union1d(usual.pairs, more)
        touched, marks = self._touched(crime, pairs[np.isin(pairs >> 32, more >> 32)])
        counted = self._counted.setdefault((as_of, model.version if model else ""), Counted())
        new = ~counted.has(marks)
        if new.any():
            rows = self._rows_of(touched[new], as_of)
            book = _book(self._with(rows, crime), pairs, self.accounts)
            counted.add(marks[new], self._found(touched[new], book, as_of, usual))
        found = counted.of(marks)
        here = ~np.isnan(found["came"])
        touched, found = touched[here], found[here]
        if model is None:
            return _replaced(usual.ranking, touched, found["came"], rule.chances(found))
        return self._beside(usual, touched, found, crime, as_of, model)

    def _beside(
        self, usual: Usual, touched: Ints, found: Array, crime: Payments, as_of: int, model: Model
    ) -> Ranking:
        """The ranking with touched accounts as they were found, and with all who stand beside others than before."""
        before, until = usual.ranking, usual.ranking.until
        more = Some(crime, np.arange(len(crime)))
        habits = usual.habits.with_earlier(more, until).told(touched, found)
        beside = counterparts(habits, [self._lately(until, as_of), more], until)
        placed(found, beside[touched])
        rows = usual.rows.copy()
        rows[:, len(FACTS) :] = beside[before.accounts]
        moved = (rows != usual.rows)[:, len(FACTS) :].any(axis=1) & ~np.isin(before.accounts, touched)
        return _replaced(
            before,
            np.concatenate([before.accounts[moved], touched]),
            np.concatenate([before.came[moved], found["came"]]),
            model.score(np.concatenate([rows[moved], matrix(found)])),
        )

    def _lately(self, until: int, as_of: int) -> Some:
        """Ordinary payments of the window that are known."""
        known, since = self._all
        start = int(np.searchsorted(known.t, until - WINDOW))
        stop = int(np.searchsorted(known.t, until, "right"))
        return Some(known, start + np.flatnonzero(since[start:stop] <= as_of))

    def _touched(self, crime: Payments, company: Ints) -> tuple[Ints, Array]:
        """Accounts whose facts crime may change, and a mark of what it is that changes them: the same mark, the same facts.

        `company`: device << 32 | payer of devices on which other accounts are now: whoever pays from one has other company.
        """
        users = np.bincount(company >> 32, minlength=1)
        marks = np.zeros(self.accounts, np.uint64)
        seen = np.zeros(self.accounts, bool)
        row = _marks(crime)
        for side, salt in ((crime.payer, 1), (crime.payee, 2)):
            here = side >= 0
            np.add.at(marks, side[here], mixed(row[here], salt))
            seen[side[here]] = True
        payer = company & 0xFFFFFFFF
        np.add.at(marks, payer, mixed((company >> 32) << 20 | users[company >> 32], 3))
        seen[payer] = True
        touched = np.flatnonzero(seen)
        return touched, mixed(touched, 4) + marks[touched]

    def _rows_of(self, accounts: Ints, as_of: int) -> Ints:
        """Rows of ordinary payments of these accounts that are known."""
        since = self._all[1]
        # Marked and not sorted: a sum between two of them would else stand twice.
        theirs = np.zeros(len(since), bool)
        for side in self._sides:
            theirs[side.rows[positions(side, accounts)]] = True
        return np.flatnonzero(theirs & (since <= as_of))

    def _found(self, accounts: Ints, book: Book, as_of: int, usual: Usual) -> Array:
        """The facts of each of these accounts; `came` is not a number where it received nothing lately."""
        until = usual.ranking.until
        found = np.zeros(len(accounts), TABLE)
        found["came"] = np.nan
        here = np.isin(accounts, active(book, until))
        found[here] = facts(book, accounts[here], until, opened(self.index, as_of, self.accounts))
        return found


@dataclass
class Counted:
    """Accounts that were counted anew at one look, by their marks in order: policies rarely differ in what touches one."""

    marks: Array = field(default_factory=lambda: np.zeros(0, np.uint64))
    facts: Array = field(default_factory=lambda: np.zeros(0, TABLE))

    def has(self, marks: Array) -> Array:
        """Which of the marks are here."""
        at = np.minimum(np.searchsorted(self.marks, marks), max(len(self.marks) - 1, 0))
        return self.marks[at] == marks if len(self.marks) else np.zeros(len(marks), bool)

    def add(self, marks: Array, facts: Array) -> None:
        """Keep what was counted."""
        order = np.argsort(both := np.concatenate([self.marks, marks]))
        self.marks = both[order]
        self.facts = np.concatenate([self.facts, facts])[order]

    def of(self, marks: Array) -> Array:
        """What was counted of these marks, all of which are here."""
        return self.facts[np.searchsorted(self.marks, marks)]


def _replaced(before: Ranking, accounts: Ints, came: Array, chance: Array) -> Ranking:
    """The ranking with these accounts as they are now."""
    stays = ~np.isin(before.accounts, accounts)
    each = np.concatenate([before.accounts[stays], accounts])
    order = np.argsort(each, kind="stable")
    came = np.concatenate([before.came[stays], came])[order]
    return Ranking(before.until, each[order], came, np.concatenate([before.chance[stays], chance])[order])


def _marks(rows: Payments) -> Array:
    """64 bits of all that is in each payment."""
    bits = mixed(rows.transfer)
    for column in (rows.t, rows.payer, rows.payee, rows.amount, rows.channel, rows.device):
        bits = mixed(bits ^ column.astype(np.int64).view(np.uint64))
    return bits


@dataclass
class Signals:
    """The signals of one play: `ordinary` is everybody's, what of crime has been received is the play's own."""

    ordinary: OrdinaryLooks
    received: list[Transfers] = field(default_factory=list)

    def hear(self, rows: Transfers) -> None:
        """Payments whose records have come."""
        self.received.append(rows)

    def ranking(self, as_of: int, model: Model | None) -> Ranking:
        """All accounts that received money lately, as of now (microseconds)."""
        if len(self.received) > 1:
            self.received = [Transfers.joined(self.received)]
        crime = as_payments(self.received[0])[0] if self.received else EMPTY
        return self.ordinary.ranking(as_of, crime, model)


def as_payments(rows: Transfers) -> tuple[Payments, Ints]:
    """Payments in order of time and the rows they stand for; those that move nothing between accounts here are left out."""
    moves = (rows.payer != rows.payee) & ((rows.payer >= 0) | (rows.payee >= 0))
    kept = np.flatnonzero(moves)
    kept = kept[np.argsort(rows.time[kept], kind="stable")]
    columns = (rows.time, rows.payer, rows.payee, rows.amount, rows.channel, rows.device, rows.uid)
    return Payments(*(column[kept] for column in columns)), kept


EMPTY = Payments(*(np.zeros(0, kind) for kind in ("i8", "i4", "i4", "i8", "u1", "i4", "i8")))


def joined(one: Payments, other: Payments) -> Payments:
    """The rows of both, the first's first."""
    return Payments(
        *(np.concatenate([getattr(p, each.name) for p in (one, other)]) for each in fields(Payments))
    )


def pairs_of(known: Payments) -> Ints:
    """device << 32 | payer of every payment that names both, sorted, each once."""
    named = (known.device >= 0) & (known.payer >= 0)
    pairs = np.sort(known.device[named].astype(np.int64) << 32 | known.payer[named])
    found: Ints = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    return found


def positions(side: ByAccount, accounts: Ints) -> Ints:
    """Where in `side.rows` the rows of these accounts stand."""
    low, high = side.ptr[accounts], side.ptr[accounts + 1]
    sizes = high - low
    return np.repeat(low - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())


def _ranked(found: Scored) -> Ranking:
    return Ranking(found.until, found.accounts, found.facts["came"].copy(), found.chance)


def _book(known: Payments, pairs: Ints, accounts: int) -> Book:
    """Some payments as `Book.of` has them, with the company on each device as all payments have it."""
    return _book_of(known, pairs, *(ByAccount.of(side, accounts) for side in (known.payee, known.payer)))


def _book_of(rows: Payments, pairs: Ints, into: ByAccount, out_of: ByAccount) -> Book:
    """Payments by account with the company on each device; `pairs`: device << 32 | payer."""
    users = np.bincount(pairs >> 32, minlength=int(rows.device.max(initial=-1)) + 1)
    named = (rows.device >= 0) & (rows.payer >= 0)
    others = np.zeros(len(rows), np.int64)
    others[named] = users[rows.device[named]] - 1
    return Book(rows, into, out_of, others)
