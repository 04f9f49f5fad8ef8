"""Who is signed in now: what waits for a role waits for these people."""

from sqlalchemy import exists, select

from warroom import clock
from warroom.access.schema import SessionRow
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import OfficerRow

MOST = 6


def list_signed_in_names(ledger: Ledger, *roles: str, but: int = 0) -> tuple[str, ...]:
    """The names of active officers of these roles who are signed in, at most six; without the one who asks (`but`)."""
    here = exists().where(
        SessionRow.officer_id == OfficerRow.id, SessionRow.expires_at > clock.get_real_now()
    )
    query = select(OfficerRow.name, OfficerRow.roles).where(OfficerRow.active, OfficerRow.id != but, here)
    with ledger.open_session() as session:
        rows = session.execute(query.order_by(OfficerRow.name)).all()
    return tuple(name for name, own in rows if not set(own).isdisjoint(roles))[:MOST]
