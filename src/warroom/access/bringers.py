"""Officers who took a file in: an officer who brought the records behind a hold may not approve it."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from warroom.access.schema import Bringer
from warroom.ledger.decision import Decision
from warroom.ledger.schema import OfficerRow


def note_bringer(this: Decision, delivery: str, officer_id: int | None = None) -> None:
    """Record that an officer (by default the one of this decision) took a delivery in. Idempotent per officer."""
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
    """Those of these deliveries that the officer brought, in order; all of them where `deliveries` is None (unknown)."""
    query = select(Bringer.delivery_id).where(Bringer.officer_id == person.id)
    if deliveries is not None:
        query = query.where(Bringer.delivery_id.in_(list(deliveries)))
    return list(session.scalars(query.order_by(Bringer.delivery_id)))
