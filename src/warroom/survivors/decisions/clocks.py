"""Extending a person's deadlines, at their wish: they are never shortened."""

from datetime import datetime, timedelta

from warroom.errors import NotPossible
from warroom.ledger import deadlines
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.survivors import events, repository
from warroom.survivors.events import IDENTIFICATION, REFLECTION, ClockName

MOST_DAYS = 90  # at a time: a longer wish is said again


def extend_clock(
    ledger: Ledger, officer: Officer, number: str, kind: ClockName, days: int, *, now: datetime | None = None
) -> datetime:
    """Give the person more days, at their wish; returns the new end. The identification never ends before the
    reflection period.

    Raises NotPossible for a length that is none, NotAllowed for anybody but the person's screeners.
    """
    if kind not in (REFLECTION, IDENTIFICATION) or not 1 <= days <= MOST_DAYS:
        raise NotPossible("survivors.clock-days-unfit", most=MOST_DAYS)
    with open_decision(ledger, officer, "screener", now=now) as this:
        person = repository.lock_own_person(this, number)
        ends = {
            clock_name: events.end_of(this.session, person, clock_name) or person.found_at
            for clock_name in (REFLECTION, IDENTIFICATION)
        }
        # Counted from now where the clock has run out: days given late are days that still lie ahead.
        due = max(ends[kind], this.now) + timedelta(days=days)
        deadlines.start_deadline(this.session, repository.ABOUT, person.id, kind, due, person.case_id)
        if kind == REFLECTION and ends[IDENTIFICATION] < due:
            deadlines.start_deadline(
                this.session, repository.ABOUT, person.id, IDENTIFICATION, due, person.case_id
            )
        repository.log_person(
            this, "person.clock.extended", person, {"clock": kind, "days": days, "due": due}
        )
        return due
