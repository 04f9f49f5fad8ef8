"""From rows to views: how orders and answers look from outside."""

from warroom.bilingual.texts import Texts
from warroom.orders.schema import Answer, Order
from warroom.orders.transfer_refs import ref_of
from warroom.orders.views import AnswerView, OrderView


def order_view(order: Order) -> OrderView:
    """An order with the case and public code of what it is about."""
    facts = order.facts
    return OrderView(
        order_id=order.order_id,
        about=order.about,  # type: ignore[arg-type]
        about_id=order.about_id,
        action_id=order.action_id,
        case=facts["case"] or "",
        reference=facts["reference"],
        kind=order.kind,  # type: ignore[arg-type]
        bank=order.bank,
        subject=order.subject,
        amount=order.amount,
        currency=order.currency,
        until=order.until,
        rule=facts["rule"],
        citation=Texts(**facts["citation"]),
        hours=facts.get("hours", 0.0),
        limit_hours=facts.get("limit_hours", 0.0),
        reason=order.reason,
        exercise=order.exercise,
        original=ref_of(facts.get("original") or {}),
        reported=tuple(ref for ref in map(ref_of, facts.get("reported", ())) if ref),
        notice=Texts(order.notice_th, order.notice_en),
        facts=facts,
        state=order.state,  # type: ignore[arg-type]
        attempts=order.attempts,
        made_at=order.made_at,
        next_try=order.next_try,
        sent_at=order.sent_at,
        received_at=order.received_at,
        acknowledged_at=order.acknowledged_at,
        last_error=order.last_error,
    )


def answer_view(answer: Answer) -> AnswerView:
    """An answer as recorded."""
    return AnswerView(
        order_id=answer.order_id,
        partner=answer.partner,
        time=answer.time,
        status=answer.status,  # type: ignore[arg-type]
        amount=answer.amount,
        text=answer.text,
        effect=answer.effect,
    )
