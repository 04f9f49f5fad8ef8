"""The cases that an officer opened last, from the log of their own reads; shown to that officer only."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import sealing
from warroom.cases.queries.case_list import to_board_row
from warroom.cases.schema import Case
from warroom.cases.views import BoardRow
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import AuditLine, WaitingLine

# Cases shown under an empty search.
MOST = 5
LOOKED_AT = 20_000
"""Rows of the log searched, the newest first: some hours of a busy room. Chosen, not measured."""


def list_recent_cases(ledger: Ledger, officer: Officer) -> tuple[BoardRow, ...]:
    """The cases that the officer may still know of and opened last, the last first; raises NotAllowed."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        numbers = _list_opened_numbers(this.session, officer.username)
        query = select(Case).where(Case.number.in_(numbers), sealing.is_visible_to(this.person))
        found = {case.number: case for case in this.session.scalars(query)}
        return tuple(to_board_row(found[number]) for number in numbers if number in found)[:MOST]


def _list_opened_numbers(session: Session, username: str) -> list[str]:
    """Numbers of cases by the log, those whose rows have no number yet before the others."""
    newest = session.scalar(select(func.max(AuditLine.sequence))) or 0
    mine = [
        select(WaitingLine.case_number)
        # Rows of the log get their number a moment after they are committed.
        .where(WaitingLine.officer == username, WaitingLine.verb == "case.read")
        .order_by(WaitingLine.entry.desc()),
        select(AuditLine.case_number)
        .where(
            AuditLine.sequence > newest - LOOKED_AT,
            AuditLine.officer == username,
            AuditLine.verb == "case.read",
        )
        .order_by(AuditLine.sequence.desc()),
    ]
    # More than are shown: some may have been sealed to others since.
    numbers = (number for query in mine for number in session.scalars(query) if number)
    return list(dict.fromkeys(numbers))[: 4 * MOST]
