"""Corrections that officers' files bring to what others delivered."""

from sqlalchemy import Text, and_, cast, false, literal

from warroom.access import role_groups
from warroom.deliveries.schema import WaitingCorrection
from warroom.law.kinds.declarations import load_kind
from warroom.ledger.schema import OfficerRow
from warroom.room.waiting.cases import HOLD
from warroom.room.waiting.source import SEEN_BY_ALL, TaskSource, has_role

NUMBER = literal("K-") + cast(WaitingCorrection.id, Text)


def build_correction_source(person: OfficerRow) -> TaskSource:
    """Waiting corrections; each waits for a second officer, never for the one who brought it."""
    waits = and_(WaitingCorrection.state == "waiting", WaitingCorrection.officer_id != person.id)
    return TaskSource(
        # Corrections are of records, not of cases: every officer may know of them.
        what="correction",
        tables=WaitingCorrection.__table__,
        id=WaitingCorrection.id,
        number=NUMBER,
        kind=WaitingCorrection.table_name,
        pillar=load_kind(HOLD).pillar,
        seen=SEEN_BY_ALL,
        sorts={"mine": (waits if has_role(person, *role_groups.FILE_BRINGERS) else false(),)},
        since=WaitingCorrection.at,
    )
