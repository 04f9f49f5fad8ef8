"""The one reader of what waits: counts and pages for board, queue, work list and wall, by the same conditions.

What is ordered by its deadline is read as tasks of all kinds; cases and appeals, which are ranked by the baht
that leaves, as rows of their own tables. Cases sealed to others are left out of both.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from warroom.cases.schema import AppealRow, Case
from warroom.ledger.rows import make_view
from warroom.room.waiting import case_filters
from warroom.room.waiting.cases import APPEALS, IS_OPEN_APPEAL, may_judge_appeal
from warroom.room.waiting.counting import ALL, Counts, count_tasks
from warroom.room.waiting.source import TaskSource
from warroom.room.waiting.sources import Sources, sources_of
from warroom.room.waiting.survivors import FIRST_TALK
from warroom.room.waiting.viewer import Viewer
from warroom.room.waiting.views import ListOrder, Shown, Sort, Task, TaskFilter

NEXT: tuple[Sort, ...] = ("urgent", "late", "mine", "in_effect")
"""The order of sorts on the board."""


class WaitingReader:
    """What waits at one moment for one viewer; without `with_baht` it leaves out what the queue ranks by
    money.
    """

    def __init__(self, session: Session, viewer: Viewer, now: datetime, *, with_baht: bool = True) -> None:
        self.session, self.viewer, self.now, self._with_baht = session, viewer, now, with_baht

    @cached_property
    def case_filters(self) -> dict[Shown, ColumnElement[bool]]:
        """Which cases each filter of the queue shows."""
        return case_filters.filters_of_queue(self.now, self.viewer.id)

    @cached_property
    def small_cases(self) -> ColumnElement[bool]:
        """The condition for cases that may be folded away."""
        return case_filters.is_small(self.now)

    @cached_property
    def counts(self) -> Counts:
        """How many tasks there are, by kind, pillar and sort."""
        return count_tasks(self.session, self._sources.count_statement, self.now)

    def select_cases(self, condition: ColumnElement[bool], *columns: Any) -> Select[Any]:
        """A query for columns of the visible cases that meet a condition."""
        return select(*columns).where(condition, self.viewer.may_know_of_many())

    def select_appeals(self, shown: Shown, *columns: Any) -> Select[Any]:
        """A query for columns of open appeals of a filter with their holds and cases: those whose holder needs the money today, then the one due first.

        An officer who answers appeals sees those alone that they may judge; everybody else sees all of them.
        """
        query = select(*columns).select_from(APPEALS).where(IS_OPEN_APPEAL, self.viewer.may_know_of_many())
        if shown == "late":
            query = query.where(AppealRow.due_at <= self.now)
        if self.viewer.may_answer_appeals:
            query = query.where(may_judge_appeal(self.viewer.id))
        return query.order_by(AppealRow.needed_today.desc(), AppealRow.due_at, AppealRow.id)

    def list_tasks(self, wanted: TaskFilter, limit: int, offset: int = 0) -> tuple[Task, ...]:
        """A page of the list: each source brings its own first rows, read off its index, and the best of them stay.

        Kinds of which `counts` knows none are not asked again: a room has a few kinds at work of all that there are.
        """
        # Every part brings as many rows as the page reaches to, since all of them may come from one kind of thing.
        parts = [
            self._select_first(source, condition, wanted.order, limit + offset)
            for source in self._sources.each
            if wanted.what in ("", source.what)
            and self.counts.sum_counts(wanted.sort or ALL, wanted.pillar, source.what)
            for condition in _build_conditions(source, wanted)
        ]
        if not parts:
            return ()
        query, columns = _with_case_number(parts)
        ordered = query.order_by(*_build_order(columns, wanted.order)).limit(limit).offset(offset)
        return tuple(map(_to_task, self.session.execute(ordered, {"now": self.now})))

    def list_next_tasks(self, most: int) -> list[Task]:
        """The first few of each kind, pillar and sort: what runs out next, and of what is late what ran out last."""
        parts = [
            self._select_next(source, condition, sort, most)
            for sort in NEXT
            for source in self._sources.each
            if self.counts.sum_counts(sort, what=source.what)
            for condition in source.sorts.get(sort, ())
        ]
        if not parts:
            return []
        query, _ = _with_case_number(parts)
        return [
            _to_task(row) for row in sorted(self.session.execute(query, {"now": self.now}), key=_by_clock)
        ]

    @cached_property
    def _sources(self) -> Sources:
        # The wall has no list by clocks: each line of one leads to a page that nobody opens from there.
        assert self.viewer.person is not None
        return sources_of(self.viewer.person, baht=self._with_baht)

    def _select_first(
        self, source: TaskSource, condition: ColumnElement[bool], order: ListOrder, most: int
    ) -> Select[Any]:
        query = self._sources.select_rows(source, condition, source.build_columns())
        return query.order_by(*_build_order(source, order)).limit(most)

    def _select_next(
        self, source: TaskSource, condition: ColumnElement[bool], sort: Sort, most: int
    ) -> Select[Any]:
        # Of late tasks the ones that became late last come first.
        way = source.due.desc().nulls_last() if sort == "late" else source.due.asc().nulls_last()
        columns = (*source.build_columns(), literal(sort).label("sort"))
        query = self._sources.select_rows(source, condition, columns)
        # A kind of one pillar needs no ranking by pillar, and its first rows come straight off the index.
        if isinstance(source.pillar, str):
            return query.order_by(way, source.id).limit(most)
        # A kind that belongs to several pillars brings the first of each: one limit over all would leave some out.
        place = func.row_number().over(partition_by=source.pillar, order_by=(way, source.id)).label("place")
        ranked = query.add_columns(place).subquery()
        return select(*(column for column in ranked.c if column.name != "place")).where(
            ranked.c.place <= most
        )


def _build_conditions(source: TaskSource, wanted: TaskFilter) -> list[ColumnElement[bool]]:
    pillar = source.pillar
    # Most kinds belong to one pillar, and those of another are not asked for at all.
    if wanted.pillar and isinstance(pillar, str) and pillar != wanted.pillar:
        return []
    conditions = list(source.sorts.get(wanted.sort, ())) if wanted.sort else [source.is_of_any_sort()]
    if wanted.pillar and not isinstance(pillar, str):
        return [condition & (pillar == wanted.pillar) for condition in conditions]
    return conditions


def _with_case_number(parts: Sequence[Select[Any]]) -> tuple[Select[Any], Any]:
    """The rows of all parts with the number of the case that each serves; and the columns of the parts."""
    rows = union_all(*(part.subquery().select() for part in parts)).subquery()
    query = select(rows, Case.number.label("case")).outerjoin(Case, Case.id == rows.c.case_id)
    return query, rows.c


def _build_order(columns: Any, order: ListOrder) -> Sequence[Any]:
    """By the columns `due`, `since` and `id` of a source or of a query; by deadline, people with whom nobody has spoken come
    before all that waits.
    """
    if order == "newest":
        return (columns.since.desc(), columns.id.desc())
    if order == "oldest":
        return (columns.since.asc(), columns.id.asc())
    due = (columns.due.asc().nulls_last(), columns.id.asc())
    # Only where there can be such people: a further expression would keep other kinds from being read off their indexes.
    has_people = not isinstance(columns, TaskSource) or columns.what == "person"
    return ((columns.due_kind == FIRST_TALK).desc(), *due) if has_people else due


def _to_task(row: Row[Any]) -> Task:
    return make_view(Task, row, case=row.case or "", due_kind=row.due_kind or "")


def _by_clock(row: Row[Any]) -> tuple[int, bool, float, int]:
    due = row.due.timestamp() if row.due else 0.0
    return NEXT.index(row.sort), row.due is None, -due if row.sort == "late" else due, row.id
