"""What belongs to a case: its number, and whether an officer may work on it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.cases import purposes, sealing
from warroom.cases.schema import Case
from warroom.ledger.schema import OfficerRow


def require_case_access(
    session: Session,
    person: OfficerRow,
    case_id: int | None,
    now: datetime,
    not_found: str,
    *,
    read: bool = False,
) -> None:
    """Check that the officer may work on (or only read) what belongs to a case; a sealed case counts as absent.

    Raises NotFound with the sentence `not_found`, or PurposeNeeded for a reader who has not said why.
    """
    if case_id is None:
        return
    case = session.get_one(Case, case_id)
    sealing.may_see(session, person, case, not_found)
    (purposes.may_read if read else purposes.note_work)(session, person, case, now)


def case_number(session: Session, case_id: int | None) -> str | None:
    """The number of a case, None for none."""
    return session.scalar(select(Case.number).where(Case.id == case_id)) if case_id else None
