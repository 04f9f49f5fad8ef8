"""How much each network sent on a day, which a restart of the public pages does not forget: kept under digests of that day, and only
as long as it lasts.
"""

from sqlalchemy import delete, func

from warroom.ledger.ledger import Ledger
from warroom.public.schema import SenderOutside


def forget(ledger: Ledger) -> None:
    """Delete what days before hold: yesterday's digests can be compared with nothing any more."""
    with ledger.session() as session:
        session.execute(delete(SenderOutside).where(SenderOutside.day < func.current_date()))
