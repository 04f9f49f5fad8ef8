"""Deadlines of campaigns: release, end of the hold-out, end of the alert; and the measurement afterwards."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.home import Home
from warroom.ledger import deadlines
from warroom.ledger.decision import open_decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.schema import Deadline
from warroom.public.campaigns import areas, measuring
from warroom.public.campaigns.decisions import LATE, unit_of
from warroom.public.campaigns.publication import issue_message, publish_alerts
from warroom.public.campaigns.rows import load_campaign_for_update
from warroom.public.campaigns.schema import Campaign, CampaignEffect, CampaignPlace

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Rates are given per 100,000 people, as usual in epidemiology.
PEOPLE = 100_000


def lock_campaign(session: Session, campaign_id: int) -> Campaign:
    """Lock the campaign before its deadline, in the same order as officers' decisions."""
    return load_campaign_for_update(session, campaign_id)


def handle_campaign_deadline(session: Session, deadline: Deadline, now: datetime) -> None:
    """Release the campaign, open it to all, or end it."""
    row, home = session.get_one(Campaign, deadline.about_id), _get_home(session)
    if deadline.kind == "release" and row.state == "scheduled":
        _release_campaign(session, home, row, now)
    elif deadline.kind == "open" and row.state == "released" and row.opened_at is None:
        row.opened_at = now
        issue_message(session, home, row, "Update", now)
    elif deadline.kind == "end" and row.state == "released":
        # A CAP message has its own expiry: no further message is needed.
        row.state, row.cause, row.ended_at = "ended", "expiry", now
        deadlines.stop_deadlines(session, "campaign", row.id, "open")
        publish_alerts(session, home, now)


def _release_campaign(session: Session, home: Home, row: Campaign, now: datetime) -> None:
    assert row.until is not None
    assert row.release_at is not None
    if now > row.release_at + LATE:
        # After an outage the approved alert may be out of date: it is withdrawn and must be written again.
        row.state, row.ended_at = "withdrawn", now
        return
    row.state, row.released_at = "released", now
    row.until = max(row.until, now + timedelta(hours=1))
    deadlines.start_deadline(session, "campaign", row.id, "end", row.until)
    if row.held_share:
        deadlines.start_deadline(session, "campaign", row.id, "open", now + timedelta(days=row.hold_days))
    issue_message(session, home, row, "Alert", now)


def _get_home(session: Session) -> Home:
    home: Home = session.info["home"]
    return home


def measure_due_campaigns(ledger: Ledger, lake: "Lake", now: datetime) -> int:
    """Measure every campaign whose hold-out is over, and publish the effect; returns their number."""
    with ledger.open_session() as session:
        due = session.scalars(
            select(Campaign.id)
            .outerjoin(CampaignEffect, CampaignEffect.campaign_id == Campaign.id)
            .where(
                Campaign.held_share > 0,
                Campaign.released_at.is_not(None),
                CampaignEffect.campaign_id.is_(None),
                Campaign.opened_at.is_not(None) | (Campaign.state == "ended"),
            )
            .order_by(Campaign.id)
        ).all()
    for campaign in due:
        _measure_campaign(ledger, lake, campaign, now)
    return len(due)


def _measure_campaign(ledger: Ledger, lake: "Lake", campaign: int, now: datetime) -> None:
    with open_decision(ledger, None, now=now) as this:
        row = load_campaign_for_update(this.session, campaign)
        if this.session.get(CampaignEffect, campaign) is not None:
            return
        effect, after = _measure_effect(this.session, lake, row)
        this.session.add(CampaignEffect(campaign_id=campaign, at=now, found=effect, after=after))
        publish_alerts(this.session, ledger.home, now)
        detail = {"seed": row.seed, **{name: effect[name] for name in ("verdict", "change", "low", "high")}}
        this.log_entry("campaign.measured", f"campaign:{campaign}", detail)


def _measure_effect(session: Session, lake: "Lake", row: Campaign) -> tuple[dict[str, Any], dict[str, Any]]:
    assert row.released_at is not None
    over = row.opened_at or row.ended_at
    assert over is not None
    span = over - row.released_at
    places = session.scalars(
        select(CampaignPlace).where(CampaignPlace.campaign_id == row.id).order_by(CampaignPlace.place)
    ).all()
    spans = ((row.released_at - span, row.released_at), (row.released_at, over))
    counted = [
        areas.count_by_province(session, lake, row.threat, *period, row.measure)  # type: ignore[arg-type]
        for period in spans
    ]
    before, after = (
        np.array([float(province_counts.get(place.place, 0)) for place in places])
        for province_counts in counted
    )
    blocks = np.array([place.block for place in places])
    held = np.array([place.arm == "held" for place in places])
    effect = measuring.estimate_effect(before, after, blocks, held, unit_of(row))
    people = np.array([float(place.people) for place in places])
    rates = {
        name: [_compute_rate(arm_counts[arm], people[arm]) for arm_counts in (before, after)]
        for name, arm in (("sent", ~held), ("held", held))
    }
    effect_body = {
        "verdict": judge_effect(effect),
        "change": _per_cent(effect.factor),
        "low": _per_cent(effect.low),
        "high": _per_cent(effect.high),
        "chance": effect.chance,
        "seen_from": effect.seen_from,
        **rates,
        "counted": int(sum(sum(province_counts.values()) for province_counts in counted))
        if row.measure == "reports"
        else len(places),
    }
    return effect_body, {place.place: int(value) for place, value in zip(places, after, strict=True)}


def judge_effect(found: measuring.EffectEstimate) -> str:
    """The verdict by the interval: fewer, more, none, or unknown where too little was counted."""
    if found.low is None or found.high is None:
        return "unknown"
    return "fewer" if found.high < 1 else "more" if found.low > 1 else "none"


def _per_cent(factor: float | None) -> float | None:
    return None if factor is None else round(100 * (factor - 1), 1)


def _compute_rate(counted: Any, people: Any) -> float | None:
    """A span's count per 100,000 known account holders; None where none is known."""
    return round(PEOPLE * float(counted.sum()) / float(people.sum()), 1) if people.sum() else None
