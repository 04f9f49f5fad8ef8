"""Details of a task that waits for an officer: who brought it, and what it still lacks."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warroom.actions.schema import Action, ActionApproval, ActionDocument, Operation, OperationAgency
from warroom.cases.schema import HoldExtension
from warroom.deliveries.schema import WaitingCorrection
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import OfficerRow
from warroom.requests.schema import Request
from warroom.room.waiting.views import Task
from warroom.room.worklist.views import TaskDetails
from warroom.survivors.schema import SurvivorRow

# By kind of task: the id's column and that of the officer who brought it. Kinds that are missing show
# nobody.
BROUGHT: Mapping[str, tuple[Any, Any]] = {
    "action": (Action.id, Action.proposed_by),
    "operation": (Operation.id, Operation.proposed_by),
    "request": (Request.id, Request.drafted_by),
    "extension": (HoldExtension.id, HoldExtension.requested_by),
    "person": (SurvivorRow.id, SurvivorRow.made_by),
    "correction": (WaitingCorrection.id, WaitingCorrection.officer_id),
}


def load_task_details(session: Session, tasks: Iterable[Task]) -> dict[tuple[str, int], TaskDetails]:
    """Details by (kind, id); kinds that are not in `BROUGHT` have none."""
    ids: dict[str, list[int]] = {}
    for task in tasks:
        ids.setdefault(task.what, []).append(task.id)
    about_by_task = {
        (what, id_): TaskDetails(by)
        for what in BROUGHT.keys() & ids
        for id_, by in _list_bringers(session, what, ids[what])
    }
    about_by_task |= _load_action_details(session, ids.get("action", []), about_by_task)
    return about_by_task | _load_operation_details(session, ids.get("operation", []), about_by_task)


def _list_bringers(session: Session, what: str, ids: list[int]) -> list[tuple[int, str]]:
    id_, brought = BROUGHT[what]
    query = select(id_, OfficerRow.name).join(OfficerRow, OfficerRow.id == brought).where(id_.in_(ids))
    return [(row[0], row[1]) for row in session.execute(query)]


def _load_action_details(
    session: Session, ids: list[int], about_by_task: Mapping[tuple[str, int], TaskDetails]
) -> dict[tuple[str, int], TaskDetails]:
    if not ids:
        return {}
    lies = or_(ActionDocument.action_id == Action.id, ActionDocument.operation_id == Action.operation_id)
    papers = (
        select(func.array_agg(ActionDocument.prerequisite)).where(lies).correlate(Action).scalar_subquery()
    )
    approval_count = (
        select(func.count(func.distinct(ActionApproval.officer_id)))
        .where(ActionApproval.action_id == Action.id)
        .correlate(Action)
        .scalar_subquery()
    )
    query = select(Action.id, Action.kind, Action.needed, approval_count, papers).where(Action.id.in_(ids))
    return {
        ("action", id_): TaskDetails(
            about_by_task["action", id_].by,
            tuple(
                prerequisite for prerequisite in load_kind(kind).requires if prerequisite not in (laid or ())
            ),
            approvals,
            needed,
        )
        for id_, kind, needed, approvals, laid in session.execute(query)
    }


def _load_operation_details(
    session: Session, ids: list[int], about_by_task: Mapping[tuple[str, int], TaskDetails]
) -> dict[tuple[str, int], TaskDetails]:
    query = select(OperationAgency.operation_id, OperationAgency.agency, OperationAgency.readiness)
    rows = session.execute(query.where(OperationAgency.operation_id.in_(ids))).all() if ids else []
    words_by_operation = {
        id_: [(agency, ready) for operation_id, agency, ready in rows if operation_id == id_] for id_ in ids
    }
    return {
        ("operation", id_): TaskDetails(
            about_by_task["operation", id_].by,
            ready=sum(word == "ready" for _, word in words),
            agencies=len(words),
            unready=tuple(agency for agency, word in words if word != "ready"),
        )
        for id_, words in words_by_operation.items()
    }
