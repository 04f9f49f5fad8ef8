"""What partners answer: only a partner's word puts anything into effect, and the same word twice changes nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warroom import clock
from warroom.ledger.audit import writing
from warroom.ledger.canonical_json import canonical, digest, plain
from warroom.ledger.ledger import Ledger
from warroom.orders import outbox
from warroom.orders.queries import answer_view
from warroom.orders.schema import Answer
from warroom.orders.views import AnswerView, PartnerAnswer


def record_answer(
    ledger: Ledger, handlers: outbox.Handlers, answer: PartnerAnswer, *, now: datetime | None = None
) -> AnswerView:
    """Record a partner's answer and let the handler of its order move what the order is about.

    Raises NotFound for an order that is not of this ledger, and NotUnderstood for an answer that does not say enough.
    """
    now = now or clock.now()
    with ledger.session() as session:
        order, case = outbox.taken(session, handlers, answer.order_id)
        mark = digest(canonical(plain(answer)))
        before = session.scalars(select(Answer).where(Answer.digest == mark)).first()
        if before is not None:
            return answer_view(before)
        handler = outbox.handler_of(handlers, order)
        effect = handler.answered(session, order, answer, now)
        outbox.acknowledge(order, answer.status, answer.time)
        values = plain(answer) | {"time": answer.time, "effect": effect, "recorded_at": now, "digest": mark}
        recorded = session.scalars(insert(Answer).values(values).returning(Answer)).one()
        detail = {**plain(answer), "effect": effect, "state": handler.state(session, order)}
        subject = f"{order.about}:{order.about_id}"
        writing.append(session, None, "answer.recorded", subject, detail, case=case, at=now)
        return answer_view(recorded)
