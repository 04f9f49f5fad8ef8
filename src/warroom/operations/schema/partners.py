"""Keys of partners' programs, and how much each is used."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base
from warroom.operations.views.partners import KEY_SCOPES


class PartnerKeyRow(Base):
    """A key of a partner's program: its prefix, and the keyed hash of the whole. Ending it is all that may change."""

    __tablename__ = "partner_keys"
    id: Mapped[int] = mapped_column(primary_key=True)
    agency: Mapped[str] = mapped_column(ForeignKey("agencies.code"), index=True)
    prefix: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[bytes]
    scopes: Mapped[list[str]]
    per_minute: Mapped[int]
    per_day: Mapped[int]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    revoked_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"scopes <@ ARRAY{list(KEY_SCOPES)!r} AND cardinality(scopes) > 0", name="scopes"),
        CheckConstraint("per_minute > 0 AND per_day > 0", name="quota"),
        CheckConstraint("octet_length(hash) = 32", name="hash"),
        CheckConstraint("revoked_by IS NULL OR revoked_at IS NOT NULL", name="revoked"),
    )


class PartnerKeyUse(Base):
    """How often a key was used on a day (UTC): all requests it came with, and those of them that were refused."""

    __tablename__ = "partner_key_uses"
    key_id: Mapped[int] = mapped_column(ForeignKey("partner_keys.id"), primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(Date(), primary_key=True)
    asked: Mapped[int]
    refused: Mapped[int]
