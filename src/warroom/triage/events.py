"""What a run of signals leaves in the ledger beside its row of the log: when it was, for whoever opens the list."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from warroom import files
from warroom.home import Home
from warroom.ledger.bookmarks import keep_bookmark


def keep_look(session: Session, kind: str, found: int, now: datetime) -> None:
    """Keep that signals of a kind were looked for, and how many stood out; whatever is found, it was looked."""
    keep_bookmark(session, name_of(kind), _mark(found, now))


def keep_look_alone(home: Home, kind: str, found: int, now: datetime) -> None:
    """The same where a home is a lake alone yet: a ledger that comes later has no mark of what was looked for before."""
    files.write(alone(home, kind), _mark(found, now).encode())


def alone(home: Home, kind: str) -> Path:
    """Where that is kept."""
    return home.root / f"{name_of(kind)}.json"


def _mark(found: int, now: datetime) -> str:
    return json.dumps({"at": now.isoformat(), "found": found})


def name_of(kind: str) -> str:
    """The bookmark of a kind."""
    return f"signals.{kind}"
