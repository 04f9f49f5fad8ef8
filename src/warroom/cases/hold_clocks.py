"""Clocks: what happens at a time unless something stops it before. `runtime.jobs` lets them strike."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from warroom.cases.schema import Hold, HoldClock
from warroom.cases.views import ClockKind


def start(
    session: Session, action: Hold, kind: ClockKind, due: datetime, appeal_id: int | None = None
) -> None:
    """Set a clock of a hold; an earlier one of the same kind stops."""
    if appeal_id is None:
        stop(session, action, kind)
    session.add(
        HoldClock(
            case_id=action.case_id,
            action_id=action.id,
            appeal_id=appeal_id,
            kind=kind,
            due_at=due,
            state="running",
        )
    )
    session.flush()


def stop(session: Session, action: Hold, *kinds: ClockKind) -> None:
    """Stop the running clocks of these kinds; of every kind where none is named."""
    running = update(HoldClock).where(HoldClock.action_id == action.id, HoldClock.state == "running")
    session.execute((running.where(HoldClock.kind.in_(kinds)) if kinds else running).values(state="stopped"))
