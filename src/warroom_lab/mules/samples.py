"""What there is to learn from: accounts as they looked at the end of each day, with what is known of them since.

Nothing of a later day is in a row: facts are those of the payments known at that moment, labels those known by the end.
"""

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments, payments
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import Array, Ints
from warroom.signals.mules.account_features import WINDOW
from warroom.signals.mules.scoring import Matrix, Scored, matrix, scored_of
from warroom_lab.mules.labels import Labels


@dataclass(frozen=True)
class Samples:
    """Rows of one or several lakes in the order of time. `unknown`: rows of accounts that
    are mules at another time, neither cases nor examples of innocence; `place`: by row, where its account stands in a table of groups.
    """

    rows: Matrix
    mule: Array
    unknown: Array
    moment: Ints
    place: Ints

    def __len__(self) -> int:
        return len(self.mule)

    def __add__(self, other: "Samples") -> "Samples":
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Samples(*(np.concatenate(pair) for pair in pairs))

    def days(self) -> list[slice]:
        """Where each moment's rows begin and end."""
        starts = np.flatnonzero(np.append(True, self.moment[1:] != self.moment[:-1]))
        ends = np.append(starts[1:], len(self.moment))
        return [slice(int(low), int(high)) for low, high in zip(starts, ends, strict=True)]


def samples(index: Index, labels: Labels, until: int, every: int = DAY, ripe: int = 0) -> Samples:
    """The rows of each day (or of each `every` microseconds) from the first full window to the newest payment that was
    known by `until`, or to `ripe` microseconds before it. Records that came late, but by `until`, count at the time of their
    payment.
    """
    known = payments(index, until)
    first, last = (int(known.t[0]), int(known.t[-1])) if len(known) else (until, until)
    # Backwards from the newest, so that the last row is as of now; none before a
    # full window of payments is known.
    moments = range(last - ripe, first + WINDOW - 1, -every)
    parts = [_of(index, known, labels, until, moment) for moment in reversed(moments)]
    return reduce(add, parts) if parts else _of(index, known, labels, until, last)


def _of(index: Index, known: Payments, labels: Labels, until: int, moment: int) -> Samples:
    so_far = known.take(slice(0, int(np.searchsorted(known.t, moment, "right"))))
    found = scored_of(index, so_far, until, None)
    mule, other = _labelled(found, labels, moment)
    count = len(found.accounts)
    return Samples(matrix(found.facts), mule, other, np.full(count, moment), found.accounts)


def _labelled(found: Scored, labels: Labels, moment: int) -> tuple[Array, Array]:
    """Which accounts worked as mules within the window, and which did at another time."""
    ever = labels.account[labels.mule]
    # A mule account before it was sold is an ordinary one: it is neither a case nor an example of innocence.
    lately = labels.mule & (labels.since <= moment) & (moment <= labels.until)
    mule = np.isin(found.accounts, labels.account[lately])
    return mule, np.isin(found.accounts, ever) & ~mule
