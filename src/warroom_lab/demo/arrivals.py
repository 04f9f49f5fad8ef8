"""Payments on their way to the room: each bank's record arrives some time after the payment, at once or in batches."""

from typing import TYPE_CHECKING

import numpy as np

from warroom_lab.world.delivery.feeds import received
from warroom_lab.world.drawing.columns import DAY, HOUR, Array, Transfers

if TYPE_CHECKING:
    from warroom_lab.world.population.country import Country

LATEST = 2 * HOUR
"""No bank's batch is later than this."""


class Arrivals:
    """Ordinary payments by the day, and crime's as they happen, handed over by the moment of their arrival."""

    def __init__(self, country: "Country") -> None:
        self._country = country
        self._bank = country.accounts.bank
        self._days: dict[int, tuple[Transfers, Array]] = {}
        self._waiting: list[tuple[Transfers, Array]] = []

    def add(self, rows: Transfers, arrival: Array) -> None:
        """Payments of crime, and when the record of each arrives."""
        if len(rows):
            self._waiting.append((rows, arrival))

    def between(self, after: int, until: int) -> tuple[Transfers, Array]:
        """What arrives later than `after` and by `until` (microseconds), in the order of arrival."""
        parts = [_within(rows, at, after, until) for rows, at in self._ordinary(after, until)]
        parts += [_within(rows, at, after, until) for rows, at in self._waiting]
        # What has been handed over is let go: an exercise of days would else keep all of it.
        self._waiting = [
            left for left in (_within(rows, at, until) for rows, at in self._waiting) if len(left[1])
        ]
        rows = Transfers.joined([part for part, _ in parts])
        arrival = np.concatenate([at for _, at in parts])
        # By number at equal moments, so that a replay sends the same bytes.
        order = np.lexsort((rows.uid, arrival))
        return rows.take(order), arrival[order]

    def _ordinary(self, after: int, until: int) -> list[tuple[Transfers, Array]]:
        nation = self._country.nation
        first = max(0, (after - LATEST - nation.start) // DAY)
        last = min(nation.size.days - 1, (until - nation.start) // DAY)
        # Days before it cannot arrive any more; the country makes a day anew whenever it is asked.
        self._days = {number: found for number, found in self._days.items() if number >= first}
        return [self._day(number) for number in range(first, last + 1)]

    def _day(self, number: int) -> tuple[Transfers, Array]:
        if number not in self._days:
            rows = self._country.day(number)
            self._country.forget_days()
            side = np.where(rows.payer >= 0, rows.payer, np.maximum(rows.payee, 0))
            self._days[number] = rows, received(self._bank[side], rows.time, rows.uid)
        return self._days[number]


def _within(rows: Transfers, at: Array, after: int, until: int | None = None) -> tuple[Transfers, Array]:
    chosen = (at > after) & (at <= until) if until is not None else at > after
    return rows.take(chosen), at[chosen]
