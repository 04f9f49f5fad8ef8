"""What banks' answers, and deadlines, do to holds of what comes in and to the payments that wait."""

from datetime import datetime

from sqlalchemy.orm import Session

from warroom.errors import NotBelieved
from warroom.incoming import rows
from warroom.incoming.schema import IncomingHoldRow, WaitingPayment
from warroom.incoming.views import OPEN_STATES
from warroom.ledger import deadlines
from warroom.ledger.schema import Deadline
from warroom.orders.schema import Order
from warroom.orders.views import PartnerAnswer


class IncomingOrders:
    """Moves a hold of what comes in when its bank answers. Only the bank's own answer puts it into effect."""

    def lock_subject(self, session: Session, order: Order) -> str | None:
        """Lock the hold; it belongs to no case."""
        rows.lock_hold(session, order.about_id)
        return None

    def read_state(self, session: Session, order: Order) -> str:
        """The hold's state."""
        return session.get_one(IncomingHoldRow, order.about_id).state

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """The order has left."""
        hold = session.get_one(IncomingHoldRow, order.about_id)
        if order.kind == "incoming-hold" and hold.state == "approved":
            hold.state = "sent"

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """Apply the bank's answer; it alone decides whether what comes in waits."""
        hold = session.get_one(IncomingHoldRow, order.about_id)
        if answer.partner != hold.bank:
            raise NotBelieved("incoming.answer-of-another", partner=hold.bank, sender=answer.partner)
        if order.kind == "lift" and answer.status in ("done", "lifted"):
            return _confirm_end(session, hold, now)
        if order.kind != "incoming-hold" or hold.state not in ("approved", "sent"):
            return "noted"
        if answer.status in ("done", "partly"):
            hold.state, hold.confirmed_at = "in_effect", now
            return "in_effect"
        if answer.status == "refused":
            with session.no_autoflush:
                hold.state, hold.ended_at = "refused", now
                hold.ended_cause, hold.ended_reason = "bank", answer.text
            deadlines.stop_deadlines(session, "incoming", hold.id)
            return "refused"
        return "noted"

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """The order cannot be delivered: the page of orders shows it, and the hold never says that it is in effect."""


def _confirm_end(session: Session, hold: IncomingHoldRow, now: datetime) -> str:
    hold.lifted_at = hold.lifted_at or now
    query = session.query(WaitingPayment).filter_by(hold_id=hold.id, state="letting-through")
    for payment in query:
        payment.state, payment.ended_at = "let-through", now
    return "lifted"


class PaymentOrders:
    """Moves a payment that waited when its bank says that it went through, or back to its payer."""

    def lock_subject(self, session: Session, order: Order) -> str | None:
        """Lock the hold and the payment."""
        rows.lock_payment(session, order.about_id)
        return None

    def read_state(self, session: Session, order: Order) -> str:
        """The payment's state."""
        return session.get_one(WaitingPayment, order.about_id).state

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """The order has left; the payment's state says already that it was ordered."""

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """Apply the bank's answer."""
        payment = session.get_one(WaitingPayment, order.about_id)
        hold = session.get_one(IncomingHoldRow, payment.hold_id)
        if answer.partner != hold.bank:
            raise NotBelieved("incoming.answer-of-another", partner=hold.bank, sender=answer.partner)
        # Refused: the bank let it through before it was asked.
        through = order.kind == "let-through" and answer.status in ("done", "lifted", "refused")
        if through and payment.state == "letting-through":
            payment.state, payment.ended_at = "let-through", now
            return "lifted"
        if order.kind == "send-back" and payment.state == "sending-back":
            if answer.status in ("done", "lifted"):
                payment.state, payment.ended_at = "sent-back", now
                return "returned"
            if answer.status in ("refused", "partly"):
                payment.state, payment.ended_at = "gone", now
                return "conflict"
        return "noted"

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """The order cannot be delivered: it is sent again, and the payment's page shows that it is only ordered."""


def handle_incoming_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """End what nobody approved in time, and a hold whose time is over; a late answer to an appeal is only shown as late."""
    hold = session.get_one(IncomingHoldRow, deadline.about_id)
    if deadline.kind == "decide" and hold.state == "proposed":
        rows.end_hold(session, hold, "undecided", None, "", now)
    if deadline.kind == "lapse" and hold.state in OPEN_STATES:
        rows.end_hold(session, hold, "expiry", None, "", now)


def handle_call_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """A payer was not called in time: the list shows it as late, and the payment still goes through at the hold's end."""


def lock_waiting_payment(session: Session, payment_id: int) -> WaitingPayment:
    """Lock the hold and the payment, in the order of decisions."""
    return rows.lock_payment(session, payment_id)[0]
