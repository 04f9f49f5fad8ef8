"""A doubted clock: the newest time that the stores show, and an officer's confirmation that the clock is
right.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from warroom import timekeeping
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.ledger.schema import AuditLine, Checkpoint

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Roles that answer for the machine or for what waits on it.
ROLES = ("admin", "supervisor", "commander")


def find_newest_time(ledger: Ledger, lake: "Lake") -> datetime | None:
    """The newest time of a row of the log, a checkpoint or a commit of the lake; None where there is none."""
    with ledger.open_session() as session:
        found = [
            session.scalar(select(AuditLine.at).order_by(AuditLine.sequence.desc()).limit(1)),
            session.scalar(select(func.max(Checkpoint.at))),
        ]
    return max((each for each in (*found, lake.log.find_newest_time()) if each is not None), default=None)


def confirm_clock(ledger: Ledger, officer: Officer, now: datetime) -> None:
    """Confirm, as an officer, that the clock is right at `now`; what waited continues with the next turn.

    One confirmation is enough however long the server was off. Raises NotAllowed for an officer who is no
    administrator, supervisor or commander.
    """
    seen = timekeeping.find_clock_state(ledger.home)
    with open_decision(ledger, officer, *ROLES, now=now) as this:
        detail = {"now": now, "newest": seen.newest if seen else None}
        this.log_entry("clock.confirmed", "clock", detail)
    # After the row: killed in between, the clock stays doubted and is confirmed once more.
    timekeeping.confirm_clock(ledger.home, now)
