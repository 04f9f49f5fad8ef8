"""From rows to views: how orders and answers look from outside."""

from warroom.bilingual.texts import Texts
from warroom.ledger.rows import view_of
from warroom.orders.schema import Answer, Order
from warroom.orders.transfer_refs import ref_of
from warroom.orders.views import AnswerView, OrderView


def order_view(order: Order) -> OrderView:
    """An order with the case and public code of what it is about."""
    facts = order.facts
    return view_of(
        OrderView,
        order,
        action_id=order.hold_id,
        case=facts["case"] or "",
        reference=facts["reference"],
        rule=facts["rule"],
        citation=Texts(**facts["citation"]),
        # Only holds say these; an order about anything else has none of them among its facts.
        hours=facts.get("hours", 0.0),
        limit_hours=facts.get("limit_hours", 0.0),
        # An order about anything but a hold names no transfer.
        original=ref_of(facts.get("original") or {}),
        reported=tuple(ref for ref in map(ref_of, facts.get("reported", ())) if ref),
        notice=Texts(order.notice_th, order.notice_en),
        facts=facts,
    )


def answer_view(answer: Answer) -> AnswerView:
    """An answer as recorded."""
    return view_of(AnswerView, answer)
