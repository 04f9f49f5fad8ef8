"""Counts of tasks by kind, pillar and sort, in one query."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, func
from sqlalchemy.orm import Session

from warroom.room.waiting.source import TaskSource
from warroom.room.waiting.views import SORTS, Sort, TaskFilter, What

ALL = "all"
Key = tuple[What, str]
SelectRows = Callable[[TaskSource, ColumnElement[bool], Iterable[Any]], Select[Any]]


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts by (kind, pillar) and within by sort; `all` counts tasks of any sort once."""

    found: Mapping[Key, Mapping[str, int]]

    def count_filtered(self, wanted: TaskFilter) -> int:
        """The length of the list for a filter."""
        return self.sum_counts(wanted.sort or ALL, wanted.pillar, wanted.what)

    def sum_counts(self, sort: str, pillar: str = "", what: str = "") -> int:
        """The sum over a sort, a pillar and a kind; "" means any."""
        return sum(
            counts[sort]
            for (one, column), counts in self.found.items()
            if what in ("", one) and pillar in ("", column)
        )

    def count_by_sort(self, pillar: str = "", what: str = "") -> dict[str, int]:
        """By sort, `all` first."""
        return {sort: self.sum_counts(sort, pillar, what) for sort in (ALL, *SORTS)}

    def count_by_kind(self, sort: Sort | str, pillar: str = "") -> dict[str, int]:
        """By kind of task, without kinds that have none."""
        kinds = dict.fromkeys(what for what, _ in self.found)
        return {what: number for what in kinds if (number := self.sum_counts(sort or ALL, pillar, what))}


def count_tasks(session: Session, statement: CompoundSelect[Any], now: datetime) -> Counts:
    """Every source counted over what the viewer may know of; `statement` is that of their `Sources`."""
    rows = session.execute(statement, {"now": now})
    return Counts({(row[0], row[1]): dict(zip((ALL, *SORTS), row[2:], strict=True)) for row in rows})


def counted_by_pillar(source: TaskSource, select_rows: SelectRows) -> Select[Any]:
    """The query that counts one kind of task by pillar and sort."""
    what, pillar = (
        source.build_columns()[0],
        next(column for column in source.build_columns() if column.name == "pillar"),
    )
    # Counted each time and kept nowhere: a stale number costs more trust than this costs time.
    sums = [func.count().filter(source.is_of_sort(sort)).label(sort) for sort in SORTS]
    return select_rows(
        source, source.is_of_any_sort(), (what, pillar, func.count().label(ALL), *sums)
    ).group_by(pillar)
