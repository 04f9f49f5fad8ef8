"""Assets from tracing to forfeiture: what they are, what happened to them, what they were worth, who claims them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base, one_of
from warroom.operations.views.assets import ASSET_CLASSES, ASSET_EVENTS, ASSET_STATES, CLAIM_STATES


class Proceeding(Base):
    """A court proceeding over assets: the notice to victims and the fund that gets what is left."""

    __tablename__ = "proceedings"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    court: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    fund: Mapped[str] = mapped_column(ForeignKey("agencies.code"))
    made_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    notice_at: Mapped[datetime | None]
    register_until: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("(notice_at IS NULL) = (register_until IS NULL)", name="notice"),
        CheckConstraint("title <> ''", name="says"),
    )


class ProceedingCase(Base):
    """A case whose victims the proceeding serves."""

    __tablename__ = "proceeding_cases"
    proceeding_id: Mapped[int] = mapped_column(ForeignKey("proceedings.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    __table_args__ = (PrimaryKeyConstraint("proceeding_id", "case_id"),)


class Asset(Base):
    """A thing of value. What it is never changes (a trigger); its state and place do."""

    __tablename__ = "assets"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    proceeding_id: Mapped[int | None] = mapped_column(ForeignKey("proceedings.id"), index=True)
    kind: Mapped[str]
    title: Mapped[str]
    particulars: Mapped[dict[str, Any]]
    found_with: Mapped[str]
    state: Mapped[str]
    place: Mapped[str]
    seal: Mapped[str]
    traced_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    traced_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("kind", ASSET_CLASSES), name="kind"),
        CheckConstraint(one_of("state", ASSET_STATES), name="state"),
        CheckConstraint("title <> ''", name="says"),
    )


class AssetEvent(Base):
    """Something that happened to an asset, with the paper it rests on."""

    __tablename__ = "asset_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    text: Mapped[str]
    place: Mapped[str]
    seal: Mapped[str]
    rule_id: Mapped[str]
    rule_digest: Mapped[str]
    order_no: Mapped[str]
    authority: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    ordered_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("kind", ASSET_EVENTS), name="kind"),
        CheckConstraint(
            "kind NOT IN ('frozen', 'seized', 'kept', 'forfeited')"
            " OR (order_no <> '' AND authority IS NOT NULL AND ordered_at IS NOT NULL)",
            name="order",
        ),
    )


class Valuation(Base):
    """What an asset was worth on a day, by whom and how."""

    __tablename__ = "asset_valuations"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    amount: Mapped[int]
    valuer: Mapped[str]
    method: Mapped[str]
    document: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    __table_args__ = (
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("valuer <> '' AND method <> ''", name="says"),
        CheckConstraint("document = '' OR document ~ '^[0-9a-f]{64}$'", name="document"),
    )


class OwnerClaim(Base):
    """Somebody says that the asset is honestly theirs; decided once, by another officer than the one who took it."""

    __tablename__ = "owner_claims"
    id: Mapped[int] = mapped_column(primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("assets.id"), index=True)
    who: Mapped[str]
    grounds: Mapped[str]
    filed_at: Mapped[datetime]
    filed_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    state: Mapped[str]
    reason: Mapped[str]
    order_no: Mapped[str]
    authority: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    ordered_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", CLAIM_STATES), name="state"),
        CheckConstraint("who <> '' AND grounds <> ''", name="says"),
        CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="decided"),
        CheckConstraint("state = 'open' OR (reason <> '' AND order_no <> '')", name="reasoned"),
        Index("owner_claims_open_idx", "asset_id", postgresql_where="state = 'open'"),
    )
