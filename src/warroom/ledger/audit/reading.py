"""The log as people read it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, or_, select

from warroom.errors import NotFound
from warroom.ledger.schema import AuditLine
from warroom.ledger.views import AuditRow

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger


LOOKS = (".read", ".searched", ".listed")
"""The ends of verbs that say that somebody looked and changed nothing."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which rows are wanted: of an officer, a case, a verb or one of `looks` and `deeds` (`kind`), and of a span of time."""

    officer: str = ""
    case: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def list_conditions(self) -> list[ColumnElement[bool]]:
        """The conditions for rows of the log."""
        conditions: list[ColumnElement[bool]] = []
        if self.officer:
            conditions.append(AuditLine.officer == self.officer)
        if self.case:
            conditions.append(AuditLine.case_number == self.case)
        if self.kind in ("looks", "deeds"):
            conditions.append(is_look() if self.kind == "looks" else ~is_look())
        elif self.kind:
            conditions.append(AuditLine.verb == self.kind)
        if self.since is not None:
            conditions.append(AuditLine.at >= self.since)
        if self.until is not None:
            conditions.append(AuditLine.at < self.until)
        return conditions


EVERY_ROW = LogFilter()


def is_look() -> ColumnElement[bool]:
    """A condition for rows of the log that say that somebody looked."""
    return or_(*(AuditLine.verb.like(f"%{end}") for end in LOOKS))


def list_rows(
    ledger: "Ledger", wanted: LogFilter = EVERY_ROW, *, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows first, of those `wanted`; `before` a row number to page on."""
    query = (
        select(AuditLine).where(*wanted.list_conditions()).order_by(AuditLine.sequence.desc()).limit(limit)
    )
    if before:
        query = query.where(AuditLine.sequence < before)
    # What was committed a moment ago has no number yet; a reader must not miss it.
    ledger.number_committed_rows()
    with ledger.open_session() as session:
        return [to_row_view(line) for line in session.scalars(query)]


def list_page(
    ledger: "Ledger", *, case: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[AuditRow], int]:
    """Rows from the `offset`th newest on, of one case or of all, and how many there are."""
    total = count_rows(ledger)
    with ledger.open_session() as session:
        query = select(AuditLine).order_by(AuditLine.sequence.desc()).limit(limit)
        if case:
            own = AuditLine.case_number == case
            total = session.scalar(select(func.count()).select_from(AuditLine).where(own)) or 0
            query = query.where(own).offset(offset)
        else:  # without gaps a page is a range of numbers
            query = query.where(AuditLine.sequence <= total - offset)
        return [to_row_view(line) for line in session.scalars(query)], total


def load_row(ledger: "Ledger", sequence: int) -> tuple[AuditRow, bytes]:
    """One row and its leaf; raises NotFound."""
    ledger.number_committed_rows()
    with ledger.open_session() as session:
        line = session.get(AuditLine, sequence)
        if line is None:
            raise NotFound("ledger.no-such-row", sequence=sequence)
        return to_row_view(line), line.leaf


def count_rows(ledger: "Ledger") -> int:
    """How many rows there are, what was committed just now included."""
    ledger.number_committed_rows()
    with ledger.open_session() as session:
        return session.scalar(select(func.max(AuditLine.sequence))) or 0


def count_by_hour(
    ledger: "Ledger", since: datetime, until: datetime, hidden: ColumnElement[bool] | None = None
) -> list[tuple[str, int, bool, int]]:
    """Rows of a span by officer, hour from its beginning, and whether somebody looked; without the `hidden` ones."""
    hour = func.floor(func.extract("epoch", AuditLine.at - since) / 3600)
    look = is_look()
    query = select(AuditLine.officer, hour, look, func.count()).where(
        AuditLine.at >= since, AuditLine.at < until
    )
    if hidden is not None:
        query = query.where(~hidden)
    with ledger.open_session() as session:
        rows = session.execute(query.group_by(AuditLine.officer, hour, look))
        return [(officer, int(at), bool(looked), count) for officer, at, looked, count in rows]


def to_row_view(line: AuditLine) -> AuditRow:
    """A stored row as people see it."""
    detail = json.loads(line.leaf).get("detail", {})
    hashed, case = line.hash.hex(), line.case_number or ""
    return AuditRow(line.sequence, line.at, line.officer, line.verb, line.subject, detail, hashed, case)


def list_cases_in(row: AuditRow) -> set[str]:
    """The cases that a row tells of: its own, and those that it names, as a search does that found them."""
    named = {str(number) for number in row.detail.get("cases") or () if isinstance(number, str)}
    return named | {row.case} if row.case else named
