"""Purposes, sealed cases, second factors, wrong tries, and changes of roles that two administrators decide."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from warroom.operations.schema.base import Base, one_of

PURPOSES = ("desk", "investigation", "asset", "victim", "prosecution", "request", "supervision", "audit")


class CaseAccess(Base):
    """A case with rows here is sealed: for the officers of these agencies alone, and for others not there."""

    __tablename__ = "case_access"
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    agency: Mapped[str]
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]
    __table_args__ = (
        PrimaryKeyConstraint("case_id", "agency"),
        CheckConstraint("agency <> ''", name="agency"),
    )


class Purpose(Base):
    """Why an officer opened a case, valid until a moment. Only ever added."""

    __tablename__ = "purposes"
    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    purpose: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime]
    __table_args__ = (
        CheckConstraint(one_of("purpose", PURPOSES), name="purpose"),
        CheckConstraint("until > at", name="until"),
        Index("purposes_of_idx", "case_id", "officer_id", "until"),
    )


class Authenticator(Base):
    """An officer's time-based codes (RFC 6238): the secret under the home's key, and the last step that was used.

    `confirmed_at` is empty until a first code has shown that the phone has it.
    """

    __tablename__ = "authenticators"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    secret: Mapped[bytes]
    step: Mapped[int]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in once for a lost second factor; only its hash is kept."""

    __tablename__ = "recovery_codes"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    hash: Mapped[bytes]
    used_at: Mapped[datetime | None]
    __table_args__ = (PrimaryKeyConstraint("officer_id", "hash"),)


class Passkey(Base):
    """A passkey (WebAuthn): its public key, and the count of signatures that must only rise."""

    __tablename__ = "passkeys"
    id: Mapped[int] = mapped_column(primary_key=True)
    credential: Mapped[bytes] = mapped_column(unique=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    public_key: Mapped[bytes]
    count: Mapped[int]
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """Something begun that its beginner alone may end, once and soon: a sign-in at its second factor, a passkey's
    challenge, a visit to the agency's provider. By the hash of its ticket.
    """

    __tablename__ = "challenges"
    ticket: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    secret: Mapped[str]
    tries: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    __table_args__ = (
        CheckConstraint(one_of("kind", ("second", "passkey-add", "passkey", "provider")), name="kind"),
    )


class Tries(Base):
    """Wrong tries on a name from one place: an address it has signed in from before, or `elsewhere` for all others.

    So a stranger who guesses locks out strangers, and not the officer at their own desk.
    """

    __tablename__ = "tries"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    place: Mapped[str]
    failures: Mapped[int]
    locks: Mapped[int]
    locked_until: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    __table_args__ = (PrimaryKeyConstraint("officer_id", "place"),)


class AddressTries(Base):
    """Wrong tries from one address on whatever names."""

    __tablename__ = "address_tries"
    address: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]


class RoleChange(Base):
    """Other roles for an officer, asked for by one administrator and decided on by another."""

    __tablename__ = "role_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    roles: Mapped[list[str]]
    asked_by: Mapped[int] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("officers.id"))
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(one_of("state", ("open", "done", "refused", "superseded")), name="state"),
        CheckConstraint("state <> 'done' OR asked_by <> decided_by", name="two_administrators"),
        CheckConstraint("state <> 'done' OR decided_by <> officer_id", name="not_ones_own"),
        Index("role_changes_open_idx", "officer_id", unique=True, postgresql_where="state = 'open'"),
    )
