"""Draws the provinces that a threat's alerts hold out, from the threat and the week of the first draw.

The seed is a keyed digest of both under a key of the home that is older than any alert; the seed's digest is in the log from the
request for approval on. A draw is in force for four weeks, and longer until the last of its alerts is measured: each further alert
on the threat holds out the same provinces. So no officer can get another draw by withdrawing an alert and releasing it again,
by another share or by waiting for Monday.
"""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from warroom import keys, settings
from warroom.errors import NotPossible
from warroom.home import Home
from warroom.public.campaigns import holdout
from warroom.public.campaigns.holdout import Area
from warroom.public.campaigns.schema import Campaign, CampaignEffect, CampaignPlace

KEY = "campaign-draws"
STANDS = timedelta(weeks=4)
"""How long a draw is in force: as long as the longest hold-out."""
LOCK = 20_573  # advisory lock: its holder draws; an arbitrary number


def seal_draw(session: Session, home: Home, row: Campaign, now: datetime) -> None:
    """Fix the seed of an alert's draw; raises NotPossible for a share other than that of the draw in force."""
    if not row.held_share:
        row.draw_week, row.seed, row.seed_digest = None, "", ""
        return
    first = find_active_draw(session, row, now)
    if first is not None:
        row.draw_week, row.seed = first.draw_week, first.seed
    else:
        row.draw_week = week_of(now)
        row.seed = seed_of(home, row.threat, row.draw_week)
    row.seed_digest = holdout.digest_of(row.seed)


def record_draw(session: Session, row: Campaign, areas: Sequence[Area], now: datetime) -> list[str]:
    """Store the arm of every area, and return the held-out ones; raises NotPossible where another draw is in force by now."""
    # Of two campaigns approved at the same moment only one may be the first draw.
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    first = find_active_draw(session, row, now)
    # Sealed under an earlier draw that has ended: its seed may be public by now and must not draw new blocks.
    over = first is None and row.asked_at is not None and row.draw_week != week_of(row.asked_at)
    if over or (first is not None and first.seed != row.seed):
        raise NotPossible("campaigns.changed")
    drawn = (
        holdout.assign_arms(areas, row.held_share, row.seed) if first is None else _load_arms(session, first)
    )
    session.add_all(
        CampaignPlace(
            campaign_id=row.id,
            place=area.code,
            block=drawn[area.code][0],
            arm="held" if drawn[area.code][1] else "sent",
            before=area.before,
            people=area.people,
        )
        for area in areas
    )
    return [area.code for area in areas if drawn[area.code][1]]


def choose_blocks(session: Session, row: Campaign, found: Sequence[Area], now: datetime) -> NDArray[np.int64]:
    """The blocks of an alert's draw: those of the draw in force, or new ones by the current counts."""
    first = find_active_draw(session, row, now)
    if first is None:
        return holdout.blocks_of(found, row.held_share)
    drawn = _load_arms(session, first)
    return np.array([drawn[area.code][0] for area in found])


def find_active_draw(session: Session, row: Campaign, now: datetime) -> Campaign | None:
    """The alert on the same threat whose draw is in force, None for none; raises NotPossible where its share differs."""
    drawn = select(CampaignPlace.campaign_id).distinct()
    not_measured = Campaign.state.in_(("scheduled", "released")) | Campaign.released_at.is_not(None)
    standing_alert = session.scalars(
        select(Campaign)
        .outerjoin(CampaignEffect, CampaignEffect.campaign_id == Campaign.id)
        .where(Campaign.threat == row.threat, Campaign.id != row.id, Campaign.id.in_(drawn))
        .where(
            or_(
                Campaign.draw_week > week_of(now) - STANDS,
                CampaignEffect.campaign_id.is_(None) & not_measured,
            )
        )
        .order_by(Campaign.draw_week.desc(), Campaign.id)
        .limit(1)
    ).one_or_none()
    if standing_alert is not None and standing_alert.held_share != row.held_share:
        raise NotPossible("campaigns.draw-stands", of=round(1 / standing_alert.held_share))
    return standing_alert


def week_of(now: datetime) -> date:
    """The Monday of a moment's week, in the room's time zone."""
    today = now.astimezone(ZoneInfo(settings.get_text("WARROOM_TIMEZONE"))).date()
    return today - timedelta(days=today.weekday())


def seed_of(home: Home, threat: str, week: date) -> str:
    """The seed of a threat and week: 256 bits in hexadecimal, deterministic."""
    said = f"{threat}:{week.isoformat()}".encode()
    return hmac.new(keys.load_secret(home, KEY), said, hashlib.sha256).hexdigest()


def _load_arms(session: Session, first: Campaign) -> Mapping[str, tuple[int, bool]]:
    rows = session.scalars(
        select(CampaignPlace).where(CampaignPlace.campaign_id == first.id).order_by(CampaignPlace.place)
    )
    drawn = {one.place: (one.block, one.arm == "held") for one in rows}
    # A province that was added to the map after the draw is never held out.
    return defaultdict(lambda: (0, False), drawn)
