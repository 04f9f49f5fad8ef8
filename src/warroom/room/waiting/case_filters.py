"""Which cases each filter of the queue shows, which of them are small, and which wait for anybody at all."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from warroom.cases.queries.case_list import filters_of_list
from warroom.cases.schema import Case
from warroom.room.waiting.views import Shown

SMALL = 2_000_00
"""Satang still there below which a case may stand in the fold."""
FEWEST_SMALL = 3
LARGEST_SHARE = 0.05
"""The fold is there from so many cases on, and only while no more than this share of all that leaves is in it."""
IS_UNDECIDED_OF_NOBODY = and_(Case.state == "open", Case.undecided > 0, Case.owner_id.is_(None))
"""Money to be decided on that nobody took: it waits for the whole desk."""
HAS_MONEY_TO_SAVE = and_(Case.state == "open", Case.there + Case.part_left > 0)


def is_waiting() -> ColumnElement[bool]:
    """Something is undecided, asked and not answered, left and not followed, or was never followed at all."""
    return and_(Case.state == "open", or_(Case.there > 0, Case.part_left > 0, Case.flag != ""))


def is_small(now: datetime) -> ColumnElement[bool]:
    """Little money, nothing that makes it urgent all the same, and not by unchecked reports alone: those are not decided in passing."""
    calm = and_(or_(Case.decide_by.is_(None), Case.decide_by > now), Case.silent_since.is_(None))
    return and_(
        Case.there > 0, Case.there < SMALL, calm, Case.open_appeals == 0, Case.part_left == 0, ~Case.unchecked
    )


def filters_of_queue(now: datetime, officer_id: int) -> dict[Shown, ColumnElement[bool]]:
    """By the filter's code; those of all open cases are as the list of cases has them."""
    waiting, of_list = is_waiting(), filters_of_list(now)
    late = or_(Case.decide_by <= now, Case.silent_since.is_not(None), Case.part_left > 0)
    return {
        "all": waiting,
        "mine": and_(waiting, Case.owner_id == officer_id),
        "nobody": and_(waiting, Case.owner_id.is_(None)),
        "banks": and_(waiting, Case.asked_since.is_not(None)),
        "open": of_list["open"],
        "late": and_(waiting, late),
        "lapsing": of_list["lapsing"],
        "no_transfer": of_list["no_transfer"],
        "closed": of_list["closed"],
    }
