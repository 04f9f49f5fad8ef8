"""The officers who are signed in now, shown beside work that waits for their role."""

from sqlalchemy import exists, select

from warroom import clock
from warroom.access.schema import SessionRow
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import OfficerRow

# Names: as many as fit on one line of a page. Chosen, not measured.
MOST = 6


def list_signed_in_names(ledger: Ledger, *roles: str, but: int = 0) -> tuple[str, ...]:
    """The names of active officers of these roles who are signed in, at most six; `but` is the id of an officer to leave out."""
    here = exists().where(
        SessionRow.officer_id == OfficerRow.id, SessionRow.expires_at > clock.get_real_now()
    )
    query = select(OfficerRow.name, OfficerRow.roles).where(OfficerRow.active, OfficerRow.id != but, here)
    with ledger.open_session() as session:
        rows = session.execute(query.order_by(OfficerRow.name)).all()
    return tuple(name for name, own in rows if not set(own).isdisjoint(roles))[:MOST]
