"""What partners send of a country as columns, and which of it was crime's: what hardness is measured on."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from warroom.money.index.payments import Payments
from warroom.signals.mules.account_features import WINDOW
from warroom_lab.evaluation.background import compute_receipt_times
from warroom_lab.evaluation.records import Books
from warroom_lab.world.crime.columns import TYPOLOGIES
from warroom_lab.world.drawing.columns import DAY, Array, TransferColumns
from warroom_lab.world.play.run import Country, CountryRun
from warroom_lab.world.play.truth import WORK

WARM = 14 * DAY
"""The end of the first window that is looked at: who is new to whom is known from the week before it."""
_WORKS = [TYPOLOGIES.index(name) for name in WORK]


@dataclass(frozen=True)
class Observed:
    """All payments of a country that was played to its end, in order of time.

    By payment: `typology`, of TYPOLOGIES, -1 of ordinary life; `works`: it brought stolen money to an account in a gang's hands;
    `known`: when its record arrived. By account: `gang`, the syndicate that has it in its hands at any time, -1 for none.
    """

    country: Country
    rows: TransferColumns
    typology: Array
    works: Array
    known: Array
    gang: Array

    @property
    def start(self) -> int:
        """Midnight of the first day, microseconds."""
        return self.country.nation.start

    @property
    def end(self) -> int:
        """Midnight after the last."""
        return self.start + self.country.nation.size.days * DAY

    @property
    def density(self) -> float:
        """How many honest accounts and payments each one here stands for in life."""
        return self.country.nation.size.density

    @cached_property
    def all_payments(self) -> Payments:
        """As the index by account has them: the lake's own columns."""
        rows = self.rows
        return Payments(
            rows.time, rows.payer, rows.payee, rows.amount, rows.channel, rows.device, np.arange(len(rows))
        )

    def iter_window_ends(self) -> Iterator[int]:
        """The ends of the weeks that are looked at; none overlaps another."""
        first = min(WARM, self.end - self.start)
        return iter(range(self.start + first, self.end + 1, WINDOW))


def observe_country(run: CountryRun, crime: TransferColumns) -> Observed:
    """A country whose play is over; `crime`: all payments that the play told of."""
    country = run.country
    days = [country.get_day(number) for number in range(country.nation.size.days)]
    rows = TransferColumns.concat_parts([*days, crime])
    kinds = np.full(len(rows), -1, np.int8)
    kinds[len(rows) - len(crime) :] = _get_typologies(run, crime)
    order = np.argsort(rows.time, kind="stable")
    rows, kinds = rows.select_rows(order), kinds[order]
    gang = np.full(len(country.accounts), -1, np.int32)
    mules = country.underworld.mules
    gang[mules.account] = mules.syndicate
    works = np.isin(kinds, _WORKS) & (gang[rows.payee] >= 0)
    return Observed(country, rows, kinds, works, compute_receipt_times(Books(country.accounts), rows), gang)


def _get_typologies(run: CountryRun, crime: TransferColumns) -> Array:
    told = np.array([(row[0], row[8]) for row in run.flow.rows], np.int64).reshape(-1, 2)
    told = told[np.argsort(told[:, 0])]
    found: Array = told[np.searchsorted(told[:, 0], crime.uid), 1].astype(np.int8)
    return found
