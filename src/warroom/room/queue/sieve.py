"""Which cases wait, in which order, which of them are small, and which a filter leaves."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_

from warroom.cases.schema import Case
from warroom.room.queue.views import Shown

SMALL = 2_000_00
"""Satang still there below which a case may stand in the fold."""
FEWEST_SMALL = 3
LARGEST_SHARE = 0.05
"""The fold is there from so many cases on, and only while no more than this share of all that leaves is in it."""
LAPSING = timedelta(hours=6)


def waits() -> ColumnElement[bool]:
    """Something is undecided, asked and not answered, left and not followed, or was never followed at all."""
    return and_(Case.state == "open", or_(Case.there > 0, Case.part_left > 0, Case.flag != ""))


def small(now: datetime) -> ColumnElement[bool]:
    """Little money, nothing that makes it urgent all the same, and not by unchecked reports alone: those are not decided in passing."""
    calm = and_(or_(Case.decide_by.is_(None), Case.decide_by > now), Case.silent_since.is_(None))
    return and_(
        Case.there > 0, Case.there < SMALL, calm, Case.open_appeals == 0, Case.part_left == 0, ~Case.unchecked
    )


def conditions(now: datetime, officer_id: int) -> dict[Shown, ColumnElement[bool]]:
    """Every filter."""
    waiting, is_open = waits(), Case.state == "open"
    late = or_(Case.decide_by <= now, Case.silent_since.is_not(None), Case.part_left > 0)
    return {
        "all": waiting,
        "mine": and_(waiting, Case.owner_id == officer_id),
        "nobody": and_(waiting, Case.owner_id.is_(None)),
        "banks": and_(waiting, Case.asked_since.is_not(None)),
        "open": is_open,
        "late": and_(waiting, late),
        "lapsing": and_(is_open, Case.lapse_at <= now + LAPSING),
        "no_transfer": and_(is_open, Case.flag != ""),
        "closed": Case.state == "closed",
    }
