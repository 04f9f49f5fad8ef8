"""What an account costs, and how many a gang still buys: the more are lost, the dearer, and the fewer are bought again.

Prices rose from some hundreds of baht to thousands and tens of thousands as enforcement grew (P: domain 2.5); by how much
a loss moves them, and what a price does to the trade, is assumed (params.toml, mules).
"""

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from warroom_lab.world.drawing.columns import BAHT, DAY
from warroom_lab.world.drawing.mixing import hash_to_uniform
from warroom_lab.world.drawing.params import POLICE_2018, get_values

MEMORY = 10 * DAY
"""Losses of the longest life of an account move the price (A)."""


class Prices:
    """The market of one play. `live`: accounts in use at one time; `rows`: accounts that may be offered, in all."""

    def __init__(self, live: int, rows: int, scenario: str = POLICE_2018) -> None:
        facts = get_values("mules", scenario)
        self.usual: int = round(float(facts["price"]) * BAHT)
        self.live = max(1, live)
        self.response, self.restraint = float(facts["price_response"]), float(facts["price_restraint"])
        self.losses: list[int] = []
        self._draw: Sequence[float] = hash_to_uniform(np.arange(rows), 52).tolist()

    def record_lost_account(self, time: int) -> None:
        """An account was lost to its gang; calls come in order of time."""
        self.losses.append(time)

    def compute_share_lost(self, time: int) -> float:
        """Accounts lost in the last ten days, as a share of those in use at one time; at most 1."""
        # Losses come in order of time, so two searches count those of ten days.
        recent = bisect_right(self.losses, time) - bisect_right(self.losses, time - MEMORY)
        return min(1.0, recent / self.live)

    def compute_rise(self, time: int) -> float:
        """The price, as a multiple of the usual one."""
        return 1 + self.response * self.compute_share_lost(time)

    def compute_price(self, time: int) -> int:
        """The median price of an account, in satang."""
        return round(self.usual * self.compute_rise(time))

    def is_offered(self, row: int, time: int) -> bool:
        """Whether a gang buys this account of the reserve now: fewer do, the dearer accounts are."""
        # A draw of the account: as prices rise the same accounts drop out first, in every twin.
        return not self.losses or self._draw[row] < self.compute_rise(time) ** -self.restraint
