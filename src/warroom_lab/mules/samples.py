"""What there is to learn from: accounts as they looked at the end of each day, with what is known of them since.

Nothing of a later day is in a row: facts are those of the payments known at that moment, labels those known by the end.
"""

from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np

from warroom.money.index.account_index import Index
from warroom.money.index.payments import Payments, load_payments
from warroom.money.index.references import DAY
from warroom.money.index.transfer_graph import Array, Ints
from warroom.signals.mules.account_features import WINDOW
from warroom.signals.mules.scoring import Matrix, ScoredAccounts, build_matrix, score_payments
from warroom_lab.mules.labels import MuleLabels


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

    def list_day_slices(self) -> list[slice]:
        """Where each moment's rows begin and end."""
        starts = np.flatnonzero(np.append(True, self.moment[1:] != self.moment[:-1]))
        ends = np.append(starts[1:], len(self.moment))
        return [slice(int(low), int(high)) for low, high in zip(starts, ends, strict=True)]


def build_samples(index: Index, labels: MuleLabels, until: int, every: int = DAY, ripe: int = 0) -> Samples:
    """The rows of each day (or of each `every` microseconds) from the first full window to the newest payment that was
    known by `until`, or to `ripe` microseconds before it. Records that came late, but by `until`, count at the time of their
    payment.
    """
    known = load_payments(index, until)
    first, last = (int(known.t[0]), int(known.t[-1])) if len(known) else (until, until)
    # Backwards from the newest, so that the last row is as of now; none before a
    # full window of payments is known.
    moments = range(last - ripe, first + WINDOW - 1, -every)
    parts = [_build_day_samples(index, known, labels, until, moment) for moment in reversed(moments)]
    return reduce(add, parts) if parts else _build_day_samples(index, known, labels, until, last)


def _build_day_samples(index: Index, known: Payments, labels: MuleLabels, until: int, moment: int) -> Samples:
    so_far = known.select_rows(slice(0, int(np.searchsorted(known.t, moment, "right"))))
    found = score_payments(index, so_far, until, None)
    mule, other = _label_accounts(found, labels, moment)
    count = len(found.accounts)
    return Samples(build_matrix(found.facts), mule, other, np.full(count, moment), found.accounts)


def _label_accounts(found: ScoredAccounts, labels: MuleLabels, moment: int) -> tuple[Array, Array]:
    """Which accounts worked as mules within the window, and which did at another time."""
    ever = labels.account[labels.mule]
    # A mule account before it was sold is an ordinary one: it is neither a case nor an example of innocence.
    lately = labels.mule & (labels.since <= moment) & (moment <= labels.until)
    mule = np.isin(found.accounts, labels.account[lately])
    return mule, np.isin(found.accounts, ever) & ~mule
