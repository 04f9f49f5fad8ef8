"""Counts and sums of each filter of the queue, in one pass over the cases.

Cases of which the same is true are added up by the database, and those few groups by filter here. So each
condition is evaluated once for a case and each amount added once, however many figures the head of the list
has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from math import sqrt
from operator import add
from typing import Any

from sqlalchemy import Row, Select, case, func, select, true

from warroom.cases.schema import Case
from warroom.room.queue.views import Sum
from warroom.room.waiting.case_filters import HAS_LEFTOVERS
from warroom.room.waiting.reader import WaitingReader
from warroom.room.waiting.views import Shown

SUMMED = (
    Case.loss,
    Case.there,
    Case.leaves,
    (Case.at_stake - Case.part_left).label("ranked"),
    # Cases move by themselves, so that the squares of their bands add up; each side for itself, since they are skewed.
    func.power(func.greatest(Case.leaves - Case.leaves_low, 0), 2).label("below"),
    func.power(func.greatest(Case.leaves_high - Case.leaves, 0), 2).label("above"),
)


@dataclass(frozen=True, slots=True)
class QueueTally:
    """Counts by filter, and sums: `all` of what waits, `shown` of one filter, `small` of the cases that may
    be folded, with their first time to decide and the oldest of them, `left` of decided cases with leftovers. `scale` is the largest upper end of a
    range, in satang.
    """

    counts: dict[Shown, int]
    all: Sum
    shown: Sum
    small: Sum
    left: Sum
    decide_by: datetime | None
    since: datetime | None
    scale: int


def read_tally(
    waiting: WaitingReader,
    shown: Shown,
) -> QueueTally:
    """The tally over the cases that are not sealed to the viewer; `shown` is the filter of the page."""
    filters = waiting.case_filters
    groups = waiting.session.execute(_select_groups(waiting)).all()
    of = {code: [group for group in groups if group.true >> bit & 1] for bit, code in enumerate(filters)}
    among, leftovers = (
        [group for group in of[shown] if group.true >> len(filters) + fold & 1] for fold in (0, 1)
    )
    return QueueTally(
        counts={
            filter_code: sum(group.cases for group in code_groups) for filter_code, code_groups in of.items()
        },
        all=_sum_groups(of["all"]),
        shown=_sum_groups(of[shown]),
        small=_sum_groups(among),
        left=_sum_groups(leftovers),
        decide_by=min((group.by for group in among if group.by), default=None),
        since=min((group.since for group in among), default=None),
        scale=max((group.longest for group in of["all"]), default=0),
    )


def _select_groups(waiting: WaitingReader) -> Select[Any]:
    """Which filters show a case, and whether it is small or left over, as the bits of one number; and the sums of cases with the same."""
    flags = [*waiting.case_filters.values(), waiting.small_cases, HAS_LEFTOVERS]
    bits = reduce(add, [case((flag, 1 << bit), else_=0) for bit, flag in enumerate(flags)]).label("true")
    columns = (bits, *SUMMED, Case.leaves_high, Case.decide_by, Case.opened_at)
    flagged_cases = waiting.select_cases(true(), *columns).subquery()
    return select(
        flagged_cases.c.true,
        func.count().label("cases"),
        *(func.sum(flagged_cases.c[column.name]).label(column.name) for column in SUMMED),
        func.max(flagged_cases.c.leaves_high).label("longest"),
        func.min(flagged_cases.c.decide_by).label("by"),
        func.min(flagged_cases.c.opened_at).label("since"),
    ).group_by(flagged_cases.c.true)


def _sum_groups(groups: Sequence[Row[Any]]) -> Sum:
    def sum_field(name: str) -> int:
        return int(sum(getattr(group, name) for group in groups))

    below, above = sqrt(sum_field("below")), sqrt(sum_field("above"))
    leaves = sum_field("leaves")
    low, high = int(max(leaves - below, 0)), int(leaves + above)
    return Sum(
        sum_field("cases"),
        sum_field("loss"),
        sum_field("there"),
        leaves,
        low,
        high,
        sum_field("ranked"),
    )
