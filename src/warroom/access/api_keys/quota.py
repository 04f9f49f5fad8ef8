"""The rate limit of a key: a token bucket that refills over a minute, and a count for the day."""

import math
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from warroom import clock
from warroom.errors import QuotaSpent

# Seconds in which an empty bucket refills.
MINUTE = 60.0
# The daily count starts again at midnight UTC.
DAY = timedelta(days=1)


class Quota:
    """Counts one key's requests. A burst of a whole minute's quota is admitted at once; after it, requests are admitted
    as fast as the bucket refills. Not safe for two threads: the caller holds a lock.
    """

    def __init__(
        self,
        per_minute: int,
        per_day: int,
        asked: int = 0,
        *,
        timer: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = clock.get_real_now,
    ) -> None:
        self.per_minute, self.per_day = per_minute, per_day
        self._timer, self._wall = timer, wall
        self._level, self._at = float(per_minute), timer()
        self._tomorrow = self._compute_midnight()
        self.asked = asked

    def count_request(self, cost: int = 1) -> None:
        """Count a request that weighs `cost`; raises QuotaSpent, and counts nothing, where it does not fit.

        One that weighs more than a whole minute is let in by a full bucket, which then takes longer to fill.
        """
        # A monotonic clock: a wall clock that is set back would shut a bank out.
        now = self._timer()
        self._level = min(self.per_minute, self._level + (now - self._at) * self.per_minute / MINUTE)
        self._at = now
        # A request that weighs more than a minute's quota would otherwise never fit.
        if (lacking := min(cost, self.per_minute) - self._level) > 0:
            # Never 0: a program that waits no seconds asks again at once.
            raise QuotaSpent("access.quota-spent", max(1, math.ceil(lacking * MINUTE / self.per_minute)))
        # The day follows the wall clock, as the ledger's count does that a restart begins from.
        moment = self._wall()
        if moment >= self._tomorrow:
            self.asked, self._tomorrow = 0, self._compute_midnight()
        if self.asked + cost > self.per_day:
            raise QuotaSpent("access.quota-spent", math.ceil((self._tomorrow - moment).total_seconds()))
        self._level -= cost
        self.asked += cost

    def _compute_midnight(self) -> datetime:
        return self._wall().replace(hour=0, minute=0, second=0, microsecond=0) + DAY
