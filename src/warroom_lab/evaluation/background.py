"""What all policies of one seed share: the country, its ordinary life and its registers, indexed once."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warroom_lab.evaluation.growing_index import LiveIndex
from warroom_lab.evaluation.looks import OrdinaryLooks
from warroom_lab.evaluation.record_ends import RecordEnds
from warroom_lab.evaluation.records import Books, build_holders_table
from warroom_lab.world.delivery.columns import choose_stated_accounts
from warroom_lab.world.delivery.feeds import compute_received
from warroom_lab.world.drawing.columns import DAY, Array, TransferColumns
from warroom_lab.world.drawing.params import POLICE_2018
from warroom_lab.world.drawing.sizes import Size
from warroom_lab.world.population.country import Country, plan_country
from warroom_lab.world.population.nation import Nation

NIGHT = 6 * 3600 * 1_000_000
"""Registers of new holders and accounts are sent the night after (A)."""


@dataclass
class CountryBackground:
    """A country before any policy acts. `records`: all ordinary payments and registers, each from its receipt on."""

    country: Country
    books: Books
    records: LiveIndex

    @property
    def start(self) -> int:
        """Midnight of the first day, microseconds."""
        return self.country.nation.start

    @property
    def end(self) -> int:
        """Midnight after the last day of full life, microseconds."""
        return self.start + self.country.nation.size.days * DAY

    @cached_property
    def ordinary_looks(self) -> OrdinaryLooks:
        """What signals say of ordinary life, made once for all policies."""
        return OrdinaryLooks(self.records.current_index, self._load_ordinary_payments)

    @cached_property
    def record_ends(self) -> RecordEnds:
        """Until when each bank's records reach, made once for all policies, where one asks."""
        return RecordEnds(self.books.bank, self._load_ordinary_payments)

    def _load_ordinary_payments(self) -> tuple[TransferColumns, Array]:
        """All ordinary payments, and when the record of each arrives."""
        rows = TransferColumns.concat_parts(
            [self.country.get_day(number) for number in range(self.country.nation.size.days)]
        )
        return rows, compute_receipt_times(self.books, rows)


def found_background(
    size: Size, seed: int, scenario: str = POLICE_2018, *, nation: Nation | None = None
) -> CountryBackground:
    """Found the country of this size, seed and scenario and index its ordinary life; raises WorldError.

    `nation`: its honest life, where it is there already.
    """
    return build_background(plan_country(size, seed, scenario, nation=nation))


def build_background(country: Country) -> CountryBackground:
    """Index the ordinary life of a country that was founded."""
    size, seed = country.nation.size, country.nation.seed
    books = Books(country.accounts)
    records = LiveIndex(hashlib.sha256(f"evaluation {size.name} {seed}".encode()).digest())
    start = country.nation.start
    records.add_rows(
        "holders", build_holders_table(country.holders, _compute_register_times(country.holders.since, start))
    )
    # Accounts before any payment: they are numbered in this order, so that an account's number is its row in
    # the country and policies need no table between the two.
    records.add_rows(
        "accounts",
        books.build_accounts_table(country.accounts, _compute_register_times(country.accounts.opened, start)),
    )
    for number in range(size.days):
        rows = country.get_day(number)
        records.add_rows("transfers", books.build_transfers_table(rows, compute_receipt_times(books, rows)))
    records.merge_delta()
    return CountryBackground(country, books, records)


def add_stated_balances(background: CountryBackground) -> None:
    """Add the opening balances that an exercise's registers state, so that anyone who plays or judges an exercise follows
    money by what its room knows: which of an account's money leaves first depends on what lay there before.
    """
    accounts, start = background.country.accounts, background.country.nation.start
    numbers = choose_stated_accounts(accounts, start)
    background.records.add_rows(
        "balances", background.books.build_balances_table(numbers, accounts.opening[numbers], start)
    )


def compute_receipt_times(books: Books, rows: TransferColumns) -> Array:
    """When the payer's bank's record of each payment arrives; where no bank here pays, the payee's bank sends it."""
    side = np.where(rows.payer >= 0, rows.payer, np.maximum(rows.payee, 0))
    return compute_received(books.bank[side].astype(np.uint8), rows.time, rows.uid)


def _compute_register_times(since: Array, start: int) -> Array:
    """What was there when the days begin is known then; what came later is known the morning after."""
    return np.where(since < start, start, (since // DAY + 1) * DAY + NIGHT)
