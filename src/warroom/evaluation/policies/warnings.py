"""Payee warnings: payers are told to stop and think before money goes to an account that works like a mule's.

A warning binds nothing: the payer decides. It rests on a signal alone, as nothing else here may. Every policy that is
given this tool warns of the same accounts by the same rule: what it earns must not count as the merit of one of them.
"""

from dataclasses import dataclass, field

import numpy as np

from warroom.evaluation.policy import Look, Room
from warroom.signals.models import shipped
from warroom.signals.payee import WARN
from warroom.world.drawing.columns import DAY, Array
from warroom.world.drawing.params import number
from warroom.world.drawing.sizes import Size
from warroom.world.play.orders import Order

EVERY = DAY
"""How often signals are made anew, as in a room; a payment in between is checked against the last ones."""
KEPT = 4_000
"""Accounts of a look that are remembered, for the score of the signals themselves."""


LEARNED = 20.0
"""How many times as dense as in life crime was where the shipped model learned: wherever it is asked, it believes that."""


def warnings_a_day(size: Size) -> float:
    """Accounts a day that a country of this size may newly warn of: an officer stands behind each."""
    return number("agencies", "warnings_a_day") * size.crime


def true_chance(chance: Array, density: float) -> Array:
    """A probability learned where crime is `density` times as dense as in life, at life's own density.

    Bayes' rule on the prior: honest accounts are so many times as many, and nothing else changes.
    """
    honest = (1 - chance) * density
    # Both are 0 only for an account that is certain not to be a mule's where honest ones weigh nothing.
    return np.asarray(chance / np.maximum(chance + honest, 1e-300), np.float64)


@dataclass
class Warnings:
    """Orders to warn payers, the most likely accounts first, as many a day as there are officers for, each for a time.

    `density`: how dense crime is in the country played on: an account that turns out honest stands for so many in life,
    and takes as much of the day's budget. `looks`: the signals as they stood at each look.
    """

    daily: float
    density: float
    next: int = 0
    until: dict[int, int] = field(default_factory=dict)
    left: float = 0.0
    looks: list[Look] = field(default_factory=list)

    @classmethod
    def of(cls, size: Size) -> "Warnings":
        """The warnings of a country of this size."""
        return cls(warnings_a_day(size), size.density)

    def orders(self, room: Room) -> list[Order]:
        """Warnings about accounts that payers are not warned of now; none between two looks."""
        if room.now < self.next:
            return []
        self.next = room.now + EVERY
        look = self._look(room)
        self.looks.append(look)
        # At most a day's officers, or those that the dearest account takes: what nobody used yesterday is gone.
        self.left = min(max(self.daily, self.density), self.left + self.daily)
        return [self._order(room, account, chance) for account, chance in self._afforded(room, look)]

    def _look(self, room: Room) -> Look:
        found = room.signals.ranking(room.now, shipped())
        first = found.first(KEPT)
        chance = true_chance(found.chance[first], LEARNED)
        return Look(room.now, found.accounts[first].astype(np.int32), chance.astype(np.float32))

    def _afforded(self, room: Room, look: Look) -> list[tuple[int, float]]:
        """Accounts by their chance in life, down to the threshold or to the end of the day's budget."""
        sure = look.chance >= WARN
        taken = []
        for account, chance in zip(look.accounts[sure].tolist(), look.chance[sure].tolist(), strict=True):
            if self.until.get(account, 0) > room.now:
                continue
            # One account flagged here stands for one mule's or for `density` honest ones in life. Which of
            # the two nobody knows when it is flagged: its expectation, by the chance itself.
            here = chance / (chance + (1 - chance) / self.density)
            cost = here + (1 - here) * self.density
            if cost > self.left:
                break
            self.left -= cost
            taken.append((account, chance))
        return taken

    def _order(self, room: Room, account: int, chance: float) -> Order:
        until = room.now + int(number("agencies", "warning_days") * DAY)
        again = f"-{room.now // EVERY}" if account in self.until else ""
        self.until[account] = until
        return Order(f"N{account:08d}{again}", "warning", room.now, account, until=until, priority=chance)
