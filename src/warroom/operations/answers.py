"""What partners answer: only a partner's word puts anything into effect, and the same word twice changes nothing."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from warroom import clock
from warroom.operations import audit, orders
from warroom.operations.canon import canonical, digest, plain
from warroom.operations.ledger import Ledger
from warroom.operations.render import answer_view
from warroom.operations.schema import Answer
from warroom.operations.views import AnswerView, PartnerAnswer


def record_answer(
    ledger: Ledger, handlers: orders.Handlers, answer: PartnerAnswer, *, now: datetime | None = None
) -> AnswerView:
    """Record a partner's answer and let the handler of its order move what the order is about.

    Raises NotFound for an order that is not of this ledger, and NotUnderstood for an answer that does not say enough.
    """
    now = now or clock.now()
    with ledger.session() as session:
        order, case = orders.taken(session, handlers, answer.order_id)
        mark = digest(canonical(plain(answer)))
        before = session.scalars(select(Answer).where(Answer.digest == mark)).first()
        if before is not None:
            return answer_view(before)
        handler = orders.handler_of(handlers, order)
        effect = handler.answered(session, order, answer, now)
        orders.acknowledge(order, answer.status, answer.time)
        values = plain(answer) | {"time": answer.time, "effect": effect, "recorded_at": now, "digest": mark}
        recorded = session.scalars(insert(Answer).values(values).returning(Answer)).one()
        detail = {**plain(answer), "effect": effect, "state": handler.state(session, order)}
        subject = f"{order.about}:{order.about_id}"
        audit.append(session, None, "answer.recorded", subject, detail, case=case, at=now)
        return answer_view(recorded)
