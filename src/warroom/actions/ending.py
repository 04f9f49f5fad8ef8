"""Ending an action, by any cause, and the order to its partner to undo it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.actions import states
from warroom.actions.dossier import load_dossiers
from warroom.actions.emitting import Emitted, emit_action_orders
from warroom.actions.rows import find_case_number
from warroom.actions.schema import Action
from warroom.actions.views import ActionState
from warroom.ledger import deadlines
from warroom.orders import outbox
from warroom.orders.schema import Order


def end_action(
    session: Session,
    measure: Action,
    after: ActionState,
    officer_id: int | None,
    reason: str,
    now: datetime,
    *,
    tell: bool = True,
) -> None:
    """End a locked action, stop its deadlines, and order its partner to undo it, unless the order never left
    (or `tell` is False, where the partner ended it itself).
    """
    before = measure.state
    states.move_actions(session, [measure], after, now, officer_id, reason)
    deadlines.meet_deadlines(session, "measure", measure.id)
    # What was never approved never left: the partner has nothing to undo.
    if before == "proposed" or not tell:
        return
    # An order that is still in the outbox is taken out; one that may have left is undone by another, since a message
    # that is on its way cannot be called back.
    if not outbox.cancel_unsent(session, "measure", measure.id, now, find_case_number(session, measure)):
        tell_end(session, measure, "withdraw" if after == "withdrawn" else "lift", reason, now)


def tell_end(session: Session, measure: Action, kind: Emitted, reason: str, now: datetime) -> None:
    """Order the partner to undo, unless such an order is under way already."""
    # Only an open order counts: a partner that confirmed the undoing and acts again gets a new one.
    undo_orders = (
        order.kind in outbox.ENDING and order.state in ("waiting", "sent")
        for order in list_orders(session, measure)
    )
    if not any(undo_orders):
        emit_action_orders(session, list(load_dossiers(session, [measure], now).values()), kind, reason, now)


def list_orders(session: Session, measure: Action) -> list[Order]:
    """Every order that was made about an action, whatever became of it."""
    query = select(Order).where(Order.about == "measure", Order.about_id == measure.id)
    return list(session.scalars(query))
