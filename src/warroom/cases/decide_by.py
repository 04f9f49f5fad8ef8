"""Until when to decide: a deadline that was given only falls, until a record later than it shows the money still there.

A new forecast sets the money's clock back: what has not left by now leaves later than was thought. A deadline that
followed it would stay hours ahead of the clock for ever, and waiting would be rewarded. So what was given stays, and it is
replaced only where it has passed and records from after it show the amount. `docs/decisions/0058-deadlines-only-fall.md`
has the reasons.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from warroom.money.forecast.facts import MINUTE, Ints
from warroom.money.forecast.forecast import LAST

WhyLater = Literal["", "still", "left", "decided"]
"""Why the deadline of a case became later: the amount that set it was seen still there after it, is no longer there to hold, or is
decided; empty where it never did.
"""
AHEAD = 15 * MINUTE
"""Microseconds: a passed deadline is replaced only where the new one is at least so far off. What leaves faster than banks
answer stays late, and does not turn late, due and late again. Chosen, not measured: the last quarter of an hour is shown as due.
"""
# Microseconds: a page shows minutes, and what falls by less is not written.
SHOWN = MINUTE // 2


@dataclass(frozen=True)
class Deadlines:
    """Of each amount until when to decide, in microseconds UTC (LAST: nobody can say), and whether that is a new one."""

    at: Ints
    renewed: npt.NDArray[np.bool_]


def give_deadlines(kept: Ints, fresh: Ints, seen: Ints, now: int) -> Deadlines:
    """The deadlines of amounts from those `kept` and those that the forecast would give now (`fresh`); `seen`: until when its
    bank's records show each amount. All in microseconds UTC, LAST where there is none.
    """
    renewed = (kept <= now) & (seen > kept) & (fresh >= now + AHEAD)
    fallen = fresh < kept - SHOWN
    return Deadlines(np.where(renewed | fallen, fresh, kept), renewed)


@dataclass(frozen=True)
class FirstDeadlines:
    """By case: the earliest deadline of its amounts, and the place of the amount that sets it (-1 where none does)."""

    at: Ints
    place: Ints


def find_first_deadlines(case: Ints, at: Ints, count: int) -> FirstDeadlines:
    """The first of the deadlines `at` in each of `count` cases; `case` is the place of each deadline's case."""
    first_at, place = np.full(count, LAST), np.full(count, -1)
    order = np.lexsort((at, case))
    cases, first = np.unique(case[order], return_index=True)
    first_at[cases], place[cases] = at[order][first], order[first]
    return FirstDeadlines(first_at, place)


def explain_later(set_by: str | None, still_there: bool) -> WhyLater:
    """Why a case's deadline is later: `set_by` is the state of the proposal that set it before, None where nobody knows."""
    if set_by is None:
        return ""
    if still_there:
        return "still"
    return "decided" if set_by in ("approved", "declined") else "left"
