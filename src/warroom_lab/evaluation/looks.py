"""What signals say day by day of all accounts: of ordinary life once for all policies, of what crime changed for each.

Ordinary payments are the same whatever a policy does. So at each look every account is counted once as if there were no
crime, and a policy's own look counts again only the accounts that its payments of crime touch; what an account's counterparts are
like is summed again for all, and who stands beside others than before is scored again. The answer is the one that
`signals.mules.scoring` gives of all records together.
"""

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Protocol

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments
from warroom.money.index.transfer_graph import Ints
from warroom.signals.model.model import TreeModel
from warroom.signals.mules import rule
from warroom.signals.mules.account_features import (
    FACTS,
    TABLE,
    WINDOW,
    Book,
    ByAccount,
    compute_facts,
    find_opening_times,
    list_active_accounts,
)
from warroom.signals.mules.counterparts import (
    AccountHabits,
    PaymentPart,
    compute_counterpart_facts,
    write_counterpart_facts,
)
from warroom.signals.mules.scoring import Matrix, ScoredAccounts, build_matrix, score_book, score_payments
from warroom_lab.world.drawing.columns import Array, TransferColumns
from warroom_lab.world.drawing.mixing import mix_bits


@dataclass(frozen=True)
class Ranking:
    """Accounts by number, satang that each received lately, and its probability; `until`: of the newest payment known."""

    until: int
    accounts: Ints
    came: Array
    chance: Array

    def rank_accounts(self, most: int) -> Ints:
        """Positions of the most likely accounts, at most so many; of equals the one that received more."""
        return np.lexsort((self.accounts, -self.came, -self.chance))[:most].astype(np.int64)


@dataclass(frozen=True)
class OrdinaryLook:
    """One look at ordinary life: the ranking, each device's payers as device << 32 | payer, sorted; `rows`: its accounts as a
    model reads them; `habits`: of all accounts.
    """

    ranking: Ranking
    pairs: Ints
    rows: Matrix
    habits: AccountHabits


class Days(Protocol):
    """A country's ordinary payments and when the record of each arrives."""

    def __call__(self) -> "tuple[TransferColumns, Array]": ...


@dataclass
class OrdinaryLooks:
    """Looks at ordinary life, each made when it is first asked for. `index`: of the country's registers; `days`: its payments."""

    index: Index
    days: Days
    _made: dict[tuple[int, str], OrdinaryLook] = field(default_factory=dict)
    _counted: dict[tuple[int, str], "Counted"] = field(default_factory=dict)

    @cached_property
    def _all_payments(self) -> tuple[Payments, Array]:
        """All payments, and from when on each is known: it must have happened and been received."""
        rows, received = self.days()
        known, kept = to_payments(rows)
        return known, np.maximum(known.t, received[kept])

    @cached_property
    def _device_payers(self) -> tuple[Ints, Ints]:
        """Each device << 32 | payer in order, and from when on it is known."""
        rows, since = self._all_payments
        named = np.flatnonzero((rows.device >= 0) & (rows.payer >= 0))
        pairs, since = rows.device[named].astype(np.int64) << 32 | rows.payer[named], since[named]
        order = np.lexsort((since, pairs))
        pairs, since = pairs[order], since[order]
        first = np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]
        return pairs[first], since[first]

    @cached_property
    def _payments_by_side(self) -> tuple[ByAccount, ByAccount]:
        rows = self._all_payments[0]
        return ByAccount.from_accounts(rows.payee, self.account_count), ByAccount.from_accounts(
            rows.payer, self.account_count
        )

    @cached_property
    def account_count(self) -> int:
        return int(self.index.parts[-1].meta["accounts"])

    def build_ranking(self, as_of: int, crime: Payments, model: TreeModel | None) -> Ranking:
        """All accounts that received money lately, with payments of crime in order of time, all of them known at `as_of`."""
        usual = self._get_ordinary_look(as_of, model)
        if not len(crime):
            return usual.ranking
        # The window ends with the newest payment known: another end moves it for every account.
        if int(crime.t[-1]) > usual.ranking.until:
            return self._rank_all(self._add_crime(self._find_known_rows(as_of), crime), as_of, model)
        return self._rank_with_crime(usual, as_of, crime, model)

    def _get_ordinary_look(self, as_of: int, model: TreeModel | None) -> OrdinaryLook:
        key = as_of, model.version if model else ""
        if key not in self._made:
            pairs = self._device_payers[0][self._device_payers[1] <= as_of]
            found = self._score_ordinary_life(pairs, as_of, model)
            self._made[key] = OrdinaryLook(_to_ranking(found), pairs, build_matrix(found.facts), found.habits)
        return self._made[key]

    def _score_ordinary_life(self, pairs: Ints, as_of: int, model: TreeModel | None) -> ScoredAccounts:
        """Ordinary life alone, by the grouping that all looks share: of 30 sorts of all payments none has to be made again."""
        rows, known = self._all_payments[0], self._all_payments[1] <= as_of
        some = np.flatnonzero(known)
        until = int(rows.t[some[-1]]) if len(some) else as_of
        book = _make_book_from_sides(
            rows, pairs, *(side.filter_known(known) for side in self._payments_by_side)
        )
        return score_book(self.index, book, until, as_of, model)

    def _find_known_rows(self, as_of: int) -> Array:
        """Rows of ordinary payments that are known."""
        return np.flatnonzero(self._all_payments[1] <= as_of)

    def _rank_all(self, known: Payments, as_of: int, model: TreeModel | None) -> Ranking:
        return _to_ranking(score_payments(self.index, known, as_of, model))

    def _add_crime(self, rows: Array, crime: Payments) -> Payments:
        known = concat_payments(self._all_payments[0].select_rows(rows), crime)
        return known.select_rows(np.argsort(known.t, kind="stable"))

    def _rank_with_crime(
        self, usual: OrdinaryLook, as_of: int, crime: Payments, model: TreeModel | None
    ) -> Ranking:
        more = np.setdiff1d(list_device_payers(crime), usual.pairs)
        pairs = np.union1d(usual.pairs, more)
        touched, marks = self._find_touched_accounts(crime, pairs[np.isin(pairs >> 32, more >> 32)])
        counted = self._counted.setdefault((as_of, model.version if model else ""), Counted())
        new = ~counted.has_marks(marks)
        if new.any():
            rows = self._find_account_rows(touched[new], as_of)
            book = _make_book(self._add_crime(rows, crime), pairs, self.account_count)
            counted.add_facts(marks[new], self._compute_facts(touched[new], book, as_of, usual))
        account_facts = counted.get_facts(marks)
        here = ~np.isnan(account_facts["came"])
        touched, account_facts = touched[here], account_facts[here]
        if model is None:
            return _replace_accounts(
                usual.ranking, touched, account_facts["came"], rule.predict_probabilities(account_facts)
            )
        return self._rank_with_counterparts(usual, touched, account_facts, crime, as_of, model)

    def _rank_with_counterparts(
        self,
        usual: OrdinaryLook,
        touched: Ints,
        account_facts: Array,
        crime: Payments,
        as_of: int,
        model: TreeModel,
    ) -> Ranking:
        """The ranking with touched accounts as they were found, and with all who stand beside others than before."""
        before, until = usual.ranking, usual.ranking.until
        more = PaymentPart(crime, np.arange(len(crime)))
        habits = usual.habits.with_earlier(more, until).with_facts(touched, account_facts)
        beside = compute_counterpart_facts(habits, [self._select_recent_payments(until, as_of), more], until)
        write_counterpart_facts(account_facts, beside[touched])
        rows = usual.rows.copy()
        rows[:, len(FACTS) :] = beside[before.accounts]
        moved = (rows != usual.rows)[:, len(FACTS) :].any(axis=1) & ~np.isin(before.accounts, touched)
        return _replace_accounts(
            before,
            np.concatenate([before.accounts[moved], touched]),
            np.concatenate([before.came[moved], account_facts["came"]]),
            model.predict_probabilities(np.concatenate([rows[moved], build_matrix(account_facts)])),
        )

    def _select_recent_payments(self, until: int, as_of: int) -> PaymentPart:
        """Ordinary payments of the window that are known."""
        known, since = self._all_payments
        start = int(np.searchsorted(known.t, until - WINDOW))
        stop = int(np.searchsorted(known.t, until, "right"))
        return PaymentPart(known, start + np.flatnonzero(since[start:stop] <= as_of))

    def _find_touched_accounts(self, crime: Payments, company: Ints) -> tuple[Ints, Array]:
        """Accounts whose facts crime may change, and a mark of what it is that changes them: the same mark, the same facts.

        `company`: device << 32 | payer of devices on which other accounts are now: anyone who pays from one has other company.
        """
        users = np.bincount(company >> 32, minlength=1)
        marks = np.zeros(self.account_count, np.uint64)
        seen = np.zeros(self.account_count, bool)
        row = _hash_payments(crime)
        for side, salt in ((crime.payer, 1), (crime.payee, 2)):
            here = side >= 0
            np.add.at(marks, side[here], mix_bits(row[here], salt))
            seen[side[here]] = True
        payer = company & 0xFFFFFFFF
        np.add.at(marks, payer, mix_bits((company >> 32) << 20 | users[company >> 32], 3))
        seen[payer] = True
        touched = np.flatnonzero(seen)
        return touched, mix_bits(touched, 4) + marks[touched]

    def _find_account_rows(self, accounts: Ints, as_of: int) -> Ints:
        """Rows of ordinary payments of these accounts that are known."""
        since = self._all_payments[1]
        # Marked and not sorted: a sum between two of them would else stand twice.
        theirs = np.zeros(len(since), bool)
        for side in self._payments_by_side:
            theirs[side.rows[find_positions(side, accounts)]] = True
        return np.flatnonzero(theirs & (since <= as_of))

    def _compute_facts(self, accounts: Ints, book: Book, as_of: int, usual: OrdinaryLook) -> Array:
        """The facts of each of these accounts; `came` is not a number where it received nothing lately."""
        until = usual.ranking.until
        facts = np.zeros(len(accounts), TABLE)
        facts["came"] = np.nan
        here = np.isin(accounts, list_active_accounts(book, until))
        facts[here] = compute_facts(
            book, accounts[here], until, find_opening_times(self.index, as_of, self.account_count)
        )
        return facts


@dataclass
class Counted:
    """Accounts that were counted again at one look, by their marks in order: policies rarely differ in what touches one."""

    marks: Array = field(default_factory=lambda: np.zeros(0, np.uint64))
    facts: Array = field(default_factory=lambda: np.zeros(0, TABLE))

    def has_marks(self, marks: Array) -> Array:
        """Which of the marks are here."""
        at = np.minimum(np.searchsorted(self.marks, marks), max(len(self.marks) - 1, 0))
        return self.marks[at] == marks if len(self.marks) else np.zeros(len(marks), bool)

    def add_facts(self, marks: Array, facts: Array) -> None:
        """Keep what was counted."""
        order = np.argsort(both := np.concatenate([self.marks, marks]))
        self.marks = both[order]
        self.facts = np.concatenate([self.facts, facts])[order]

    def get_facts(self, marks: Array) -> Array:
        """What was counted of these marks, all of which are here."""
        return self.facts[np.searchsorted(self.marks, marks)]


def _replace_accounts(before: Ranking, accounts: Ints, came: Array, chance: Array) -> Ranking:
    """The ranking with these accounts as they are now."""
    stays = ~np.isin(before.accounts, accounts)
    each = np.concatenate([before.accounts[stays], accounts])
    order = np.argsort(each, kind="stable")
    came = np.concatenate([before.came[stays], came])[order]
    return Ranking(before.until, each[order], came, np.concatenate([before.chance[stays], chance])[order])


def _hash_payments(rows: Payments) -> Array:
    """64 bits of all that is in each payment."""
    bits = mix_bits(rows.transfer)
    for column in (rows.t, rows.payer, rows.payee, rows.amount, rows.channel, rows.device):
        bits = mix_bits(bits ^ column.astype(np.int64).view(np.uint64))
    return bits


@dataclass
class Signals:
    """The signals of one play: `ordinary` is everybody's, what of crime has been received is the play's own."""

    ordinary: OrdinaryLooks
    received: list[TransferColumns] = field(default_factory=list)

    def add_payments(self, rows: TransferColumns) -> None:
        """Payments whose records have come."""
        self.received.append(rows)

    def build_ranking(self, as_of: int, model: TreeModel | None) -> Ranking:
        """All accounts that received money lately, as of now (microseconds)."""
        if len(self.received) > 1:
            self.received = [TransferColumns.concat_parts(self.received)]
        crime = to_payments(self.received[0])[0] if self.received else EMPTY
        return self.ordinary.build_ranking(as_of, crime, model)


def to_payments(rows: TransferColumns) -> tuple[Payments, Ints]:
    """Payments in order of time and the rows they stand for; those that move nothing between accounts here are left out."""
    moves = (rows.payer != rows.payee) & ((rows.payer >= 0) | (rows.payee >= 0))
    kept = np.flatnonzero(moves)
    kept = kept[np.argsort(rows.time[kept], kind="stable")]
    columns = (rows.time, rows.payer, rows.payee, rows.amount, rows.channel, rows.device, rows.uid)
    return Payments(*(column[kept] for column in columns)), kept


EMPTY = Payments(*(np.zeros(0, kind) for kind in ("i8", "i4", "i4", "i8", "u1", "i4", "i8")))


def concat_payments(one: Payments, other: Payments) -> Payments:
    """The rows of both, the first's first."""
    return Payments(
        *(np.concatenate([getattr(p, each.name) for p in (one, other)]) for each in fields(Payments))
    )


def list_device_payers(known: Payments) -> Ints:
    """device << 32 | payer of every payment that names both, sorted, each once."""
    named = (known.device >= 0) & (known.payer >= 0)
    pairs = np.sort(known.device[named].astype(np.int64) << 32 | known.payer[named])
    found: Ints = pairs[np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)]]
    return found


def find_positions(side: ByAccount, accounts: Ints) -> Ints:
    """Where in `side.rows` the rows of these accounts stand."""
    low, high = side.ptr[accounts], side.ptr[accounts + 1]
    sizes = high - low
    return np.repeat(low - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())


def _to_ranking(found: ScoredAccounts) -> Ranking:
    return Ranking(found.until, found.accounts, found.facts["came"].copy(), found.chance)


def _make_book(known: Payments, pairs: Ints, accounts: int) -> Book:
    """Some payments as `Book.from_payments` has them, with the company on each device as all payments have it."""
    return _make_book_from_sides(
        known, pairs, *(ByAccount.from_accounts(side, accounts) for side in (known.payee, known.payer))
    )


def _make_book_from_sides(rows: Payments, pairs: Ints, into: ByAccount, out_of: ByAccount) -> Book:
    """Payments by account with the company on each device; `pairs`: device << 32 | payer."""
    users = np.bincount(pairs >> 32, minlength=int(rows.device.max(initial=-1)) + 1)
    named = (rows.device >= 0) & (rows.payer >= 0)
    others = np.zeros(len(rows), np.int64)
    others[named] = users[rows.device[named]] - 1
    return Book(rows, into, out_of, others)
