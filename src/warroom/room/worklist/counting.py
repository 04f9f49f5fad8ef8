"""How many things are of each sort, in one question to the database; and the same for a moment without asking."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, func, select, union_all
from sqlalchemy.orm import Session

from warroom.room.worklist.source import Source
from warroom.room.worklist.views import SORTS, Sort, Wanted, What

ALL = "all"
Key = tuple[What, str]


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers by kind of thing and pillar, and by sort within; `all` are those of any sort."""

    found: Mapping[Key, Mapping[str, int]]

    def of(self, wanted: Wanted) -> int:
        """How long the list is."""
        return self.sum(wanted.sort or ALL, wanted.pillar, wanted.what)

    def sum(self, sort: str, pillar: str = "", what: str = "") -> int:
        """Over what is wanted; "" means any."""
        return sum(
            counts[sort]
            for (one, column), counts in self.found.items()
            if what in ("", one) and pillar in ("", column)
        )

    def sorts(self, pillar: str = "", what: str = "") -> dict[str, int]:
        """By sort, `all` first."""
        return {sort: self.sum(sort, pillar, what) for sort in (ALL, *SORTS)}

    def whats(self, sort: Sort | str, pillar: str = "") -> dict[str, int]:
        """By kind of thing, those that there are."""
        kinds = dict.fromkeys(what for what, _ in self.found)
        return {what: number for what in kinds if (number := self.sum(sort or ALL, pillar, what))}


def count(session: Session, statement: CompoundSelect[Any], now: datetime) -> Counts:
    """Every source counted over what the officer may know of; `statement` as `counted` writes it."""
    rows = session.execute(statement, {"now": now})
    return Counts({(row[0], row[1]): dict(zip((ALL, *SORTS), row[2:], strict=True)) for row in rows})


def counted(sources: Iterable[Source]) -> CompoundSelect[Any]:
    """The question of how many there are of each source, by pillar and sort."""
    # One statement for all kinds, so that the figures beside each other are of one moment.
    return union_all(*map(_counted, sources))


def _counted(source: Source):  # type: ignore[no-untyped-def]
    what, pillar = source.columns()[0], next(one for one in source.columns() if one.name == "pillar")
    # Counted each time and kept nowhere: a stale number costs more trust than this costs time.
    sums = [func.count().filter(source.of(sort)).label(sort) for sort in SORTS]
    query = select(what, pillar, func.count().label(ALL), *sums).select_from(source.tables)
    return query.where(source.seen, source.any()).group_by(pillar)
