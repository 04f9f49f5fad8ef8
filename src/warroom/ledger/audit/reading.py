"""The log as people read it."""

import json
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from warroom.errors import NotFound
from warroom.ledger.schema import AuditLine
from warroom.ledger.views import AuditRow

if TYPE_CHECKING:
    from warroom.ledger.ledger import Ledger


def list_rows(
    ledger: "Ledger", *, case: str | None = None, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows first, of one case or of all; `before` a row number to page on."""
    query = select(AuditLine).order_by(AuditLine.sequence.desc()).limit(limit)
    if case:
        query = query.where(AuditLine.case_number == case)
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


def to_row_view(line: AuditLine) -> AuditRow:
    """A stored row as people see it."""
    detail = json.loads(line.leaf).get("detail", {})
    hashed, case = line.hash.hex(), line.case_number or ""
    return AuditRow(line.sequence, line.at, line.officer, line.verb, line.subject, detail, hashed, case)


def list_cases_in(row: AuditRow) -> set[str]:
    """The cases that a row tells of: its own, and those that it names, as a search does that found them."""
    named = {str(number) for number in row.detail.get("cases") or () if isinstance(number, str)}
    return named | {row.case} if row.case else named
