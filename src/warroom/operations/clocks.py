"""Clocks: what happens at a time unless something stops it before. `runtime.jobs` lets them strike."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from warroom.operations.schema import Action, Clock
from warroom.operations.views import ClockKind


def start(
    session: Session, action: Action, kind: ClockKind, due: datetime, appeal_id: int | None = None
) -> None:
    """Set a clock of a hold; an earlier one of the same kind stops."""
    if appeal_id is None:
        stop(session, action, kind)
    session.add(
        Clock(
            case_id=action.case_id,
            action_id=action.id,
            appeal_id=appeal_id,
            kind=kind,
            due_at=due,
            state="running",
        )
    )
    session.flush()


def stop(session: Session, action: Action, *kinds: ClockKind) -> None:
    """Stop the running clocks of these kinds; of every kind where none is named."""
    running = update(Clock).where(Clock.action_id == action.id, Clock.state == "running")
    session.execute((running.where(Clock.kind.in_(kinds)) if kinds else running).values(state="stopped"))
