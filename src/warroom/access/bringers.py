"""Who took a file in: whoever brought what a hold rests on is not who approves the hold."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.access.schema import Bringer
from warroom.ledger.decision import Decision
from warroom.ledger.schema import OfficerRow


def note_bringer(this: Decision, delivery: str, officer_id: int | None = None) -> None:
    """Remember that the officer who decides, or another, took a delivery in; the same file twice by one officer is one row."""
    row = insert(Bringer).values(delivery_id=delivery, officer_id=officer_id or this.person.id, at=this.now)
    this.session.execute(row.on_conflict_do_nothing())


def bringers_of_all(session: Session) -> dict[str, tuple[str, ...]]:
    """By delivery, the names of the officers who brought it, in order."""
    query = select(Bringer.delivery_id, OfficerRow.name).join(OfficerRow, OfficerRow.id == Bringer.officer_id)
    found: dict[str, tuple[str, ...]] = {}
    for delivery, name in session.execute(query.order_by(Bringer.delivery_id, OfficerRow.name)):
        found[delivery] = (*found.get(delivery, ()), name)
    return found


def list_brought_deliveries(
    session: Session, person: OfficerRow, deliveries: Iterable[str] | None
) -> list[str]:
    """Which of these deliveries the officer brought, in order; for None, where nobody knows of which, all that they did."""
    query = select(Bringer.delivery_id).where(Bringer.officer_id == person.id)
    if deliveries is not None:
        query = query.where(Bringer.delivery_id.in_(list(deliveries)))
    return list(session.scalars(query.order_by(Bringer.delivery_id)))
