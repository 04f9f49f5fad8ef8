"""A campaign's row: read, locked, and turned into what officers read."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from warroom.bilingual.texts import Texts
from warroom.errors import NotFound
from warroom.ledger.canonical_json import canonical, digest, plain
from warroom.ledger.schema import AuditLine, OfficerRow, WaitingLine
from warroom.public.campaigns.publication import wordings
from warroom.public.campaigns.schema import (
    Campaign,
    CampaignEffect,
    CampaignMessage,
    CampaignPlace,
    CampaignRenewal,
)
from warroom.public.campaigns.views import (
    CampaignLine,
    CampaignView,
    Effect,
    MessageLine,
    Place,
    Renewal,
    Rise,
    Week,
)
from warroom.public.small_cells import FEWEST
from warroom.sites.gazetteer import gazetteer


def locked(session: Session, campaign_id: int) -> Campaign:
    """The row, nobody else's until the decision ends; raises NotFound."""
    row = session.scalars(select(Campaign).where(Campaign.id == campaign_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("campaigns.no-such-campaign")
    return row


def digest_of(row: Campaign) -> str:
    """A digest of all that an officer approves."""
    said = {
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
    return digest(canonical(plain(said)))


def rise_as_kept(rise: Rise) -> dict[str, Any]:
    """A rise as JSON."""
    return {
        name: [{**asdict(week), "start": week.start.isoformat()} for week in value]
        if name == "weeks"
        else value
        for name, value in ((one, getattr(rise, one)) for one in rise.__slots__)
    }


def rise_kept(said: Mapping[str, Any] | None) -> Rise | None:
    """The same back."""
    if said is None:
        return None
    weeks = tuple(Week(date.fromisoformat(one["start"]), one["count"], one["shown"]) for one in said["weeks"])
    return Rise(**{**said, "weeks": weeks})


def line_of(row: Campaign, name: str, effect: CampaignEffect | None) -> CampaignLine:
    """A campaign as the list shows it."""
    said = wordings(row)
    title = Texts(*(said[one].title if one in said else "" for one in ("th", "en")))
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
    """A campaign whole."""
    effect = session.get(CampaignEffect, row.id)
    return CampaignView(
        line=line_of(row, name_of(session, row.written_by), effect),
        source=row.source,  # type: ignore[arg-type]
        channels=tuple(row.channels),
        wording=wordings(row),
        seen=rise_kept(row.seen),
        measure=row.measure,  # type: ignore[arg-type]
        hold_days=row.hold_days,
        power=row.power,
        written_at=row.written_at,
        asked_at=row.asked_at,
        decided_by=name_of(session, row.decided_by),
        decided_at=row.decided_at,
        declined=row.declined,
        released_at=row.released_at,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=name_of(session, row.ended_by),
        cause=row.cause,
        reason=row.reason,
        seed_digest=row.seed_digest,
        digest=digest_of(row),
        places=_places(session, row, exercise, effect),
        messages=_messages(session, row),
        renewals=_renewals(session, row),
        effect=effect_of(row, effect),
    )


def effect_of(row: Campaign, effect: CampaignEffect | None) -> Effect | None:
    """What was found, with the seed, which is told from then on."""
    if effect is None:
        return None
    said = {**effect.found, "sent": tuple(effect.found["sent"]), "held": tuple(effect.found["held"])}
    return Effect(**said, seed=row.seed, at=effect.at)


def _places(
    session: Session, row: Campaign, exercise: bool, effect: CampaignEffect | None
) -> tuple[Place, ...]:
    known = {spot.code: spot.name for spot in gazetteer(exercise).provinces}
    after = effect.after if effect else {}
    rows: Sequence[CampaignPlace] = session.scalars(
        select(CampaignPlace).where(CampaignPlace.campaign_id == row.id).order_by(CampaignPlace.place)
    ).all()
    return tuple(
        Place(
            one.place,
            known.get(one.place, Texts(one.place, one.place)),
            one.arm,  # type: ignore[arg-type]
            _many(row, one.before),
            _many(row, after.get(one.place)),
        )
        for one in rows
    )


def _many(row: Campaign, count: int | None) -> int | None:
    """A province's count as readers see it."""
    return count if count is not None and count >= FEWEST and row.measure == "reports" else None


def _messages(session: Session, row: Campaign) -> tuple[MessageLine, ...]:
    rows = session.execute(
        select(CampaignMessage.number, CampaignMessage.kind, CampaignMessage.identifier, CampaignMessage.at)
        .where(CampaignMessage.campaign_id == row.id)
        .order_by(CampaignMessage.number)
    )
    return tuple(MessageLine(*one) for one in rows)  # type: ignore[arg-type]


def _renewals(session: Session, row: Campaign) -> tuple[Renewal, ...]:
    rows = session.scalars(
        select(CampaignRenewal).where(CampaignRenewal.campaign_id == row.id).order_by(CampaignRenewal.number)
    )
    return tuple(
        Renewal(
            one.number,
            name_of(session, one.asked_by),
            one.asked_at,
            name_of(session, one.approved_by),
            one.until,
            rise_kept(one.seen),
        )
        for one in rows
    )


def asked_by(session: Session, row: Campaign) -> str | None:
    """The user name of whoever last asked for approval, as the log says it; None where nobody did."""
    # A row of the log waits for its number first: in this order it is missed in neither place.
    for line, order in ((WaitingLine, WaitingLine.entry), (AuditLine, AuditLine.sequence)):
        said = select(line.officer).where(
            line.verb == "campaign.asked", line.subject == f"campaign:{row.id}", line.at >= row.asked_at
        )
        found = session.scalar(said.order_by(order.desc()).limit(1))
        if found is not None:
            return found
    return None


def name_of(session: Session, officer: int | None) -> str:
    """An officer's name; empty for none."""
    return session.scalar(select(OfficerRow.name).where(OfficerRow.id == officer)) or "" if officer else ""
