"""What lies in each account by ordinary life alone, at any moment."""

from collections.abc import Iterable

import numpy as np

from warroom_lab.world.drawing.columns import Array, TransferColumns


class Ordinary:
    """Balances of ordinary life, from the days' transfers; times ascend inside each account."""

    def __init__(self, opening: Array, days: Iterable[TransferColumns]) -> None:
        account, time, change = [], [], []
        for day in days:
            account += [day.payer, day.payee]
            time += [day.time, day.time]
            change += [-day.amount, day.amount]
        who, when, much = np.concatenate(account), np.concatenate(time), np.concatenate(change)
        order = np.lexsort((when, who))
        self.opening, self.time = opening, when[order]
        sums = np.cumsum(much[order])
        self.first = np.searchsorted(who[order], np.arange(len(opening) + 1))
        self.sums = np.concatenate([[0], sums])

    def compute_balance(self, account: int, time: int) -> int:
        """Satang in an account at a moment, its payments at that moment included."""
        first, last = int(self.first[account]), int(self.first[account + 1])
        row = first + int(np.searchsorted(self.time[first:last], time, side="right"))
        return int(self.opening[account] + self.sums[row] - self.sums[first])
