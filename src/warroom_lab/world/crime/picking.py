"""Which account a chain uses: a handful for each case and step out of those its gang has in hand at that time."""

import numpy as np

from warroom_lab.world.crime.columns import CORPORATE, Mules
from warroom_lab.world.drawing.columns import DAY, Array
from warroom_lab.world.drawing.mixing import hash_to_uniform

TRIES = 12
LONGEST = 10 * DAY

Pools = tuple["MulePool", "MulePool"]


class Picker:
    """Draws rows of mules by syndicate and time, of those for larger and for small cases (`any`, `first` for victims). A draw is named by what it is for, so it never depends on order."""

    def __init__(self, mules: Mules) -> None:
        usual = np.flatnonzero(~mules.reserve & (mules.type != CORPORATE))
        small = mules.small[usual]
        self.any = (MulePool(mules, usual[~small]), MulePool(mules, usual[small]))
        first = ~mules.careful[usual]
        self.first = (MulePool(mules, usual[first & ~small]), MulePool(mules, usual[first & small]))
        collectors = MulePool(mules, usual[mules.collector[usual]])
        self.collectors = (collectors, collectors)
        companies = MulePool(mules, np.flatnonzero(~mules.reserve & (mules.type == CORPORATE)))
        self.companies = (companies, companies)


class MulePool:
    """Some mule rows in order of syndicate and start."""

    def __init__(self, mules: Mules, rows: Array) -> None:
        self.mules, self.rows = mules, rows
        self.base = int(mules.start.min())
        self.key = self._make_sort_key(mules.syndicate[rows], mules.start[rows])

    def _make_sort_key(self, syndicate: Array, time: Array) -> Array:
        """Syndicate and time in one sortable number: no play lasts a million minutes."""
        minutes = np.clip((time - self.base) // 60_000_000, 0, (1 << 24) - 1)
        # One sorted array answers 'of this gang, begun by then' for all draws at once.
        key: Array = syndicate.astype(np.int64) << 24 | minutes
        return key

    def pick_rows(self, syndicate: Array, time: Array, name: Array, avoid: Array) -> Array:
        """A row for each draw that is in use at `time` and is not `avoid` (a row of mules, -1 none).

        `name` (int64) says what the draw is for; where a gang has nothing in use, its latest account is taken.
        """
        high = np.searchsorted(self.key, self._make_sort_key(syndicate, time), side="right")
        low = np.searchsorted(self.key, self._make_sort_key(syndicate, time - LONGEST), side="left")
        first = np.searchsorted(self.key, syndicate.astype(np.int64) << 24, side="left")
        last = np.searchsorted(self.key, (syndicate.astype(np.int64) + 1) << 24, side="left") - 1
        high = np.clip(high, first + 1, last + 1)
        low = np.clip(low, first, high - 1)
        picked = self.rows[high - 1]
        todo = np.arange(len(name))
        # A draw that meets an account no longer in use is made again; after twelve, the few that
        # are left keep the gang's latest.
        for turn in range(TRIES):
            place = low[todo] + (hash_to_uniform(name[todo], 40 + turn) * (high[todo] - low[todo])).astype(
                np.int64
            )
            row = self.rows[place]
            good = (self.mules.end[row] > time[todo]) & (row != avoid[todo])
            picked[todo[good]] = row[good]
            todo = todo[~good]
            if not len(todo):
                break
        return picked
