"""Actions of every kind but the hold, and joint operations."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, false, func, or_, select

from warroom.access import role_groups
from warroom.actions.filters import where_sort
from warroom.actions.schema import Action, ActionDocument, Operation, OperationAgency, OperationWord
from warroom.actions.views import UNDER_WAY
from warroom.actions.visibility import list_roles_of
from warroom.law.kinds.declarations import load_kinds
from warroom.ledger.schema import Deadline, OfficerRow
from warroom.room.waiting.source import LAPSED_FOR, NOW, SOON, TaskSource, has_role, is_due_within

# A planned operation is urgent from a day before its hour: agencies still have to declare readiness.
BEFORE_THE_HOUR = timedelta(hours=24)
RAID_PILLAR = "enforcement"
# The one document that screeners bring and not the proposer.
SCREENING = "screening-plan"


def build_action_source(person: OfficerRow) -> TaskSource:
    """Proposed actions are due at the time to decide, those under way at their end; a late one shows the
    deadline that passed first.
    """
    ends = case((Action.state == "proposed", Action.decide_by), else_=Action.until)
    lapsed = and_(
        where_sort(person, "lapsed"), func.coalesce(Action.until, Action.decide_by) > NOW - LAPSED_FOR
    )
    return TaskSource(
        what="action",
        tables=Action.__table__,
        id=Action.id,
        number=Action.reference,
        kind=Action.kind,
        pillar=Action.pillar,
        sorts={
            "urgent": (
                and_(Action.state == "proposed", is_due_within(Action.decide_by, SOON)),
                and_(Action.state.in_(UNDER_WAY), is_due_within(Action.until, SOON)),
            ),
            "mine": (
                and_(where_sort(person, "mine"), Action.decide_by > NOW),
                and_(~where_sort(person, "mine"), Action.decide_by > NOW, _has_missing_document(person)),
            ),
            "late": (where_sort(person, "late"),),
            "in_effect": (where_sort(person, "in_effect"),),
            "lapsed": (lapsed,),
        },
        since=Action.proposed_at,
        due=func.coalesce(_select_struck_deadline(Deadline.due_at), ends),
        due_kind=func.coalesce(
            _select_struck_deadline(Deadline.kind),
            case((Action.state == "proposed", "decide"), else_="lapse"),
        ),
        case_id=Action.case_id,
    )


def _has_missing_document(person: OfficerRow) -> ColumnElement[bool]:
    """Whether a document is missing that this officer must bring: as the proposer, or as a screener for a
    screening plan.
    """
    mine = Action.proposed_by == person.id
    lacking = [
        and_(Action.kind == kind.id, or_(*map(_is_missing, kind.requires)))
        for kind in load_kinds().values()
        if kind.requires
    ]
    screened = [
        and_(Action.kind == kind.id, _is_missing(SCREENING))
        for kind in load_kinds().values()
        if SCREENING in kind.requires and has_role(person, "screener") and "screener" in list_roles_of(kind)
    ]
    waits = or_(and_(mine, or_(false(), *lacking)), false(), *screened)
    return and_(Action.state == "proposed", waits)


def _is_missing(prerequisite: str) -> ColumnElement[bool]:
    """Whether neither the action nor its joint operation has such a document."""
    lies = or_(ActionDocument.action_id == Action.id, ActionDocument.operation_id == Action.operation_id)
    found = exists().where(lies, ActionDocument.prerequisite == prerequisite)
    return ~found.correlate(Action)


def _select_struck_deadline(column: Any) -> Any:
    """A column of the deadline that passed first and is still open; NULL without one."""
    passed = (
        Deadline.about == "measure",
        Deadline.about_id == Action.id,
        Deadline.state == "struck",
        # A warning that struck has done its work; the lapse that it warned of is still to come.
        Deadline.kind != "lapse_warning",
    )
    return select(column).where(*passed).order_by(Deadline.due_at).limit(1).scalar_subquery()


def build_operation_source(person: OfficerRow) -> TaskSource:
    """Planned operations wait for the agencies' readiness and for two officers' approval."""
    planned = Operation.state == "planned"
    return TaskSource(
        what="operation",
        tables=Operation.__table__,
        id=Operation.id,
        number=Operation.title,
        kind=case((Operation.raid, "raid"), else_="joint"),
        pillar=RAID_PILLAR,
        sorts={
            "urgent": (and_(planned, is_due_within(Operation.hour, BEFORE_THE_HOUR)),),
            "mine": (
                and_(planned, Operation.hour > NOW, or_(_is_readiness_due(person), _is_decision_due(person))),
            ),
            "late": (and_(planned, Operation.hour <= NOW),),
            "in_effect": (Operation.state == "go",),
        },
        since=Operation.proposed_at,
        due=Operation.hour,
        due_kind="hour",
        case_id=Operation.case_id,
    )


def _is_readiness_due(person: OfficerRow) -> ColumnElement[bool]:
    """The officer's agency takes part and has not said whether it is ready."""
    if not has_role(person, *role_groups.ACTION_TEAMS):
        return false()
    return exists().where(
        OperationAgency.operation_id == Operation.id,
        OperationAgency.agency == person.agency,
        OperationAgency.readiness == "unknown",
    )


def _is_decision_due(person: OfficerRow) -> ColumnElement[bool]:
    """Whether the officer may approve the operation and has not, or readiness or documents changed since they
    did.
    """
    if not has_role(person, *role_groups.OPERATION_DECIDERS):
        return false()
    same_operation = OperationWord.operation_id == Operation.id
    # An approval holds for what the officer saw: a later paper or refusal voids it.
    newer = or_(
        exists().where(OperationAgency.operation_id == Operation.id, OperationAgency.at > OperationWord.at),
        exists().where(ActionDocument.operation_id == Operation.id, ActionDocument.at > OperationWord.at),
    )
    counts = exists().where(same_operation, OperationWord.officer_id == person.id, ~newer)
    return ~counts.correlate(Operation)
