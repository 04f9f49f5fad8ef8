"""Tables of evidence and its custody: append-only rows. An item's state is computed from its events."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.evidence.views import CUSTODY_KINDS, EVIDENCE_KINDS, EVIDENCE_SOURCES
from warroom.ledger.base import Base, format_in_check


class EvidenceItem(Base):
    """An item of evidence as it was received. A file is in the store under its SHA-256; a thing (a
    phone, a SIM box) has none.

    `protected` is what a survivor said or gave: behind the wall, never in a bundle.
    """

    __tablename__ = "evidence_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    source: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    origin: Mapped[str]
    media: Mapped[str]
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(index=True)
    part_of: Mapped[int | None] = mapped_column(ForeignKey("evidence_items.id"))
    # Set at intake and never changed: a protected item stays protected.
    protected: Mapped[bool]
    received_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    received_at: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(format_in_check("kind", EVIDENCE_KINDS), name="kind"),
        CheckConstraint(format_in_check("source", EVIDENCE_SOURCES), name="source"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("(kind = 'file') = (sha256 IS NOT NULL AND size IS NOT NULL)", name="file"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size >= 0", name="size"),
    )


class CustodyEvent(Base):
    """One step of an item's custody. `sha256` covers the step and the one before it, so that a step that is
    changed, left out or moved no longer fits its neighbours.
    """

    __tablename__ = "custody_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("evidence_items.id"))
    step: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    to_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    outside: Mapped[str]
    location: Mapped[str]
    reason: Mapped[str]
    seal: Mapped[str]
    court: Mapped[str]
    court_order: Mapped[str]
    copy_number: Mapped[int | None]
    copy_sha256: Mapped[str | None]
    sha256: Mapped[str]
    __table_args__ = (
        # Two transactions that read the same state cannot both add the next step, whatever locks they held.
        UniqueConstraint("item_id", "step"),
        UniqueConstraint("item_id", "copy_number"),
        CheckConstraint(format_in_check("kind", CUSTODY_KINDS), name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
        CheckConstraint("(kind = 'destroyed') = (court <> '' AND court_order <> '')", name="court"),
        CheckConstraint(
            "kind NOT IN ('offered', 'accepted') OR"
            " (from_id IS NOT NULL AND to_id IS NOT NULL AND from_id <> to_id)",
            name="sides",
        ),
        # The receiver accepts in person: a giver must not be able to claim that somebody else has the item.
        CheckConstraint("kind <> 'accepted' OR officer_id = to_id", name="accepted"),
        CheckConstraint("kind <> 'sealed' OR seal <> ''", name="seal"),
        CheckConstraint("(kind = 'opened') = (copy_number IS NOT NULL)", name="copy"),
        CheckConstraint("kind <> 'opened' OR to_id IS NOT NULL", name="copy_holder"),
    )
