"""Purposes: why an officer opens a case. Without one, only the existence of a case is disclosed.

The fraud desk's purpose follows from its work: a desk officer who opens, takes or decides on an open case works on it,
and that is written down by itself. Everyone else, and the desk too once a case is closed, says why.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases.schema import Case, Purpose
from warroom.cases.sealing import case_of, may_see
from warroom.cases.views import PurposeCode
from warroom.errors import NotPossible
from warroom.ledger.audit import writing
from warroom.ledger.decision import LoggedRead
from warroom.ledger.schema import OfficerRow

# How long a purpose is valid: a month of work on a case without being asked again. Chosen, not
# prescribed.
LASTS = timedelta(days=30)


class PurposeNeeded(NotPossible):
    """The case is there; what is in it opens once the officer has said why. `case` is its number."""

    def __init__(self, said: str, case: str) -> None:
        super().__init__(said)
        self.case = case


def may_read(session: Session, person: OfficerRow, case: Case, now: datetime) -> None:
    """Check that the officer may read a case; raises NotFound where it is sealed to them, PurposeNeeded where
    they have not said why they open it.
    """
    may_see(session, person, case)
    if has_purpose_in_force(session, person, case, now):
        return
    if case.state != "open" or set(role_groups.HOLD_RELEASERS).isdisjoint(person.roles):
        raise PurposeNeeded("cases.purpose-missing", case.number)
    record_purpose(session, person, case, "desk", "", now)


def read_case(this: LoggedRead, number: str) -> Case:
    """The case that an officer opens to read; raises NotFound and PurposeNeeded as `may_read` does."""
    case = case_of(this.session, this.person, number)
    may_read(this.session, this.person, case, this.now)
    return case


def work_case(this: LoggedRead, number: str) -> Case:
    """The case that an officer works on, locked against other decisions, with their purpose noted; raises NotFound."""
    case = case_of(this.session, this.person, number, lock=True)
    note_work(this.session, this.person, case, this.now)
    return case


def note_work(session: Session, person: OfficerRow, case: Case, now: datetime) -> None:
    """Record desk work as the purpose of an officer who takes a case or decides in it, where none is in
    force.
    """
    may_see(session, person, case)
    # Not asked for: at three in the morning a question with one possible answer is no control and costs minutes.
    if not has_purpose_in_force(session, person, case, now):
        record_purpose(session, person, case, "desk", "", now)


def may_state_purpose(roles: Iterable[str], purpose: PurposeCode) -> bool:
    """Whether officers with such roles may open a case for this: desk work is the desk's alone."""
    return purpose != "desk" or not set(role_groups.HOLD_RELEASERS).isdisjoint(roles)


def has_purpose_in_force(session: Session, person: OfficerRow, case: Case, now: datetime) -> bool:
    """Whether the officer has said why, within the last 30 days."""
    mine = (Purpose.case_id == case.id, Purpose.officer_id == person.id, Purpose.until > now)
    return bool(session.scalar(select(exists().where(*mine))))


def record_purpose(
    session: Session, person: OfficerRow, case: Case, purpose: PurposeCode, text: str, now: datetime
) -> Purpose:
    """Write a purpose down, and in the log."""
    # Logged here, within the caller's transaction: readers of a case record a purpose too.
    row = Purpose(
        case_id=case.id, officer_id=person.id, purpose=purpose, text=text, at=now, until=now + LASTS
    )
    session.add(row)
    detail = {"purpose": purpose, "text": text, "until": row.until}
    subject = f"case:{case.number}"
    writing.write_audit_row(
        session, person.username, "purpose.stated", subject, detail, case=case.number, at=now
    )
    return row
