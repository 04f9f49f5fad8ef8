"""Rows of holds of what comes in: locking, ending, and what becomes of the payments that wait."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.errors import NotFound
from warroom.incoming import orders
from warroom.incoming.schema import IncomingHoldRow, WaitingPayment
from warroom.incoming.views import OPEN_STATES, IncomingCause, PaymentCause, PaymentState
from warroom.ledger import deadlines
from warroom.ledger.schema import OfficerRow
from warroom.orders import outbox

PAYMENT_CAUSE: dict[IncomingCause, PaymentCause] = {
    "expiry": "expiry",
    "officer": "officer",
    "appeal": "appeal",
}


def lock_hold(session: Session, hold_id: int) -> IncomingHoldRow:
    """The hold's row, locked; raises NotFound."""
    hold = session.get(IncomingHoldRow, hold_id, with_for_update=True, populate_existing=True)
    if hold is None:
        raise NotFound("incoming.no-such-hold")
    return hold


def lock_payment(session: Session, payment_id: int) -> tuple[WaitingPayment, IncomingHoldRow]:
    """A payment and its hold, both locked, the hold first; raises NotFound."""
    hold_id = session.scalar(select(WaitingPayment.hold_id).where(WaitingPayment.id == payment_id))
    if hold_id is None:
        raise NotFound("incoming.no-such-payment")
    hold = lock_hold(session, hold_id)
    return session.get_one(WaitingPayment, payment_id, with_for_update=True, populate_existing=True), hold


def end_hold(
    session: Session,
    hold: IncomingHoldRow,
    cause: IncomingCause,
    person: OfficerRow | None,
    reason: str,
    now: datetime,
) -> int:
    """End a hold, or what was only proposed: every payment that waits goes through, by one order to the bank; returns their number."""
    was = hold.state
    hold.state, hold.ended_at, hold.ended_cause, hold.ended_reason = "ended", now, cause, reason
    hold.ended_by = person.id if person else None
    deadlines.stop_deadlines(session, "incoming", hold.id)
    waiting = list_waiting(session, hold.id)
    for payment in waiting:
        _stop_waiting(session, payment, "letting-through", PAYMENT_CAUSE[cause], person, now)
    if was in OPEN_STATES and not outbox.cancel_unsent(session, "incoming", hold.id, now):
        orders.emit_hold_order(session, hold, "lift", now)
    elif was in OPEN_STATES:
        hold.lifted_at = now
    session.flush()
    return len(waiting)


def list_waiting(session: Session, hold_id: int) -> list[WaitingPayment]:
    """The payments that wait because of a hold, oldest first, locked."""
    query = select(WaitingPayment).where(WaitingPayment.hold_id == hold_id, WaitingPayment.state == "waiting")
    return list(session.scalars(query.order_by(WaitingPayment.id).with_for_update()))


def let_payment_through(
    session: Session,
    hold: IncomingHoldRow,
    payment: WaitingPayment,
    cause: PaymentCause,
    person: OfficerRow | None,
    now: datetime,
) -> None:
    """Order the bank to let one payment through; the hold goes on for the others."""
    _stop_waiting(session, payment, "letting-through", cause, person, now)
    orders.emit_payment_order(session, hold, payment, "let-through", now)


def send_payment_back(
    session: Session,
    hold: IncomingHoldRow,
    payment: WaitingPayment,
    person: OfficerRow,
    report: str,
    now: datetime,
) -> None:
    """Order the bank to send one payment back to its payer, who says that they were cheated."""
    payment.report = report
    _stop_waiting(session, payment, "sending-back", "cheated", person, now)
    orders.emit_payment_order(session, hold, payment, "send-back", now)


def _stop_waiting(
    session: Session,
    payment: WaitingPayment,
    state: PaymentState,
    cause: PaymentCause,
    person: OfficerRow | None,
    now: datetime,
) -> None:
    payment.state, payment.cause, payment.decided_at = state, cause, now
    payment.decided_by = person.id if person else None
    deadlines.stop_deadlines(session, "waiting-payment", payment.id)
