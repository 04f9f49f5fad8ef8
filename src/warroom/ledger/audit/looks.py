"""Logging that somebody looked where a row for each look would drown the log: who looked at what is one row an hour.

An officer's board renews itself every few seconds, and the public's page of a hold is opened by whoever has its code, as often
as they please. What an officer opens of one case, hold, person or item is a row each time.
"""

from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from warroom import clock
from warroom.ledger.audit.writing import append
from warroom.ledger.officers import Officer

EVERY = timedelta(hours=1)


def log_list_read(
    session: Session, by: Officer | str, what: str, now: datetime | None = None, verb: str = "list.read"
) -> None:
    """Log that somebody looks at a list (board, orders, ...) or a page, unless it was logged within the hour."""
    seen: dict[tuple[str, str, str], datetime] = session.info["looks"]
    name = by.username if isinstance(by, Officer) else by
    key, now = (name, verb, what), now or clock.get_now()
    before = seen.get(key)
    if before is not None and abs(now - before) < EVERY:
        return
    append(session, by, verb, what, at=now)
    event.listen(session, "after_commit", lambda _: seen.__setitem__(key, now), once=True)
