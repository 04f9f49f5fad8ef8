"""Lists for people: what banks were told and answered, how many cases wait for what, and the log itself."""

from sqlalchemy import func, select

from warroom import clock
from warroom.operations import audit, boards, officers
from warroom.operations.ledger import Ledger
from warroom.operations.render import answer_view, order_view
from warroom.operations.schema import Answer, Order
from warroom.operations.views import AuditRow, BoardCounts, Officer, OrderLine


def counts(ledger: Ledger) -> BoardCounts:
    """How many cases each filter of the board shows: counts and sums only, so no officer is asked for."""
    with ledger.session() as session:
        return boards.count_cases(session, clock.now())


def order_list(
    ledger: Ledger, officer: Officer, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[tuple[OrderLine, ...], int]:
    """Orders with their answers, the newest first, of one state or of all; and how many there are."""
    with ledger.session() as session:
        officers.require(session, officer, *boards.READERS)
        query, total = select(Order), select(func.count()).select_from(Order)
        if state:
            query, total = query.where(Order.state == state), total.where(Order.state == state)
        rows = session.scalars(
            query.order_by(Order.made_at.desc(), Order.order_id).limit(limit).offset(offset)
        )
        orders = list(rows)
        own = select(Answer).where(Answer.order_id.in_([row.order_id for row in orders]))
        answers = list(session.scalars(own.order_by(Answer.time, Answer.id)))
        lines = tuple(
            OrderLine(
                order_view(session, row),
                tuple(answer_view(one) for one in answers if one.order_id == row.order_id),
            )
            for row in orders
        )
        return lines, int(session.scalar(total) or 0)


def read_log(
    ledger: Ledger, officer: Officer, *, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows of the log first, for an auditor; the look is logged. Raises NotAllowed."""
    with ledger.session() as session:
        officers.require(session, officer, "auditor")
        audit.append(session, officer, "log.read", "log")
    return audit.rows(ledger, limit=limit, before=before)
