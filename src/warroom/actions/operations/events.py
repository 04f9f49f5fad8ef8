"""The deadline of a joint operation: its hour comes without a go."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.actions.schema import Operation
from warroom.ledger.schema import Deadline


def handle_operation_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """The hour has come without a go: no order has left, and the struck deadline says so on every page."""


def lock_operation(session: Session, operation_id: int) -> Operation:
    """Lock the operation; called before its deadline is handled."""
    # Waits for a go that is under way: then the hour is met and does not strike.
    return session.get_one(Operation, operation_id, with_for_update=True, populate_existing=True)
