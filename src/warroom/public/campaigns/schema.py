"""Tables of campaigns: wording, approval, held-out areas, messages, effects, looks and renewals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.public.campaigns.views import ARMS, CAUSES, MEASURES, MESSAGE_KINDS, SOURCES, STATES


class Campaign(Base):
    """One campaign. `wording`: what is said, by language; `seen`: the rise as it stood when approval was asked; `seed`: what the
    held areas are drawn by, whose digest stands in the log when approval is asked; `draw_week`: the Monday of the week it is of;
    `digest`: of what was approved.
    """

    __tablename__ = "campaigns"
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    threat: Mapped[str]
    source: Mapped[str]
    audience: Mapped[str]
    channels: Mapped[list[Any]] = mapped_column(JSONB)
    wording: Mapped[dict[str, Any]] = mapped_column(JSONB)
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    release_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    held_share: Mapped[float]
    hold_days: Mapped[int]
    measure: Mapped[str]
    power: Mapped[float | None]
    written_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    written_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    declined: Mapped[str]
    digest: Mapped[str]
    seed: Mapped[str]
    seed_digest: Mapped[str]
    draw_week: Mapped[date | None]
    released_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    cause: Mapped[str]
    reason: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("state", STATES), name="state"),
        CheckConstraint(format_in_check("source", SOURCES), name="source"),
        CheckConstraint(format_in_check("measure", MEASURES), name="measure"),
        CheckConstraint(format_in_check("cause", ("", *CAUSES)), name="cause"),
        CheckConstraint("held_share BETWEEN 0 AND 0.5 AND hold_days BETWEEN 1 AND 28", name="held"),
        CheckConstraint(
            # No alert without two officers and an end, whatever the program does.
            "CASE WHEN state IN ('scheduled', 'released', 'ended')"
            " THEN decided_by IS NOT NULL AND decided_by <> written_by AND until > release_at ELSE true END",
            name="decided",
        ),
        CheckConstraint(
            # No hold-out without the week that determines its seed.
            "CASE WHEN state IN ('scheduled', 'released') AND held_share > 0 THEN draw_week IS NOT NULL ELSE true END",
            name="drawn",
        ),
        Index("campaigns_threat_idx", "threat", "draw_week", postgresql_where=text("draw_week IS NOT NULL")),
        Index("campaigns_state_idx", "state", "id"),
    )


class CampaignPlace(Base):
    """An area of a campaign with a hold-out: whether it hears of it. `block`: areas alike, of which some were drawn."""

    __tablename__ = "campaign_places"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    block: Mapped[int]
    arm: Mapped[str]
    before: Mapped[int]
    people: Mapped[int]
    __table_args__ = (CheckConstraint(format_in_check("arm", ARMS), name="arm"),)


class CampaignMessage(Base):
    """A CAP message exactly as sent, byte for byte."""

    __tablename__ = "campaign_messages"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    identifier: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    text: Mapped[str]
    __table_args__ = (CheckConstraint(format_in_check("kind", MESSAGE_KINDS), name="kind"),)


class CampaignEffect(Base):
    """What was found once the hold-out was over, and what was counted where."""

    __tablename__ = "campaign_effects"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    at: Mapped[datetime]
    found: Mapped[dict[str, Any]] = mapped_column(JSONB)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)


class CampaignLook(Base):
    """What rose in a source as it was counted the first time in a week, the whole week before: it is counted once."""

    __tablename__ = "campaign_looks"
    source: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    found: Mapped[list[Any]] = mapped_column(JSONB)
    __table_args__ = (CheckConstraint(format_in_check("source", SOURCES), name="source"),)


class CampaignRenewal(Base):
    """An extension by seven days. `until` is None until it is approved. `seen`: that week's look at the threat."""

    __tablename__ = "campaign_renewals"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    approved_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    seen: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    __table_args__ = (
        CheckConstraint(
            # No third week without two officers, whatever the program does.
            "CASE WHEN number > 1 AND until IS NOT NULL THEN approved_by IS NOT NULL AND approved_by <> asked_by ELSE true END",
            name="approved",
        ),
    )
