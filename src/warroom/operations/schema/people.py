"""Officers, their sign-ins, their keys of decisions, and lawyers' confirmations."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, PrimaryKeyConstraint, Sequence
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base

SESSION_IDS: Sequence = Sequence("sessions_id_seq")


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


class SessionRow(Base):
    """A sign-in, by the hash of its token. `id` names it to its owner, `way` is how it came about.

    `enrolling` is one of an officer who has yet to set up the second factor that their roles need.
    """

    __tablename__ = "sessions"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    id: Mapped[int] = mapped_column(SESSION_IDS, server_default=SESSION_IDS.next_value(), unique=True)
    way: Mapped[str]
    enrolling: Mapped[bool]
    address: Mapped[str]
    device: Mapped[str]


class LawConfirmation(Base):
    """A lawyer's word on one exact text of a rule: another text of the same rule must be confirmed again."""

    __tablename__ = "law_confirmations"
    rule_id: Mapped[str]
    digest: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (PrimaryKeyConstraint("rule_id", "digest"),)


class Idempotency(Base):
    """A key that came with a decision and what it led to: a double click gets the first click's answer."""

    __tablename__ = "idempotency"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    key: Mapped[str]
    request: Mapped[str]
    result: Mapped[list[Any]]
    at: Mapped[datetime]
    __table_args__ = (PrimaryKeyConstraint("officer_id", "key"),)
