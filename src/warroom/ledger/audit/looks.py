"""Logging of reads that are too frequent for a row each: one row an hour for each reader and list or page.

An officer's board reloads every few seconds, and the public page of a hold is opened as often as people
please by anyone who has its code. What an officer opens of one case, hold, person or item is a row each time.
"""

from datetime import datetime, timedelta

from sqlalchemy import event
from sqlalchemy.orm import Session

from warroom import clock
from warroom.ledger.audit.writing import write_audit_row
from warroom.ledger.officers import Officer

# Chosen (decision 16): often enough to say who was looking when, without a row every few seconds.
EVERY = timedelta(hours=1)


def log_list_read(
    session: Session, by: Officer | str, what: str, now: datetime | None = None, verb: str = "list.read"
) -> None:
    """Log the read of a list (board, orders, ...) or a page, unless the same was logged within the hour."""
    seen: dict[tuple[str, str, str], datetime] = session.info["looks"]
    name = by.username if isinstance(by, Officer) else by
    key, now = (name, verb, what), now or clock.get_now()
    before = seen.get(key)
    if before is not None and abs(now - before) < EVERY:
        return
    write_audit_row(session, by, verb, what, at=now)
    event.listen(session, "after_commit", lambda _: seen.__setitem__(key, now), once=True)
