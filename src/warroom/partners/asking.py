"""Our own requests to partners with a room: what an order of the outbox says, as a message to that room."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.ledger.audit import writing
from warroom.orders.schema import Order
from warroom.partners import mailbox
from warroom.partners.leaving import find_purpose
from warroom.partners.schema import RoomMessage, RoomPartner
from warroom.partners.views import AskKind, Criticality

ASK_KIND_BY_ACTION: dict[str, AskKind] = {
    "information-request": "information",
    "preservation-request": "preservation",
    "stop-payment-request": "stop-payment",
}
CRITICAL_WITHIN, HIGH_WITHIN = timedelta(hours=6), timedelta(hours=30)
"""A request that is due this soon is critical, or high. Chosen between the clocks that partners' rooms run."""


def queue_requests(session: Session, now: datetime) -> int:
    """Put every request that has left the outbox for a partner with a room into that room's messages; returns how many.

    A partner without an agreement in force gets the letter alone: its room would refuse the message.
    """
    sent = (
        select(Order, RoomPartner)
        .join(RoomPartner, RoomPartner.code == Order.bank)
        .where(
            Order.about == "request",
            Order.kind == "request",
            Order.sent_at.is_not(None),
            RoomPartner.room_url != "",
            ~select(RoomMessage.id)
            .where(RoomMessage.outgoing.is_(True), RoomMessage.about == Order.order_id)
            .exists(),
        )
        .order_by(Order.made_at)
    )
    queued = 0
    for order, partner in session.execute(sent).all():
        purpose = find_purpose(session, partner.code, now)
        if purpose and order.facts.get("kind") in ASK_KIND_BY_ACTION:
            body = _format_request(order, purpose)
            mailbox.queue_message(session, partner, "request", order.order_id, body, now)
            queued += 1
            detail = {"partner": partner.code, "order": order.order_id}
            writing.write_audit_row(
                session, None, "request.to-room", f"request:{order.about_id}", detail, at=now
            )
    return queued


def _format_request(order: Order, purpose: str) -> dict[str, object]:
    facts = order.facts
    details = [
        detail
        for detail in facts.get("details", ())
        if str(detail.get("name", "")).startswith(("item-", "amount"))
    ]
    items = [str(detail.get("value", "")) for detail in details]
    return {
        "about": order.order_id,
        "kind": ASK_KIND_BY_ACTION[facts["kind"]],
        "purpose": purpose,
        "subject": order.subject,
        "why": order.reason,
        "items": items or [order.subject],
        "criticality": _find_criticality(order, facts.get("deadline")),
    }


def _find_criticality(order: Order, deadline: str | None) -> Criticality:
    if not deadline:
        return "normal"
    left = datetime.fromisoformat(deadline) - order.made_at
    if left <= CRITICAL_WITHIN:
        return "critical"
    return "high" if left <= HIGH_WITHIN else "normal"
