"""What goes by its clock on the board, and an officer's work over all kinds of things."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import Case
from warroom.law.kinds.declarations import PILLARS
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.rows import view_of
from warroom.room.worklist.about import about
from warroom.room.worklist.counting import ALL, Counts, count
from warroom.room.worklist.source import Source
from warroom.room.worklist.sources import Sources, sources
from warroom.room.worklist.views import Column, Glance, Order, Sort, Task, Wanted, Work

LINES = 2
"""How many lines of a column say what comes next."""
NEXT: tuple[Sort, ...] = ("urgent", "late", "mine", "in_effect")
"""Which sorts they are taken from, the first first."""


def columns(ledger: Ledger, officer: Officer, *, now: datetime | None = None) -> tuple[Column, ...]:
    """The six pillars with everything that is under way. Raises NotAllowed."""
    now = now or clock.now()
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list("board")
        found = sources(this.person)
        return _columns(this.session, found, count(this.session, found.counted, now), now)


def glance(ledger: Ledger, officer: Officer, *, limit: int = 8, now: datetime | None = None) -> Glance:
    """What goes by its clock: what waits for the officer, up to `limit` lines of it, and the pillars. Raises NotAllowed."""
    now = now or clock.now()
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list("board")
        session, found = this.session, sources(this.person, baht=False)
        counts, wanted = count(session, found.counted, now), Wanted("mine")
        tasks = _listed(session, found, counts, wanted, now, limit)
        mine = Work(tasks, counts.of(wanted), counts.sorts(), counts.whats("mine"))
        return Glance(_columns(session, found, counts, now), mine, about(session, tasks))


def work(
    ledger: Ledger,
    officer: Officer,
    wanted: Wanted | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
    baht: bool = True,
    now: datetime | None = None,
) -> Work:
    """What is under way, of all kinds in one list; without `wanted` what waits for the officer, and without `baht` nothing
    that the queue ranks. Raises NotAllowed.
    """
    wanted, now = wanted or Wanted(), now or clock.now()
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        session, person = this.session, this.person
        this.log_list("work")
        found = sources(person, baht=baht)
        counts = count(session, found.counted, now)
        tasks = _listed(session, found, counts, wanted, now, limit, offset)
        sorts, whats = counts.sorts(wanted.pillar, wanted.what), counts.whats(wanted.sort, wanted.pillar)
        return Work(tasks, counts.of(wanted), sorts, whats)


def _listed(
    session: Session,
    found: Sources,
    counts: Counts,
    wanted: Wanted,
    now: datetime,
    limit: int,
    offset: int = 0,
) -> tuple[Task, ...]:
    """A page of the list: each source brings its own first rows, read off its index, and the best of them stay.

    Kinds of which `counts` knows none are not asked again: a room has a few kinds at work of all that there are.
    """
    # Every part brings as many rows as the page reaches to, since all of them may come from one kind of
    # thing.
    parts = [
        _first(source, condition, wanted.order, limit + offset)
        for source in found.each
        if wanted.what in ("", source.what) and counts.sum(wanted.sort or ALL, wanted.pillar, source.what)
        for condition in _conditions(source, wanted)
    ]
    if not parts:
        return ()
    rows = union_all(*(part.subquery().select() for part in parts)).subquery()
    query = select(rows, Case.number.label("case")).outerjoin(Case, Case.id == rows.c.case_id)
    ordered = query.order_by(*_order(rows.c, wanted.order)).limit(limit).offset(offset)
    return tuple(_task(row) for row in session.execute(ordered, {"now": now}))


def _conditions(source: Source, wanted: Wanted) -> list[ColumnElement[bool]]:
    pillar = source.pillar
    # Most kinds belong to one pillar, and those of another are not asked for at all.
    if wanted.pillar and isinstance(pillar, str) and pillar != wanted.pillar:
        return []
    found = list(source.sorts.get(wanted.sort, ())) if wanted.sort else [source.any()]
    if wanted.pillar and not isinstance(pillar, str):
        return [one & (pillar == wanted.pillar) for one in found]
    return found


def _first(source: Source, condition: ColumnElement[bool], order: Order, most: int) -> Select[Any]:
    columns = source.columns()
    query = select(*columns).select_from(source.tables).where(source.seen, condition)
    return query.order_by(*_order(_Named(source), order)).limit(most)


class _Named:
    """A source's columns by the names that `_order` asks for."""

    def __init__(self, source: Source) -> None:
        self.due, self.since, self.id = source.due, source.since, source.id


def _order(columns: Any, order: Order) -> Sequence[Any]:
    if order == "newest":
        return (columns.since.desc(), columns.id.desc())
    if order == "oldest":
        return (columns.since.asc(), columns.id.asc())
    return (columns.due.asc().nulls_last(), columns.id.asc())


def _task(row: Row[Any]) -> Task:
    return view_of(Task, row, case=row.case or "", due_kind=row.due_kind or "")


def _columns(session: Session, found: Sources, counts: Counts, now: datetime) -> tuple[Column, ...]:
    lines: dict[str, list[Task]] = {pillar: [] for pillar in PILLARS}
    for task in _next(session, found, counts, now):
        if len(lines[task.pillar]) < LINES and task not in lines[task.pillar]:
            lines[task.pillar].append(task)
    return tuple(Column(pillar, counts.sorts(pillar), tuple(lines[pillar])) for pillar in PILLARS)


def _next(session: Session, found: Sources, counts: Counts, now: datetime) -> list[Task]:
    """The first few of each pillar and sort: what runs out next, and of what is late what ran out last."""
    parts = [
        _few(source, condition, sort)
        for sort in NEXT
        for source in found.each
        if counts.sum(sort, what=source.what)
        for condition in source.sorts.get(sort, ())
    ]
    if not parts:
        return []
    rows = union_all(*(part.subquery().select() for part in parts)).subquery()
    query = select(rows, Case.number.label("case")).outerjoin(Case, Case.id == rows.c.case_id)
    return [_task(row) for row in sorted(session.execute(query, {"now": now}), key=_by_clock)]


def _by_clock(row: Row[Any]) -> tuple[int, bool, float, int]:
    due = row.due.timestamp() if row.due else 0.0
    return NEXT.index(row.sort), row.due is None, -due if row.sort == "late" else due, row.id


def _few(source: Source, condition: ColumnElement[bool], sort: Sort) -> Select[Any]:
    way = source.due.desc().nulls_last() if sort == "late" else source.due.asc().nulls_last()
    query = (
        select(*source.columns(), literal(sort).label("sort"))
        .select_from(source.tables)
        .where(source.seen, condition)
    )
    # A kind of one pillar needs no ranking by pillar, and its first rows come straight off the index.
    if isinstance(source.pillar, str):
        return query.order_by(way, source.id).limit(LINES)
    # A kind that belongs to several pillars brings the first of each: one limit over all would leave some
    # out.
    place = func.row_number().over(partition_by=source.pillar, order_by=(way, source.id)).label("place")
    ranked = query.add_columns(place).subquery()
    columns = [column for column in ranked.c if column.name != "place"]
    return select(*columns).where(ranked.c.place <= LINES)
