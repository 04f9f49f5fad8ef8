"""Striking due deadlines, each in a transaction of its own: one that fails does not block the others."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from warroom.cases.schema import Case
from warroom.errors import WarroomError
from warroom.ledger.audit import writing
from warroom.ledger.deadlines import Striker, Strikers, Strikes, log
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Deadline


def strike_due_deadlines(ledger: Ledger, strikers: Strikers, now: datetime) -> Strikes:
    """Strike every deadline due at `now`; returns counts. A deadline about a thing without a striker stays
    running, and each turn logs an error.
    """
    due = select(Deadline.id, Deadline.about, Deadline.kind).where(
        Deadline.state == "running", Deadline.due_at <= now
    )
    with ledger.open_session() as session:
        rows = session.execute(due.order_by(Deadline.due_at, Deadline.id)).all()
    struck, unhandled = Counter[tuple[str, str]](), Counter[str]()
    for number, about, kind in rows:
        if about not in strikers:
            unhandled[about] += 1
            continue
        try:
            struck[about, kind] += _strike_one(ledger, strikers[about], number, now)
        except WarroomError as problem:
            log.warning("deadline %s could not strike: %s", number, type(problem).__name__)
    for about, count in unhandled.items():
        log.error("%s deadlines about %r are due and no striker is named for them", count, about)
    return Strikes(struck, unhandled.total())


def _strike_one(ledger: Ledger, striker: Striker, number: int, now: datetime) -> bool:
    with ledger.open_session() as session:
        row = session.get_one(Deadline, number)
        # The thing before its deadline: decisions lock in this order too.
        if striker.lock is not None:
            striker.lock(session, row.about_id)
        session.refresh(row, with_for_update=True)
        # Read again under the lock: another server may have struck it, or a decision moved it.
        if row.state != "running" or row.due_at > now:
            return False
        row.state, row.struck_at = "struck", now
        striker.strike(session, row, now)
        case = session.get(Case, row.case_id) if row.case_id else None
        writing.write_audit_row(
            session,
            None,
            striker.verb,
            f"{row.about}:{row.about_id}",
            striker.detail(session, row),
            case=case.number if case else None,
            at=now,
        )
        return True
