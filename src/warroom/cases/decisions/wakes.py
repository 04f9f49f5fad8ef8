"""An officer asks to be woken for a case: at a moment, with a note to themselves. When it comes, it waits for them."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.access import role_groups
from warroom.cases import purposes, sealing
from warroom.cases.schema import Case, Wake
from warroom.cases.views import WakeView
from warroom.errors import NotFound, NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import logged_read, open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import Deadline, OfficerRow

LONGEST_NOTE = 300
FARTHEST = timedelta(days=3 * 366)
"""What lies further ahead than a case may is a slip of the year."""


def set_wake(ledger: Ledger, officer: Officer, number: str, at: datetime, note: str) -> WakeView:
    """Be woken for a case at a moment; logged. The same moment again renews the note.

    Raises NotFound for no case or one sealed to others, NotAllowed, PurposeNeeded, NotPossible for a moment that is past
    or without a note.
    """
    if not (note := " ".join(note.split())[:LONGEST_NOTE]):
        raise NotPossible("cases.wake-note-missing")
    with open_decision(ledger, officer, *role_groups.CASE_READERS) as this:
        case = purposes.read_case(this, number)
        if not this.now < at <= this.now + FARTHEST:
            raise NotPossible("cases.wake-not-ahead")
        row = _find_same_wake(this.session, case, this.person, at)
        if row is None:
            row = Wake(
                case_id=case.id, officer_id=this.person.id, at=at, set_at=this.now, state="waiting", note=note
            )
            this.session.add(row)
            this.session.flush()
            deadlines.start_deadline(this.session, "wake", row.id, "wake", at, case.id)
        row.note = note
        # Without the note: it is the officer's own, and many read the log.
        this.log_entry("case.wake-set", f"case:{number}", {"at": at}, number)
        return WakeView(row.id, number, row.at, row.note, row.state)


def _find_same_wake(session: Session, case: Case, person: OfficerRow, at: datetime) -> Wake | None:
    wanted = (Wake.case_id == case.id, Wake.officer_id == person.id, Wake.at == at, Wake.state == "waiting")
    return session.scalars(select(Wake).where(*wanted).with_for_update()).first()


def end_wake(ledger: Ledger, officer: Officer, wake_id: int) -> str:
    """It is done, or no longer wanted; answers the case's number. Raises NotFound for none of the officer's own."""
    with open_decision(ledger, officer, *role_groups.CASE_READERS) as this:
        row = this.session.get(Wake, wake_id, with_for_update=True)
        if row is None or row.officer_id != this.person.id:
            raise NotFound("cases.no-such-wake")
        case = this.session.get_one(Case, row.case_id)
        sealing.may_see(this.session, this.person, case, "cases.no-such-wake")
        if row.state != "done":
            deadlines.meet_deadlines(this.session, "wake", row.id, "wake")
            row.state = "done"
            this.log_entry("case.wake-done", f"case:{case.number}", {"at": row.at}, case.number)
        return case.number


def own_wakes(ledger: Ledger, officer: Officer, number: str) -> tuple[WakeView, ...]:
    """The officer's own in a case that are not done, the next one first; raises as the case's page does."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        case = purposes.read_case(this, number)
        mine = (Wake.case_id == case.id, Wake.officer_id == this.person.id, Wake.state != "done")
        rows = this.session.scalars(select(Wake).where(*mine).order_by(Wake.at))
        return tuple(WakeView(row.id, number, row.at, row.note, row.state) for row in rows)


def lock_wake(session: Session, wake_id: int) -> Wake:
    """The row, locked before its deadline is looked at."""
    return session.get_one(Wake, wake_id, with_for_update=True)


def handle_wake_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """The moment has come: from now on it waits for the officer."""
    lock_wake(session, deadline.about_id).state = "due"
