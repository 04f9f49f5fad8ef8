"""Conditions: which cases each filter of the queue shows, which are small, and which wait for anybody at all."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_

from warroom.cases.queries.case_list import filters_of_list
from warroom.cases.schema import Case
from warroom.room.waiting.views import Shown

SMALL = 2_000_00
"""Satang still there; below this a case may be folded away. Chosen, not measured."""
# Cases, and a share in [0, 1]; chosen, not measured.
FEWEST_SMALL = 3
LARGEST_SHARE = 0.05
"""The fold appears from FEWEST_SMALL cases on, while at most this share of all leaving money is in it."""
# The group of leftovers, as `cases.queue_group` counts.
LEFT = 3
IS_UNDECIDED_OF_NOBODY = and_(Case.state == "open", Case.to_decide > 0, Case.owner_id.is_(None))
"""Cases with money worth a decision and no owner: they wait for the whole desk."""
HAS_LEFTOVERS = and_(Case.state == "open", Case.queue_group == LEFT, Case.there > 0)
"""Decided cases: of what is undecided, nothing is worth a decision."""
HAS_MONEY_TO_SAVE = and_(Case.state == "open", Case.there + Case.part_left > 0)


def is_waiting() -> ColumnElement[bool]:
    """Whether a case has money undecided, asked for and unanswered, or gone and not followed, or was never
    followed.
    """
    return and_(Case.state == "open", or_(Case.there > 0, Case.part_left > 0, Case.flag != ""))


def is_small(now: datetime) -> ColumnElement[bool]:
    """Whether a case has little money and nothing urgent, and rests on checked reports: unchecked ones are
    decided one by one.
    """
    in_time = or_(Case.decide_by.is_(None), Case.decide_by > now)
    calm = and_(Case.to_decide > 0, in_time, or_(Case.silent_since.is_(None), Case.silent_since > now))
    return and_(
        Case.there > 0, Case.there < SMALL, calm, Case.open_appeals == 0, Case.part_left == 0, ~Case.unchecked
    )


def filters_of_queue(now: datetime, officer_id: int) -> dict[Shown, ColumnElement[bool]]:
    """Conditions by the filter's code; `open`, `lapsing`, `no_transfer` and `closed` are those of the list of
    cases.
    """
    waiting, of_list = is_waiting(), filters_of_list(now)
    late = or_(and_(Case.to_decide > 0, Case.decide_by <= now), Case.silent_since <= now, Case.part_left > 0)
    return {
        "all": waiting,
        "mine": and_(waiting, Case.owner_id == officer_id),
        "nobody": and_(waiting, Case.owner_id.is_(None)),
        "banks": and_(waiting, Case.asked_since.is_not(None)),
        "left": HAS_LEFTOVERS,
        "open": of_list["open"],
        "late": and_(waiting, late),
        "lapsing": of_list["lapsing"],
        "no_transfer": of_list["no_transfer"],
        "closed": of_list["closed"],
    }
