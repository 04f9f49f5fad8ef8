"""Tables of the ledger itself: officers, the audit log with what vouches for it, deadlines, keys of decisions, bookmarks."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from warroom.ledger.base import Base, format_in_check
from warroom.ledger.views import DeadlineAbout


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


class Bookmark(Base):
    """How far a repeated job has come (such as the lake commit last read for reports)."""

    __tablename__ = "bookmarks"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


DEADLINE_STATES = ("running", "struck", "met", "stopped")


class Deadline(Base):
    """A moment by which something about a hold, action, request, asset or person must have happened.

    `struck` is a deadline that passed: it is late until someone meets it.
    """

    __tablename__ = "deadlines"
    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str]
    about_id: Mapped[int]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[str]
    due_at: Mapped[datetime]
    state: Mapped[str]
    struck_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(format_in_check("about", get_args(DeadlineAbout)), name="about"),
        CheckConstraint(format_in_check("state", DEADLINE_STATES), name="state"),
        CheckConstraint("(state = 'struck') = (struck_at IS NOT NULL)", name="struck"),
        Index("deadlines_about_idx", "about", "about_id"),
        Index("deadlines_due_idx", "due_at", postgresql_where="state = 'running'"),
        Index(
            "deadlines_one_idx",
            "about",
            "about_id",
            "kind",
            unique=True,
            postgresql_where="state = 'running'",
        ),
    )


class OfficerRow(Base):
    """A named person. The password is an argon2id hash; `subject` is who they are to the agency's own provider."""

    __tablename__ = "officers"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    agency: Mapped[str]
    password_hash: Mapped[str]
    roles: Mapped[list[str]]
    active: Mapped[bool]
    made_at: Mapped[datetime]
    subject: Mapped[str | None] = mapped_column(unique=True)
    __table_args__ = (CheckConstraint("username <> '' AND name <> ''", name="named"),)


class Idempotency(Base):
    """A key that came with a decision and what it led to: a double click gets the first click's answer."""

    __tablename__ = "idempotency"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request: Mapped[str]
    result: Mapped[list[Any]]
    at: Mapped[datetime]
