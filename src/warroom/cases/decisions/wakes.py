"""Reminders: an officer sets a moment and a note to themselves; once due, the reminder is among their tasks."""

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

# Characters; a line in a list of tasks.
LONGEST_NOTE = 300
FARTHEST = timedelta(days=3 * 366)
"""No case lasts longer; a moment further ahead is a mistyped year."""


def set_wake(ledger: Ledger, officer: Officer, number: str, at: datetime, note: str) -> WakeView:
    """Set a reminder for a case; logged. The same moment again replaces the note.

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
    """End a reminder; returns the case's number. Raises NotFound for one that is not the officer's own."""
    with open_decision(ledger, officer, *role_groups.CASE_READERS) as this:
        row = this.session.get(Wake, wake_id, with_for_update=True)
        if row is None or row.officer_id != this.person.id:
            raise NotFound("cases.no-such-wake")
        case = this.session.get_one(Case, row.case_id)
        sealing.may_see(this.session, this.person, case, "cases.no-such-wake")
        if row.state != "done":
            deadlines.meet_deadlines(this.session, "wake", row.id, "wake")
            # Kept and not deleted: the log's rows refer to it.
            row.state = "done"
            this.log_entry("case.wake-done", f"case:{case.number}", {"at": row.at}, case.number)
        return case.number


def own_wakes(ledger: Ledger, officer: Officer, number: str) -> tuple[WakeView, ...]:
    """The officer's open reminders in a case, the next one first; raises what the case's page raises."""
    with logged_read(ledger, officer, *role_groups.CASE_READERS) as this:
        case = purposes.read_case(this, number)
        mine = (Wake.case_id == case.id, Wake.officer_id == this.person.id, Wake.state != "done")
        rows = this.session.scalars(select(Wake).where(*mine).order_by(Wake.at))
        return tuple(WakeView(row.id, number, row.at, row.note, row.state) for row in rows)


def lock_wake(session: Session, wake_id: int) -> Wake:
    """The reminder's row, locked; to be called before its deadline is handled."""
    return session.get_one(Wake, wake_id, with_for_update=True)


def handle_wake_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """Mark a reminder as due: from now on it waits for its officer."""
    lock_wake(session, deadline.about_id).state = "due"
