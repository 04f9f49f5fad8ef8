"""Detects rising threats: compares each threat's last whole week with the weeks before, corrected for multiple tests."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from warroom import settings
from warroom.public.campaigns.counting import Weeks, count_by_week
from warroom.public.campaigns.noise import apply_sidak_correction, estimate_usual, is_rising
from warroom.public.campaigns.views import THREATS, CampaignWeek, Rise, Source
from warroom.public.numbers import WEEKS
from warroom.public.small_cells import hide_small_cells

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def compute_rises(session: Session, lake: "Lake", source: Source, now: datetime) -> tuple[Rise, ...]:
    """Every threat with any count: rising ones first, then by ascending probability of chance."""
    zone = ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))
    return rises_of(count_by_week(source, session, lake, now, zone), source)


def rises_of(counted: Weeks, source: Source) -> tuple[Rise, ...]:
    """As `compute_rises`, from counts by week and threat."""
    if not counted:
        return ()
    threats = [one for one in THREATS if any(kinds.get(one) for _, kinds in counted)]
    found = [_compute_rise(counted, one, source, len(threats)) for one in threats]
    return tuple(sorted(found, key=lambda one: (not one.rising, one.chance is None, one.chance, -one.count)))


def _compute_rise(counted: Weeks, threat: str, source: Source, looked_at: int) -> Rise:
    counts: Sequence[int] = [kinds.get(threat, 0) for _, kinds in counted]
    count, known = counts[-1], estimate_usual(counts[:-1], counts[-1])
    return Rise(
        threat=threat,
        source=source,
        weeks=tuple(
            CampaignWeek(start, kinds.get(threat, 0), _is_shown(kinds, threat))
            for start, kinds in counted[-WEEKS:]
        ),
        count=count,
        usual=known.mean if known else None,
        low=known.low if known else None,
        high=known.high if known else None,
        chance=known.chance if known else None,
        among=apply_sidak_correction(known.chance, looked_at) if known else None,
        rising=is_rising(count, known, looked_at),
    )


def _is_shown(kinds: Mapping[str, int], threat: str) -> bool:
    """Whether the public figures could show this count next to the other kinds of its week."""
    table = hide_small_cells({"kinds": {one: kinds.get(one, 0) for one in THREATS}}).tables["kinds"]
    return table[threat] is not None
