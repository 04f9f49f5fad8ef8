"""Orders that rest on a signal: of the most likely accounts, as many a day as there is staff for, each for a time.

Every policy that is given such a tool has the same signals, thresholds and staff; what it does with them beyond that is
its rule's.
"""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from warroom.signals.model.calibrate import rescale_to_density
from warroom_lab.evaluation.policy import PolicyRoom, SignalLook
from warroom_lab.evaluation.shares import TRUE_SHARES, SignalName, load_signal_model
from warroom_lab.world.drawing.columns import DAY
from warroom_lab.world.drawing.params import get_number
from warroom_lab.world.play.orders import CountryOrder, OrderKind

By = Literal["chance", "share"]
"""Of a look: the signal's own number, or the share of accounts with such a number that are mules'."""
EVERY, HOUR = DAY, DAY // 24
"""How often signals are made again, as in a room; a payment in between is checked against the last ones."""
KEPT = 4_000
"""Accounts of a look that are remembered, for the score of the signals themselves."""


@dataclass
class Looks:
    """The signals as they stood at each look: at the start, then once a day at its hour."""

    signal: SignalName = "model"
    next: int = 0
    start: int = 0
    made: list[SignalLook] = field(default_factory=list)

    def find_due_look(self, room: PolicyRoom) -> SignalLook | None:
        """A new look; nothing between two."""
        if room.now < self.next:
            return None
        hour = int(get_number("agencies", "look_hour")) * HOUR
        # Midnight is the play's own: it begins with one, and has no other clock.
        self.start = self.start if self.made else room.now
        self.next = room.now + EVERY - (room.now - self.start - hour) % EVERY
        ranking = room.signals.build_ranking(room.now, load_signal_model(self.signal))
        first = ranking.rank_accounts(KEPT)
        accounts, chance = ranking.accounts[first].astype(np.int32), ranking.chance[first].astype(np.float32)
        share = TRUE_SHARES[self.signal].find_shares(chance)
        self.made.append(SignalLook(room.now, accounts, chance, share))
        return self.made[-1]


@dataclass
class BySignal:
    """Orders of one kind. `threshold`: from which on an account is one to order for, `by` the signal's own number or by the share
    that comes true of it; `lasts`: microseconds; `daily`: accounts a day, of which one that turns out honest stands for `density` in life, and takes
    as much of the day.
    """

    kind: OrderKind
    letter: str
    threshold: float
    lasts: int
    daily: float
    density: float
    by: By = "chance"
    until: dict[int, int] = field(default_factory=dict)
    left: float = 0.0

    def make_orders(self, room: PolicyRoom, look: SignalLook) -> list[CountryOrder]:
        """Orders for accounts of which none of these stands."""
        # At most a day's officers, or those that the dearest account takes: what nobody used yesterday is gone.
        self.left = min(max(self.daily, self.density), self.left + self.daily)
        return [
            self._make_order(room, account, chance)
            for account, chance in self._list_affordable_accounts(room, look)
        ]

    def _list_affordable_accounts(self, room: PolicyRoom, look: SignalLook) -> list[tuple[int, float]]:
        """Accounts by their chance in life, down to the threshold or to the end of the day's budget."""
        sure = getattr(look, self.by) >= self.threshold
        chances = getattr(look, self.by)[sure].astype(np.float64)
        # One account flagged here stands for one mule's or for `density` honest ones in life. Which of
        # the two nobody knows when it is flagged: its expectation, by the chance itself.
        here = rescale_to_density(chances, 1 / self.density)
        costs = here + (1 - here) * self.density
        taken = []
        candidates = zip(look.accounts[sure].tolist(), chances.tolist(), costs.tolist(), strict=True)
        for account, chance, cost in candidates:
            if self.until.get(account, 0) > room.now:
                continue
            if cost > self.left:
                break
            self.left -= cost
            taken.append((account, chance))
        return taken

    def _make_order(self, room: PolicyRoom, account: int, chance: float) -> CountryOrder:
        until = room.now + self.lasts
        again = f"-{room.now // EVERY}" if account in self.until else ""
        self.until[account] = until
        return CountryOrder(
            f"{self.letter}{account:08d}{again}", self.kind, room.now, account, until=until, priority=chance
        )
