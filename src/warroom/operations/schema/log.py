"""The audit log, its signed checkpoints, and how far jobs have come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base


class AuditLine(Base):
    """A row of the audit log. `leaf` is canonical JSON, `hash` its RFC 6962 leaf hash, `chain` a keyed
    chain.
    """

    __tablename__ = "audit"
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    officer: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    case_number: Mapped[str | None]
    leaf: Mapped[bytes]
    hash: Mapped[bytes]
    chain: Mapped[bytes]
    __table_args__ = (
        CheckConstraint("hash = sha256('\\x00'::bytea || leaf)", name="hash"),
        Index("audit_case_number_idx", "case_number", "sequence"),
    )


class Checkpoint(Base):
    """The root over the first `size` audit rows, as a signed note."""

    __tablename__ = "checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    at: Mapped[datetime]
    note: Mapped[str]


class Mark(Base):
    """How far a repeated job has come (such as the lake commit last read for reports)."""

    __tablename__ = "marks"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
