"""Loading and locking operations; always the operation before its actions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.operations.views import LineKind
from warroom.actions.schema import Action, Operation, OperationTimeline
from warroom.cases.belonging import case_number
from warroom.cases.sealing import is_visible_to
from warroom.errors import NotFound, NotPossible
from warroom.ledger.decision import Decision, LoggedRead
from warroom.ledger.schema import OfficerRow

# States as a refusal names them.
WORDS = {"planned": "planned", "go": "under way", "no_go": "called off", "ended": "ended"}


def load_visible_operation(this: LoggedRead, operation_id: int) -> Operation:
    """An operation that this officer may know of; raises NotAllowed or NotFound."""
    person = this.require_role(*role_groups.CASE_READERS)
    query = select(Operation).where(Operation.id == operation_id, is_visible_to(person, Operation.case_id))
    found = this.session.scalars(query).first()
    if found is None:
        raise NotFound("actions.no-such-operation", operation=operation_id)
    return found


def load_readable_operation(this: LoggedRead, operation_id: int) -> Operation:
    """An operation that this officer may read; raises NotAllowed, NotFound, or PurposeNeeded by who has not said why
    they open its case.
    """
    found = load_visible_operation(this, operation_id)
    visibility.may_read(this.session, this.person, found.case_id, this.now)
    return found


def lock_operation_for_officer(this: Decision, operation_id: int, *roles: str) -> Operation:
    """The operation, locked, for an officer with one of these roles, who works on its case by that; raises NotAllowed or
    NotFound.
    """
    operation = load_visible_operation(this, operation_id)
    this.require_role(*roles)
    # Locked only now, so that nobody who may not decide holds up those who may; read again, since it was not locked.
    this.session.refresh(operation, with_for_update=True)
    visibility.note_work(this.session, this.person, operation.case_id, this.now)
    return operation


def lock_actions(session: Session, operation: Operation, *states: str) -> list[Action]:
    """Its actions in these states, locked, the oldest first."""
    # By number, so that two officers who lock the same actions never wait for each other in a circle.
    query = select(Action).where(Action.operation_id == operation.id).order_by(Action.id)
    rows = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    # All are locked and sorted out here: a condition in the query would be judged on the state before the lock.
    return [one for one in rows if one.state in states]


def list_visible_ids(session: Session, person: OfficerRow, operation: Operation) -> set[int]:
    """Which of its actions the officer may know of: one may serve a case that is sealed to others."""
    query = select(Action.id).where(
        Action.operation_id == operation.id, is_visible_to(person, Action.case_id)
    )
    return set(session.scalars(query))


def require_state(operation: Operation, *states: str) -> None:
    """Raises NotPossible where the operation is in none of these states."""
    if operation.state not in states:
        raise NotPossible("actions.operation-not-open", state=WORDS[operation.state])


def add_timeline_line(
    this: Decision, operation: Operation, kind: LineKind, text: str, place: int | None = None
) -> OperationTimeline:
    """A line of the shared time line, under the officer's agency."""
    # The agency as it is now: an officer who changes the house later has spoken for the old one.
    line = OperationTimeline(
        operation_id=operation.id,
        at=this.now,
        agency=this.person.agency,
        officer_id=this.person.id,
        kind=kind,
        place=place,
        text=text,
    )
    this.session.add(line)
    this.session.flush()
    return line


def log_operation(
    this: LoggedRead, verb: str, operation: Operation, detail: Mapping[str, Any] | None = None
) -> None:
    """Say in the log what was decided about an operation, or that it was read."""
    this.log_entry(verb, f"joint:{operation.id}", detail, case=case_number(this.session, operation.case_id))
