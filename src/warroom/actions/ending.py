"""How an action ends and its partner is told, whoever ended it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions import states
from warroom.actions.dossier import dossiers
from warroom.actions.emitting import Emitted, emit
from warroom.actions.rows import case_number
from warroom.actions.schema import Action
from warroom.actions.views import ActionState
from warroom.ledger import deadlines
from warroom.orders import outbox
from warroom.orders.schema import Order


def end(
    session: Session,
    measure: Action,
    after: ActionState,
    officer_id: int | None,
    reason: str,
    now: datetime,
    *,
    tell: bool = True,
) -> None:
    """Move a locked action to its end, stop its clocks, and tell its partner unless it never heard of it (or `tell` is
    False, where it ended it itself).
    """
    before = measure.state
    states.move(session, [measure], after, now, officer_id, reason)
    deadlines.meet(session, "measure", measure.id)
    if before == "proposed" or not tell:
        return
    if not outbox.cancel_unsent(session, "measure", measure.id, now, case_number(session, measure)):
        tell_end(session, measure, "withdraw" if after == "withdrawn" else "lift", reason, now)


def tell_end(session: Session, measure: Action, kind: Emitted, reason: str, now: datetime) -> None:
    """Order the partner to undo, unless such an order is under way already."""
    if not any(
        one.kind in outbox.ENDING and one.state in ("waiting", "sent") for one in _orders(session, measure)
    ):
        emit(session, list(dossiers(session, [measure], now).values()), kind, reason, now)


def _orders(session: Session, measure: Action) -> list[Order]:
    query = select(Order).where(Order.about == "measure", Order.about_id == measure.id)
    return list(session.scalars(query))
