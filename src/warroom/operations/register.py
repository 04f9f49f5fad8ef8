"""Lists for people: what banks were told, how many cases wait for what, whether a case exists, and the log
itself.
"""

from sqlalchemy import func, select

from warroom import clock
from warroom.errors import NotFound
from warroom.operations import audit, desk, officers
from warroom.operations.ledger import Ledger
from warroom.operations.render import order_view
from warroom.operations.schema import Case, Order
from warroom.operations.views import AuditRow, BoardCounts, Officer, OrderView


def counts(ledger: Ledger) -> BoardCounts:
    """How many cases each filter of the board shows: counts and sums only, so no officer is asked for."""
    with ledger.session() as session:
        return desk.count_cases(session, clock.now())


def find_case(ledger: Ledger, officer: Officer, number: str) -> str:
    """The number of a case as written; the search is logged. Raises NotFound or NotAllowed."""
    with ledger.session() as session:
        officers.require(session, officer, *desk.READERS)
        found = session.scalar(select(Case.number).where(Case.number == number))
        hit = {"hit": found is not None}
        audit.append(session, officer, "case.searched", f"case:{number if found else '?'}", hit)
    if found is None:
        raise NotFound("No case has this number; type it as on the board, such as C-12.")
    return found


def order_list(
    ledger: Ledger, officer: Officer, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[tuple[OrderView, ...], int]:
    """Orders, the newest first, of one state or of all; and how many there are."""
    with ledger.session() as session:
        officers.require(session, officer, *desk.READERS)
        query, total = select(Order), select(func.count()).select_from(Order)
        if state:
            query, total = query.where(Order.state == state), total.where(Order.state == state)
        rows = session.scalars(
            query.order_by(Order.made_at.desc(), Order.order_id).limit(limit).offset(offset)
        )
        return tuple(order_view(session, row) for row in rows), int(session.scalar(total) or 0)


def read_log(
    ledger: Ledger, officer: Officer, *, limit: int = 100, before: int | None = None
) -> list[AuditRow]:
    """The newest rows of the log first, for an auditor; the look is logged. Raises NotAllowed."""
    with ledger.session() as session:
        officers.require(session, officer, "auditor")
        audit.append(session, officer, "log.read", "log")
    return audit.rows(ledger, limit=limit, before=before)
