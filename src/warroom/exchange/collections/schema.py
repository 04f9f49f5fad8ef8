"""Tables of collections, of the objects in them, and of receipts for what partners handed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from warroom.exchange.standards.record import TLP_LEVELS
from warroom.ledger.base import Base, format_in_check
from warroom.partners.views import PURPOSES


class CollectionRow(Base):
    """A collection with the partners who may read it and hand objects to it. `mark`: the narrowest level that it may hold; `purpose`: that
    of the agreement which each reader needs.
    """

    __tablename__ = "partner_collections"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str]
    mark: Mapped[str]
    purpose: Mapped[str]
    readers: Mapped[list[str]]
    writers: Mapped[list[str]]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    made_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("mark", TLP_LEVELS), name="mark"),
        CheckConstraint(format_in_check("purpose", PURPOSES), name="purpose"),
        CheckConstraint("name <> '' AND title <> ''", name="says"),
    )


class CollectionObject(Base):
    """One version of one object, as text as it came. `sender`: the partner's code, empty for what this room published.

    `made_from`: the register's objects whose values are in it. `added_at` rises within a collection, so that a partner who asks for what came after a moment misses nothing.
    """

    __tablename__ = "collection_objects"
    position: Mapped[int] = mapped_column(primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("partner_collections.id"))
    object_id: Mapped[str]
    object_type: Mapped[str]
    version: Mapped[datetime]
    added_at: Mapped[datetime]
    sender: Mapped[str]
    content: Mapped[str]
    made_from: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    __table_args__ = (
        UniqueConstraint("collection_id", "object_id", "version"),
        Index("collection_objects_order_idx", "collection_id", "position"),
        Index("collection_objects_added_idx", "collection_id", "added_at"),
        Index("collection_objects_type_idx", "collection_id", "object_type", "position"),
    )


class CollectionPull(Base):
    """Where the next pull of a partner's collection goes on; written with the objects of each page."""

    __tablename__ = "collection_pulls"
    collection_id: Mapped[str] = mapped_column(ForeignKey("partner_collections.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    added_after: Mapped[str]
    next_place: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (CheckConstraint("address <> ''", name="says"),)


class CollectionStatus(Base):
    """What became of one delivery; only its sender may ask. Only ever added."""

    __tablename__ = "collection_receipts"
    id: Mapped[str] = mapped_column(primary_key=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("partner_collections.id"), index=True)
    partner: Mapped[str]
    at: Mapped[datetime]
    outcomes: Mapped[list[Any]]
