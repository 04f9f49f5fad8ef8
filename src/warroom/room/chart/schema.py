"""Notes pinned to a case's chart."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base


class ChartNoteRow(Base):
    """A note that an officer pinned to a node. Its text never changes; a note that was taken off keeps its
    row.
    """

    __tablename__ = "chart_notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    node: Mapped[str]
    text: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    # With the next column all that the application may ever change in a note.
    off_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    off_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("text <> '' AND node <> ''", name="says"),
        CheckConstraint("(off_by IS NULL) = (off_at IS NULL)", name="off"),
    )
