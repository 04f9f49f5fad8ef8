"""When a kind of signal was last run, kept for the list's readers."""

import json
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from warroom import files
from warroom.home import Home
from warroom.ledger.bookmarks import save_bookmark


def keep_look(session: Session, kind: str, found: int, now: datetime) -> None:
    """Save that signals of a kind were run at `now`, and how many were found, also where none were."""
    # A bookmark: only the last run matters, and the log has the others.
    save_bookmark(session, name_bookmark(kind), _format_mark(found, now))


def keep_look_alone(home: Home, kind: str, found: int, now: datetime) -> None:
    """`keep_look` for a home without a ledger, in a file: a ledger made later finds the last run there."""
    files.write_atomically(build_look_path(home, kind), _format_mark(found, now).encode())


def build_look_path(home: Home, kind: str) -> Path:
    """The file in which `keep_look_alone` saves."""
    return home.root / f"{name_bookmark(kind)}.json"


def _format_mark(found: int, now: datetime) -> str:
    # One form in the bookmark and in the file: one reader.
    return json.dumps({"at": now.isoformat(), "found": found})


def name_bookmark(kind: str) -> str:
    """The bookmark of a kind."""
    return f"signals.{kind}"
