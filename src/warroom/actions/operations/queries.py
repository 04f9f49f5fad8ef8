"""Queries of joint operations: the list, one in full, its time line and results."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import exists, func, select, true
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.actions.filters import where_sort
from warroom.actions.operations.render import build_operation_view
from warroom.actions.operations.rows import load_readable_operation, log_operation
from warroom.actions.operations.views import (
    LineView,
    Need,
    OperationLine,
    OperationView,
    PlannedPlace,
    ResultView,
    SilentAgency,
)
from warroom.actions.render import load_officers_by_id
from warroom.actions.schema import (
    Action,
    Operation,
    OperationAgency,
    OperationNeed,
    OperationPlace,
    OperationResult,
    OperationTimeline,
)
from warroom.cases.sealing import is_visible_to
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import make_view

# Operations from which an agency's usual time to answer is taken.
ANSWERS = 30
# Places suggested while somebody types a name.
FOUND = 8


def load_operation(
    ledger: Ledger, officer: Officer, operation_id: int, *, again: bool = False, now: datetime | None = None
) -> OperationView:
    """An operation; the read is logged, one that a page repeats by itself (`again`) once an hour.
    Raises NotAllowed, NotFound, or PurposeNeeded.
    """
    with logged_read(ledger, officer, now=now) as this:
        operation = load_readable_operation(this, operation_id)
        if again:
            this.log_list_read(f"joint:{operation.id}")
        else:
            log_operation(this, "joint.read", operation)
        return build_operation_view(this.session, operation, this.now, this.person)


def list_operations(
    ledger: Ledger, officer: Officer, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[tuple[OperationLine, ...], int]:
    """Operations that the officer may know of, the latest hour first, and how many there are."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        this.log_list_read("joint operations")
        session = this.session
        wanted = is_visible_to(this.person, Operation.case_id) & (
            Operation.state == state if state else true()
        )
        query = select(Operation).where(wanted).order_by(Operation.hour.desc(), Operation.id.desc())
        rows = list(session.scalars(query.limit(limit).offset(offset)))
        total = session.scalar(select(func.count()).select_from(Operation).where(wanted))
        return _build_lines(session, rows), int(total or 0)


def _build_lines(session: Session, rows: list[Operation]) -> tuple[OperationLine, ...]:
    ids = [row.id for row in rows]
    counts = []
    for column in (OperationPlace.operation_id, OperationAgency.operation_id, Action.operation_id):
        query = select(column, func.count()).where(column.in_(ids)).group_by(column)
        counts.append({row[0]: row[1] for row in session.execute(query)})
    return tuple(
        OperationLine(
            row.id,
            row.title,
            row.hour,
            row.state,  # type: ignore[arg-type]
            *(count_by_id.get(row.id, 0) for count_by_id in counts),
        )
        for row in rows
    )


def list_timeline(
    ledger: Ledger, officer: Officer, operation_id: int, *, after: int = 0, limit: int = 200
) -> tuple[LineView, ...]:
    """Lines of the time line after a number, the oldest first: what a screen asks for again and again."""
    with logged_read(ledger, officer) as this:
        operation, session = load_readable_operation(this, operation_id), this.session
        query = select(OperationTimeline).where(
            OperationTimeline.operation_id == operation.id, OperationTimeline.id > after
        )
        rows = session.scalars(query.order_by(OperationTimeline.id).limit(limit))
        return tuple(build_line_view(session, row) for row in rows)


def list_results(ledger: Ledger, officer: Officer, operation_id: int) -> tuple[ResultView, ...]:
    """Everything found, in the order in which it was reported; raises NotAllowed or NotFound."""
    with logged_read(ledger, officer) as this:
        operation, session = load_readable_operation(this, operation_id), this.session
        query = select(OperationResult).where(OperationResult.operation_id == operation.id)
        return tuple(
            build_result_view(session, row) for row in session.scalars(query.order_by(OperationResult.id))
        )


def list_needs(ledger: Ledger, officer: Officer, operation_id: int) -> tuple[Need, ...]:
    """Who takes part at which place and why, as it was planned; nothing where the plan did not say. Raises NotAllowed or
    NotFound.
    """
    with logged_read(ledger, officer) as this:
        operation, session = load_readable_operation(this, operation_id), this.session
        query = select(OperationNeed).where(OperationNeed.operation_id == operation.id)
        rows = session.scalars(query.order_by(OperationNeed.id))
        return tuple(make_view(Need, row, agency=row.agency or "") for row in rows)


def is_waiting_for(ledger: Ledger, officer: Officer, operation_id: int) -> bool:
    """Whether an action of it waits for this officer's approval. Raises NotAllowed or NotFound."""
    with logged_read(ledger, officer) as this:
        operation = load_readable_operation(this, operation_id)
        theirs = (Action.operation_id == operation.id) & where_sort(this.person, "mine")
        return bool(this.session.scalar(select(exists().where(theirs))))


def answer_times(ledger: Ledger, agencies: Sequence[str]) -> dict[str, timedelta]:
    """How long each agency usually takes to say whether it is ready: the median of its first words of its last 30
    operations. An agency that never answered is not in it.
    """
    first = func.extract("epoch", func.min(OperationTimeline.at) - Operation.proposed_at)
    query = (
        select(OperationTimeline.agency, first)
        .join(Operation, Operation.id == OperationTimeline.operation_id)
        .where(OperationTimeline.kind == "readiness", OperationTimeline.agency.in_(agencies))
        .group_by(OperationTimeline.agency, Operation.id)
        .order_by(Operation.id.desc())
    )
    taken: dict[str, list[float]] = {}
    with ledger.open_session() as session:
        for agency, seconds in session.execute(query):
            taken.setdefault(agency, []).append(float(seconds))
    return {agency: timedelta(seconds=median(spans[:ANSWERS])) for agency, spans in taken.items()}


def list_silent_agencies(ledger: Ledger, now: datetime) -> tuple[SilentAgency, ...]:
    """Agencies whose readiness a planned operation still waits for; for jobs, not for a page."""
    query = (
        select(OperationAgency.operation_id, OperationAgency.agency, Operation.proposed_at, Operation.hour)
        .join(Operation, Operation.id == OperationAgency.operation_id)
        .where(Operation.state == "planned", Operation.hour > now, OperationAgency.readiness == "unknown")
        .order_by(OperationAgency.operation_id, OperationAgency.agency)
    )
    with ledger.open_session() as session:
        return tuple(SilentAgency(*row) for row in session.execute(query))


def find_places_by_name(ledger: Ledger, officer: Officer, words: str) -> tuple[PlannedPlace, ...]:
    """Places of operations that the officer may know of whose name has these words in it, the latest first, few."""
    query = (
        select(OperationPlace.name, OperationPlace.province)
        .join(Operation, Operation.id == OperationPlace.operation_id)
        .where(OperationPlace.name.icontains(words, autoescape=True))
        .order_by(Operation.id.desc())
        .limit(FOUND)
    )
    with logged_read(ledger, officer, *role_groups.OPERATION_PLANNERS) as this:
        rows = this.session.execute(query.where(is_visible_to(this.person, Operation.case_id)))
        return tuple(
            PlannedPlace(*name_and_province)
            for name_and_province in dict.fromkeys((row.name, row.province) for row in rows)
        )


def build_line_view(session: Session, row: OperationTimeline) -> LineView:
    """A line as people see it."""
    name = load_officers_by_id(session, [row.officer_id])[row.officer_id].name
    return make_view(LineView, row, officer=name)


def build_result_view(session: Session, row: OperationResult) -> ResultView:
    """A finding as people see it."""
    name = load_officers_by_id(session, [row.officer_id])[row.officer_id].name
    return make_view(ResultView, row, references=tuple(row.refs), officer=name)
