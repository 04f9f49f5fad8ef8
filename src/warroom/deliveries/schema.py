"""What of officers' files waits for a second officer."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.deliveries.views import CORRECTION_STATES
from warroom.ledger.base import Base, format_in_check


class WaitingCorrection(Base):
    """Rows of an officer's file that would change what was delivered before, until a second officer has decided.

    `rows`: the rows as an Arrow stream, gone once it is decided; `delivery_id`: what they came into the lake with, empty before.
    """

    __tablename__ = "waiting_corrections"
    id: Mapped[int] = mapped_column(primary_key=True)
    file: Mapped[str]
    sha256: Mapped[str]
    table_name: Mapped[str]
    source: Mapped[str]
    legal_basis: Mapped[str]
    purpose: Mapped[str]
    retention_days: Mapped[int | None]
    rows: Mapped[bytes | None]
    count: Mapped[int]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str]
    delivery_id: Mapped[str]
    __table_args__ = (
        CheckConstraint(format_in_check("state", CORRECTION_STATES), name="state"),
        CheckConstraint("count > 0", name="count"),
        CheckConstraint("state <> 'waiting' OR rows IS NOT NULL", name="rows"),
        CheckConstraint("state = 'waiting' OR decided_by IS NOT NULL", name="decided"),
        CheckConstraint("state <> 'taken' OR officer_id <> decided_by", name="two_officers"),
        Index("waiting_corrections_waiting_idx", "id", postgresql_where="state = 'waiting'"),
    )
