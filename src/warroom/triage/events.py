"""What a run of signals leaves in the ledger beside its row of the log: when it was, for whoever opens the list."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from warroom.ledger.bookmarks import keep_bookmark
from warroom.signals.signal import Kind


def keep_look(session: Session, kind: Kind, found: int, now: datetime) -> None:
    """Keep that signals of a kind were looked for, and how many stood out; whatever is found, it was looked."""
    keep_bookmark(session, name_of(kind), json.dumps({"at": now.isoformat(), "found": found}))


def name_of(kind: Kind) -> str:
    """The bookmark of a kind."""
    return f"signals.{kind}"
