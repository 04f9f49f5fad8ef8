"""What is asked at the command line is logged too, under the name of the machine's account."""

import getpass
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from warroom import clock, settings, unwell
from warroom.cli.answer import note
from warroom.home import Home

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def has_ledger(home: Home) -> bool:
    """Whether a home has a ledger, or ever had one."""
    return (home.ledger / "data").exists() or bool(settings.text("WARROOM_DATABASE_URL"))


def noted(
    home: Home,
    verb: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
    beside: "Callable[[Session], None] | None" = None,
) -> None:
    """Log a read, search or export, before it is answered, and do what belongs `beside` it in the ledger. A home that never had a
    ledger has no log either: it is a lake alone.
    """
    if not has_ledger(home):
        return
    from warroom.ledger.audit import writing
    from warroom.ledger.ledger import Ledger

    with Ledger.open(home) as ledger, ledger.session() as session:
        writing.append(session, f"shell:{getpass.getuser()}", verb, subject, detail or {})
        if beside:
            beside(session)


def noted_look(home: Home, kind: str, found: int, detail: Mapping[str, Any]) -> None:
    """Log a run of signals, and leave the mark of when it was also in a home that has no ledger yet, whatever was found."""
    from warroom.triage.events import keep_look, keep_look_alone

    now = clock.now()
    if not has_ledger(home):
        keep_look_alone(home, kind, found, now)
        return
    noted(home, "signals.run", "lake", detail, lambda session: keep_look(session, kind, found, now))


def note_troubles(home: Home, kind: str) -> None:
    """Say beside the answer what a look at a kind of signal could not read, with the records' numbers."""
    for trouble in unwell.noted(home):
        if trouble.code == f"health.{kind}-unread":
            note(f"{trouble.sentence} {trouble.why}")
