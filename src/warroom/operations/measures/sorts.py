"""The sorts of a list of actions as conditions of a query."""

from sqlalchemy import ColumnElement, exists, or_

from warroom.operations.kinds import kinds
from warroom.operations.schema import Deadline, OfficerRow
from warroom.operations.schema.measures import Measure, MeasureApproval, MeasureDocument
from warroom.operations.views.measures import MeasureSort


def of_sort(person: OfficerRow, sort: MeasureSort) -> ColumnElement[bool]:
    """Whether an action belongs to this sort for this officer."""
    if sort == "mine":
        return _waits_for(person)
    if sort == "late":
        return _late()
    return Measure.state.in_(("in_effect", "partly") if sort == "in_effect" else ("lapsed",))


def _waits_for(person: OfficerRow) -> ColumnElement[bool]:
    """An approval stops counting once a document was laid down after it: then the action waits for them again."""
    theirs = [kind.id for kind in kinds().values() if not set(kind.approves).isdisjoint(person.roles)]
    lies_there = or_(
        MeasureDocument.measure_id == Measure.id, MeasureDocument.operation_id == Measure.operation_id
    )
    newer = exists().where(lies_there, MeasureDocument.at > MeasureApproval.at)
    approved = exists().where(
        MeasureApproval.measure_id == Measure.id,
        MeasureApproval.officer_id == person.id,
        ~newer.correlate(Measure, MeasureApproval),
    )
    return (
        (Measure.state == "proposed")
        & Measure.kind.in_(theirs)
        & (Measure.proposed_by != person.id)
        & ~approved.correlate(Measure)
    )


def _late() -> ColumnElement[bool]:
    """Something should have happened by now; that an end comes near is a warning and not late."""
    return exists().where(
        Deadline.about == "measure",
        Deadline.about_id == Measure.id,
        Deadline.state == "struck",
        Deadline.kind != "lapse_warning",
    )
