"""Actions of every kind but the hold, and joint operations."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select

from warroom.operations.access import visible
from warroom.operations.joint.rows import DECIDERS, TEAMS
from warroom.operations.measures.sorts import of_sort
from warroom.operations.room.base import LAPSED_FOR, SOON, Source, has, within
from warroom.operations.schema import Deadline, OfficerRow
from warroom.operations.schema.measures import (
    Measure,
    MeasureDocument,
    Operation,
    OperationAgency,
    OperationWord,
)
from warroom.operations.views.measures import UNDER_WAY

BEFORE_THE_HOUR = timedelta(hours=24)
RAID_PILLAR = "enforcement"


def actions(person: OfficerRow, now: datetime) -> Source:
    """Proposed ones run to the time to decide, those under way to their end; a late one shows what passed first."""
    ends = case((Measure.state == "proposed", Measure.decide_by), else_=Measure.until)
    lapsed = and_(
        of_sort(person, "lapsed"), func.coalesce(Measure.until, Measure.decide_by) > now - LAPSED_FOR
    )
    return Source(
        what="action",
        tables=Measure.__table__,
        id=Measure.id,
        number=Measure.reference,
        kind=Measure.kind,
        pillar=Measure.pillar,
        seen=visible(person, Measure.case_id),
        sorts={
            "urgent": (
                and_(Measure.state == "proposed", within(Measure.decide_by, now, SOON)),
                and_(Measure.state.in_(UNDER_WAY), within(Measure.until, now, SOON)),
            ),
            "mine": (and_(of_sort(person, "mine"), Measure.decide_by > now),),
            "late": (of_sort(person, "late"),),
            "in_effect": (of_sort(person, "in_effect"),),
            "lapsed": (lapsed,),
        },
        since=Measure.proposed_at,
        due=func.coalesce(_struck(Deadline.due_at), ends),
        due_kind=func.coalesce(
            _struck(Deadline.kind), case((Measure.state == "proposed", "decide"), else_="lapse")
        ),
        case_id=Measure.case_id,
    )


def _struck(column: Any) -> Any:
    """Of the deadline that passed first and still waits."""
    passed = (
        Deadline.about == "measure",
        Deadline.about_id == Measure.id,
        Deadline.state == "struck",
        Deadline.kind != "lapse_warning",
    )
    return select(column).where(*passed).order_by(Deadline.due_at).limit(1).scalar_subquery()


def operations(person: OfficerRow, now: datetime) -> Source:
    """Planned ones wait for the agencies' readiness and for two officers' words."""
    planned = Operation.state == "planned"
    return Source(
        what="operation",
        tables=Operation.__table__,
        id=Operation.id,
        number=Operation.title,
        kind=case((Operation.raid, "raid"), else_="joint"),
        pillar=RAID_PILLAR,
        seen=visible(person, Operation.case_id),
        sorts={
            "urgent": (and_(planned, within(Operation.hour, now, BEFORE_THE_HOUR)),),
            "mine": (and_(planned, Operation.hour > now, or_(_readiness(person), _word(person))),),
            "late": (and_(planned, Operation.hour <= now),),
            "in_effect": (Operation.state == "go",),
        },
        since=Operation.proposed_at,
        due=Operation.hour,
        due_kind="hour",
        case_id=Operation.case_id,
    )


def _readiness(person: OfficerRow) -> ColumnElement[bool]:
    """The officer's agency takes part and has not said whether it is ready."""
    if not has(person, *TEAMS):
        return false()
    return exists().where(
        OperationAgency.operation_id == Operation.id,
        OperationAgency.agency == person.agency,
        OperationAgency.readiness == "unknown",
    )


def _word(person: OfficerRow) -> ColumnElement[bool]:
    """The officer may say go and has not, or something was said or laid down since they did."""
    if not has(person, *DECIDERS):
        return false()
    said = OperationWord.operation_id == Operation.id
    newer = or_(
        exists().where(OperationAgency.operation_id == Operation.id, OperationAgency.at > OperationWord.at),
        exists().where(MeasureDocument.operation_id == Operation.id, MeasureDocument.at > OperationWord.at),
    )
    counts = exists().where(said, OperationWord.officer_id == person.id, ~newer)
    return ~counts.correlate(Operation)
