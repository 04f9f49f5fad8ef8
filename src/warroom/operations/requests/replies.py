"""What partners say to requests: by message through the outbox, or by letter and telephone as an officer notes it.

The same words twice change nothing, an answer moves only the request it answers, and one that contradicts what is
known is noted and raises an alert.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from warroom import clock
from warroom.errors import NotBelieved, NotPossible
from warroom.operations import alerts, audit, deadlines, officers, once
from warroom.operations.ledger import Ledger
from warroom.operations.requests import base
from warroom.operations.requests.kinds import declared_kind
from warroom.operations.requests.reading import request_view
from warroom.operations.schema import Deadline, Order
from warroom.operations.schema.requests import Request, RequestDocument
from warroom.operations.views import Officer, PartnerAnswer
from warroom.operations.views.orders import AnswerStatus
from warroom.operations.views.requests import OPEN, Reply, RequestView

REPLIES: dict[AnswerStatus, Reply] = {
    "received": "acknowledged",
    "done": "answered",
    "partly": "partly",
    "refused": "refused",
}
FINAL = ("answered", "partly", "refused")
# Two houses' clocks differ by minutes; a reply from tomorrow is a slip.
AHEAD = timedelta(minutes=10)


class RequestOrders:
    """Moves a request when an order about it leaves, fails or is answered."""

    def lock(self, session: Session, order: Order) -> str | None:
        """Lock the request; returns its case's number."""
        return base.case_number(session, base.locked(session, order.about_id).case_id)

    def state(self, session: Session, order: Order) -> str:
        """The request's state."""
        return session.get_one(Request, order.about_id).state

    def sent(self, session: Session, order: Order, now: datetime) -> None:
        """The partner has been told: its time runs from here. A reminder tells nothing new."""
        request = session.get_one(Request, order.about_id)
        if order.kind == "request" and request.state == "approved":
            request.state, request.sent_at = "sent", now
            base.note(session, request, "sent", now, now, order_id=order.order_id)

    def answered(self, session: Session, order: Order, answer: PartnerAnswer, now: datetime) -> str:
        """Take the partner's word; raises NotBelieved where somebody else than the asked partner gives it."""
        request = session.get_one(Request, order.about_id)
        if answer.partner != request.partner:
            raise NotBelieved(
                f"Request {request.number} went to {request.partner}, not to {answer.partner}; nothing was changed."
            )
        if request.sent_at is None:
            request.sent_at = now if request.state == "withdrawn" else min(answer.time, now)
        if order.kind == "lift":
            return _lifted(session, request, order, answer, now)
        reply = REPLIES.get(answer.status)
        return _take(session, request, reply, answer.time, now, answer.text, order_id=order.order_id)

    def failed(self, session: Session, order: Order, sentence: str, now: datetime) -> None:
        """The message cannot be delivered: an officer must reach the partner another way."""
        request = session.get_one(Request, order.about_id)
        base.note(session, request, "undelivered", now, now, text=sentence, order_id=order.order_id)
        if request.case_id:
            params = {"bank": order.bank, "kind": order.kind, "error": sentence, "order": order.order_id}
            alerts.raise_alert(session, request.case_id, None, "undelivered", params, now)


def _lifted(session: Session, request: Request, order: Order, answer: PartnerAnswer, now: datetime) -> str:
    """The partner's word on letting go: only that makes it so, and a refusal is for an officer to see."""
    at = min(answer.time, now)
    if answer.status in ("done", "lifted") and request.state != "lifted":
        request.state = "lifted"
        base.note(session, request, "lifted", at, now, text=answer.text, order_id=order.order_id)
        return "lifted"
    base.note(session, request, "noted", at, now, text=answer.text, order_id=order.order_id)
    if answer.status not in ("refused", "partly"):
        return "noted"
    if request.case_id:
        params = {"bank": order.bank, "reference": request.number}
        alerts.raise_alert(session, request.case_id, None, "lift_refused", params, now)
    return "conflict"


def _take(
    session: Session,
    request: Request,
    reply: Reply | None,
    said_at: datetime,
    now: datetime,
    text: str,
    officer_id: int | None = None,
    order_id: str | None = None,
) -> str:
    """Move the request by a partner's word; returns the effect in a word."""
    at = min(max(said_at, request.sent_at or said_at), now)
    if reply is None or not _moves(request, reply):
        conflict = reply in FINAL and request.state != reply
        base.note(session, request, "noted", at, now, officer_id, text, order_id)
        return "conflict" if conflict else "noted"
    request.state = reply
    request.acknowledged_at = request.acknowledged_at or at
    if reply in FINAL:
        request.answered_at = at
        deadlines.meet(session, base.ABOUT, request.id, base.DUE)
    base.note(session, request, reply, at, now, officer_id, text, order_id)
    return reply


def _moves(request: Request, reply: Reply) -> bool:
    """A first word moves what is open, an answer also what was only acknowledged, the rest also a part."""
    if reply == "acknowledged":
        return request.state in ("approved", "sent")
    return request.state in ("approved", *OPEN) or (request.state == "partly" and reply == "answered")


def note_reply(
    ledger: Ledger,
    officer: Officer,
    request_id: int,
    reply: Reply,
    at: datetime,
    text: str,
    key: str,
    *,
    now: datetime | None = None,
) -> RequestView:
    """Note what a partner said by letter or telephone at `at`.

    Raises NotAllowed without a role of the kind, NotFound, NotPossible where the request has not left, the time is
    before it left or to come, nothing was said, or the request is answered already.
    """
    now = now or clock.now()
    if not text.strip():
        raise NotPossible("Note how the partner replied and what it said; write a line.")
    with ledger.session() as session:
        request = base.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands)
        base.open_to(session, person, request.case_id, now, base.GONE)
        if (
            once.first_time(session, person, key, ["request.reply", request_id, reply, at, text], now)
            is not None
        ):
            return request_view(session, request_id)
        _noted_in_time(request, at, now)
        if not _moves(request, reply):
            raise NotPossible("The request is not waiting for that reply; look at it again.")
        _take(session, request, reply, at, now, text.strip(), person.id)
        case = base.case_number(session, request.case_id)
        detail = {"reply": reply, "at": at, "text": text.strip()}
        audit.append(session, officer, "request.replied", f"request:{request.id}", detail, case=case, at=now)
        return request_view(session, request_id)


def _noted_in_time(request: Request, at: datetime, now: datetime) -> None:
    if request.sent_at is None:
        raise NotPossible("The request has not left yet; nothing can have been replied.")
    if not request.sent_at <= at <= now + AHEAD:
        raise NotPossible("A reply comes after the request left and not in the future; correct the time.")


def add_document(
    ledger: Ledger,
    officer: Officer,
    request_id: int,
    sha256: str,
    name: str,
    *,
    now: datetime | None = None,
) -> RequestView:
    """Say that a document of the evidence room, by its SHA-256, came with the answer; twice is once.

    Raises NotAllowed, NotFound, or NotPossible where the request has not left yet.
    """
    now = now or clock.now()
    with ledger.session() as session:
        request = base.locked(session, request_id)
        declared = declared_kind(request.kind)
        person = officers.require(session, officer, *declared.hands, "custodian")
        base.open_to(session, person, request.case_id, now, base.GONE)
        if request.sent_at is None:
            raise NotPossible("The request has not left yet; nothing can have been replied.")
        if session.get(RequestDocument, (request.id, sha256)) is not None:
            return request_view(session, request_id)
        row = RequestDocument(request_id=request.id, sha256=sha256, name=name, at=now, officer_id=person.id)
        session.add(row)
        base.note(session, request, "document", now, now, person.id, name)
        case = base.case_number(session, request.case_id)
        detail = {"sha256": sha256, "name": name}
        audit.append(session, officer, "request.document", f"request:{request.id}", detail, case=case, at=now)
        return request_view(session, request_id)


def strike(session: Session, deadline: Deadline, now: datetime) -> None:
    """The answer is due: it is late where the partner was told, and an officer must know either way."""
    request = base.locked(session, deadline.about_id)
    if request.state in OPEN:
        base.note(session, request, "late", deadline.due_at, now)
    elif request.state == "approved":
        base.note(session, request, "undelivered", now, now, text="It had not left by its deadline.")
    else:
        return
    if request.case_id:
        params = {"bank": request.partner, "reference": request.number, "until": deadline.due_at}
        alerts.raise_alert(session, request.case_id, None, "request_late", params, now)
