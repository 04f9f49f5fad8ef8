"""What a run of signals leaves in the ledger beside its row of the log: when it was, for whoever opens the list."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from warroom import files
from warroom.home import Home
from warroom.ledger.bookmarks import save_bookmark


def keep_look(session: Session, kind: str, found: int, now: datetime) -> None:
    """Keep that signals of a kind were looked for, and how many stood out; whatever is found, it was looked."""
    save_bookmark(session, name_bookmark(kind), _format_mark(found, now))


def keep_look_alone(home: Home, kind: str, found: int, now: datetime) -> None:
    """The same where a home is a lake alone yet: a ledger that comes later has no mark of what was looked for before."""
    files.write_atomically(build_look_path(home, kind), _format_mark(found, now).encode())


def build_look_path(home: Home, kind: str) -> Path:
    """Where that is kept."""
    return home.root / f"{name_bookmark(kind)}.json"


def _format_mark(found: int, now: datetime) -> str:
    return json.dumps({"at": now.isoformat(), "found": found})


def name_bookmark(kind: str) -> str:
    """The bookmark of a kind."""
    return f"signals.{kind}"
