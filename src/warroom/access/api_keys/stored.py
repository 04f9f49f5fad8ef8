"""Loads keys from the ledger into the server's memory, and writes their use back."""

import threading
from collections.abc import Iterable

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert

from warroom import clock
from warroom.access.api_keys.cache import ActiveKey, Uses
from warroom.access.api_keys.quota import Quota
from warroom.access.schema import Agency, PartnerKeyRow, PartnerKeyUse
from warroom.access.views import Partner
from warroom.ledger.ledger import Ledger


def list_active_keys(ledger: Ledger) -> list[ActiveKey]:
    """Every key in force, of active agencies, with its use today (UTC)."""
    today = and_(PartnerKeyUse.key_id == PartnerKeyRow.id, PartnerKeyUse.day == clock.get_real_now().date())
    query = (
        # The requests admitted today, so that a restart does not reset a key's daily quota.
        select(PartnerKeyRow, PartnerKeyUse.asked - PartnerKeyUse.refused)
        .join(Agency, Agency.code == PartnerKeyRow.agency)
        .outerjoin(PartnerKeyUse, today)
        .where(PartnerKeyRow.revoked_at.is_(None), Agency.active)
    )
    with ledger.open_session() as session:
        return [_build_active_key(row, let_in or 0) for row, let_in in session.execute(query)]


def _build_active_key(row: PartnerKeyRow, let_in: int) -> ActiveKey:
    quota = Quota(row.per_minute, row.per_day, let_in)
    return ActiveKey(row.id, row.hash, frozenset(row.scopes), Partner(row.agency, row.prefix), quota)


def add_uses(ledger: Ledger, used: Iterable[ActiveKey], lock: threading.Lock) -> None:
    """Add the use of keys since the last call to their daily counts; on failure it is kept for the next call.

    Raises LedgerError. Refused requests count against no quota, so a key's count of the day can exceed it.
    """
    # Taken out under the lock and written without it: requests must not wait for the ledger.
    with lock:
        taken = [(held, held.uses) for held in used if held.uses.asked or held.uses.refused]
        for held, _ in taken:
            held.uses = Uses()
    if not taken:
        return
    try:
        _add_key_uses(ledger, {held.id: uses for held, uses in taken})
    except BaseException:
        with lock:
            for held, uses in taken:
                held.uses.asked += uses.asked
                held.uses.refused += uses.refused
        raise


def _add_key_uses(ledger: Ledger, uses: dict[int, Uses]) -> None:
    day = clock.get_real_now().date()
    rows = [
        {"key_id": key, "day": day, "asked": key_uses.asked, "refused": key_uses.refused}
        # In one order: two servers that write the same keys in different orders would lock each other out.
        for key, key_uses in sorted(uses.items())
    ]
    words = insert(PartnerKeyUse).values(rows)
    more = {
        "asked": PartnerKeyUse.asked + words.excluded.asked,
        "refused": PartnerKeyUse.refused + words.excluded.refused,
    }
    with ledger.open_session() as session:
        session.execute(words.on_conflict_do_update(index_elements=["key_id", "day"], set_=more))
