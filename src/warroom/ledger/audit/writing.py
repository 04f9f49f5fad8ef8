"""Adding to the log: a row is committed with the deed it tells of, and gets its number right after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from warroom import clock
from warroom.ledger.audit.leaf import AuditEntry
from warroom.ledger.base import Base
from warroom.ledger.canonical_json import to_canonical_json
from warroom.ledger.officers import Officer
from warroom.ledger.schema import WaitingLine

# The table, not the class: no object is kept of a row, and that is half of its cost.
_INSERT = insert(Base.metadata.tables[WaitingLine.__tablename__])


def write_audit_row(
    session: Session,
    officer: Officer | str | None,
    verb: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
    *,
    case: str | None = None,
    at: datetime | None = None,
) -> None:
    """Add a row in the running transaction; None as officer is the program itself."""
    write_audit_rows(session, [AuditEntry(officer, verb, subject, detail or {}, case, at)])


def write_audit_rows(session: Session, entries: Sequence[AuditEntry]) -> None:
    """Add rows in this order in the running transaction, in one statement. Nothing is locked: rows are
    numbered after the commit, in the order in which they come to be seen.
    """
    if not entries:
        return
    now = clock.get_now()
    # First the change, then its row: a change that a constraint refuses leaves no row in the log.
    session.flush()
    session.execute(_INSERT, [_make_row_values(entry, now) for entry in entries])
    session.info["appended"] = True


def _make_row_values(entry: AuditEntry, now: datetime) -> dict[str, Any]:
    return {
        "at": entry.at or now,
        "officer": entry.name,
        "verb": entry.verb,
        "subject": entry.subject,
        "case_number": entry.case or None,
        "detail": to_canonical_json(dict(entry.detail)),
    }
