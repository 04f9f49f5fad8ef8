"""Payee warnings: payers are told to stop and think before money goes to an account that works like a mule's.

A warning binds nothing: the payer decides. It rests on a signal alone, as nothing else here may.
"""

from dataclasses import dataclass, field

import numpy as np

from warroom.evaluation.policy import Room
from warroom.signals.models import shipped
from warroom.signals.mules.scoring import scored
from warroom.signals.payee import WARN
from warroom.world.drawing.columns import HOUR
from warroom.world.play.orders import Order

EVERY = 6 * HOUR
"""How often signals are made anew; a payment in between is checked against the last ones."""


@dataclass
class Warnings:
    """Orders to warn payers, one for each account, and the chance of each account as of the last look."""

    next: int = 0
    warned: set[int] = field(default_factory=set)
    chance: dict[int, float] = field(default_factory=dict)

    def orders(self, room: Room) -> list[Order]:
        """Warnings about accounts that payers are not warned of yet; none between two looks."""
        if room.now < self.next:
            return []
        self.next = room.now + EVERY
        found = scored(room.records.index, room.now, shipped())
        sure = np.flatnonzero(found.chance >= WARN)
        accounts, chances = found.accounts[sure].tolist(), found.chance[sure].tolist()
        self.chance.update(zip(accounts, chances, strict=True))
        # Once for all: a warning stands until the end, and its order is named after the account.
        fresh = [account for account in accounts if account not in self.warned]
        self.warned.update(fresh)
        return [
            Order(f"N{account:08d}", "warning", room.now, account, priority=self.chance[account])
            for account in fresh
        ]
