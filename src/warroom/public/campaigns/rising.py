"""Which threats rise: each threat's last whole week beside the weeks before, all of them looked at together."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from warroom import settings
from warroom.public.campaigns.counting import Weeks, weeks_of
from warroom.public.campaigns.noise import among, rises, usual
from warroom.public.campaigns.views import THREATS, Rise, Source, Week
from warroom.public.numbers import WEEKS
from warroom.public.small_cells import shown

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def rising(session: Session, lake: "Lake", source: Source, now: datetime) -> tuple[Rise, ...]:
    """Every threat that was counted at all: what rises first, the least likely to be chance before the others."""
    zone = ZoneInfo(settings.text("WARROOM_TIMEZONE"))
    return rises_of(weeks_of(source, session, lake, now, zone), source)


def rises_of(counted: Weeks, source: Source) -> tuple[Rise, ...]:
    """The same of counts by week and threat."""
    if not counted:
        return ()
    threats = [one for one in THREATS if any(kinds.get(one) for _, kinds in counted)]
    found = [_rise(counted, one, source, len(threats)) for one in threats]
    return tuple(sorted(found, key=lambda one: (not one.rising, one.chance is None, one.chance, -one.count)))


def _rise(counted: Weeks, threat: str, source: Source, looked_at: int) -> Rise:
    counts: Sequence[int] = [kinds.get(threat, 0) for _, kinds in counted]
    count, known = counts[-1], usual(counts[:-1], counts[-1])
    return Rise(
        threat=threat,
        source=source,
        weeks=tuple(
            Week(start, kinds.get(threat, 0), _shown(kinds, threat)) for start, kinds in counted[-WEEKS:]
        ),
        count=count,
        usual=known.mean if known else None,
        low=known.low if known else None,
        high=known.high if known else None,
        chance=known.chance if known else None,
        among=among(known.chance, looked_at) if known else None,
        rising=rises(count, known, looked_at),
    )


def _shown(kinds: Mapping[str, int], threat: str) -> bool:
    """Whether the figures for everyone could say this count beside the other kinds of its week."""
    table = shown({"kinds": {one: kinds.get(one, 0) for one in THREATS}}).tables["kinds"]
    return table[threat] is not None
