"""What stands beside a thing that waits for an officer: who brought it, and what it still lacks."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionApproval, ActionDocument, Operation, OperationAgency
from warroom.cases.schema import HoldExtension
from warroom.deliveries.schema import WaitingCorrection
from warroom.law.kinds.declarations import kind_of
from warroom.ledger.schema import OfficerRow
from warroom.requests.schema import Request
from warroom.room.waiting.views import Task
from warroom.room.worklist.views import About
from warroom.survivors.schema import Person

BROUGHT: Mapping[str, tuple[Any, Any]] = {
    "action": (Action.id, Action.proposed_by),
    "operation": (Operation.id, Operation.proposed_by),
    "request": (Request.id, Request.drafted_by),
    "extension": (HoldExtension.id, HoldExtension.requested_by),
    "person": (Person.id, Person.made_by),
    "correction": (WaitingCorrection.id, WaitingCorrection.officer_id),
}


def about(session: Session, tasks: Iterable[Task]) -> dict[tuple[str, int], About]:
    """By kind and id; nothing of kinds whose bringer nobody needs to know."""
    ids: dict[str, list[int]] = {}
    for task in tasks:
        ids.setdefault(task.what, []).append(task.id)
    found = {
        (what, id_): About(by) for what in BROUGHT.keys() & ids for id_, by in _by(session, what, ids[what])
    }
    found |= _actions(session, ids.get("action", []), found)
    return found | _operations(session, ids.get("operation", []), found)


def _by(session: Session, what: str, ids: list[int]) -> list[tuple[int, str]]:
    id_, brought = BROUGHT[what]
    query = select(id_, OfficerRow.name).join(OfficerRow, OfficerRow.id == brought).where(id_.in_(ids))
    return [(row[0], row[1]) for row in session.execute(query)]


def _actions(
    session: Session, ids: list[int], found: Mapping[tuple[str, int], About]
) -> dict[tuple[str, int], About]:
    if not ids:
        return {}
    lies = or_(ActionDocument.action_id == Action.id, ActionDocument.operation_id == Action.operation_id)
    papers = (
        select(func.array_agg(ActionDocument.prerequisite)).where(lies).correlate(Action).scalar_subquery()
    )
    said = (
        select(func.count(func.distinct(ActionApproval.officer_id)))
        .where(ActionApproval.action_id == Action.id)
        .correlate(Action)
        .scalar_subquery()
    )
    query = select(Action.id, Action.kind, Action.needed, said, papers).where(Action.id.in_(ids))
    return {
        ("action", id_): About(
            found["action", id_].by,
            tuple(one for one in kind_of(kind).requires if one not in (laid or ())),
            approvals,
            needed,
        )
        for id_, kind, needed, approvals, laid in session.execute(query)
    }


def _operations(
    session: Session, ids: list[int], found: Mapping[tuple[str, int], About]
) -> dict[tuple[str, int], About]:
    query = select(OperationAgency.operation_id, OperationAgency.agency, OperationAgency.readiness)
    rows = session.execute(query.where(OperationAgency.operation_id.in_(ids))).all() if ids else []
    said = {id_: [(agency, ready) for one, agency, ready in rows if one == id_] for id_ in ids}
    return {
        ("operation", id_): About(
            found["operation", id_].by,
            ready=sum(word == "ready" for _, word in words),
            agencies=len(words),
            unready=tuple(agency for agency, word in words if word != "ready"),
        )
        for id_, words in said.items()
    }
