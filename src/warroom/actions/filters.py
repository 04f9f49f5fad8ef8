"""The sorts of a list of actions as conditions of a query."""

from sqlalchemy import ColumnElement, exists, or_

from warroom.actions.schema import Action, ActionApproval, ActionDocument
from warroom.actions.views import ActionSort
from warroom.law.kinds.declarations import load_kinds
from warroom.ledger.schema import Deadline, OfficerRow


def where_sort(person: OfficerRow, sort: ActionSort) -> ColumnElement[bool]:
    """Whether an action belongs to this sort for this officer."""
    if sort == "mine":
        return _where_waits_for(person)
    if sort == "late":
        return _where_late()
    return Action.state.in_(("in_effect", "partly") if sort == "in_effect" else ("lapsed",))


def _where_waits_for(person: OfficerRow) -> ColumnElement[bool]:
    """Whether an action waits for the officer's approval; an approval before the newest document does not
    count.
    """
    # By roles and not by one officer: it waits for all who may approve the kind.
    theirs = [kind.id for kind in load_kinds().values() if not set(kind.approves).isdisjoint(person.roles)]
    lies_there = or_(
        ActionDocument.action_id == Action.id, ActionDocument.operation_id == Action.operation_id
    )
    newer = exists().where(lies_there, ActionDocument.at > ActionApproval.at)
    approved = exists().where(
        ActionApproval.action_id == Action.id,
        ActionApproval.officer_id == person.id,
        ~newer.correlate(Action, ActionApproval),
    )
    return (
        (Action.state == "proposed")
        & Action.kind.in_(theirs)
        # Who proposed it waits for others, also where the kind would let them approve.
        & (Action.proposed_by != person.id)
        & ~approved.correlate(Action)
    )


def _where_late() -> ColumnElement[bool]:
    """Whether a deadline of the action has passed; a warning of its end does not count as late."""
    return exists().where(
        Deadline.about == "measure",
        Deadline.about_id == Action.id,
        Deadline.state == "struck",
        Deadline.kind != "lapse_warning",
    )
