"""What there is to learn from: accounts as they looked at the end of each day, with what is known of them since.

Nothing of a later day is in a row: facts are those of the payments known at that moment, labels those known by the end.
"""

from dataclasses import dataclass
from functools import reduce

import numpy as np

from warroom.money.history import DAY
from warroom.money.index import Index
from warroom.money.world import Array, Ints
from warroom.signals.facts import WINDOW
from warroom.signals.labels import Labels
from warroom.signals.mules import Matrix, Scored, matrix, scored
from warroom.signals.rule import doubtful


@dataclass(frozen=True)
class Samples:
    """Rows of one or several lakes in the order of time. `unknown`: rows that are neither mules nor surely ordinary;
    `place`: by row, where its account stands in a table of groups.
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


def samples(index: Index, labels: Labels, until: int, every: int = DAY) -> Samples:
    """The rows of each day (or of each `every` microseconds) from the first full window to `until`."""
    first = min((int(part.segment.t.min()) for part in index.parts if len(part.segment.t)), default=until)
    moments = range(until, first + WINDOW - 1, -every)
    parts = [_of(index, labels, moment) for moment in reversed(moments)]
    return reduce(lambda a, b: a + b, parts) if parts else _of(index, labels, until)


def _of(index: Index, labels: Labels, moment: int) -> Samples:
    found = scored(index, moment, model=None)
    mule, other = _labelled(found, labels, moment)
    silent = ~mule & ~_cleared(found, labels)
    unknown = other | (silent & doubtful(found.facts))
    count = len(found.accounts)
    return Samples(matrix(found.facts), mule, unknown, np.full(count, moment), found.accounts)


def _labelled(found: Scored, labels: Labels, moment: int) -> tuple[Array, Array]:
    """Which accounts worked as mules within the window, and which did at another time."""
    ever = labels.account[labels.mule]
    lately = labels.mule & (labels.since <= moment) & (moment <= labels.until)
    mule = np.isin(found.accounts, labels.account[lately])
    return mule, np.isin(found.accounts, ever) & ~mule


def _cleared(found: Scored, labels: Labels) -> Array:
    return np.asarray(np.isin(found.accounts, labels.account[~labels.mule]), bool)
