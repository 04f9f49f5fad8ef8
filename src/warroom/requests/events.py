"""Events of requests: what happens when an order leaves or fails, a partner answers, or an answer is due."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warroom.cases import alerts, belonging
from warroom.errors import NotBelieved
from warroom.ledger import deadlines
from warroom.ledger.schema import Deadline
from warroom.orders.schema import Order
from warroom.orders.views import AnswerStatus, PartnerAnswer
from warroom.requests import rows
from warroom.requests.schema import Request
from warroom.requests.views import OPEN, Reply

REPLIES: dict[AnswerStatus, Reply] = {
    "received": "acknowledged",
    "done": "answered",
    "partly": "partly",
    "refused": "refused",
}
# Replies after which nothing more is waited for.
FINAL = ("answered", "partly", "refused")
# Two houses' clocks differ by minutes; a reply from tomorrow is a slip.
AHEAD = timedelta(minutes=10)


class RequestOrders:
    """Moves a request when an order about it leaves, fails or is answered."""

    def lock_subject(self, session: Session, order: Order) -> str | None:
        """Lock the request; returns its case's number."""
        return belonging.case_number(session, rows.lock_request(session, order.about_id).case_id)

    def read_state(self, session: Session, order: Order) -> str:
        """The request's state."""
        return session.get_one(Request, order.about_id).state

    def handle_sent(self, session: Session, order: Order, now: datetime) -> None:
        """The order has left: the partner's time runs from now. A reminder changes nothing."""
        request = session.get_one(Request, order.about_id)
        if order.kind == "request" and request.state == "approved":
            request.state, request.sent_at = "sent", now
            rows.add_request_event(session, request, "sent", now, now, order_id=order.order_id)

    def handle_answer(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """Apply the partner's answer; raises NotBelieved where it is not from the partner that was asked."""
        request = session.get_one(Request, order.about_id)
        # A sender proves by its key who it is, and not that it was asked: the wrong house must not answer for the right
        # one.
        if answer.partner != request.partner:
            raise NotBelieved(
                "requests.answer-of-another",
                number=request.number,
                partner=request.partner,
                sender=answer.partner,
            )
        # An answer proves that it left, whatever our carrier says; one that was withdrawn cannot have left any earlier.
        if request.sent_at is None:
            request.sent_at = now if request.state == "withdrawn" else min(answer.time, now)
        if order.kind == "lift":
            return _handle_lift_answer(session, request, order, answer, now)
        reply = REPLIES.get(answer.status)
        return apply_reply(session, request, reply, answer.time, now, answer.text, order_id=order.order_id)

    def handle_failure(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """The message cannot be delivered: an officer must reach the partner another way."""
        request = session.get_one(Request, order.about_id)
        rows.add_request_event(
            session, request, "undelivered", now, now, text=sentence, order_id=order.order_id
        )
        # A request without a case has no board to raise an alert on; its list shows it as undelivered.
        if request.case_id:
            params = {"bank": order.bank, "kind": order.kind, "error": sentence, "order": order.order_id}
            alerts.raise_alert(session, request.case_id, None, "undelivered", params, now)


def _handle_lift_answer(
    session: Session, request: Request, order: Order, answer: PartnerAnswer, now: datetime
) -> str:
    """Apply the partner's answer to an order to lift: only its confirmation lifts, and a refusal alerts an
    officer.
    """
    at = min(answer.time, now)
    if answer.status in ("done", "lifted") and request.state != "lifted":
        request.state = "lifted"
        rows.add_request_event(session, request, "lifted", at, now, text=answer.text, order_id=order.order_id)
        return "lifted"
    rows.add_request_event(session, request, "noted", at, now, text=answer.text, order_id=order.order_id)
    if answer.status not in ("refused", "partly"):
        return "noted"
    if request.case_id:
        params = {"bank": order.bank, "reference": request.number}
        alerts.raise_alert(session, request.case_id, None, "lift_refused", params, now)
    return "conflict"


def apply_reply(
    session: Session,
    request: Request,
    reply: Reply | None,
    said_at: datetime,
    now: datetime,
    text: str,
    officer_id: int | None = None,
    order_id: str | None = None,
) -> str:
    """Change the request's state by a partner's reply; returns the effect as a code."""
    # A partner's clock may run ahead of ours or behind: it answered neither before it was asked nor after now.
    at = min(max(said_at, request.sent_at or said_at), now)
    # What does not move it is noted all the same: messages are written down as they come, and never dropped.
    if reply is None or not may_apply_reply(request, reply):
        conflict = reply in FINAL and request.state != reply
        rows.add_request_event(session, request, "noted", at, now, officer_id, text, order_id)
        return "conflict" if conflict else "noted"
    request.state = reply
    request.acknowledged_at = request.acknowledged_at or at
    if reply in FINAL:
        request.answered_at = at
        deadlines.meet_deadlines(session, rows.ABOUT, request.id, rows.DUE)
    rows.add_request_event(session, request, reply, at, now, officer_id, text, order_id)
    return reply


def may_apply_reply(request: Request, reply: Reply) -> bool:
    """Whether a reply changes the state: any reply an open request, an answer also an acknowledged one, the
    rest also a partly answered one.
    """
    if reply == "acknowledged":
        return request.state in ("approved", "sent")
    return request.state in ("approved", *OPEN) or (request.state == "partly" and reply == "answered")


def handle_request_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """Handle the answer's deadline: the request is late where its order has left, and an officer must know
    either way.
    """
    request = rows.lock_request(session, deadline.about_id)
    if request.state in OPEN:
        rows.add_request_event(session, request, "late", deadline.due_at, now)
    elif request.state == "approved":
        rows.add_request_event(
            session, request, "undelivered", now, now, text="It had not left by its deadline."
        )
    else:
        return
    if request.case_id:
        params = {"bank": request.partner, "reference": request.number, "until": deadline.due_at}
        alerts.raise_alert(session, request.case_id, None, "request_late", params, now)
