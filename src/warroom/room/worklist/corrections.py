"""Corrections that officers' files bring to what others delivered."""

from sqlalchemy import Text, and_, cast, false, literal

from warroom.access import role_groups
from warroom.deliveries.schema import WaitingCorrection
from warroom.law.kinds.declarations import kind_of
from warroom.ledger.schema import OfficerRow
from warroom.room.worklist.cases import HOLD
from warroom.room.worklist.source import Source, has

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
        seen=WaitingCorrection.id.is_not(None),
        sorts={"mine": (waits if has(person, *role_groups.FILE_BRINGERS) else false(),)},
        since=WaitingCorrection.at,
    )
