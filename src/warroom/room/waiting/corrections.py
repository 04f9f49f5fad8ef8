"""Corrections that officers' files bring to what others delivered."""

from sqlalchemy import Text, and_, cast, false, literal

from warroom.access import role_groups
from warroom.deliveries.schema import WaitingCorrection
from warroom.law.kinds.declarations import kind_of
from warroom.ledger.schema import OfficerRow
from warroom.room.waiting.cases import HOLD
from warroom.room.waiting.source import SEEN_BY_ALL, Source, has

NUMBER = literal("K-") + cast(WaitingCorrection.id, Text)


def corrections(person: OfficerRow) -> Source:
    """Each waits for a second officer, never for who brought it."""
    waits = and_(WaitingCorrection.state == "waiting", WaitingCorrection.officer_id != person.id)
    return Source(
        what="correction",
        tables=WaitingCorrection.__table__,
        id=WaitingCorrection.id,
        number=NUMBER,
        kind=WaitingCorrection.table_name,
        pillar=kind_of(HOLD).pillar,
        seen=SEEN_BY_ALL,
        sorts={"mine": (waits if has(person, *role_groups.FILE_BRINGERS) else false(),)},
        since=WaitingCorrection.at,
    )
