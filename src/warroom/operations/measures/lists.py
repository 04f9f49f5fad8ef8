"""Actions for people: a list by what waits for them, and one with everything."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from warroom import clock
from warroom.operations import audit, officers
from warroom.operations.access import visible
from warroom.operations.kinds import kind_of
from warroom.operations.ledger import Ledger
from warroom.operations.measures import shown
from warroom.operations.measures.render import view
from warroom.operations.measures.rows import READERS, case_number, seen
from warroom.operations.measures.sorts import of_sort
from warroom.operations.schema import Case, OfficerRow
from warroom.operations.schema.measures import Measure, MeasureSubject
from warroom.operations.views import Officer
from warroom.operations.views.measures import MEASURE_SORTS, MeasureLine, MeasureSort, MeasureView


def one(ledger: Ledger, officer: Officer, measure_id: int, *, now: datetime | None = None) -> MeasureView:
    """An action with everything on its table; the look is logged. Raises NotAllowed, NotFound, or PurposeNeeded
    by who has not said why they open its case.
    """
    now = now or clock.now()
    with ledger.session() as session:
        measure, person = seen(session, officer, measure_id)
        shown.may_read(session, person, measure.case_id, now)
        found = shown.to(person, view(session, measure, now))
        audit.append(session, officer, "measure.read", f"measure:{measure.id}", case=found.case, at=now)
        return found


def listed(
    ledger: Ledger,
    officer: Officer,
    *,
    state: str = "",
    kind: str = "",
    case: str = "",
    operation: int | None = None,
    asset: str = "",
    sort: MeasureSort | None = None,
    pillar: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[tuple[MeasureLine, ...], int]:
    """Actions that the officer may know of, the newest first, and how many there are; raises NotAllowed. `asset` is the
    number of an asset that they are about, such as A-7.
    """
    with ledger.session() as session:
        person = officers.require(session, officer, *READERS)
        audit.look(session, officer, "measures")
        wanted = _wanted(person, state, kind, case, operation)
        if sort is not None:
            wanted &= of_sort(person, sort)
        if pillar:
            wanted &= Measure.pillar == pillar
        if asset:
            about = MeasureSubject.kind == "asset", MeasureSubject.subject == asset
            wanted &= Measure.id.in_(select(MeasureSubject.measure_id).where(*about))
        rows = session.scalars(
            select(Measure).where(wanted).order_by(Measure.id.desc()).limit(limit).offset(offset)
        )
        total = session.scalar(select(func.count()).select_from(Measure).where(wanted))
        return _lines(session, officers.officer_view(person), list(rows)), int(total or 0)


def counted(ledger: Ledger, officer: Officer) -> dict[str, dict[str, int]]:
    """How many actions the officer may know of, by pillar and sort, `all` with them; raises NotAllowed."""
    with ledger.session() as session:
        person = officers.require(session, officer, *READERS)
        sums = [func.count().filter(of_sort(person, sort)).label(sort) for sort in MEASURE_SORTS]
        query = select(Measure.pillar, func.count().label("all"), *sums).where(
            visible(person, Measure.case_id)
        )
        rows = session.execute(query.group_by(Measure.pillar)).mappings()
        return {row["pillar"]: {name: row[name] for name in ("all", *MEASURE_SORTS)} for row in rows}


def _wanted(
    person: OfficerRow, state: str, kind: str, case: str, operation: int | None
) -> ColumnElement[bool]:
    found = visible(person, Measure.case_id) & true()
    if state:
        found &= Measure.state == state
    if kind:
        found &= Measure.kind == kind
    if case:
        found &= Measure.case_id == select(Case.id).where(Case.number == case).scalar_subquery()
    if operation is not None:
        found &= Measure.operation_id == operation
    return found


def _lines(session: Session, officer: Officer, rows: list[Measure]) -> tuple[MeasureLine, ...]:
    ids = [row.id for row in rows]
    query = select(
        MeasureSubject.measure_id,
        func.count(),
        func.min(MeasureSubject.subject),
        func.array_agg(MeasureSubject.kind.distinct()),
    ).where(MeasureSubject.measure_id.in_(ids))
    subjects = {
        row[0]: (row[1], row[2], row[3]) for row in session.execute(query.group_by(MeasureSubject.measure_id))
    }
    query_names = select(OfficerRow.id, OfficerRow.name).where(
        OfficerRow.id.in_({row.proposed_by for row in rows})
    )
    names = {row.id: row.name for row in session.execute(query_names)}
    return tuple(
        MeasureLine(
            id=row.id,
            reference=row.reference,
            kind=row.kind,
            title=kind_of(row.kind).title,
            pillar=row.pillar,
            case=case_number(session, row),
            operation=row.operation_id,
            partner=row.partner,
            subject=shown.subject(officer, row.kind, subjects[row.id][2], subjects[row.id][1]),
            subjects=subjects[row.id][0],
            state=row.state,  # type: ignore[arg-type]
            proposed_by=names[row.proposed_by],
            proposed_at=row.proposed_at,
            decide_by=row.decide_by,
            until=row.until,
        )
        for row in rows
    )
