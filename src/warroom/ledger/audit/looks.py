"""Logging that an officer looked at a list. A board renews itself every few seconds, so that a row for each look would drown the log: who
looked at which list is one row an hour. What opens one case, hold, person or item is a row each time.
"""

from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from warroom import clock
from warroom.ledger.audit.writing import append
from warroom.ledger.officers import Officer

EVERY = timedelta(hours=1)


def look(session: Session, officer: Officer, what: str, now: datetime | None = None) -> None:
    """Log that an officer looks at a list (board, orders, ...), unless it was logged within the hour."""
    seen: dict[tuple[str, str], datetime] = session.info["looks"]
    key, now = (officer.username, what), now or clock.now()
    before = seen.get(key)
    if before is not None and abs(now - before) < EVERY:
        return
    append(session, officer, "list.read", what, at=now)
    event.listen(session, "after_commit", lambda _: seen.__setitem__(key, now), once=True)
