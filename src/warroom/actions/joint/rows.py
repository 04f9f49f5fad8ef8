"""Finding and locking operations; the operation always before its actions."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions import visibility
from warroom.actions.decisions.proposals import case_id_of
from warroom.actions.joint.views import LineKind
from warroom.actions.schema import Action, Operation, OperationTimeline
from warroom.cases.sealing import visible
from warroom.errors import NotFound, NotPossible
from warroom.ledger import officers
from warroom.ledger.officers import Officer
from warroom.ledger.schema import OfficerRow

WORDS = {"planned": "planned", "go": "under way", "no_go": "called off", "ended": "ended"}

__all__ = [
    "case_id_of",
    "in_state",
    "locked",
    "locked_measures",
    "note",
    "open_to",
    "opened",
    "seen",
]


def seen(session: Session, officer: Officer, operation_id: int) -> tuple[Operation, OfficerRow]:
    """An operation that this officer may know of; raises NotAllowed or NotFound."""
    person = officers.require(session, officer, *role_groups.CASE_READERS)
    query = select(Operation).where(Operation.id == operation_id, visible(person, Operation.case_id))
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("actions.no-such-operation", operation=operation_id)
    return found, person


def opened(
    session: Session, officer: Officer, operation_id: int, now: datetime
) -> tuple[Operation, OfficerRow]:
    """An operation that this officer may read; raises NotAllowed, NotFound, or PurposeNeeded by who has not said why
    they open its case.
    """
    found, person = seen(session, officer, operation_id)
    visibility.may_read(session, person, found.case_id, now)
    return found, person


def locked(
    session: Session, officer: Officer, operation_id: int, now: datetime, *roles: str
) -> tuple[Operation, OfficerRow]:
    """The operation, locked, for an officer with one of these roles, who works on its case by that; raises NotAllowed or
    NotFound.
    """
    found, _ = seen(session, officer, operation_id)
    person = officers.require(session, officer, *roles)
    session.refresh(found, with_for_update=True)
    visibility.note_work(session, person, found.case_id, now)
    return found, person


def locked_measures(session: Session, operation: Operation, *states: str) -> list[Action]:
    """Its actions in these states, locked, the oldest first."""
    query = select(Action).where(Action.operation_id == operation.id).order_by(Action.id)
    rows = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return [one for one in rows if one.state in states]


def open_to(session: Session, person: OfficerRow, operation: Operation) -> set[int]:
    """Which of its actions the officer may know of: one may serve a case that is sealed to others."""
    query = select(Action.id).where(Action.operation_id == operation.id, visible(person, Action.case_id))
    return set(session.scalars(query))


def in_state(operation: Operation, *states: str) -> None:
    """Raises NotPossible where the operation is in none of these states."""
    if operation.state not in states:
        raise NotPossible("actions.operation-not-open", state=WORDS[operation.state])


def note(
    session: Session,
    operation: Operation,
    person: OfficerRow,
    kind: LineKind,
    text: str,
    now: datetime,
    place: int | None = None,
) -> OperationTimeline:
    """A line of the shared time line, under the officer's agency."""
    line = OperationTimeline(
        operation_id=operation.id,
        at=now,
        agency=person.agency,
        officer_id=person.id,
        kind=kind,
        place=place,
        text=text,
    )
    session.add(line)
    session.flush()
    return line
