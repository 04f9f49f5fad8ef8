"""The audit log, its signed checkpoints, and how far jobs have come."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
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


class WaitingLine(Base):
    """A row that is committed and waits for its number; `detail` is canonical JSON."""

    __tablename__ = "audit_waiting"
    entry: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    officer: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str]
    case_number: Mapped[str | None]
    detail: Mapped[str]


class Subtree(Base):
    """The root over 256 to the power of `level` rows, the `number`th of them from 0."""

    __tablename__ = "audit_subtrees"
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class Checkpoint(Base):
    """The root over the first `size` audit rows, as a signed note."""

    __tablename__ = "checkpoints"
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes]
    at: Mapped[datetime]
    note: Mapped[str]


class CheckpointStamp(Base):
    """What a time-stamping service (RFC 3161) answered about a checkpoint, as it came."""

    __tablename__ = "checkpoint_stamps"
    size: Mapped[int] = mapped_column(ForeignKey("checkpoints.size"), primary_key=True, autoincrement=False)
    service: Mapped[str]
    response: Mapped[bytes]
    stamped_at: Mapped[datetime]


class Cosignature(Base):
    """The line with which a witness signed a checkpoint that fits all it signed before (C2SP tlog-cosignature)."""

    __tablename__ = "cosignatures"
    size: Mapped[int] = mapped_column(ForeignKey("checkpoints.size"), primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    at: Mapped[datetime]


class Mark(Base):
    """How far a repeated job has come (such as the lake commit last read for reports)."""

    __tablename__ = "marks"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
