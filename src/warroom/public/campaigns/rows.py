"""Rows of campaigns: locking, digests, and conversion to views."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.ledger.canonical_json import hash_text, to_canonical_json, to_json_value
from warroom.ledger.schema import AuditLine, OfficerRow, WaitingLine
from warroom.public.campaigns.publication import parse_wordings
from warroom.public.campaigns.schema import (
    Campaign,
    CampaignEffect,
    CampaignMessage,
    CampaignPlace,
    CampaignRenewal,
)
from warroom.public.campaigns.views import (
    CampaignEffectView,
    CampaignLine,
    CampaignPlaceView,
    CampaignView,
    CampaignWeek,
    MessageLine,
    Renewal,
    Rise,
)
from warroom.public.small_cells import FEWEST
from warroom.sites.gazetteer import load_gazetteer


def load_campaign_for_update(session: Session, campaign_id: int) -> Campaign:
    """The row, locked until the decision ends; raises NotFound."""
    row = session.scalars(select(Campaign).where(Campaign.id == campaign_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("campaigns.no-such-campaign")
    return row


def digest_of(row: Campaign) -> str:
    """The digest of everything that an officer approves; its fields and their names must not change."""
    contents = {
        name: getattr(row, name)
        for name in (
            "threat",
            "source",
            "audience",
            "channels",
            "wording",
            "seen",
            "release_at",
            "until",
            "held_share",
            "hold_days",
            "measure",
            "power",
            "draw_week",
            "seed_digest",
        )
    }
    return hash_text(to_canonical_json(to_json_value(contents)))


def rise_to_json(rise: Rise) -> dict[str, Any]:
    """A rise as JSON."""
    return {
        name: [{**asdict(week), "start": week.start.isoformat()} for week in value]
        if name == "weeks"
        else value
        for name, value in ((one, getattr(rise, one)) for one in rise.__slots__)
    }


def rise_from_json(said: Mapping[str, Any] | None) -> Rise | None:
    """The inverse of `rise_to_json`."""
    if said is None:
        return None
    weeks = tuple(
        CampaignWeek(date.fromisoformat(one["start"]), one["count"], one["shown"]) for one in said["weeks"]
    )
    return Rise(**{**said, "weeks": weeks})


def line_of(row: Campaign, name: str, effect: CampaignEffect | None) -> CampaignLine:
    """The list view of a campaign."""
    wording_by_language = parse_wordings(row)
    title = Texts(
        *(
            wording_by_language[language].title if language in wording_by_language else ""
            for language in ("th", "en")
        )
    )
    return CampaignLine(
        row.id,
        row.threat,
        row.state,  # type: ignore[arg-type]
        Texts(title.th or title.en, title.en or title.th),
        row.audience,  # type: ignore[arg-type]
        row.held_share,
        row.release_at,
        row.until,
        name,
        effect.found["verdict"] if effect else None,
    )


def view_of(session: Session, row: Campaign, exercise: bool) -> CampaignView:
    """The full view of a campaign."""
    effect = session.get(CampaignEffect, row.id)
    return CampaignView(
        line=line_of(row, find_officer_name(session, row.written_by), effect),
        source=row.source,  # type: ignore[arg-type]
        channels=tuple(row.channels),
        wording=parse_wordings(row),
        seen=rise_from_json(row.seen),
        measure=row.measure,  # type: ignore[arg-type]
        hold_days=row.hold_days,
        power=row.power,
        written_at=row.written_at,
        asked_at=row.asked_at,
        decided_by=find_officer_name(session, row.decided_by),
        decided_at=row.decided_at,
        declined=row.declined,
        released_at=row.released_at,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=find_officer_name(session, row.ended_by),
        cause=row.cause,
        reason=row.reason,
        seed_digest=row.seed_digest,
        digest=digest_of(row),
        places=_list_places(session, row, exercise, effect),
        messages=_list_messages(session, row),
        renewals=_list_renewals(session, row),
        effect=effect_of(row, effect),
    )


def effect_of(row: Campaign, effect: CampaignEffect | None) -> CampaignEffectView | None:
    """The measured effect with the seed, which is public from then on; None before the measurement."""
    if effect is None:
        return None
    said = {**effect.found, "sent": tuple(effect.found["sent"]), "held": tuple(effect.found["held"])}
    return CampaignEffectView(**said, seed=row.seed, at=effect.at)


def _list_places(
    session: Session, row: Campaign, exercise: bool, effect: CampaignEffect | None
) -> tuple[CampaignPlaceView, ...]:
    known = {spot.code: spot.name for spot in load_gazetteer(exercise).provinces}
    after = effect.after if effect else {}
    rows: Sequence[CampaignPlace] = session.scalars(
        select(CampaignPlace).where(CampaignPlace.campaign_id == row.id).order_by(CampaignPlace.place)
    ).all()
    return tuple(
        CampaignPlaceView(
            place_row.place,
            known.get(place_row.place, Texts(place_row.place, place_row.place)),
            place_row.arm,  # type: ignore[arg-type]
            _hide_small_count(row, place_row.before),
            _hide_small_count(row, after.get(place_row.place)),
        )
        for place_row in rows
    )


def _hide_small_count(row: Campaign, count: int | None) -> int | None:
    """A province's count; None for a small one and for losses, which are shown only as sums of an arm."""
    return count if count is not None and count >= FEWEST and row.measure == "reports" else None


def _list_messages(session: Session, row: Campaign) -> tuple[MessageLine, ...]:
    rows = session.execute(
        select(CampaignMessage.number, CampaignMessage.kind, CampaignMessage.identifier, CampaignMessage.at)
        .where(CampaignMessage.campaign_id == row.id)
        .order_by(CampaignMessage.number)
    )
    return tuple(MessageLine(*one) for one in rows)  # type: ignore[arg-type]


def _list_renewals(session: Session, row: Campaign) -> tuple[Renewal, ...]:
    rows = session.scalars(
        select(CampaignRenewal).where(CampaignRenewal.campaign_id == row.id).order_by(CampaignRenewal.number)
    )
    return tuple(
        Renewal(
            renewal.number,
            find_officer_name(session, renewal.asked_by),
            renewal.asked_at,
            find_officer_name(session, renewal.approved_by),
            renewal.until,
            rise_from_json(renewal.seen),
        )
        for renewal in rows
    )


def find_asker(session: Session, row: Campaign) -> str | None:
    """The user name of the officer who last requested approval, from the log; None for none."""
    # A log row moves from the waiting table to the log: queried in this order it cannot be missed.
    for line, order in ((WaitingLine, WaitingLine.entry), (AuditLine, AuditLine.sequence)):
        query = select(line.officer).where(
            line.verb == "campaign.asked", line.subject == f"campaign:{row.id}", line.at >= row.asked_at
        )
        username = session.scalar(query.order_by(order.desc()).limit(1))
        if username is not None:
            return username
    return None


def find_officer_name(session: Session, officer: int | None) -> str:
    """An officer's name; empty for none."""
    return session.scalar(select(OfficerRow.name).where(OfficerRow.id == officer)) or "" if officer else ""
