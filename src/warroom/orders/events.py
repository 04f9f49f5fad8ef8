"""Partners' answers: only a partner's answer puts anything into effect, and a repeated answer changes nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warroom.ledger.canonical_json import hash_text, to_canonical_json, to_json_value
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.orders import outbox
from warroom.orders.queries import answer_view
from warroom.orders.schema import OrderAnswer
from warroom.orders.views import AnswerView, PartnerAnswer


def record_answer(
    ledger: Ledger, handlers: outbox.Handlers, answer: PartnerAnswer, *, now: datetime | None = None
) -> AnswerView:
    """Record a partner's answer and let the handler of its order move what the order is about.

    Raises NotFound for an order that is not in this ledger, and NotUnderstood for an incomplete answer.
    """
    with open_decision(ledger, None, now=now) as this:
        session = this.session
        # Locks the subject first, then the order, in the same sequence as officers' decisions: no deadlock.
        order, case = outbox.lock_order(session, handlers, answer.order_id)
        # A digest of the whole answer: a second answer with another amount or time is a new one, and is kept.
        mark = hash_text(to_canonical_json(to_json_value(answer)))
        before = session.scalars(select(OrderAnswer).where(OrderAnswer.digest == mark)).first()
        # Banks repeat an answer when they get no confirmation: a repetition changes nothing.
        if before is not None:
            return answer_view(before)
        handler = outbox.get_handler(handlers, order)
        effect = handler.handle_answer(session, order, answer, this.now)
        outbox.acknowledge_order(order, answer.status, answer.time)
        values = to_json_value(answer) | {
            "time": answer.time,
            "effect": effect,
            "recorded_at": this.now,
            "digest": mark,
        }
        recorded = session.scalars(insert(OrderAnswer).values(values).returning(OrderAnswer)).one()
        detail = {**to_json_value(answer), "effect": effect, "state": handler.read_state(session, order)}
        this.log_entry("answer.recorded", f"{order.about}:{order.about_id}", detail, case)
        return answer_view(recorded)
