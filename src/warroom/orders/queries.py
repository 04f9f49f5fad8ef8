"""Converts rows of orders and answers to views."""

from warroom.bilingual.texts import Texts
from warroom.ledger.rows import make_view
from warroom.orders.schema import Order, OrderAnswer
from warroom.orders.transfer_refs import from_ref_json
from warroom.orders.views import AnswerView, OrderView


def order_view(order: Order) -> OrderView:
    """An order with the case and public code of what it is about."""
    facts = order.facts
    return make_view(
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
        original=from_ref_json(facts.get("original") or {}),
        reported=tuple(ref for ref in map(from_ref_json, facts.get("reported", ())) if ref),
        notice=Texts(order.notice_th, order.notice_en),
        facts=facts,
    )


def answer_view(answer: OrderAnswer) -> AnswerView:
    """An answer as recorded."""
    return make_view(AnswerView, answer)
