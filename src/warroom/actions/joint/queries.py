"""Joint operations for people: a list, one with everything, and its time line."""

from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.actions.joint.render import view
from warroom.actions.joint.rows import opened
from warroom.actions.joint.views import LineView, OperationLine, OperationView, ResultView
from warroom.actions.render import people_of
from warroom.actions.schema import (
    Action,
    Operation,
    OperationAgency,
    OperationPlace,
    OperationResult,
    OperationTimeline,
)
from warroom.cases.sealing import visible
from warroom.ledger import officers
from warroom.ledger.audit import looks, writing
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer


def one(
    ledger: Ledger, officer: Officer, operation_id: int, *, again: bool = False, now: datetime | None = None
) -> OperationView:
    """An operation as it stands; the look is logged, one that a screen repeats by itself (`again`) once an hour.
    Raises NotAllowed, NotFound, or PurposeNeeded.
    """
    now = now or clock.now()
    with ledger.session() as session:
        operation, person = opened(session, officer, operation_id, now)
        found = view(session, operation, now, person)
        if again:
            looks.look(session, officer, f"joint:{operation.id}", now)
        else:
            writing.append(session, officer, "joint.read", f"joint:{operation.id}", case=found.case, at=now)
        return found


def listed(
    ledger: Ledger, officer: Officer, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[tuple[OperationLine, ...], int]:
    """Operations that the officer may know of, the latest hour first, and how many there are."""
    with ledger.session() as session:
        person = officers.require(session, officer, *role_groups.CASE_READERS)
        looks.look(session, officer, "joint operations")
        wanted = visible(person, Operation.case_id) & (Operation.state == state if state else true())
        query = select(Operation).where(wanted).order_by(Operation.hour.desc(), Operation.id.desc())
        rows = list(session.scalars(query.limit(limit).offset(offset)))
        total = session.scalar(select(func.count()).select_from(Operation).where(wanted))
        return _lines(session, rows), int(total or 0)


def _lines(session: Session, rows: list[Operation]) -> tuple[OperationLine, ...]:
    ids = [row.id for row in rows]
    counts = []
    for column in (OperationPlace.operation_id, OperationAgency.operation_id, Action.operation_id):
        query = select(column, func.count()).where(column.in_(ids)).group_by(column)
        counts.append({row[0]: row[1] for row in session.execute(query)})
    return tuple(
        OperationLine(row.id, row.title, row.hour, row.state, *(found.get(row.id, 0) for found in counts))  # type: ignore[arg-type]
        for row in rows
    )


def timeline(
    ledger: Ledger, officer: Officer, operation_id: int, *, after: int = 0, limit: int = 200
) -> tuple[LineView, ...]:
    """Lines of the time line after a number, the oldest first: what a screen asks for again and again."""
    with ledger.session() as session:
        operation, _ = opened(session, officer, operation_id, clock.now())
        query = select(OperationTimeline).where(
            OperationTimeline.operation_id == operation.id, OperationTimeline.id > after
        )
        rows = session.scalars(query.order_by(OperationTimeline.id).limit(limit))
        return tuple(_line(session, row) for row in rows)


def results(ledger: Ledger, officer: Officer, operation_id: int) -> tuple[ResultView, ...]:
    """Everything found, in the order in which it was reported; raises NotAllowed or NotFound."""
    with ledger.session() as session:
        operation, _ = opened(session, officer, operation_id, clock.now())
        query = select(OperationResult).where(OperationResult.operation_id == operation.id)
        return tuple(_result(session, row) for row in session.scalars(query.order_by(OperationResult.id)))


def _line(session: Session, row: OperationTimeline) -> LineView:
    name = people_of(session, [row.officer_id])[row.officer_id].name
    return LineView(row.id, row.at, row.agency, name, row.kind, row.place, row.text)  # type: ignore[arg-type]


def _result(session: Session, row: OperationResult) -> ResultView:
    name = people_of(session, [row.officer_id])[row.officer_id].name
    return ResultView(
        row.id,
        row.place,
        row.kind,  # type: ignore[arg-type]
        row.count,
        row.amount,
        tuple(row.refs),
        row.note,
        name,
        row.at,
    )
