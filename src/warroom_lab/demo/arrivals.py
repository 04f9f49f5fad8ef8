"""Payments on their way to the room: each bank's record arrives some time after the payment, at once or in batches."""

from typing import TYPE_CHECKING

import numpy as np

from warroom_lab.world.delivery.feeds import compute_received
from warroom_lab.world.drawing.columns import DAY, HOUR, Array, TransferColumns

if TYPE_CHECKING:
    from warroom_lab.world.population.country import Country

LATEST = 2 * HOUR
"""No bank's batch is later than this."""


class Arrivals:
    """Ordinary payments by the day, and crime's as they happen, handed over by the moment of their arrival."""

    def __init__(self, country: "Country") -> None:
        self._country = country
        self._bank = country.accounts.bank
        self._days: dict[int, tuple[TransferColumns, Array]] = {}
        self._waiting: list[tuple[TransferColumns, Array]] = []

    def add_crime_payments(self, rows: TransferColumns, arrival: Array) -> None:
        """Payments of crime, and when the record of each arrives."""
        if len(rows):
            self._waiting.append((rows, arrival))

    def take_arrivals_between(self, after: int, until: int) -> tuple[TransferColumns, Array]:
        """What arrives later than `after` and by `until` (microseconds), in the order of arrival."""
        parts = [
            _select_arrivals(rows, at, after, until)
            for rows, at in self._list_ordinary_payments(after, until)
        ]
        parts += [_select_arrivals(rows, at, after, until) for rows, at in self._waiting]
        # What has been handed over is let go: an exercise of days would else keep all of it.
        self._waiting = [
            left for left in (_select_arrivals(rows, at, until) for rows, at in self._waiting) if len(left[1])
        ]
        rows = TransferColumns.concat_parts([part for part, _ in parts])
        arrival = np.concatenate([at for _, at in parts])
        # By number at equal moments, so that a replay sends the same bytes.
        order = np.lexsort((rows.uid, arrival))
        return rows.select_rows(order), arrival[order]

    def _list_ordinary_payments(self, after: int, until: int) -> list[tuple[TransferColumns, Array]]:
        nation = self._country.nation
        first = max(0, (after - LATEST - nation.start) // DAY)
        last = min(nation.size.days - 1, (until - nation.start) // DAY)
        # Days before it cannot arrive any more; the country makes a day again whenever it is asked.
        self._days = {number: found for number, found in self._days.items() if number >= first}
        return [self._load_day(number) for number in range(first, last + 1)]

    def _load_day(self, number: int) -> tuple[TransferColumns, Array]:
        if number not in self._days:
            rows = self._country.get_day(number)
            self._country.forget_days()
            side = np.where(rows.payer >= 0, rows.payer, np.maximum(rows.payee, 0))
            self._days[number] = rows, compute_received(self._bank[side], rows.time, rows.uid)
        return self._days[number]


def _select_arrivals(
    rows: TransferColumns, at: Array, after: int, until: int | None = None
) -> tuple[TransferColumns, Array]:
    chosen = (at > after) & (at <= until) if until is not None else at > after
    return rows.select_rows(chosen), at[chosen]
