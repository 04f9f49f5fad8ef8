"""Logging of reads at the command line, under the name of the machine's account."""

import getpass
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from warroom import clock, settings, unwell
from warroom.cli.answer import print_note
from warroom.home import Home

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def has_ledger(home: Home) -> bool:
    """Whether a home has a ledger, or ever had one."""
    # The program's own database lies in the home; another one is named by the setting.
    return (home.ledger / "data").exists() or bool(settings.get_text("WARROOM_DATABASE_URL"))


def log_access(
    home: Home,
    verb: str,
    subject: str,
    detail: Mapping[str, Any] | None = None,
    beside: "Callable[[Session], None] | None" = None,
) -> None:
    """Log a read, search or export before it is answered, and run `beside` in the same transaction. A home
    that never had a ledger has no log either: it is only a lake.
    """
    if not has_ledger(home):
        return
    from warroom.ledger.audit import writing
    from warroom.ledger.ledger import Ledger

    # No officer signs in for these commands; the prefix keeps the account apart from user names.
    with Ledger.open(home) as ledger, ledger.open_session() as session:
        writing.write_audit_row(session, f"shell:{getpass.getuser()}", verb, subject, detail or {})
        if beside:
            beside(session)


def log_signal_run(home: Home, kind: str, signal_count: int, detail: Mapping[str, Any]) -> None:
    """Log a run of signals, and save when it was, also in a home without a ledger."""
    from warroom.triage.events import keep_look, keep_look_alone

    now = clock.get_now()
    if not has_ledger(home):
        # A file in the home: a ledger that is made later still knows of this run.
        keep_look_alone(home, kind, signal_count, now)
        return
    log_access(
        home, "signals.run", "lake", detail, lambda session: keep_look(session, kind, signal_count, now)
    )


def note_troubles(home: Home, kind: str) -> None:
    """Print what a run of a kind of signal could not read, with the record ids, on standard error."""
    for trouble in unwell.list_noted(home):
        if trouble.code == f"health.{kind}-unread":
            print_note(f"{trouble.sentence} {trouble.why}")
