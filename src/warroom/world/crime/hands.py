"""The accounts a gang has in hand: which one is used when the planned one is lost."""

from collections.abc import Sequence

import numpy as np

from warroom.world.crime.adversary import Adversary
from warroom.world.crime.columns import Mules
from warroom.world.crime.prices import Prices
from warroom.world.drawing.columns import DAY, Array

EARLY = 3 * DAY
"""How much sooner than planned recruiters can bring an account when none is left (A)."""


class Hands:
    """All mule rows of one play. An account is lost when a payment out of it fails: nobody uses it again.

    Where one is lost, another one in use takes its place, or one of the reserve, as far as the market's price allows.
    """

    def __init__(
        self,
        mules: Mules,
        opened: Array,
        syndicates: int,
        banks: Sequence[int],
        adversary: Adversary,
        prices: Prices,
    ) -> None:
        """`opened`: when each mule row's account was opened; nobody uses it before."""
        self.adversary, self.prices = adversary, prices
        self.reserve = mules.reserve.tolist()
        self.account, self.syndicate = mules.account.tolist(), mules.syndicate.tolist()
        self.start, self.end = mules.start.tolist(), mules.end.tolist()
        self.early = np.maximum(mules.start - EARLY, opened).tolist()
        self.handler = mules.handler.tolist()
        self.bank = [banks[account] for account in self.account]
        self.gone = [False] * len(self.account)
        self.rows_of: dict[int, range] = {}
        first = 0
        for syndicate in range(syndicates):
            last = first
            while last < len(self.syndicate) and self.syndicate[last] == syndicate:
                last += 1
            self.rows_of[syndicate] = range(first, last)
            first = last

    def chosen(self, planned: int, time: int, avoid: int, turn: int = 0) -> int:
        """The row to use: the planned one if it is still good, else the next one in use; -1 where none is left."""
        good = not turn and not self.gone[planned] and self.account[planned] != avoid
        if good and not self.adversary.shuns(self.syndicate[planned], time, self.bank[planned]):
            return planned
        # First as the gang would like it, then at a bank it shuns, then one that
        # recruiters bring before its time.
        for early, careful in ((False, True), (False, False), (True, False)):
            row = self._next(planned, time, avoid, early, careful)
            if row >= 0:
                return row
        return -1

    def _next(self, planned: int, time: int, avoid: int, early: bool, careful: bool) -> int:
        syndicate = self.syndicate[planned]
        rows, since = self.rows_of[syndicate], self.early if early else self.start
        place, count = planned - rows.start, len(rows)
        # From the planned row on around the gang's own: which account stands in
        # depends on the plan, not on a draw.
        for step in range(1, count):
            row = rows.start + (place + step) % count
            if self.gone[row] or not since[row] <= time < self.end[row] or self.account[row] == avoid:
                continue
            if self.reserve[row] and not self.prices.offered(row, time):
                continue
            if careful and self.adversary.shuns(syndicate, time, self.bank[row]):
                continue
            return row
        return -1

    def lost(self, row: int, time: int) -> None:
        """A payment out of it failed: it is dropped."""
        if not self.gone[row]:
            self.gone[row] = True
            self.prices.lost(time)
            self.adversary.burned(self.syndicate[row], self.bank[row], time)

    def arrested(self, handler: int, time: int) -> None:
        """All accounts of a handler are lost with him."""
        for row, who in enumerate(self.handler):
            if who == handler and self.end[row] > time and not self.gone[row]:
                self.gone[row] = True
                if self.start[row] <= time:
                    self.prices.lost(time)
